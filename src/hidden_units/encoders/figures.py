"""Pictures of encoders: a dot for each row's hidden code, a line for each output, in the square -1..1.

Every function takes data and returns a figure; `hidden_units.plotting` sets the look and saves it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.ticker import MultipleLocator

from hidden_units.encoders.measures import turned_to, wrong_entries
from hidden_units.encoders.tables import Picture, line_forms
from hidden_units.encoders.training import Encoder
from hidden_units.names import MINUS
from hidden_units.plotting import (
    COLOURS,
    FULL_WIDTH_INCHES,
    GREY,
    draw_line,
    label_cells,
    small_multiples,
)

LINE = {"color": COLOURS["orange"], "linewidth": 0.8, "alpha": 0.85, "zorder": 1}
FRAME = 1.06
CORNERS = np.array([(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)])


def draw_lines(ax: Axes, lines: np.ndarray) -> None:
    """Draw lines (lines, 3) a x + b y + c = 0; those that pass far from the square are left out."""
    for a, b, c in lines:
        if abs(c) < 4 * np.hypot(a, b):
            draw_line(ax, a, b, c, **LINE)


def draw_dots(ax: Axes, codes: np.ndarray, wrong: np.ndarray, size: float = 22) -> None:
    """Draw dots (rows, 2); rows that `wrong` (rows,) names become vermilion diamonds."""
    styles = ((~wrong, COLOURS["blue"], "o"), (wrong, COLOURS["vermilion"], "D"))
    for which, colour, marker in styles:
        if which.any():
            x, y = codes[which].T
            # The white edge keeps dots apart that are almost in one place.
            ax.scatter(x, y, s=size, color=colour, marker=marker, edgecolor="white", linewidth=0.6, zorder=3)


def square_axes(ax: Axes, labels: bool, reach: float = FRAME) -> None:
    """A square from -reach to reach, framed: that of hidden activations where it has labels."""
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    ax.spines[["top", "right"]].set_visible(True)
    if labels:
        ax.xaxis.set_major_locator(MultipleLocator(1))
        ax.yaxis.set_major_locator(MultipleLocator(1))
        ax.set_xlabel("h₁", labelpad=0)
        ax.set_ylabel("h₂", labelpad=-1)
    else:
        ax.set(xticks=[], yticks=[])


def squares_figure(panels: Sequence[tuple[str, Encoder, np.ndarray]], columns: int = 3) -> plt.Figure:
    """Small multiples of dots and lines, such as the ends of all tables or the snapshots of one.

    Args:
        panels: of each the title above it, the network and the target table.
    """
    columns = min(columns, len(panels))
    small = columns > 3
    side = FULL_WIDTH_INCHES / columns
    # Room for titles, labels and legend; small panels share one pair of labelled axes.
    row, rest = (side + 0.1, 0.65) if small else (side + 0.25, 0.35)
    figure, axes = small_multiples(len(panels), columns, row, rest)
    any_wrong = False
    last_row = (len(panels) - 1) // columns * columns
    for place, (ax, (title, network, table)) in enumerate(zip(axes, panels, strict=True)):
        wrong = wrong_entries(network, table).any(axis=1)
        any_wrong |= bool(wrong.any())
        draw_lines(ax, network.lines)
        draw_dots(ax, network.codes, wrong, size=15 if small else 22)
        square_axes(ax, labels=not small or place == last_row)
        # Titles come from pictures: a dollar sign is no mathematics.
        ax.set_title(title, fontsize=10, parse_math=False)
    handles = _square_handles(any_wrong)
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    return figure


def _square_handles(wrong: bool) -> list[Line2D]:
    dot = {"linestyle": "none", "markeredgecolor": "white"}
    handles = [
        Line2D([], [], marker="o", color=COLOURS["blue"], label="a row, all its outputs right", **dot),
        Line2D([], [], color=LINE["color"], linewidth=1.2, label="an output’s decision boundary"),
    ]
    if wrong:
        label = "a row with a wrong output"
        handles.insert(1, Line2D([], [], marker="D", color=COLOURS["vermilion"], label=label, **dot))
    return handles


def stopping_figure(table: pd.DataFrame, law: Mapping[str, Any]) -> plt.Figure:
    """Epochs until the loss stopped each run against N, and the power law through the medians.

    Args:
        table: rows, seed, epochs, stopped, from `measures.stopping_table`.
        law: from `measures.stopping_law`.
    """
    figure, ax = plt.subplots(figsize=(FULL_WIDTH_INCHES, 3.3))
    stopped = table["stopped"].astype(bool)
    ends, given_up = table[stopped], table[~stopped].drop_duplicates(["rows", "epochs"])
    style = {"linestyle": "none", "color": COLOURS["blue"]}
    ax.plot(ends["rows"], ends["epochs"], "o", label="stopped by its loss", alpha=0.5, **style)
    ax.plot(
        given_up["rows"], given_up["epochs"], "^", label="given up before", markerfacecolor="white", **style
    )
    if law["exponent"] is not None:
        n = np.geomspace(table["rows"].min(), table["rows"].max(), 50)
        label = f"{law['factor']:.2g} × N to the power {law['exponent']:.2f}"
        curve = law["factor"] * n ** law["exponent"]
        ax.plot(n, curve, color=COLOURS["vermilion"], linewidth=1.2, zorder=1, label=label)
    ax.set(xscale="log", yscale="log", xlabel="N, the size of the one-hot table", ylabel="epochs")
    ax.set_xticks(sorted(table["rows"].unique()), labels=[str(n) for n in sorted(table["rows"].unique())])
    ax.minorticks_off()
    ax.grid(axis="y")
    ax.legend(loc="upper left")
    return figure


def picture_figure(picture: Picture, network: Encoder) -> plt.Figure:
    """A picture and what was learned from its table, as it is and turned to match the picture."""
    figure, (drawn, learned, turned) = plt.subplots(1, 3, figsize=(FULL_WIDTH_INCHES, 2.65))
    reach = FRAME * max(1.0, float(np.abs(picture.dots).max()))
    right = np.zeros(len(picture.dots), dtype=bool)
    lines = line_forms(picture.lines)
    _draw_picture(drawn, picture, picture.dots, lines, right, reach, f"drawn: {picture.title}")

    wrong = wrong_entries(network, picture.table).any(axis=1)
    _draw_picture(learned, picture, network.codes, network.lines, wrong, FRAME, "learned")

    rotation, codes, lines = turned_to(network.codes, network.lines, picture.dots)
    corners = CORNERS @ rotation
    turned.add_patch(Polygon(corners, closed=True, fill=False, edgecolor=GREY, linewidth=0.8))
    mirrored = " and mirrored" * bool(np.linalg.det(rotation) < 0)
    reach = 1.03 * float(np.abs(corners).max())
    _draw_picture(turned, picture, codes, lines, wrong, reach, f"learned, turned{mirrored}")
    turned.spines[:].set_visible(False)
    for artist in turned.lines:
        artist.set_clip_path(Polygon(corners, closed=True, transform=turned.transData))
    return figure


def _draw_picture(
    ax: Axes,
    picture: Picture,
    dots: np.ndarray,
    lines: np.ndarray,
    wrong: np.ndarray,
    reach: float,
    title: str,
) -> None:
    """Dots and lines with the strokes of the picture, in a bare square from -reach to reach."""
    draw_lines(ax, lines)
    for stroke in picture.strokes:
        x, y = dots[list(stroke)].T
        ax.plot(x, y, color=COLOURS["sky"], linewidth=3.2, alpha=0.55, solid_capstyle="round", zorder=2)
    draw_dots(ax, dots, wrong)
    square_axes(ax, labels=False, reach=reach)
    ax.set_title(title, fontsize=10, parse_math=False)


def table_figure(table: np.ndarray, network: Encoder) -> plt.Figure:
    """A target table, rows down and outputs across, and the two hidden activations that each row received.

    Entries whose output fell on the wrong side are framed.
    """
    rows, columns = table.shape
    cell = min(0.26, 4.6 / columns)
    height = cell * rows + 0.75
    figure, (targets, codes) = plt.subplots(
        1,
        2,
        figsize=(min(FULL_WIDTH_INCHES, cell * columns + 2.6), height),
        width_ratios=[cell * columns, 1.2],
    )
    targets.imshow(1 - table, cmap="gray", vmin=-0.25, vmax=1, aspect="auto")
    for row, column in np.argwhere(wrong_entries(network, table)):
        frame = {"fill": False, "edgecolor": COLOURS["vermilion"], "linewidth": 1.6}
        targets.add_patch(plt.Rectangle((column - 0.5, row - 0.5), 1, 1, **frame))
    targets.set_title("target", fontsize=10)
    targets.set_xticks(np.arange(columns) - 0.5, minor=True)
    targets.set_yticks(np.arange(rows) - 0.5, minor=True)
    targets.grid(which="minor", linewidth=0.4)
    targets.set_xticks(range(columns), range(1, columns + 1), fontsize=7)
    targets.set_yticks(range(rows), range(1, rows + 1), fontsize=7)
    targets.set_ylabel("row")
    targets.set_xlabel("output")
    image = codes.imshow(network.codes, cmap="PuOr", vmin=-1.6, vmax=1.6, aspect="auto")
    labels = [[f"{value:.2f}".replace("-", MINUS) for value in code] for code in network.codes]
    label_cells(codes, image, np.array(labels), fontsize=8)
    codes.set_title("hidden code", fontsize=10)
    codes.set_xticks([0, 1], ["h₁", "h₂"])
    codes.set_yticks([])
    for ax in (targets, codes):
        ax.tick_params(which="both", length=0)
        ax.spines[:].set_visible(False)
    return figure
