"""Sensitivity ablations through the whole command: what they train and leave, and what is refused."""

import json
import os

import numpy as np
import pytest

from tests.study import rows
from tests.workflow.conftest import NETWORK, OWN, PICTURES

SMOKE = ("--configfile", "config/smoke.yaml")
ABLATIONS = {"train_perceptron_variants", "train_netconv_variants", "summarise_sensitivity"}


def test_smoke_and_brush_train_no_variant(workflow):
    for name in ("smoke", "brush"):
        assert not ABLATIONS & set(workflow.planned("--configfile", f"config/{name}.yaml"))


def test_the_kmnist_study_trains_each_variant_on_five_of_its_seeds(workflow):
    jobs = workflow.planned()
    assert {name: jobs[name] for name in ABLATIONS} == {
        "train_perceptron_variants": 2,
        "train_netconv_variants": 5,
        "summarise_sensitivity": 1,
    }


SWEEP = OWN["sweep"]


@pytest.mark.parametrize(
    ("sweep", "expected"),
    [
        # The main study's own value is not trained twice; hidden sizes are widths, one of which is there.
        (SWEEP, {"train_perceptron_sweep": 2, "train_netconv_variants": 4, "train_perceptrons": 4}),
        (
            {"setting": "hidden", "values": [10, 30], "networks": ["netfull"]},
            {"train_perceptron_sweep": 0, "train_netconv_variants": 0, "train_perceptrons": 5},
        ),
    ],
    ids=["learning rate", "hidden"],
)
def test_a_sweep_trains_what_the_main_study_has_not(workflow, sweep, expected):
    overlay = workflow.overlay("swept.yaml", {"run": "tiny", "sweep": sweep})
    jobs = workflow.planned(*SMOKE, overlay)
    assert {name: jobs.get(name, 0) for name in expected} == expected
    assert jobs["summarise_sweep"] == 1 and "train_perceptron_variants" not in jobs


def accuracies(characters, place):
    """The accuracies of the two seeds of a network, or of an ablation of it."""
    files = [characters / place / f"seed-{seed}/metrics.json" for seed in range(2)]
    return np.array([json.loads(file.read_text())["accuracy"] for file in files])


@pytest.mark.slow
def test_a_sweep_at_which_training_diverges_says_so_and_ends_well(own_run):
    printed = own_run.path("printed.txt").read_text(encoding="utf-8")
    assert "netconv seed 0: training diverged in epoch 1; the sweep counts it" in printed
    characters = own_run.results / "characters"
    found = {(row["value"], row["model"]): row for row in rows(characters / "swept.csv")}
    assert [*found] == [(value, model) for value in ("0.01", "0.1", "1e+30") for model in SWEEP["networks"]]
    last = found["1e+30", "netconv"]
    assert (last["seeds"], last["diverged"], last["accuracy_mean"], last["difference"]) == ("0", "2", "", "")
    changed = accuracies(characters, "sensitivity/learning_rate-0.1/netlin")
    difference = (changed - accuracies(characters, "netlin")).mean()
    assert float(found["0.1", "netlin"]["difference"]) == pytest.approx(difference)
    assert found["0.01", "netlin"]["difference"] == ""


@pytest.mark.slow
def test_variants_leave_the_evidence_of_any_run_and_are_compared_in_pairs(own_run):
    characters = own_run.results / "characters"
    table = rows(characters / "sensitivity.csv")
    assert [(row["variant"], row["model"], row["seeds"]) for row in table] == [
        ("shuffled", "netlin", "2"),
        ("bfloat16", "netfull-10", "2"),
        ("bfloat16", "mine", "2"),
    ]
    for row in table:
        changed = accuracies(characters, f"sensitivity/{row['variant']}/{row['model']}")
        difference = (changed - accuracies(characters, row["model"])).mean()
        assert float(row["difference"]) == pytest.approx(difference)
    shuffled = characters / "sensitivity/shuffled/netlin/seed-0"
    assert {path.name for path in shuffled.iterdir()} == {
        "weights.safetensors", "history.csv", "timing.csv", "predictions.npz", "metrics.json",
    }  # fmt: skip
    metrics = json.loads((shuffled / "metrics.json").read_text())
    assert 0 <= metrics["validation_accuracy"] <= 1
    weights = [folder / "weights.safetensors" for folder in (shuffled, characters / "netlin/seed-0")]
    assert weights[0].read_bytes() != weights[1].read_bytes()


@pytest.mark.slow
def test_a_network_of_ones_own_is_in_every_table_and_its_file_alone_is_what_it_leaves(own_run):
    characters = own_run.results / "characters"
    described = json.loads((characters / "mine/network.json").read_text())
    tables = "summary economy comparisons per_class shifts occlusion means confused_pairs"
    for name in tables.split():
        assert any("mine" in row.values() for row in rows(characters / f"{name}.csv")), name
    summary = {row["model"]: row for row in rows(characters / "summary.csv")}
    drawn = [row for row in rows(characters / "figures/networks.csv") if row["model"] == "mine"]
    assert int(summary["mine"]["parameters"]) == described["parameters"]
    assert sum(int(row["parameters"]) for row in drawn) == described["parameters"]
    page = json.loads((own_run.results / "report/draw.json").read_text())
    assert [network["model"] for network in page["networks"]] == ["netlin", "netfull-10", "netconv"]
    file = own_run.path(NETWORK)
    assert [*file.parent.iterdir()] == [file]


@pytest.mark.slow
def test_a_changed_file_of_a_network_or_picture_reruns_its_users_and_what_systems_leave_nothing(
    own_run, tmp_path
):
    study, overlay = own_run.copy(tmp_path / "study"), ("--configfile", "own.yaml")
    file, picture = study.path(NETWORK), study.path(PICTURES, "train/a/4.png")
    file.write_text(f"{file.read_text()}# changed\n")
    picture.with_name("Thumbs.db").write_bytes(b"left by a system")
    planned = study.planned(*overlay)
    trained = {
        name: count for name, count in planned.items() if name.startswith(("prepare", "train", "check"))
    }
    assert trained == {"check_own_network": 1, "train_own_network": 2, "train_own_network_variants": 2}
    # Under its old time stamp.
    times = picture.stat()
    picture.write_bytes(picture.with_name("6.png").read_bytes())
    os.utime(picture, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert study.planned(*overlay)["prepare_dataset"] == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "found no file that can be read"),
        ("class Network(", "line 1 is no Python ('(' was never closed)"),
    ],
)
def test_a_file_without_a_network_is_named_before_any_job_starts(workflow, text, said):
    overlay = workflow.overlay("bad.yaml", {"characters": {"networks": {"bad": "bad net.py"}}})
    workflow.path("bad net.py").unlink(missing_ok=True)
    if text:
        workflow.path("bad net.py").write_text(text)
    result = workflow.snakemake("--dry-run", *SMOKE, overlay)
    assert result.returncode == 1
    assert f"bad net.py: {said}" in result.stdout
    assert "Traceback" not in result.stdout
