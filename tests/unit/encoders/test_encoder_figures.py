"""Pictures of encoders show what the data say, and bear data of any kind."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from hidden_units.encoders.figures import (
    picture_figure,
    squares_figure,
    stopping_figure,
    table_figure,
)
from hidden_units.encoders.tables import identity, read_picture
from hidden_units.encoders.training import Encoder, train
from hidden_units.plotting import COLOURS
from tests import published

PICTURES = Path(__file__).parents[3] / "config" / "pictures"


pytestmark = pytest.mark.usefixtures("figure_style")


@pytest.fixture(scope="module")
def square():
    codes = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
    lines = np.array([(-4.0, -4.0), (4.0, -4.0), (4.0, 4.0), (-4.0, 4.0)])
    return Encoder(np.arctanh(codes), np.zeros(2), lines, np.array([-2.0, -2.0, -2.0, 3.0]))


def dots(ax):
    """Colour of dots -> their places."""
    return {
        to_hex(group.get_facecolor()[0]): np.asarray(group.get_offsets()).tolist() for group in ax.collections
    }


def test_rows_with_a_wrong_output_stand_out(square):
    ax = squares_figure([("four", square, identity(4))]).axes[0]
    found = dots(ax)
    np.testing.assert_allclose(found[COLOURS["blue"].lower()], square.codes[[1, 3]])
    np.testing.assert_allclose(found[COLOURS["vermilion"].lower()], square.codes[[0, 2]])


def test_every_line_drawn_is_where_its_output_is_one_half(square):
    ax = squares_figure([("four", square, identity(4))]).axes[0]
    assert len(ax.lines) == 4
    for drawn, (a, b, c) in zip(ax.lines, square.lines, strict=True):
        for x, y in (drawn.get_xy1(), drawn.get_xy2()):
            assert a * x + b * y + c == pytest.approx(0, abs=1e-12)


def test_an_output_without_weights_has_no_line():
    network = Encoder(np.zeros((2, 2)), np.zeros(2), np.array([(0.0, 0.0), (1.0, 0.0)]), np.array([1.0, 0.0]))
    ax = squares_figure([("start", network, identity(2))]).axes[0]
    assert len(ax.lines) == 1


@pytest.mark.parametrize(("count", "columns"), [(1, 3), (7, 3), (11, 4)])
def test_nothing_of_the_panels_is_cut_off(square, count, columns):
    figure = squares_figure([("epoch 100,000", square, identity(4))] * count, columns)
    figure.canvas.draw()
    drawn = figure.get_tightbbox()
    assert drawn.x0 >= 0 and drawn.x1 <= figure.get_figwidth()
    assert drawn.y0 >= 0 and drawn.y1 <= figure.get_figheight()


def test_stopping_times_are_on_their_law_and_runs_given_up_have_a_mark_of_their_own():
    table = pd.DataFrame(
        [(4, 0, 32, True), (8, 0, 256, True), (8, 1, 256, True), (16, 0, 500, False), (16, 1, 500, False)],
        columns=["rows", "seed", "epochs", "stopped"],
    )
    ends, given_up, law = stopping_figure(table, {"exponent": 3.0, "factor": 0.5}).axes[0].lines
    np.testing.assert_allclose(ends.get_xydata(), [(4, 32), (8, 256), (8, 256)])
    np.testing.assert_allclose(given_up.get_xydata(), [(16, 500)])
    np.testing.assert_allclose(law.get_ydata(), 0.5 * law.get_xdata() ** 3)
    assert len(stopping_figure(table, {"exponent": None, "factor": None}).axes[0].lines) == 2


def test_a_picture_is_drawn_next_to_what_was_learned():
    picture = read_picture(PICTURES / "hiragana-no.yaml")
    network = train(picture.table, published.encoders(max_epochs=1500), [0]).networks[0]
    figure = picture_figure(picture, network)
    drawn, learned = (np.concatenate(list(dots(ax).values())) for ax in figure.axes[:2])
    np.testing.assert_allclose(drawn, picture.dots)
    np.testing.assert_allclose(np.sort(learned, axis=0), np.sort(network.codes, axis=0))
    figure.canvas.draw()


def test_table_figure_frames_exactly_the_wrong_entries(square):
    figure = table_figure(identity(4), square)
    frames = [(patch.get_y() + 0.5, patch.get_x() + 0.5) for patch in figure.axes[0].patches]
    assert frames == [(0, 3), (2, 3)]
    shown = [float(text.get_text().replace("−", "-")) for text in figure.axes[1].texts]
    np.testing.assert_allclose(shown, square.codes.ravel(), atol=0.005)
