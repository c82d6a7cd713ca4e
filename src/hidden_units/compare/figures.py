"""Curves of several runs, one over the other, a colour and a marker a run."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hidden_units.names import model_name
from hidden_units.plotting import COLOURS, FULL_WIDTH_INCHES, MARKERS, percent_axis, plt, small_multiples

# Yellow is for areas alone.
LOOKS = [
    *zip((colour for name, colour in COLOURS.items() if name != "yellow"), MARKERS, strict=False),
]


def sweep(table: pd.DataFrame) -> Figure:
    """Mean accuracy against the number of hidden units, with 95 % intervals.

    Args:
        table: columns run, hidden, accuracy_mean, accuracy_low, accuracy_high; a row a size.
    """
    figure, axes = plt.subplots(figsize=(FULL_WIDTH_INCHES, 3.6))
    for (colour, marker), (run, rows) in zip(LOOKS, table.groupby("run", sort=False), strict=False):
        axes.plot(rows["hidden"], rows["accuracy_mean"], color=colour, marker=marker, label=run)
        known = rows.dropna(subset="accuracy_low")
        ends = known["hidden"], known["accuracy_low"], known["accuracy_high"]
        axes.vlines(*ends, color=colour, alpha=0.35, linewidth=4)
    axes.set(xlabel="hidden units", ylabel="test accuracy")
    finish(axes)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figure


def learning_curves(history: pd.DataFrame) -> Figure:
    """Test accuracy after each epoch, a panel a network: seeds thin, their means bold.

    Args:
        history: columns run, model, seed, epoch, accuracy.
    """
    models = list(dict.fromkeys(history["model"]))
    looks = dict(zip(dict.fromkeys(history["run"]), LOOKS, strict=False))
    figure, panels = small_multiples(len(models), min(3, len(models)), 2.6, 0.5)
    for axes, model in zip(panels, models, strict=True):
        for run, rows in history[history["model"] == model].groupby("run", sort=False):
            colour, marker = looks[run]
            for _, seed in rows.groupby("seed"):
                axes.plot(seed["epoch"], seed["accuracy"], color=colour, alpha=0.25, linewidth=0.8)
            mean = rows.groupby("epoch")["accuracy"].mean()
            axes.plot(mean.index, mean, color=colour, marker=marker, label=run)
        axes.set(xlabel="epoch", title=model_name(model))
        axes.xaxis.get_major_locator().set_params(integer=True)
        finish(axes)
    panels[0].set_ylabel("test accuracy")
    found = {
        label: line for axes in panels for line, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    figure.legend(found.values(), found, loc="outside lower center", ncols=4)
    return figure


def finish(axes: Axes) -> None:
    """Accuracies as per cent, with level lines."""
    percent_axis(axes.yaxis)
    axes.grid(axis="y")
