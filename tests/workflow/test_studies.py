"""A choice of studies: what is planned, and what a report shows that leaves some out."""

import json
import re

import numpy as np
import pytest

from hidden_units.names import STUDIES
from tests.rendered_report import table, tree, words
from tests.study import Study, rows
from tests.workflow.conftest import PAIR_IMAGES

pytestmark = pytest.mark.slow

# A rule of each study, and the chapters of its own; this run has no ablations.
TRAINS = {
    "characters": "train_netconv",
    "checkerboard": "train_checkerboard",
    "encoders": "train_encoder",
    "sequences": "train_restarts",
}
CHAPTERS = {
    "characters": {"reading", "data", "characters", "comparisons"},
    "checkerboard": {"by-hand", "checkerboard"},
    "encoders": {"drawing-board", "encoders"},
    "sequences": {"counting", "sequences"},
}
ALWAYS = {"summary", "one-run", "claims", "methods", "versions"}
CHOICES = [["characters"], ["sequences"], ["checkerboard", "encoders"]]
# The studies by hand are seconds, and need no images.
BOARD = """
run: board
studies: [checkerboard, encoders]
dataset: {name: idx, path: nowhere}
checkerboard:
  network:
    hidden: {weights: [[1, 1], ["1/3", 0]], biases: ["-5/2", -0.1]}
    output: {weights: [1, -1], bias: -1}
  hidden: [4]
  restarts: 3
  surfaces: [1, 10]
  training: {rates: [{learning_rate: 0.05, max_epochs: 3000}], consecutive: 100}
encoders: {tables: [mine.csv], shown: [], seeds: 2, caps: [300], patience: {tables: []}}
"""


@pytest.mark.parametrize("studies", CHOICES, ids="-".join)
def test_rules_of_a_study_that_is_left_out_are_not_planned(workflow, studies):
    planned = workflow.planned("--configfile", "config/smoke.yaml", "--config", f"studies={studies[::-1]}")
    assert {study for study, rule in TRAINS.items() if rule in planned} == {*studies}
    assert ("prepare_dataset" in planned) == ("run_confusions" in planned) == ("characters" in studies)
    assert ("run_state_space" in planned) == ("measure_claims" in planned) == ("sequences" in studies)
    assert {"judge_claims", "render_report", "write_manifest", "write_crate"} <= {*planned}


@pytest.mark.parametrize("study", STUDIES)
def test_each_study_is_a_target_that_makes_its_figures_and_no_report(workflow, study):
    planned = workflow.planned("--configfile", "config/smoke.yaml", "--", study)
    assert {other for other, rule in TRAINS.items() if rule in planned} == {study}
    assert f"draw_{study}" in planned and planned.keys().isdisjoint({"judge_claims", "render_report"})


@pytest.mark.parametrize(
    ("target", "study"),
    [
        ("encoders", "encoders"),
        ("results/alone/encoders/summary.csv", "encoders"),
        # Rules of a study in files of other names.
        ("prepare_dataset", "characters"),
        ("train_netconv", "characters"),
        ("compare_networks", "characters"),
    ],
)
def test_a_target_of_a_study_that_is_left_out_is_refused_in_one_sentence(workflow, target, study):
    arguments = ["--dry-run", target]
    data = {"name": "idx", "path": "nowhere"}
    overlay = workflow.overlay("alone.yaml", {"run": "alone", "studies": ["checkerboard"], "dataset": data})
    # The study by workflow/run.py, the file by plain snakemake.
    plain = ["--configfile", overlay, *arguments]
    started = workflow.start(overlay, *arguments) if target in STUDIES else workflow.start_snakemake(*plain)
    code, printed = started.finish()
    assert code and "Traceback" not in printed and "MissingRule" not in printed
    said = f"{target}: belongs to the study {study}, but `studies` chooses checkerboard alone; add {study}"
    assert said in printed and f'--config "studies=[{study}]"' in printed


def has_no_gap(results, studies):
    """Check that a report has the chapters of its studies, no link to others, and a ledger that says so."""
    html = (results / "report/report.html").read_text(encoding="utf-8")
    page = tree(html)
    ids = {element.get("id") for element in page.iter() if element.get("id")}
    links = {link.get("href") for link in page.iter("a")}
    assert {link for link in links if link.startswith("#") and link[1:] not in ids} == set()
    assert {link for link in links if "notebooks/state_space" in link} == set() or "sequences" in studies
    chapters = {section.get("id") for section in page.iter("section") if section.get("class")}
    assert chapters - ALWAYS - {"sensitivity"} == set().union(*(CHAPTERS[study] for study in studies))
    ledger = rows(results / "claims.csv")
    parts_in = {"Part 1": "characters", "Part 2": "checkerboard", "Part 3": "sequences"}
    assert len(ledger) == 23 and "not part of this run" in words(html)
    for claim in ledger:
        is_out = claim["measured_verdict"] == "not part of this run"
        assert is_out == (parts_in[claim["section"].split(",")[0]] not in studies)
    counted = [int(cell) for cell in table(html, "tally")[0][1:]]
    assert sum(counted) == 23 and counted[-1] == sum(
        claim["measured_verdict"] == "not part of this run" for claim in ledger
    )


