"""Sensitivity ablations through the whole command: what they train and leave, and what is refused."""

import json
import shutil

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


SWEEP = {"setting": "learning_rate", "values": [0.01, 0.1, 1.0e30], "networks": ["netlin", "netconv"]}


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


@pytest.mark.slow
def test_a_sweep_at_which_training_diverges_says_so_and_ends_well(workflow):
    changes = {"dataset": {"brush": {"train": 300, "test": 100}}, "training": {"epochs": 1, "validation": 20}}
    overlay = workflow.overlay("swept.yaml", {"run": "tiny", "sweep": SWEEP, **changes})
    result = workflow.snakemake("results/tiny/characters/swept.csv", *SMOKE, overlay)
    assert result.returncode == 0, result.stdout + result.stderr
    assert (
        "netconv seed 0: training diverged in epoch 1; the sweep counts it" in result.stdout + result.stderr
    )
    characters = workflow.path("results/tiny/characters")
    found = {(row["value"], row["model"]): row for row in rows(characters / "swept.csv")}
    assert [*found] == [(value, model) for value in ("0.01", "0.1", "1e+30") for model in SWEEP["networks"]]
    last = found["1e+30", "netconv"]
    assert (last["seeds"], last["diverged"], last["accuracy_mean"], last["difference"]) == ("0", "2", "", "")
    changed = "sensitivity/learning_rate-0.1"
    accuracies = [
        [
            json.loads((characters / f"{place}netlin/seed-{k}/metrics.json").read_text())["accuracy"]
            for k in (0, 1)
        ]
        for place in ("", f"{changed}/")
    ]
    row = found["0.1", "netlin"]
    assert float(row["difference"]) == pytest.approx((sum(accuracies[1]) - sum(accuracies[0])) / 2)
    assert found["0.01", "netlin"]["difference"] == ""


@pytest.mark.slow
def test_variants_leave_the_evidence_of_any_run_and_are_compared_in_pairs(workflow):
    overlay = workflow.overlay(
        "tiny.yaml",
        {
            "run": "tiny",
            "dataset": {"brush": {"train": 200, "test": 100}},
            "characters": {"networks": {"mine": "my {net}/norm <1>.py"}},
            "sensitivity": {"seeds": 2, "order": ["netlin"], "precision": ["netfull", "mine"]},
            "training": {"epochs": 1, "validation": 20},
        },
    )
    # A network of the user's own, in a folder whose name Snakemake would take for variables of its own.
    file = workflow.path("my {net}/norm <1>.py")
    file.parent.mkdir()
    shutil.copy(workflow.path("config/networks/norm.py"), file)
    targets = ["results/tiny/characters/figures/sensitivity.svg", "results/tiny/report/draw.json"]
    result = workflow.snakemake(*targets, *SMOKE, overlay)
    assert result.returncode == 0, result.stdout + result.stderr
    characters = workflow.path("results/tiny/characters")
    table = rows(characters / "sensitivity.csv")
    assert [(row["variant"], row["model"], row["seeds"]) for row in table] == [
        ("shuffled", "netlin", "2"),
        ("bfloat16", "netfull-20", "2"),
        ("bfloat16", "mine", "2"),
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

    described = json.loads((characters / "mine/network.json").read_text())
    tables = [
        "summary",
        "economy",
        "comparisons",
        "per_class",
        "shifts",
        "occlusion",
        "means",
        "confused_pairs",
    ]
    assert [
        name for name in tables if not any("mine" in row.values() for row in rows(characters / f"{name}.csv"))
    ] == []
    summary = {row["model"]: row for row in rows(characters / "summary.csv")}
    drawn = [row for row in rows(characters / "figures/networks.csv") if row["model"] == "mine"]
    assert int(summary["mine"]["parameters"]) == described["parameters"]
    assert sum(int(row["parameters"]) for row in drawn) == described["parameters"]
    page = json.loads(workflow.path("results/tiny/report/draw.json").read_text())
    assert [network["model"] for network in page["networks"]] == ["netlin", "netfull-20", "netconv"]
    assert [*file.parent.iterdir()] == [file]
    # A changed file trains its network again, and no other.
    file.write_text(f"{file.read_text()}# changed\n")
    planned = workflow.planned(*targets, *SMOKE, overlay)
    trained = {name: count for name, count in planned.items() if name.startswith(("train", "check"))}
    assert trained == {"check_own_network": 1, "train_own_network": 2, "train_own_network_variants": 2}


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
