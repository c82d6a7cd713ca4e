import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection

from hidden_units.characters import figures_comparisons as figures
from hidden_units.characters.comparisons import PLATEAU_COLUMNS, compare_models

NETWORKS = ["netlin", "netfull-20", "netconv"]
pytestmark = pytest.mark.usefixtures("figure_style")
WIDTHS = ["netfull-10", "netfull-20"]
CORRECT = {model: np.arange(50) < 30 + 5 * k for k, model in enumerate(NETWORKS)}


def compared(seeds: int, widths: list[str] = WIDTHS) -> pd.DataFrame:
    values = [0.7, 0.72, 0.71][:seeds]
    accuracies = dict.fromkeys([*NETWORKS, *widths], values)
    return compare_models(accuracies, CORRECT, NETWORKS, widths, resamples=1000)[0]


def intervals(figure) -> int:
    return sum(isinstance(item, LineCollection) for axes in figure.axes for item in axes.collections)


def test_every_comparison_has_its_interval_and_every_pair_its_name():
    figure = figures.forest(compared(3), margin=0.003)
    assert intervals(figure) == 3 * 3 + 2
    names = [[label.get_text() for label in axes.get_yticklabels()] for axes in figure.axes]
    assert names == [
        ["NetLin to NetFull", "NetLin to NetConv", "NetFull to NetConv"],
        ["10 to 20 hidden"],
    ]


def test_one_seed_shows_no_interval_over_seeds_and_one_width_no_panel():
    assert intervals(figures.forest(compared(1), margin=0.003)) == 3  # those over images
    assert len(figures.forest(compared(3, WIDTHS[:1]), margin=0.003).axes) == 1
    # As in the notebook on widths where there is one.
    assert not figures.forest(compared(3).head(0), margin=0.003).axes[0].lines


def test_a_plateau_shows_each_status_that_occurs_and_the_margin():
    rows = [
        (10, 0.70, 0.10, 0.09, 0.11, False, True, 0.0, 0.0),
        (20, 0.80, 0.002, 0.0, 0.004, False, False, 0.1, 0.2),
        (40, 0.802, 0.0, 0.0, 0.001, True, False, 0.9, 0.8),
    ]
    figure = figures.plateau(pd.DataFrame(rows, columns=PLATEAU_COLUMNS), {"margin": 0.003})
    legend = {text.get_text() for text in figure.axes[0].get_legend().get_texts()}
    assert legend == {"margin", *(words for words, _, _ in figures.STATUSES.values())}
    heights = [bar.get_height() for bar in figure.axes[1].patches]
    assert heights == [0.0, 0.2, 0.8, 0.0, 0.1, 0.9]


def test_a_size_whose_seeds_are_alike_by_luck_is_marked():
    labels = figures.forest(compared(3), margin=0.003, lucky=[20]).axes[1].get_yticklabels()
    assert [label.get_text() for label in labels] == ["10 to 20† hidden"]
    rows = [(size, *4 * [0.0], True, False, 0.5, 0.5) for size in (10, 20)]
    table = pd.DataFrame(rows, columns=PLATEAU_COLUMNS)
    for axes in figures.plateau(table, {"margin": 0.003}, lucky=[20]).axes:
        assert [label.get_text() for label in axes.get_xticklabels()] == ["10", "20†"]


def test_no_share_of_resamples_is_named_that_is_beyond_all():
    rows = [(size, *4 * [0.0], True, False, size == 20, size == 20) for size in (10, 20)]
    right = figures.plateau(pd.DataFrame(rows, columns=PLATEAU_COLUMNS), {"margin": 0.003}).axes[1]
    right.figure.draw_without_rendering()
    assert right.get_ylim() == pytest.approx((0, 1.3)) and right.get_yticks().max() == 1


def test_a_plateau_of_one_seed_says_so():
    empty = pd.DataFrame(columns=PLATEAU_COLUMNS)
    figure = figures.plateau(empty, {"margin": 0.003, "verdict": "one seed"})
    assert figure.axes[0].texts[0].get_text() == "Nothing to compare: one seed."


def test_classifiers_on_the_front_are_filled_and_the_axis_is_logarithmic():
    table = pd.DataFrame(
        {
            "model": ["netlin", "netfull-10", "netfull-20", "netconv", "knn-4"],
            "parameters": [100, 200, 400, 800, None],
            "stored_numbers": [100, 200, 400, 800, 9000],
            "accuracy_mean": [0.5, 0.7, 0.69, 0.9, 0.8],
            "on_front": [True, True, False, True, False],
        }
    )
    figure = figures.pareto(table)
    axes = figure.axes[0]
    assert axes.get_xscale() == "log"
    # Among marks and steps there may be no place for it.
    figure.draw_without_rendering()
    assert not figure.legends[0].get_window_extent().overlaps(axes.get_window_extent())
    points = {line.get_xdata()[0]: line for line in axes.lines if len(line.get_xdata()) == 1}
    filled = {number: line.get_markerfacecolor() != "white" for number, line in points.items()}
    assert filled == {100: True, 200: True, 400: False, 800: True, 9000: False}


def test_a_difference_of_matrices_shows_every_cell_and_colours_the_mistakes_alone():
    target, chosen = np.indices((10, 10)).reshape(2, -1)
    table = pd.DataFrame({"target": target, "chosen": chosen, "difference": (target - chosen) / 1000})
    axes = figures.confusion_difference(table, [str(k) for k in range(10)], "title").axes[0]
    assert [text.get_text() for text in axes.texts[:3]] == ["0.0", "−0.1", "−0.2"]
    assert axes.texts[10].get_text() == "+0.1"
    assert np.ma.getmaskarray(axes.images[0].get_array()).nonzero()[0].tolist() == list(range(10))
    assert axes.images[0].get_clim() == pytest.approx((-0.9, 0.9))
