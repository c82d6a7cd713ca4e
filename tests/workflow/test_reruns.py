"""What a change reruns, proved by dry runs on a finished study."""

import os
import re
import shutil
import time
from pathlib import Path

import pytest

from tests.study import Study, job_counts

SMOKE = ("--configfile", "config/smoke.yaml")
TRAINING = {"train_perceptrons", "train_netconv"}
REPORT = {
    "render_report",
    "render_pdf",
    "collect_provenance",
    "write_manifest",
    "write_crate",
}
ENDINGS = {".js": "\n// a change\n", ".css": "\n/* a change */\n", ".ipynb": "\n"}
NOTEBOOKS = {"run_confusions", "run_width_sweep", "run_state_space", "render_notebooks"}


@pytest.fixture
def restored(finished):
    """Files of the finished study by name, to be changed; they are put back afterwards, with their times."""
    originals = {}

    def remember(name):
        path = finished.path(name)
        originals[path] = path.read_bytes(), path.stat()
        return path

    yield remember
    for path, (content, before) in originals.items():
        path.write_bytes(content)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.fixture
def changed(restored):
    """Append a line to files of the finished study."""

    def change(name, line="\n# a change\n"):
        path = restored(name)
        path.write_bytes(path.read_bytes() + line.encode())

    return change


def jobs_after(finished, change):
    """Jobs that the smoke study would run with another overlay on top."""
    return finished.planned(*SMOKE, finished.overlay("change.yaml", change))


def rules(finished, change=None):
    return set(jobs_after(finished, change or {})) - {"all"}


def test_a_second_run_finds_nothing_to_do_even_with_more_memory_or_time(finished):
    limits = ("--set-resources", "train_netconv:mem_mb=4000", "train_restarts:runtime=300")
    assert finished.planned(*SMOKE, *limits) == {}


@pytest.mark.slow
def test_what_somebody_deleted_is_made_again_and_left_alone_under_another_configuration(finished, tmp_path):
    history = finished.path("results/smoke/characters/netconv/seed-0/history.csv")
    # Moved and not copied, it keeps its time.
    kept = shutil.move(history, tmp_path / "history.csv")
    try:
        assert {"train_netconv", "render_report"} <= rules(finished)
        assert "train_netconv" not in rules(finished, {"report": {"title": "Another"}})
    finally:
        shutil.move(kept, history)
    assert rules(finished) == set()


STAMPED = [
    "src/hidden_units/characters/training.py",
    "workflow/scripts/train_classifiers.py",
    "workflow/notebooks/confusions.ipynb",
    "config/pictures/heart.yaml",
    "results/smoke/data/train_images.npy",
    "results/smoke/report/report.html",
    "results/smoke/characters/summary.csv",
]


def test_new_time_stamps_alone_rerun_nothing(finished, restored):
    for name in STAMPED:
        restored(name).touch()
    assert rules(finished) == set()


# `finished` is itself a copy with its stamps and records.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("copy_file", "records"),
    [(shutil.copyfile, True), (shutil.copy2, False), (shutil.copyfile, False)],
    ids=["new stamps", "without .snakemake", "neither"],
)
def test_a_copy_of_a_finished_study_has_nothing_to_do(finished, tmp_path, copy_file, records):
    shutil.copytree(finished.folder, tmp_path / "study", symlinks=True, copy_function=copy_file)
    copy = Study(tmp_path / "study")
    if not records:
        shutil.rmtree(copy.path(".snakemake"))
    # Without records and time stamps only a run may put the stamps in order.
    if not records and copy_file is shutil.copyfile:
        assert "Nothing to be done" in copy.snakemake(*SMOKE).stdout
    assert rules(copy) == set()


@pytest.mark.slow
def test_without_snakemakes_records_another_configuration_is_made_anew(finished, tmp_path):
    copy = Study(tmp_path / "study")
    shutil.copytree(finished.folder, copy.folder, ignore=shutil.ignore_patterns(".snakemake"))
    assert rules(copy, {"report": {"title": "Another"}}) == {"write_config", *REPORT}
    assert rules(copy, {"training": {"epochs": 9}}) >= {"prepare_dataset", *TRAINING, "write_config"}


