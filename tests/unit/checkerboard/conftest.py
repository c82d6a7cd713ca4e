"""The network designed by hand, and the arrangements that solve the task."""

import pytest

from hidden_units.checkerboard.models import network_from_mapping
from hidden_units.checkerboard.splits import search
from tests.published import DEFAULTS


@pytest.fixture(scope="session")
def by_hand():
    return network_from_mapping(DEFAULTS["checkerboard"]["network"])


@pytest.fixture(scope="session")
def searches():
    """The exhaustive search, by the number of hidden units."""
    return {hidden: search(hidden) for hidden in (1, 2, 3, 4)}


@pytest.fixture(scope="session")
def solutions(searches):
    return searches[4].solutions