def test_a_report_of_a_part_of_a_run_has_no_gap_and_nothing_is_trained_again(another_finished):
    parts, evidence = another_finished, another_finished.hashes()
    done = parts.snakemake(
        *("--configfile", "config/smoke.yaml", "--config", "studies=[sequences]"),
        *("--", "results/smoke/report/report.html"),
    )
    assert done.returncode == 0, done.stdout
    has_no_gap(parts.results, ["sequences"])
    # What was left out is still there.
    assert not re.search(r"step \d+ of \d+: (train|draw|summarise)_", done.stdout)
    assert {name for name, digest in evidence.items() if parts.hashes().get(name, digest) != digest} <= {
        "config.yaml",
        "claims.csv",
        "report/report.html",
    }


def test_a_report_of_twelve_letters_has_all_of_them_and_no_gap(own_run):
    results = own_run.results
    has_no_gap(results, ["characters"])
    assert (results / "report/report.pdf").stat().st_size > 10_000
    described = json.loads((results / "data/dataset.json").read_text(encoding="utf-8"))
    assert [entry["romaji"] for entry in described["classes"]] == [*"abcdefghijkl"]
    assert described["counts"]["train_per_class"] == [10] * 12
    counts = np.loadtxt(results / "characters/mine/confusion.csv", delimiter=",", skiprows=1)
    assert counts.shape == (12, 12) and counts.sum(axis=1).tolist() == [4] * 12
    html = (results / "report/report.html").read_text(encoding="utf-8")
    models = [row[0] for row in table(html, "headline")]
    assert "Twelve letters" in words(html) and "mine" in models and len(models) == 4
    assert {*own_run.hashes()} >= {"characters/swept.csv", "data/figures/originals.svg"}


def test_an_archive_of_two_classes_is_studied_from_one_seed_to_the_report(pair_run):
    results = pair_run.results
    train_images = np.load(results / "data/train_images.npy")
    np.testing.assert_array_equal(train_images, PAIR_IMAGES["train_images"])
    # With one seed there is no interval.
    lines = (results / "characters/summary.csv").read_text().splitlines()
    assert lines[1].startswith("netlin,,1570,1,") and ",,," in lines[1]
    has_no_gap(results, ["characters"])
    assert (results / "report/report.pdf").stat().st_size > 10_000


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """A run with a step network and a table of one's own, and without images."""
    study = Study.new(tmp_path_factory.mktemp("board") / "study", "board")
    study.path("mine.csv").write_text("a,b\n1,0\n0,1\n1,1\n", encoding="utf-8")
    done = study.snakemake("--configfile", study.overlay("board.yaml", BOARD))
    assert done.returncode == 0, done.stdout
    return study


def test_a_run_without_characters_needs_no_images_and_is_whole(board):
    run = board.results
    has_no_gap(run, ["checkerboard", "encoders"])
    assert not (run / "data").exists() and (run / "report/report.pdf").stat().st_size > 10_000
    machine = (run / "report/machine.html").read_text(encoding="utf-8")
    assert "<h2>Jobs</h2>" in machine and "<h2>Training</h2>" not in machine
    crate = json.loads((run / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    folders = {entry["@id"] for entry in crate["@graph"] if entry["@id"].endswith("/")}
    assert "checkerboard/" in folders and folders.isdisjoint({"data/", "characters/", "notebooks/"})
    slides = board.snakemake("--configfile", "board.yaml", "--", "slides")
    assert slides.returncode == 0, slides.stdout
    assert "Images:" not in (run / "report/slides.html").read_text(encoding="utf-8")


def test_a_network_and_a_table_of_ones_own_are_studied(board):
    table = rows(board.results / "checkerboard/step_activations.csv")
    assert list(table[0]) == ["x1", "x2", "target", "h1", "h2", "output"]
    # Unit 2 is on from x1 = 0.3, and where both are on they cancel.
    assert [row["h2"] for row in table] == ["0"] * 3 + ["1"] * 6
    assert [row["output"] for row in table] == ["0"] * 9
    drawn = (board.results / "checkerboard/figures/half_planes.csv").read_text(encoding="utf-8")
    assert "1/3x₁ − 0.1 = 0" in drawn
    assert [row["table"] for row in rows(board.results / "encoders/summary.csv")] == ["mine", "mine"]
