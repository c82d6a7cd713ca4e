"""Pictures of the networks that learned the checkerboard: success, and what they learned.

Every function takes data and returns a figure; `hidden_units.plotting` sets the look and saves it.
"""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from hidden_units.checkerboard.figures import (
    OUTPUT_MAP,
    UNIT_COLOURS,
    draw_line,
    draw_points,
    draw_surface,
    plane_axes,
    unit_name,
)
from hidden_units.checkerboard.models import (
    HIGH,
    LOW,
    POINTS,
    TARGETS,
    SigmoidNetwork,
    decision_surface,
)
from hidden_units.plotting import FULL_WIDTH_INCHES, GREY, MARKERS, label_cells, percent_axis

RATE_STYLES = ("-", (0, (5, 2)), (0, (1.5, 1.5)))


def restarts_figure(restarts: pd.DataFrame, success: pd.DataFrame, caps: dict[float, int]) -> plt.Figure:
    """Success rate of each setting with its Wilson interval, and the share of restarts solved by each epoch.

    Args:
        restarts: hidden, learning_rate, seed, solved, first_epoch.
        success: the table of `success.success_table`, one row a setting.
        caps: learning rate -> the epoch at which restarts were given up; curves end there.
    """
    figure, (rates, curves) = plt.subplots(1, 2, figsize=(FULL_WIDTH_INCHES, 3.5), width_ratios=[1, 1.5])
    sizes = sorted(success["hidden"].unique())
    learning_rates = sorted(success["learning_rate"].unique())
    labels = []
    for place, row in enumerate(success.itertuples(index=False)):
        size, rate = sizes.index(row.hidden), learning_rates.index(row.learning_rate)
        colour, marker = UNIT_COLOURS[size % len(UNIT_COLOURS)], MARKERS[size % len(MARKERS)]
        style = RATE_STYLES[rate % len(RATE_STYLES)]
        face = colour if rate == 0 else "white"
        rates.plot([row.low, row.high], [place, place], color=colour, linestyle=style)
        rates.plot(row.rate, place, marker, color=colour, markerfacecolor=face, markersize=6.5)
        rates.text(1.03, place, f"{row.solved} of {row.restarts}", va="center", fontsize=9, color=GREY)
        labels.append(f"{row.hidden} units, η = {row.learning_rate:g}")

        mine = restarts[(restarts["hidden"] == row.hidden) & (restarts["learning_rate"] == row.learning_rate)]
        epochs = np.sort(mine.loc[mine["solved"].astype(bool), "first_epoch"].to_numpy(dtype=float))
        share = np.arange(len(epochs) + 1) / len(mine)
        # A logarithmic axis has no 0; nothing is solved in the first ten epochs.
        steps = np.concatenate([[10.0], np.maximum(epochs, 10.0), [caps[row.learning_rate]]])
        curves.step(steps, np.append(share, share[-1]), where="post", color=colour, linestyle=style)
        end = {"markerfacecolor": face, "markersize": 6.5, "clip_on": False, "zorder": 3}
        curves.plot(steps[-1], share[-1], marker, color=colour, **end)

    rates.set(xlim=(0, 1.0), xlabel="restarts solved", ylim=(len(success) - 0.5, -0.5))
    rates.set_yticks(range(len(success)), labels)
    percent_axis(rates.xaxis)
    rates.tick_params(axis="y", length=0)
    rates.grid(axis="x")
    curves.set(xscale="log", xlabel="epoch", ylabel="restarts solved by then", ylim=(0, 1.02))
    first = restarts.loc[restarts["solved"].astype(bool), "first_epoch"]
    left = max(10.0, 0.6 * float(first.min())) if len(first) else 10.0
    curves.set_xlim(left, 1.15 * max(caps.values()))
    percent_axis(curves.yaxis)
    curves.grid(axis="y")
    return figure


def learned_figure(networks: Sequence[SigmoidNetwork], titles: Sequence[str]) -> plt.Figure:
    """Each network as its output over the plane with its hidden lines, next to its activations at the points.

    The lines are where a hidden unit is at 0.5; their colours and names are those of the columns in the
    table of activations, which is the seed's table of a step network in shades.
    """
    rows = len(networks)
    figure, axes = plt.subplots(
        rows, 2, figsize=(FULL_WIDTH_INCHES, 3.45 * rows), width_ratios=[1.15, 1], squeeze=False
    )
    axis, surfaces = decision_surface(networks)
    image = None
    for (plane, table), network, surface, title in zip(axes, networks, surfaces, titles, strict=True):
        image = draw_surface(plane, axis, surface)
        for unit in range(network.hidden_size):
            _draw_named_line(plane, network, unit)
        draw_points(plane, network.output())
        plane_axes(plane)
        plane.set_title(title)
        _activation_table(table, network)
    bar = figure.colorbar(
        image, ax=axes, location="bottom", shrink=0.45, aspect=34, ticks=[0, 0.25, 0.5, 0.75, 1], pad=0.02
    )
    bar.set_label("activation")
    bar.outline.set_linewidth(0.5)
    return figure


def _draw_named_line(ax: Axes, network: SigmoidNetwork, unit: int) -> None:
    w1, w2 = network.hidden_weights[unit]
    bias = network.hidden_biases[unit]
    colour = UNIT_COLOURS[unit % len(UNIT_COLOURS)]
    draw_line(ax, w1, w2, bias, color=colour, linewidth=1.5, linestyle=(0, (5, 2)))
    if (place := _on_frame(w1, w2, bias, unit)) is not None:
        box = {"facecolor": "white", "edgecolor": colour, "boxstyle": "round,pad=0.15", "linewidth": 0.8}
        ax.text(
            *place, unit_name(unit), color=colour, fontsize=8, ha="center", va="center", bbox=box, zorder=7
        )


def _on_frame(w1: float, w2: float, bias: float, unit: int) -> tuple[float, float] | None:
    """Where the line w1 x1 + w2 x2 + bias = 0 crosses a square a little inside the frame.

    Names alternate between the two crossings, so that those of near lines do not fall on each other.
    """
    low, high = LOW + 0.14, HIGH - 0.14
    crossings = []
    for edge in (low, high):
        if w2 != 0 and low <= (x2 := -(w1 * edge + bias) / w2) <= high:
            crossings.append((edge, x2))
        if w1 != 0 and low <= (x1 := -(w2 * edge + bias) / w1) <= high:
            crossings.append((x1, edge))
    return sorted(crossings)[-(unit % 2)] if crossings else None


def _activation_table(ax: Axes, network: SigmoidNetwork) -> None:
    """Activations of all units at the nine points, as numbers on their colours."""
    values = np.column_stack([network.hidden(), network.output()])
    image = ax.imshow(values, cmap=OUTPUT_MAP, vmin=0, vmax=1, aspect="auto")
    label_cells(ax, image, np.char.mod("%.2f", values), fontsize=8)
    ax.axvline(network.hidden_size - 0.5, color="white", linewidth=4)
    ax.set_xticks(range(values.shape[1]), [*map(unit_name, range(network.hidden_size)), "out"])
    for unit, label in enumerate(ax.get_xticklabels()[:-1]):
        label.set_color(UNIT_COLOURS[unit % len(UNIT_COLOURS)])
    points = [f"({x1:.0f}, {x2:.0f}) → {target}" for (x1, x2), target in zip(POINTS, TARGETS, strict=True)]
    ax.set_yticks(range(len(points)), points)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
