"""Curves of several runs, one over the other, a colour and a marker a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hidden_units.names import SWEPT_SETTINGS, model_name
from hidden_units.plotting import (
    COLOURS,
    MARKERS,
    ends_of,
    equal_steps,
    mark_every,
    percent_axis,
    small_multiples,
)

PANELS_A_ROW = 3
# Yellow is for areas alone.
LOOKS = [
    *zip((colour for name, colour in COLOURS.items() if name != "yellow"), MARKERS, strict=False),
]


def sweep(table: pd.DataFrame) -> Figure:
    """Mean accuracy along a setting, with 95 % intervals; a cross at the foot where some training diverged.

    Hidden sizes have their distances; other values stand at equal ones.

    Args:
        table: columns of `tables.SWEEP`, a row a value of a run.
    """

    def draw(axes: Axes, rows: pd.DataFrame, run: str, colour: str, marker: str) -> None:
        axes.plot(rows["place"], rows["accuracy_mean"], color=colour, marker=marker, label=run)
        known = rows.dropna(subset="accuracy_low")
        axes.vlines(known["place"], *ends_of(known), color=colour, alpha=0.35, linewidth=4)
        diverged = rows.loc[rows["diverged"] > 0, "place"]
        at_foot = {"transform": axes.get_xaxis_transform(), "clip_on": False, "in_layout": False}
        # One above the other, where several runs have one.
        height = 0.05 * LOOKS.index((colour, marker))
        axes.plot(diverged, [height] * len(diverged), "x", color=colour, markeredgewidth=2, **at_foot)

    places = {setting: sorted(set(rows)) for setting, rows in table.groupby("setting")["value"]}
    is_size = table["setting"] == "hidden"
    found = [places[row.setting].index(row.value) for row in table.itertuples()]
    table = table.assign(place=table["value"].where(is_size, found))
    figure, panels = overlaid(table, ["setting", "model"], draw)
    for axes, (setting, model) in panels.items():
        axes.set(xlabel=SWEPT_SETTINGS[setting], title=model_name(model))
        if setting != "hidden":
            equal_steps(axes, places[setting], min(PANELS_A_ROW, len(panels)))
    return figure


def learning_curves(history: pd.DataFrame) -> Figure:
    """Test accuracy after each epoch, a panel a network: seeds thin, their means bold.

    Args:
        history: columns run, model, seed, epoch, accuracy.
    """

    def draw(axes: Axes, rows: pd.DataFrame, run: str, colour: str, marker: str) -> None:
        for _, seed in rows.groupby("seed"):
            axes.plot(seed["epoch"], seed["accuracy"], color=colour, alpha=0.25, linewidth=0.8)
        mean = rows.groupby("epoch")["accuracy"].mean()
        axes.plot(mean.index, mean, color=colour, marker=marker, markevery=mark_every(mean), label=run)

    figure, panels = overlaid(history, ["model"], draw)
    for axes, (model,) in panels.items():
        axes.set(xlabel="epoch", title=model_name(model))
        axes.xaxis.get_major_locator().set_params(integer=True)
    return figure


def overlaid(
    table: pd.DataFrame, keys: Sequence[str], draw: Callable[..., None]
) -> tuple[Figure, dict[Axes, tuple[str, ...]]]:
    """A panel for each of the keys' values, in which `draw` draws each run's rows in the run's look.

    Returns:
        the figure, and each panel with its values.
    """
    groups = dict(list(table.groupby([*keys], sort=False)))
    looks = dict(zip(dict.fromkeys(table["run"]), LOOKS, strict=False))
    figure, panels = small_multiples(len(groups), min(PANELS_A_ROW, len(groups)), 2.6, 0.5)
    for axes, of_panel in zip(panels, groups.values(), strict=True):
        for run, rows in of_panel.groupby("run", sort=False):
            draw(axes, rows, run, *looks[run])
        percent_axis(axes.yaxis)
        axes.grid(axis="y")
    panels[0].set_ylabel("test accuracy")
    found = {
        label: line for axes in panels for line, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    figure.legend(found.values(), found, loc="outside lower center", ncols=4)
    return figure, dict(zip(panels, groups, strict=True))
