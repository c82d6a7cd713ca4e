"""The checkerboard and the encoders through the whole command: contracts."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file

from hidden_units.checkerboard.models import TARGETS
from hidden_units.checkerboard.runs import read_restarts
from hidden_units.encoders.measures import is_solved
from hidden_units.encoders.runs import read_runs
from hidden_units.encoders.tables import read_picture, star16
from tests.study import rows

pytestmark = pytest.mark.slow

TABLES = ("identity-4", "identity-8", "star16", "heart")

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
def results(finished):
    return finished.results


# contracts


def test_the_step_network_gives_the_seeds_table_row_for_row(results):
    assert (results / "checkerboard/step_activations.csv").read_text() == SEED_TABLE


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
            assert ((kept.networks[place].output() >= 0.5) == (TARGETS == 1)).all()
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
        network = runs.networks[runs.seeds.tolist().index(chosen[table]["seed"])]
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
        assert (row["solved"] == "True") == is_solved(runs.networks[int(row["seed"])], runs.table)
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
