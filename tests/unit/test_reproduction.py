"""Whether a run reproduced its reference: which runs have one, what is compared, and what is said."""

import csv
import shutil
from pathlib import Path

import pandas as pd
import pytest

from hidden_units import reproduction
from hidden_units.config import resolve
from hidden_units.manifest import NAME as MANIFEST
from hidden_units.manifest import format_manifest, hashes
from hidden_units.reproduction import (
    BRUSH,
    COLUMNS,
    NAME,
    PUBLISHED,
    compare,
    main,
    published_values,
    reference_of,
    reference_rows,
    reproduced,
    rows_of,
    said,
)
from hidden_units.yaml_files import read_mapping

ROOT = Path(__file__).resolve().parents[2]
OVERLAY = read_mapping(ROOT / "config/brush.yaml")
RULES = read_mapping(ROOT / "reference/values.yaml")["values"]
KMNIST = {"run": "kmnist", "seeds": 10}


@pytest.mark.parametrize(
    ("settings", "published_protocol", "reference"),
    [
        (OVERLAY, True, BRUSH),
        (OVERLAY | {"run": "again", "report": {"title": "Another"}, "device": "cpu"}, True, BRUSH),
        (
            OVERLAY | {"training": {"threads": 2}, "notebooks": {"confusions": {"model": "netlin"}}},
            True,
            BRUSH,
        ),
        (OVERLAY | {"seeds": 6}, True, None),
        (OVERLAY | {"training": {"epochs": 9}}, False, None),
        (OVERLAY | {"dataset": {"name": "brush", "brush": {"seed": 1}}}, True, None),
        (OVERLAY | {"studies": ["characters"]}, True, None),
        (KMNIST, True, PUBLISHED),
        (KMNIST, False, None),
        (KMNIST | {"seeds": 1}, True, None),
        (KMNIST | {"studies": ["encoders"]}, True, None),
    ],
)
def test_a_run_has_a_reference_if_it_computes_the_same(settings, published_protocol, reference):
    config = resolve(settings)
    assert reference_of(config, resolve(OVERLAY), published_protocol=published_protocol) == reference
    # Other files than the official ones have no reference.
    config["dataset"] |= {"name": "kmnist", "files": [{}]}
    assert reference_of(config, resolve(OVERLAY), published_protocol=published_protocol) is None


def row(column, value, tolerance="0", file="a/table.csv", place="model=x, hidden=4"):
    return dict(zip(COLUMNS, (file, place, column, value, tolerance, "why"), strict=True))


