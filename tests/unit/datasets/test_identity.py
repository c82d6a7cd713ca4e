"""Evidence says on which data it was made, and that of another data set is noticed."""

import json
from pathlib import Path

import pytest

from hidden_units.datasets.identity import check_trained_on, data_identity
from tests.refusals import sentence

ROOT = Path(__file__).resolve().parents[3]
# How the scripts read what runs left behind, or tables made from it.
READS = [" read_metrics(", " read_predictions(", "(read_predictions", " pd.read_csv(", " ledger("]
ARRAYS = {part: letter * 64 for part, letter in zip(["train_images", "test_images"], "ab", strict=True)}


@pytest.fixture
def run(tmp_path):
    """A data set and three runs that were trained on it."""
    dataset = tmp_path / "data/dataset.json"
    dataset.parent.mkdir()
    dataset.write_text(json.dumps({"name": "made up", "arrays": ARRAYS}))
    paths = [tmp_path / f"characters/netlin/seed-{seed}/metrics.json" for seed in range(3)]
    for seed, path in enumerate(paths):
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"seed": seed, "data": data_identity({"arrays": ARRAYS})}))
    return dataset, paths


def test_the_identity_is_that_of_the_arrays_whatever_they_are_called():
    first = data_identity({"name": "kmnist", "arrays": ARRAYS})
    assert first == data_identity({"name": "mine", "arrays": dict(reversed(ARRAYS.items()))})
    assert first != data_identity({"name": "kmnist", "arrays": ARRAYS | {"test_images": "c" * 64}})
    assert len(first) == 64


def test_runs_of_one_data_set_pass(run):
    check_trained_on(*run)


@pytest.mark.parametrize(
    ("swapped", "found"), [({"data": "f" * 64}, "was trained on the data ffffffffffff"), ({}, "unnamed data")]
)
def test_one_run_of_other_data_is_named_with_the_way_out(run, swapped, found):
    dataset, paths = run
    paths[1].write_text(json.dumps({"seed": 1} | swapped))
    said = sentence(check_trained_on, dataset, paths)
    assert said.startswith(f"{paths[1].parent}: was trained on") and found in said
    assert f"expected {data_identity({'arrays': ARRAYS})[:12]}, the data of {dataset}" in said
    assert said.endswith("delete that folder, and the next run trains it again.")


@pytest.mark.parametrize(
    "script",
    [
        "summarise_characters",
        "tabulate_confusions",
        "compare_networks",
        "summarise_sensitivity",
        "judge_claims",
    ],
)
def test_what_puts_runs_together_checks_their_data_first(script):
    text = (ROOT / f"workflow/scripts/{script}.py").read_text(encoding="utf-8")
    checked = text.index("    check_trained_on(")
    assert all(checked < text.index(read) for read in READS if read in text)
