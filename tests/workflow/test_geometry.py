"""The checkerboard and the encoders through the whole command: contracts, refusals, what a change reruns."""

import csv
import json

import numpy as np
import pytest
from safetensors.numpy import load_file

from hidden_units.checkerboard.models import TARGETS, network_from_mapping
from hidden_units.checkerboard.runs import read_restarts
from hidden_units.encoders.measures import is_solved
from hidden_units.encoders.runs import read_runs
from hidden_units.encoders.tables import read_picture, star16

pytestmark = pytest.mark.slow

SMOKE = ("--configfile", "config/smoke.yaml")
TABLES = ("identity-4", "identity-8", "star16", "heart")
FILES = {
    "checkerboard": [
        "step_activations.csv", "lines.json", "scaling.csv", "thresholds.json", "fewest_units.csv",
        "fewest_units.json", "restarts.csv", "success.csv", "learned.json", "figures/step_network.svg",
        "figures/half_planes.svg", "figures/scaling.svg", "figures/surfaces.svg", "figures/fewest_units.svg",
        "figures/restarts.svg", "figures/learned.svg", "figures/representatives.svg",
    ],
    "encoders": [
        *(f"{table}/{name}.csv" for table in TABLES for name in ("table", "codes", "lines")),
        "summary.csv", "measures.csv", "overview.csv", "outcomes.csv", "success.csv", "patience.csv",
        "stopping.csv", "stopping.json", "pictures.csv", "representatives.json",
        "figures/ends.svg", "figures/snapshots_star16.svg", "figures/success.svg", "figures/stopping.svg",
        "figures/picture_heart.svg", *(f"figures/table_{table}.svg" for table in TABLES),
    ],
}  # fmt: skip
TARGETS_OF_BOTH = [f"results/smoke/{study}/{name}" for study, names in FILES.items() for name in names]

# x1, x2, target, h1, h2, h3, h4, output, as printed in the seed.
SEED_TABLE = """\
x1,x2,target,h1,h2,h3,h4,output
0,0,0,0,0,1,0,0
0,1,1,0,0,1,1,1
0,2,0,0,0,0,1,0
1,0,1,0,1,1,0,1
1,1,0,0,0,0,0,0
1,2,1,1,0,0,1,1
2,0,0,0,1,0,0,0
2,1,1,1,1,0,0,1
2,2,0,1,0,0,0,0
"""


@pytest.fixture(scope="module")
def drawn(finished):
    """The smoke study with both studies made."""
    result = finished.snakemake(*TARGETS_OF_BOTH, *SMOKE)
    assert result.returncode == 0, result.stdout + result.stderr
    return finished


@pytest.fixture(scope="module")
def results(drawn):
    return drawn.path("results", "smoke")


@pytest.fixture
def changed(drawn):
    """Change a text in files of the study; they are put back afterwards."""
    originals = {}

    def change(name, old, new):
        path = drawn.path(name)
        originals[path] = path.read_text(encoding="utf-8")
        assert old in originals[path]
        path.write_text(originals[path].replace(old, new, 1), encoding="utf-8")

    yield change
    for path, text in originals.items():
        path.write_text(text, encoding="utf-8")


def rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def planned(drawn, change=None):
    """Jobs that both studies would run with another overlay on top."""
    return drawn.planned(*TARGETS_OF_BOTH, *SMOKE, drawn.overlay("change.yaml", change or {}))


# contracts


def test_the_step_network_gives_the_seeds_table_row_for_row(results):
    assert (results / "checkerboard/step_activations.csv").read_text() == SEED_TABLE


def test_scaling_counts_four_right_at_one_and_nine_from_two_on(results):
    table = rows(results / "checkerboard/scaling.csv")
    assert list(table[0]) == ["scale", "correct", "margin"]
    assert [int(row["correct"]) for row in table] == [4] + [9] * 22
    thresholds = json.loads((results / "checkerboard/thresholds.json").read_text())
    assert (thresholds["solves_whole"], thresholds["near_whole"]) == (2, 10)


def test_four_units_are_the_fewest(results):
    assert (results / "checkerboard/fewest_units.csv").read_text().splitlines() == [
        "hidden,splits,arrangements,best_correct,arrangements_at_best",
        "1,58,29,6,4",
        "2,58,406,7,6",
        "3,58,3654,8,8",
        "4,58,23751,9,3",
    ]
    for hidden, found in json.loads((results / "checkerboard/fewest_units.json").read_text()).items():
        for mapping in found["networks"]:
            network = network_from_mapping(mapping)
            outputs = [network.activations(x1, x2)[1] for x1 in range(3) for x2 in range(3)]
            assert network.hidden_size == int(hidden)
            assert sum(outputs == TARGETS) == found["best_correct"]


