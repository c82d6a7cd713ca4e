"""The network designed by hand, and the arrangements that solve the task."""

import pytest

from hidden_units.checkerboard.models import network_from_mapping
from hidden_units.checkerboard.splits import search

BY_HAND = {
    "hidden": {"weights": [[1, 1], [1, -1], [-1, -1], [-1, 1]], "biases": [-2.5, -0.5, 1.5, -0.5]},
    "output": {"weights": [1, 1, 1, 1], "bias": -1.5},
}


@pytest.fixture(scope="session")
def by_hand():
    return network_from_mapping(BY_HAND)


@pytest.fixture(scope="session")
def searches():
    """The exhaustive search, by the number of hidden units."""
    return {hidden: search(hidden) for hidden in (1, 2, 3, 4)}


@pytest.fixture(scope="session")
def solutions(searches):
    return searches[4].solutions
