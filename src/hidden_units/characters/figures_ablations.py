"""The figure of the ablations. Accuracies are fractions in the data and per cent on the axes."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from hidden_units.characters.figures import display_name, look
from hidden_units.names import signed
from hidden_units.plotting import COLOURS, FULL_WIDTH_INCHES, percent_axis, plt

# What the main study and the variant are called under their points.
NAMES = {"shuffled": ("file order", "shuffled"), "bfloat16": ("float32", "bfloat16")}
PANELS_A_ROW = 3


def paired_seeds(pairs: pd.DataFrame, table: pd.DataFrame) -> Figure:
    """A panel a variant and model: the two runs of each seed joined, the means in bold.

    The panels span the same number of points, so that slopes compare, each around its own values.

    Args:
        pairs: columns variant, model, seed, baseline, accuracy.
        table: characters/sensitivity.csv.
    """
    rows = math.ceil(len(table) / PANELS_A_ROW)
    columns = min(len(table), PANELS_A_ROW)
    figure, panels = plt.subplots(
        rows,
        columns,
        figsize=(FULL_WIDTH_INCHES * columns / PANELS_A_ROW, 0.3 + 2.9 * rows),
        squeeze=False,
    )
    groups = {
        key: group[["baseline", "accuracy"]].to_numpy() for key, group in pairs.groupby(["variant", "model"])
    }
    # A tenth of free space, and a tenth of a point where nothing scatters.
    span = 1.2 * max(0.001, *(np.ptp(values) for values in groups.values()))
    for axes, row in zip(panels.flat, table.itertuples(index=False), strict=False):
        values = groups[row.variant, row.model]
        colour, marker = look(row.model)
        axes.plot([0, 1], values.T, color=colour, marker=marker, alpha=0.4, linewidth=0.9, markersize=4)
        axes.plot([0, 1], values.mean(axis=0), color=COLOURS["black"], marker=marker, markersize=6)
        middle = (values.min() + values.max()) / 2
        axes.set(xlim=(-0.35, 1.35), ylim=(middle - span / 2, middle + span / 2))
        axes.set_xticks([0, 1], NAMES.get(row.variant, ("unchanged", row.variant)))
        axes.set_title(f"{display_name(row.model)}\n{signed(100 * row.difference, 2)} points")
        axes.grid(axis="y")
        percent_axis(axes.yaxis)
    for axes in panels.flat[len(table) :]:
        axes.set_axis_off()
    for axes in panels[:, 0]:
        axes.set_ylabel("test accuracy")
    return figure