def test_the_weights_of_every_restart_do_what_the_table_says(results):
    table = rows(results / "checkerboard/restarts.csv")
    assert list(table[0]) == ["hidden", "learning_rate", "seed", "solved", "first_epoch"]
    assert [(row["hidden"], row["learning_rate"], row["seed"]) for row in table] == [
        (hidden, "0.01", str(seed)) for hidden in ("4", "6") for seed in range(4)
    ]
    for row in table:
        kept = read_restarts(results / f"checkerboard/restarts/hidden-{row['hidden']}/rate-0.01.safetensors")
        place = int(row["seed"])
        assert (row["solved"] == "True") == bool(kept.solved[place]) == bool(row["first_epoch"])
        if kept.solved[place]:
            assert ((kept.network(place).output() >= 0.5) == (TARGETS == 1)).all()
    success = rows(results / "checkerboard/success.csv")
    assert [int(row["restarts"]) for row in success] == [4, 4]
    solved = sum(row["solved"] == "True" for row in table)
    assert sum(int(row["solved"]) for row in success) == solved > 0


def test_codes_and_lines_are_those_of_the_representative_run(results):
    chosen = json.loads((results / "encoders/representatives.json").read_text())
    assert list(chosen) == list(TABLES)
    for table in TABLES:
        folder = results / "encoders" / table
        runs = read_runs(folder / "runs.safetensors")
        network = runs.network(runs.seeds.tolist().index(chosen[table]["seed"]))
        codes = np.loadtxt(folder / "codes.csv", delimiter=",", skiprows=1)
        lines = np.loadtxt(folder / "lines.csv", delimiter=",", skiprows=1)
        np.testing.assert_array_equal(codes[:, 1:], network.codes)
        np.testing.assert_array_equal(lines[:, 1:], network.lines)


def test_target_tables_are_written_as_they_are_named(results):
    def written(table):
        return np.loadtxt(results / "encoders" / table / "table.csv", delimiter=",", skiprows=1)

    np.testing.assert_array_equal(written("identity-8"), np.eye(8))
    np.testing.assert_array_equal(written("star16"), star16())
    picture = read_picture(results.parents[1] / "config/pictures/heart.yaml")
    np.testing.assert_array_equal(written("heart"), picture.table)


def test_the_summary_of_encoders_agrees_with_the_weights_and_with_the_outcomes_at_the_cap(results):
    table = rows(results / "encoders/summary.csv")
    assert list(table[0]) == ["table", "rows", "columns", "seed", "epochs", "loss", "solved"]
    assert [(row["table"], row["seed"]) for row in table] == [
        (name, seed) for name in TABLES for seed in ("0", "1")
    ]
    for row in table:
        runs = read_runs(results / "encoders" / row["table"] / "runs.safetensors")
        assert (row["solved"] == "True") == is_solved(runs.network(int(row["seed"])), runs.table)
        assert float(row["loss"]) <= 0.02 or row["epochs"] == "1000"
    outcomes = rows(results / "encoders/outcomes.csv")
    assert {row["cap"] for row in outcomes} == {"100", "1000"}
    at_cap = [row["solved"] for row in outcomes if row["cap"] == "1000"]
    assert at_cap == [row["solved"] for row in table]
    earlier = [row["solved"] for row in outcomes if row["cap"] == "100"]
    assert earlier.count("True") < at_cap.count("True")


def test_snapshots_are_kept_of_every_run(results):
    arrays = load_file(results / "encoders/star16/runs.safetensors")
    assert {name.split(".")[0] for name in arrays if "." in name} == {"epoch_50", "epoch_100", "epoch_200"}
    assert arrays["epoch_200.input_weights"].shape == (2, 16, 2)


