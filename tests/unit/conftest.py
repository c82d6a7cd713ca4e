"""What the tests of figures share."""

import pytest


@pytest.fixture
def figure_style():
    """The look of our figures; all that were drawn are closed afterwards."""
    from hidden_units.plotting import plt, use_style

    use_style()
    yield
    plt.close("all")
