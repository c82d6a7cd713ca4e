"""The files of the sequences study that others rely on, in a finished run."""

import json

import numpy as np
import pytest
import safetensors.numpy

from tests.study import rows

pytestmark = pytest.mark.slow

RESTARTS = {"srn-anb2n": 4, "lstm-anb2nc3n": 2, "srn-anbn": 2, "lstm-anbncn": 2}


@pytest.fixture(scope="module")
def study(finished):
    return finished.path("results", "smoke", "sequences")


@pytest.mark.parametrize(("task", "restarts"), RESTARTS.items())
def test_every_restart_has_its_weights_and_its_row(study, task, restarts):
    arrays = safetensors.numpy.load_file(study / task / "snapshots.safetensors")
    parameters = 18 if task.startswith("srn") else 96
    assert arrays["snapshots"].shape == (restarts, 5, parameters)
    assert arrays["steps"].tolist() == [0, 500, 1000, 1500, 2000]
    assert not np.array_equal(arrays["snapshots"][0, -1], arrays["snapshots"][1, -1])
    table = rows(study / task / "restarts.csv")
    assert {"seed", "solved", "first_step", "excess_nll", "nominal_error", "n_max"} <= set(table[0])
    assert [row["seed"] for row in table] == [str(seed) for seed in range(restarts)]
    assert {row["solved"] for row in table} <= {"True", "False"}
    assert all(float(row["excess_nll"]) > 0 for row in table)
    success = json.loads((study / task / "success.json").read_text(encoding="utf-8"))
    assert success["solved"] == sum(row["solved"] == "True" for row in table)


@pytest.mark.parametrize("task", RESTARTS)
def test_generalisation_states_and_dynamics_hold_what_the_contract_names(study, task):
    generalisation = rows(study / task / "generalisation.csv")
    assert {"n", "correct"} <= set(generalisation[0])
    assert [int(row["n"]) for row in generalisation] == list(range(1, 101))
    states = rows(study / task / "states.csv")
    units = {"h1", "h2"} if task.startswith("srn") else {"h1", "h2", "h3", "c1", "c2", "c3"}
    assert units | {"example", "time", "letter", "count", "p_A", "p_B"} <= set(states[0])
    assert len({row["example"] for row in states}) == 20
    report = json.loads((study / task / "dynamics.json").read_text(encoding="utf-8"))
    assert report["task"] == task
    expected = {"ratio", "walk", "types"} if task.startswith("srn") else {"seeds", "medians"}
    assert expected <= set(report["summary"])