# refusals


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (
            {"checkerboard": {"network": {"hidden": {"biases": [1, 2, 3]}}}},
            ["`checkerboard: network: hidden: biases` has 3 entries, expected 4"],
        ),
        (
            {"checkerboard": {"network": {"hidden": {"weights": [[1, 1, 1]]}}}},
            ["`checkerboard: network: hidden: weights: 0` is [1, 1, 1]"],
        ),
        (
            {"checkerboard": {"network": {"output": {"bias": "half"}}}},
            ["`checkerboard: network: output: bias` is the text 'half'"],
        ),
        (
            {"checkerboard": {"training": {"rates": [{"learning_rate": 0.1, "max_epochs": 9}] * 2}}},
            ["`checkerboard: training: rates` names a learning rate twice"],
        ),
        ({"encoders": {"tables": ["identty-9"]}}, ["'identty-9'", "identity-<N>, star16"]),
        (
            {"encoders": {"tables": ["pictures/mine.yaml"]}},
            ["pictures/mine.yaml: there is no such file", "heart.yaml"],
        ),
        ({"encoders": {"shown": ["identity-7"]}}, ["`encoders: shown` names 'identity-7'", "star16"]),
        ({"encoders": {"patience": {"tables": ["mine"]}}}, ["`encoders: patience: tables` names 'mine'"]),
        ({"encoders": {"caps": [2000000]}}, ["`encoders: patience: max_epochs` is 1000000", "2000000"]),
    ],
)
def test_a_wrong_key_is_refused_in_one_sentence_before_any_job_starts(workflow, content, parts):
    result = workflow.snakemake("--configfile", workflow.overlay("bad.yaml", {"run": "bad", **content}))
    text = result.stdout + result.stderr
    assert result.returncode != 0
    assert all(part in text for part in parts), text
    assert "Traceback" not in text
    assert "Select jobs to execute" not in text
    assert not workflow.path("results/bad").exists()


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        (
            "crossed.yaml",
            "dots: [[0, 0], [1, 2]]\nlines: [[[-1, -1], [1, 1]]]\n",
            "dot 1 at (0, 0) lies on line 1",
        ),
        ("mine.csv", "o1,o2\n1,0\n0,2\n", "row 2, column o2: found '2', expected 0 or 1"),
    ],
)
def test_a_wrong_file_of_a_table_is_refused_with_its_place(workflow, name, text, sentence):
    workflow.path(name).write_text(text, encoding="utf-8")
    overlay = workflow.overlay("bad.yaml", {"run": "bad", "encoders": {"tables": [name], "shown": []}})
    result = workflow.snakemake("--configfile", overlay)
    assert result.returncode != 0
    assert f"{name}" in result.stderr and sentence in result.stderr
    assert "Traceback" not in result.stderr
    assert not workflow.path("results/bad").exists()


# a network and a table of one's own


def test_a_network_and_a_table_of_ones_own_are_studied(workflow):
    workflow.path("mine.csv").write_text("a,b\n1,0\n0,1\n1,1\n", encoding="utf-8")
    overlay = workflow.overlay(
        "own.yaml",
        {
            "run": "own",
            "checkerboard": {
                "network": {
                    "hidden": {"weights": [[1, 1], ["1/3", 0]], "biases": ["-5/2", -0.1]},
                    "output": {"weights": [1, -1], "bias": -1},
                },
                "hidden": [2],
                "restarts": 2,
                "training": {"rates": [{"learning_rate": 0.1, "max_epochs": 50}]},
            },
            "encoders": {
                "tables": ["mine.csv"],
                "shown": [],
                "seeds": 2,
                "caps": [300],
                "patience": {"tables": []},
            },
        },
    )
    folder = workflow.path("results/own")
    result = workflow.snakemake(
        folder.relative_to(workflow.folder) / "checkerboard/figures/half_planes.svg",
        folder.relative_to(workflow.folder) / "checkerboard/step_activations.csv",
        folder.relative_to(workflow.folder) / "encoders/summary.csv",
        "--configfile",
        overlay,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    table = rows(folder / "checkerboard/step_activations.csv")
    assert list(table[0]) == ["x1", "x2", "target", "h1", "h2", "output"]
    # Unit 2 is on from x1 = 0.3, and where both are on they cancel.
    assert [row["h2"] for row in table] == ["0"] * 3 + ["1"] * 6
    assert [row["output"] for row in table] == ["0"] * 9
    assert "1/3x₁ − 0.1 = 0" in (folder / "checkerboard/figures/half_planes.csv").read_text(encoding="utf-8")
    assert [row["table"] for row in rows(folder / "encoders/summary.csv")] == ["mine", "mine"]


# what a change reruns


def test_more_restarts_train_the_checkerboard_alone(drawn):
    jobs = planned(drawn, {"checkerboard": {"restarts": 5}})
    assert jobs["train_checkerboard"] == 2
    assert not {rule for rule in jobs if "encoder" in rule}
    assert "evaluate_step_network" not in jobs


def test_another_hidden_size_trains_that_size_alone(drawn):
    jobs = planned(drawn, {"checkerboard": {"hidden": [4, 6, 7]}})
    assert jobs["train_checkerboard"] == 1


def test_another_table_trains_that_table_alone(drawn):
    tables = ["identity-4", "identity-8", "star16", "config/pictures/heart.yaml", "identity-5"]
    jobs = planned(drawn, {"encoders": {"tables": tables}})
    assert jobs["train_encoder"] == 1
    assert not {rule for rule in jobs if "checkerboard" in rule}


def test_a_changed_picture_trains_its_table_alone(drawn, changed):
    changed("config/pictures/heart.yaml", "[0, -0.85]", "[0, -0.86]")
    jobs = planned(drawn)
    assert jobs["train_encoder"] == 1


def test_other_geometry_reruns_no_classifier(drawn):
    change = drawn.overlay("change.yaml", {"checkerboard": {"restarts": 5}, "encoders": {"seeds": 3}})
    jobs = drawn.planned(*SMOKE, change)
    assert not {rule for rule in jobs if rule.startswith(("train_perceptrons", "train_netconv", "prepare_"))}
    assert not {"summarise_characters", "evaluate_baselines", "draw_characters"} & {*jobs}