# Of each edited file what is made again, among others.
EDITED = {
    "config/pictures/heart.yaml": {"train_encoder"},
    "workflow/scripts/draw_encoders.py": {"draw_encoders"},
    "results/smoke/characters/summary.csv": {"summarise_characters"},
    "results/smoke/characters/netlin/seed-0/metrics.json": {"train_perceptrons"},
    "results/smoke/report/report.html": {"render_report"},
    "results/smoke/config.yaml": {"write_config"},
    "results/smoke/notebooks/confusions.ipynb": {"run_confusions"},
}


# Changed in place, with the time stamp that it had, and long after that of what was made from it.
@pytest.mark.slow
@pytest.mark.parametrize("stamp", ["kept", "year ahead"])
def test_a_changed_file_counts_whatever_its_time_stamp(finished, restored, stamp):
    for name in EDITED:
        path = restored(name)
        before = path.stat().st_mtime_ns
        path.write_bytes(path.read_bytes() + b"\n")
        os.utime(path, ns=(before, before + (365 * 86400 * 10**9 if stamp == "year ahead" else 0)))
    planned = finished.snakemake("--dry-run", *SMOKE).stdout
    jobs = job_counts(planned)
    assert {*jobs} >= set().union(*EDITED.values(), REPORT)
    # Other seeds and tables are left alone.
    assert jobs["train_perceptrons"] == jobs["train_encoder"] == 1 and "train_netconv" not in jobs
    told = set(re.findall(r"(\S+): edited since its job wrote it", planned))
    assert told == {name for name in EDITED if name.startswith("results/")}


def test_a_source_from_the_future_is_told_before_any_job(workflow):
    own = workflow.path("own.yaml")
    shutil.copyfile(workflow.path("config/pictures/heart.yaml"), own)
    tomorrow = time.time() + 86400
    os.utime(own, times=(tomorrow, tomorrow))
    overlay = workflow.overlay(
        "future.yaml", {"run": "future", "encoders": {"tables": ["own.yaml"], "shown": []}}
    )
    result = workflow.snakemake(*SMOKE, overlay)
    assert result.returncode == 1 and "own.yaml: its time stamp is" in result.stdout
    assert not workflow.path("results/future").exists()


# What a change of a file reruns, exactly.
TABLE = {
    "workflow/scripts/draw_encoders.py": {"draw_encoders", *REPORT},
    "report/templates/chapters/claims.html.j2": REPORT,
    "report/browser/page.js": REPORT,
    "report/published/claims.yaml": {"judge_claims", *REPORT},
    "report/published/protocol.yaml": {"judge_claims", *REPORT},
    "report/captions/characters/sweep.rst": REPORT,
    "report/style.css": {*REPORT, "render_notebooks"},
    "envs/requirements.lock": REPORT,
    "workflow/scripts/measure_claims.py": {"measure_claims", "judge_claims", *REPORT},
    "workflow/notebooks/confusions.ipynb": {
        "run_confusions", "render_notebooks", "write_manifest", "write_crate",
    },
    "config/pictures/heart.yaml": {"train_encoder", "summarise_encoders", "draw_encoders", *REPORT},
    "src/hidden_units/characters/figures.py": {"draw_characters", *REPORT},
    "src/hidden_units/checkerboard/figures.py": {"draw_checkerboard", *REPORT},
    "src/hidden_units/encoders/figures.py": {"draw_encoders", *REPORT},
    "src/hidden_units/sequences/figures/lstm.py": {"draw_sequences", *REPORT},
}  # fmt: skip
UNUSED = [
    "src/hidden_units/gpu_slots.py",
    "src/hidden_units/failures.py",
    "src/hidden_units/machine.py",
    "src/hidden_units/config/training.py",
    "report/captions/report.rst",
    "profiles/default/config.yaml",
    "profiles/slurm/config.yaml",
]


@pytest.fixture(scope="module")
def jobs(finished):
    """Of each job of the whole study its rule, inputs and outputs, as Snakemake prints them."""
    printed = finished.snakemake(*SMOKE, "--dry-run", "--forceall").stdout
    found = re.findall(
        r"^(?:local)?rule (\w+):\n(?: +input: (.*)\n)?(?: +output: (.*)\n)?", printed, re.MULTILINE
    )
    return [(rule, {*inputs.split(", ")}, {*outputs.split(", ")} - {""}) for rule, inputs, outputs in found]


