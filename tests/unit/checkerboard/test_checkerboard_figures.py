"""Pictures of the checkerboard show what the data say, and bear data of any kind."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from hidden_units.checkerboard.figures import (
    arrangements_figure,
    half_planes_figure,
    learned_figure,
    network_diagram,
    restarts_figure,
    scaling_figure,
    step_regions,
    surfaces_figure,
)
from hidden_units.checkerboard.models import (
    POINTS,
    TARGETS,
    SigmoidNetwork,
    scale_thresholds,
    scaled_outputs,
)
from hidden_units.checkerboard.success import success_table
from hidden_units.plotting import COLOURS

pytestmark = pytest.mark.usefixtures("figure_style")


def texts(figure):
    return [text.get_text() for ax in figure.axes for text in ax.texts]


def crossed_out(ax):
    """The points under crosses in the colour of mistakes."""
    found = [
        tuple(point)
        for collection in ax.collections
        if len(collection.get_edgecolor())
        and to_hex(collection.get_edgecolor()[0]) == COLOURS["vermilion"].lower()
        for point in np.asarray(collection.get_offsets()).tolist()
    ]
    return set(found)


def test_diagram_shows_every_weight_and_bias(by_hand):
    shown = texts(network_diagram(by_hand))
    assert shown.count("+1") == 8
    assert shown.count("−1") == 4
    assert [shown.count(bias) for bias in ("−2.5", "−0.5", "+1.5", "−1.5")] == [1, 2, 1, 1]


def test_shaded_regions_agree_with_the_exact_activations_at_the_points(by_hand):
    at_points = step_regions(by_hand)[:, 100::200, 100::200]
    exact = [*by_hand.hidden().T, by_hand.output()]
    np.testing.assert_array_equal([region.T.ravel() for region in at_points], exact)


def test_exactly_the_wrong_points_are_crossed_out(by_hand, searches):
    best_three = searches[3].solutions[0]
    wrong = {tuple(p) for p in POINTS[best_three.output() != TARGETS].tolist()}
    assert len(wrong) == 1
    figure = arrangements_figure({"three": best_three, "four": by_hand})
    assert crossed_out(figure.axes[0]) == wrong
    assert crossed_out(figure.axes[1]) == set()
    assert crossed_out(half_planes_figure(best_three).axes[3]) == wrong


def test_points_with_one_output_share_one_curve(by_hand):
    fine = scaled_outputs(by_hand, np.linspace(0, 20, 41))
    figure = scaling_figure(fine, scale_thresholds(by_hand))
    labels = figure.axes[0].get_legend_handles_labels()[1]
    assert labels == [
        "target 1: (0,1), (1,0), (1,2), (2,1)",
        "target 0: (0,0), (0,2), (2,0), (2,2)",
        "target 0: (1,1)",
    ]
    assert [text.split("k = ")[1] for text in texts(figure)] == ["1.99", "9.52"]


def test_surfaces_draw_a_boundary_only_where_the_output_crosses_one_half(by_hand):
    never = SigmoidNetwork(np.zeros((1, 2)), np.zeros(1), np.zeros(1), 3.0)
    figure = surfaces_figure({"k = 4": by_hand.sigmoid(4), "constant": never})
    boundaries = [
        sum(1 for c in ax.collections if hasattr(c, "levels") and list(c.levels) == [0.5])
        for ax in figure.axes[:2]
    ]
    assert boundaries == [1, 0]


def test_learned_figure_writes_every_activation_even_of_a_hidden_unit_without_a_line():
    network = SigmoidNetwork(np.array([[0.0, 0.0], [1.0, 0.0]]), np.zeros(2), np.ones(2), 0.0)
    figure = learned_figure({"one dead unit": network})
    shown = [float(text.get_text()) for text in figure.axes[1].texts]
    expected = np.column_stack([network.hidden(), network.output()]).ravel()
    np.testing.assert_allclose(shown, expected, atol=0.005)
    figure.canvas.draw()


@pytest.mark.parametrize("solved", [True, False])
def test_success_curve_ends_at_the_cap_with_the_rate(solved):
    restarts = pd.DataFrame(
        {
            "hidden": [4] * 4,
            "learning_rate": [0.01] * 4,
            "seed": range(4),
            "solved": [solved, solved, solved, False],
            "first_epoch": pd.array([100, 300, 200, None] if solved else [None] * 4, dtype="Int64"),
        }
    )
    figure = restarts_figure(restarts, success_table(restarts), {0.01: 20_000})
    curve = figure.axes[0].lines[0]
    assert curve.get_xdata()[-1] == 20_000
    assert curve.get_ydata()[-1] == (0.75 if solved else 0)
    if solved:
        assert curve.get_xdata()[1:4].tolist() == [100, 200, 300]
    assert f"4 units, η = 0.01: {3 * solved} of 4" in texts(figure)
