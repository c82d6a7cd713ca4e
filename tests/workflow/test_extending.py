"""More seeds or restarts cost those alone: what was trained before keeps its bytes."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace

import pytest
from safetensors import safe_open

from tests.study import Study

pytestmark = pytest.mark.slow

# Of each job, by its log: an output, the seeds that it trains at first, and after the extension.
JOBS = {
    "train_perceptrons/netfull-10": ("characters/netfull-10/seed-{last}/metrics.json", 2, 6),
    "train_perceptron_variants/shuffled-netlin": (
        "characters/sensitivity/shuffled/netlin/seed-{last}/metrics.json", 1, 3,
    ),
    "train_checkerboard/hidden-4": ("checkerboard/restarts/hidden-4/rate-0.01.safetensors", 4, 10),
    "train_encoder/identity-4": ("encoders/identity-4/runs.safetensors", 2, 7),
    "train_encoder_for_longer/identity-5": ("encoders/identity-5/longer_runs.safetensors", 2, 7),
    "train_restarts/srn-anb2n": ("sequences/srn-anb2n/snapshots.safetensors", 4, 40),
    "train_restarts/lstm-anb2nc3n": ("sequences/lstm-anb2nc3n/snapshots.safetensors", 2, 5),
}  # fmt: skip


def targets(large: bool) -> list[str]:
    """An output of each job, of the last seed where each has its own."""
    counts = {output: after if large else before for output, before, after in JOBS.values()}
    return [f"results/extended/{output}".format(last=count - 1) for output, count in counts.items()]


def config(large: bool, **changes: dict) -> dict:
    """The study, with few or with more seeds of everything, and changes in its blocks."""
    blocks = {
        "dataset": {"name": "brush", "brush": {"train": 1200, "test": 400}},
        "training": {"epochs": 2},
        "characters": {"hidden": 10, "widths": [10]},
        "sensitivity": {"seeds": 3 if large else 1, "order": ["netlin"], "precision": []},
        "checkerboard": {
            "hidden": [4],
            "restarts": 10 if large else 4,
            "training": {"rates": [{"learning_rate": 0.01, "max_epochs": 1500}], "consecutive": 50},
        },
        "encoders": {
            "tables": ["identity-4", "identity-5"],
            "seeds": 7 if large else 2,
            "caps": [100, 1000],
            "snapshots": [50, 200],
            "shown": [],
            "patience": {"tables": ["identity-5"], "max_epochs": 2000},
        },
        "sequences": {
            "steps": 20000,
            "interval": 1000,
            "restarts": {"srn-anb2n": 40 if large else 4, "lstm-anb2nc3n": 5 if large else 2},
        },
    }
    for block, content in changes.items():
        blocks[block] = {**blocks[block], **content}
    return {"run": "extended", "seeds": 6 if large else 2, **blocks}


def make(study: Study, large: bool, **changes: dict) -> dict[str, int]:
    """Train the study and say by the log of each job that ran how many seeds it trained."""
    since = time.time()
    code, printed = study.run(study.overlay("extended.yaml", config(large, **changes)).name, *targets(large))
    assert code == 0, printed[-5000:]
    logs = {job: study.results / f"logs/{job}.log" for job in JOBS}
    return {
        job: newly_trained(path.read_text(), JOBS[job][2 if large else 1])
        for job, path in logs.items()
        if path.stat().st_mtime >= since
    }


def newly_trained(log: str, seeds: int) -> int:
    """How many seeds a job has trained and not taken as they were, by its log."""
    found = re.search(r"(\d+) of \d+ were trained before, (\d+) are new", log)
    kept = int(found[1]) if found else log.count("trained before, kept")
    assert not found or kept + int(found[2]) == seeds
    return seeds - kept


def evidence(study: Study) -> dict[str, str]:
    """The hashes of all that was trained, and the bytes of the times, which only a new training changes."""
    times = {
        str(path.relative_to(study.results)): path.read_text()
        for path in study.results.glob("characters/**/timing.csv")
    }
    return study.hashes() | times


ALL = {job: after for job, (_, _, after) in JOBS.items()}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    study = replace(Study.new(tmp_path_factory.mktemp("small") / "study"), name="extended")
    assert make(study, large=False) == {job: before for job, (_, before, _) in JOBS.items()}
    return study


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    study = replace(Study.new(tmp_path_factory.mktemp("fresh") / "study"), name="extended")
    assert make(study, large=True) == ALL
    return study


@pytest.fixture
def study(small, tmp_path):
    return small.copy(tmp_path / "study")


def seeds_in(checkpoint) -> int:
    """How many finished seeds a checkpoint holds."""
    with safe_open(checkpoint, framework="numpy") as file:
        return len(json.loads(file.metadata()["progress"]))


def test_only_new_seeds_are_trained_even_after_a_kill_and_all_bytes_are_those_of_a_fresh_run(
    small, study, fresh
):
    checkpoints = study.results / "checkpoints"
    restarts = checkpoints / "sequences/srn-anb2n/snapshots.safetensors"
    running = study.start(study.overlay("extended.yaml", config(large=True)).name, *targets(True))
    while seeds_in(restarts) == 4:
        assert not running.is_over(), running.words
        time.sleep(0.01)
    running.kill()
    finished = seeds_in(restarts)
    networks = len(list(checkpoints.glob("characters/netfull-10/seed-*")))
    assert 4 < finished < 40 and networks >= 2
    trained = make(study, large=True)
    assert trained["train_restarts/srn-anb2n"] == 40 - finished
    assert trained["train_perceptrons/netfull-10"] in (6 - networks, 6 - networks + 1)
    new = {job: after - before for job, (_, before, after) in JOBS.items()}
    assert all(count <= new[job] for job, count in trained.items())
    assert study.hashes() == fresh.hashes()
    kept = {name: value for name, value in evidence(small).items() if "/seed-" in name}
    assert len(kept) == 3 * 5 and kept.items() <= evidence(study).items()
    # Back to fewer seeds and to more again: nothing is trained.
    assert not any(make(study, large=False).values())
    assert not any(make(study, large=True).values())
    assert study.hashes() == fresh.hashes()


CLASSIFIERS = {"train_perceptrons/netfull-10", "train_perceptron_variants/shuffled-netlin"}
ENCODERS = {"train_encoder/identity-4", "train_encoder_for_longer/identity-5"}
SEQUENCES = {"train_restarts/srn-anb2n", "train_restarts/lstm-anb2nc3n"}
OTHER_SETTINGS = {
    "training": {"epochs": 2, "learning_rate": 0.02},
    "encoders": {**config(large=True)["encoders"], "training": {"learning_rate": 0.3}},
    "sequences": {"weight_decay": 0.001},
}


# Of each case the settings, and the files of the workflow, whose change trains some jobs anew: each of these
# for one reason.
CASES = {
    "settings and the library of the rest": (
        OTHER_SETTINGS,
        ["src/hidden_units/checkerboard/training.py"],
        {*JOBS},
    ),
    "data, library and script of some": (
        {"dataset": {"brush": {"train": 1300, "test": 400}}},
        ["src/hidden_units/encoders/training.py", "workflow/scripts/train_restarts.py"],
        CLASSIFIERS | ENCODERS | SEQUENCES,
    ),
}


@pytest.mark.parametrize(("changes", "files", "again"), CASES.values(), ids=CASES)
def test_nothing_is_taken_that_another_setting_image_or_file_has_trained(study, changes, files, again):
    for file in files:
        with study.path(file).open("a") as stream:
            stream.write("\n# a change\n")
    expected = {job: after - (0 if job in again else before) for job, (_, before, after) in JOBS.items()}
    assert make(study, large=True, **changes) == expected