def users(jobs, name):
    """The rules of all jobs that read a file, or what is made from it."""
    names, found = {name}, set()
    while more := [job for job in jobs if job[1] & names and job[0] not in found | {"all"}]:
        found |= {rule for rule, _, _ in more}
        names |= set().union(*(outputs for _, _, outputs in more))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLE)
def test_the_users_of_a_file_are_those_of_the_table(jobs, name):
    # Notebooks read modules that draw; what they make of these is theirs.
    assert users(jobs, name) - (NOTEBOOKS if "figures" in name else set()) == TABLE[name]


@pytest.mark.slow
@pytest.mark.parametrize(
    "names", [UNUSED, ["workflow/scripts/draw_encoders.py"], ["report/browser/page.js"], TABLE], ids=len
)
def test_a_change_reruns_all_users_of_what_was_changed_and_nothing_else(finished, jobs, changed, names):
    for name in names:
        changed(name, ENDINGS.get(Path(name).suffix, "\n# a change\n"))
    assert rules(finished) == set().union(*(users(jobs, name) for name in names))


@pytest.mark.parametrize(
    ("name", "again", "left"),
    [
        ("statistics/intervals", {"summarise_characters"}, ("train_", "prepare_")),
        ("characters/evaluation", {"summarise_characters"}, ("train_", "prepare_")),
        ("characters/training", TRAINING, ("prepare_",)),
    ],
)
def test_a_changed_module_reruns_what_uses_it(jobs, name, again, left):
    planned = users(jobs, f"src/hidden_units/{name}.py")
    assert planned >= again and not [rule for rule in planned if rule.startswith(left)]


CLASSIFIERS = {"train_perceptrons": 4, "train_netconv": 2}
GEOMETRY = ("train_checkerboard", "train_encoder", "evaluate_step")
SEQUENCES = ("train_restarts", "evaluate_restarts", "measure_", "extract_")
PICTURES = ["identity-4", "identity-8", "star16", "config/pictures/heart.yaml"]


# The jobs, by rule, that a changed configuration reruns, and how the names of rules begin that it leaves.
@pytest.mark.parametrize(
    ("change", "again", "left"),
    [
        (
            {"dataset": {"brush": {"train": 1300, "test": 400}}},
            {"prepare_dataset": 1, "evaluate_baselines": 1, **CLASSIFIERS, "run_confusions": 1},
            (*GEOMETRY, *SEQUENCES),
        ),
        ({"training": {"learning_rate": 0.02}}, CLASSIFIERS, ("prepare_", "evaluate_baselines", "draw_data")),
        ({"characters": {"neighbours": 3}}, {"evaluate_baselines": 1}, (*TRAINING, "prepare_")),
        ({"characters": {"widths": [10, 20, 40, 60]}}, {"train_perceptrons": 1}, ("train_netconv",)),
        (
            {"checkerboard": {"restarts": 5}},
            {"train_checkerboard": 2},
            (*TRAINING, "train_encoder", "summarise_encoders", "draw_encoders", "prepare_", "evaluate_step"),
        ),
        (
            {"checkerboard": {"hidden": [4, 6, 7]}, "encoders": {"tables": [*PICTURES, "identity-5"]}},
            {"train_checkerboard": 1, "train_encoder": 1},
            (*TRAINING, *SEQUENCES),
        ),
    ],
    ids=["data", "learning rate", "neighbours", "width", "restarts", "sizes and tables"],
)
def test_a_changed_configuration_reruns_its_users_alone(finished, change, again, left):
    jobs = jobs_after(finished, change)
    assert jobs.items() >= {**again, **dict.fromkeys(REPORT, 1)}.items()
    assert not [rule for rule in jobs if rule.startswith(left)]


def test_another_title_renders_only(finished):
    planned = rules(finished, {"report": {"title": "Another"}})
    assert "render_report" in planned
    assert planned <= {*REPORT, "write_config"}


def test_the_device_alone_retrains_nothing_and_asks_for_gpus_where_there_is_training(finished):
    assert not rules(finished, {"device": "cuda"}) & TRAINING
    asked = finished.snakemake(*SMOKE, "--dry-run", "--forceall", "--config", "device=cuda").stdout
    spared = finished.snakemake(*SMOKE, "--dry-run", "--forceall", "--config", "device=cpu").stdout
    jobs = job_counts(asked)
    training_jobs = sum(jobs[rule] for rule in TRAINING)
    assert asked.count("gpu=1") == training_jobs
    assert "gpu=1" not in spared