@pytest.fixture
def run(tmp_path):
    """A run of two tables."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a/table.csv").write_text("model,hidden,rate,word\nx,3,0.1,no\nx,4,0.52,yes\ny,4,,\n")
    (tmp_path / "a/object.json").write_text('{"solved": 3, "step": 17500.0}')
    return tmp_path


@pytest.mark.parametrize(
    ("reference", "measured", "is_within"),
    [
        (row("rate", "0.5", "0.02"), "0.52", True),
        (row("rate", "0.5", "0.019"), "0.52", False),
        (row("rate", "0.52"), "0.52", True),
        (row("word", "yes"), "yes", True),
        (row("word", "no"), "yes", False),
        (row("rate", "0.5", "1", place="model=y, hidden=4"), "", False),
        (row("rate", "0.5", "1", place="model=z, hidden=4"), "", False),
        (row("solved", "3", file="a/object.json", place=""), "3", True),
        (row("step", "17500", file="a/object.json", place=""), "17500.0", True),
        (row("solved", "4", file="a/object.json", place=""), "3", False),
    ],
)
def test_numbers_are_within_their_tolerance_and_words_are_the_same(run, reference, measured, is_within):
    (found,) = compare([reference], run)
    assert (found["measured"], found["within"]) == (measured, str(is_within))


def test_what_lies_outside_is_named_with_how_far_it_may():
    inside = {**row("rate", "0.5", "0.1"), "measured": "0.55", "difference": "0.05", "within": "True"}
    outside = {**row("rate", "0.5", "0.01"), "measured": "0.6", "difference": "0.1", "within": "False"}
    missing = {**row("word", "yes"), "measured": "", "difference": "", "within": "False"}
    assert said([inside] * 3) == "Reproduced: 3 of 3 reference values"
    assert said([inside, outside, missing]) == (
        "Reproduced: 1 of 3 reference values; a/table.csv model=x, hidden=4 rate is 0.6, not 0.5 ± 0.01; "
        "a/table.csv model=x, hidden=4 word is missing, not yes"
    )
    assert said([outside] * 7).endswith("; 2 more are in reproduction.csv")


def test_a_published_value_is_where_one_more_run_would_fall():
    published = [{"model": "x", "accuracy": "0.80", "loss": ""}]
    means = pd.DataFrame(
        [("x", "accuracy", 4, 0.81, 0.02), ("x", "loss", 4, 1, 0.1), ("y", "accuracy", 4, 1, 0.1)],
        columns=["model", "measure", "seeds", "mean", "sd"],
    )
    (found,) = published_values(published, means.astype(str).to_dict("records"))
    assert (found["row"], found["value"]) == ("model=x, measure=accuracy", "0.80")
    # Student's t at 97.5 % with three degrees of freedom, as tables have it.
    assert float(found["tolerance"]) == pytest.approx(3.182 * 0.02 * (1 + 1 / 4) ** 0.5, rel=1e-3)
    done = [{**found, "measured": "0.81", "difference": "0.01", "within": "True"}]
    assert said(done) == "Reproduced: 1 of 1 published values"


def test_a_reference_has_the_values_of_its_rules_alone(run):
    rules = [
        {"files": ["a/table.csv"], "rows": ["model", "hidden"], "columns": ["rate", "word"]},
        {"files": ["a/table.csv"], "rows": ["hidden"], "columns": ["word"], "only": {"hidden": [3]}},
        {"files": ["a/object.json"], "columns": ["step"]},
    ]
    found = [*reference_rows(run, [{**rule, "tolerance": 0.5, "why": "so"} for rule in rules])]
    assert [(each["row"], each["column"], each["value"]) for each in found] == [
        ("model=x, hidden=3", "rate", "0.1"),
        ("model=x, hidden=3", "word", "no"),
        ("model=x, hidden=4", "rate", "0.52"),
        ("model=x, hidden=4", "word", "yes"),
        ("hidden=3", "word", "no"),
        ("", "step", "17500.0"),
    ]
    assert {(each["tolerance"], each["why"]) for each in found} == {("0.5", "so")}
    assert all(each["within"] == "True" for each in compare(found, run))


def test_the_reference_is_what_its_rules_say():
    rows = rows_of(ROOT / BRUSH)
    ruled = {
        (file, column, str(rule["tolerance"]), rule["why"])
        for rule in RULES
        for file in rule["files"]
        for column in rule["columns"]
    }
    assert {(one["file"], one["column"], one["tolerance"], one["why"]) for one in rows} == ruled
    assert tuple(rows[0]) == COLUMNS and len({tuple(one.values())[:3] for one in rows}) == len(rows) == 150


@pytest.fixture
def clone(run, tmp_path, monkeypatch):
    """A finished brush run of the two tables, and a project with rules for them."""
    (tmp_path / "project/reference").mkdir(parents=True)
    (tmp_path / "project" / reproduction.RULES).write_text(
        "values: [{files: [a/table.csv], rows: [model, hidden], columns: [rate], tolerance: 0.1, why: so}]\n"
    )
    monkeypatch.setattr(reproduction, "ROOT", tmp_path / "project")
    folder = shutil.copytree(run / "a", tmp_path / "results/brush/a").parent
    (folder / "config.yaml").write_text("dataset: {name: brush}\n")
    with (folder / NAME).open("w") as stream:
        csv.DictWriter(stream, [*COLUMNS, "measured", "difference", "within"]).writeheader()
    (folder / MANIFEST).write_text(format_manifest(hashes(folder)))
    return folder


def test_maintainers_renew_the_reference_from_a_finished_run(clone, tmp_path, capsys):
    main([str(clone)])
    assert capsys.readouterr().out == f"{BRUSH}: 2 values of {clone}\n"
    assert [each["value"] for each in rows_of(tmp_path / "project" / BRUSH)] == ["0.1", "0.52"]


@pytest.mark.parametrize("fault", ["changed table", "other images", "no reference", "no run"])
def test_a_run_that_is_no_reference_is_refused_in_one_sentence(clone, fault):
    if fault == "changed table":
        (clone / "a/table.csv").write_text("model,hidden,rate\n")
    elif fault == "no run":
        shutil.rmtree(clone)
    else:
        (clone / "config.yaml").write_text(
            f"dataset: {{name: {'idx' if fault == 'other images' else 'brush'}}}"
        )
        if fault == "no reference":
            (clone / NAME).unlink()
        (clone / MANIFEST).write_text(format_manifest(hashes(clone)))
    with pytest.raises(SystemExit) as end:
        main([str(clone)])
    assert str(clone) in str(end.value) and "\n" not in str(end.value)


def test_only_a_reproduction_of_the_manifest_is_said(clone):
    assert reproduced(clone) == "Reproduced: 0 of 0 reference values"
    (clone / NAME).write_text("left over\n")
    assert reproduced(clone) == ""
    shutil.rmtree(clone)
    assert reproduced(clone) == ""
