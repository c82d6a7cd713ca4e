"""What trained networks learned: arrangements recognised, splits counted, the representative described."""

from dataclasses import replace

import numpy as np
import pytest

from hidden_units.checkerboard.learned import (
    closest_setting,
    learned_by_setting,
    panel_title,
)
from hidden_units.checkerboard.models import SigmoidNetwork, network_from_mapping
from hidden_units.checkerboard.training import Restarts
from tests import published


@pytest.fixture(scope="module")
def restarts(solutions):
    """Restarts that ended at known networks: solution 3, solution 1 twice, two splits only, one unsolved."""
    third, first = (solutions[place].sigmoid(20) for place in (2, 0))
    halved = replace(first, hidden_weights=first.hidden_weights[[0, 1, 0, 1]])
    halved = replace(halved, hidden_biases=first.hidden_biases[[0, 1, 0, 1]])
    networks = [third, first, first, halved, third]
    return Restarts(
        settings=published.checkerboard(4, 0.01, 1000),
        seeds=np.arange(5),
        networks=SigmoidNetwork(
            *map(np.array, zip(*(vars(network).values() for network in networks), strict=True))
        ),
        solved=np.array([True, True, True, True, False]),
        first_epoch=np.array([40, 10, 30, 20, -1]),
        epochs=np.array([50, 20, 40, 30, 1000]),
        loss=np.linspace(0.1, 0.5, 5),
    )


def test_only_solved_restarts_are_counted_by_arrangement_and_by_splits(restarts, solutions):
    learned = learned_by_setting(restarts, solutions)
    assert learned["solved"] == 4
    assert learned["arrangements"] == {"1": 2, "2": 0, "3": 1}
    assert learned["other"] == 1
    assert learned["splits"] == {"2": 1, "4": 3}


def test_the_representative_is_described_and_can_be_built_again(restarts, solutions):
    chosen = learned_by_setting(restarts, solutions)["representative"]
    # First epochs 10, 20, 30, 40: the lower of the two in the middle.
    assert (chosen["seed"], chosen["first_epoch"], chosen["solved"]) == (3, 20, True)
    assert chosen["arrangement"] is None
    again = network_from_mapping(chosen["network"]).sigmoid()
    np.testing.assert_array_equal(again.output(), restarts.networks[3].output())


def test_an_unsolved_setting_shows_its_least_loss_and_says_so(restarts, solutions):
    nothing = replace(restarts, solved=np.zeros(5, dtype=bool), first_epoch=np.full(5, -1))
    learned = learned_by_setting(nothing, solutions)
    assert learned["solved"] == learned["other"] == 0
    assert learned["splits"] == {}
    assert (learned["representative"]["seed"], learned["representative"]["first_epoch"]) == (0, None)
    assert panel_title(learned) == "4 units, η = 0.01\nnot solved"


def test_the_setting_next_to_the_design_has_as_many_units_and_then_the_most_solved():
    settings = [
        {"hidden": 4, "learning_rate": 0.001, "solved": 20},
        {"hidden": 4, "learning_rate": 0.01, "solved": 30},
        {"hidden": 6, "learning_rate": 0.01, "solved": 48},
    ]
    assert closest_setting(settings, 4) is settings[1]
    assert closest_setting(settings, 3) is settings[2]
