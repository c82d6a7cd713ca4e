"""Sensitivity ablations through the whole command: what they train and leave, and what is refused."""

import json

import pytest

from tests.study import rows

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


@pytest.mark.slow
def test_variants_leave_the_evidence_of_any_run_and_are_compared_in_pairs(workflow):
    overlay = workflow.overlay(
        "tiny.yaml",
        {
            "run": "tiny",
            "dataset": {"brush": {"train": 200, "test": 100}},
            "sensitivity": {"seeds": 2, "order": ["netlin"], "precision": ["netfull"]},
            "training": {"epochs": 1, "validation": 20},
        },
    )
    target = "results/tiny/characters/figures/sensitivity.svg"
    result = workflow.snakemake(target, *SMOKE, overlay)
    assert result.returncode == 0, result.stdout + result.stderr
    characters = workflow.path("results/tiny/characters")
    table = rows(characters / "sensitivity.csv")
    assert [(row["variant"], row["model"], row["seeds"]) for row in table] == [
        ("shuffled", "netlin", "2"),
        ("bfloat16", "netfull-20", "2"),
    ]
    for row in table:
        differences = [
            json.loads((characters / "sensitivity" / row["variant"] / run).read_text())["accuracy"]
            - json.loads((characters / run).read_text())["accuracy"]
            for run in (f"{row['model']}/seed-{seed}/metrics.json" for seed in range(2))
        ]
        assert float(row["difference"]) == pytest.approx(sum(differences) / 2)
    shuffled = characters / "sensitivity/shuffled/netlin/seed-0"
    assert {path.name for path in shuffled.iterdir()} == {
        "weights.safetensors", "history.csv", "timing.csv", "predictions.npz", "metrics.json",
    }  # fmt: skip
    metrics = json.loads((shuffled / "metrics.json").read_text())
    assert 0 <= metrics["validation_accuracy"] <= 1
    weights = [folder / "weights.safetensors" for folder in (shuffled, characters / "netlin/seed-0")]
    assert weights[0].read_bytes() != weights[1].read_bytes()
