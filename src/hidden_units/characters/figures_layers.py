"""The three networks as drawings: what each layer makes of an image, and how many weights that takes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from hidden_units.characters.figures import display_name, look
from hidden_units.plotting import GREY, PALE, PHONE_WIDTH_INCHES, plt

# Lengths in a unit of a little less than an inch: the whole, a title, a row, and half of what is widest.
WIDTH, TITLE, ROW, SIDE = 5.0, 0.2, 1.08, 0.42
MOST = 4  # stages in a row
PIXEL = 0.5 / 28  # side of a pixel of an image or map
SHEETS, SHEET_OFFSET = 4, 0.035  # maps of a stack that are drawn


def stages(layers: Sequence[Mapping[str, Any]], side: int) -> pd.DataFrame:
    """What a network makes of an image in turn, a row each.

    Args:
        layers: shape of the weights, and side of the squares pooled after it; see `page.weights.layers`.
        side: of the image in pixels.

    Returns:
        Columns step (how it is made), number (of maps or units), side (of a map; 1 for units), parameters.
    """
    rows = [{"step": "image", "number": 1, "side": side, "parameters": 0}]
    for layer in layers:
        outputs, _, *kernel = layer["shape"]
        parameters = math.prod(layer["shape"]) + outputs
        if kernel:
            side += 1 - kernel[0]
            step = f"{kernel[0]} × {kernel[1]} filters"
        else:
            side, step = 1, "all to all"
        rows.append({"step": step, "number": outputs, "side": side, "parameters": parameters})
        if layer["pool"] > 1:
            side //= layer["pool"]
            step = f"best of {layer['pool']} × {layer['pool']}"
            rows.append({"step": step, "number": outputs, "side": side, "parameters": 0})
    return pd.DataFrame(rows)


def networks(table: pd.DataFrame, image: np.ndarray) -> Figure:
    """For each network the image, then maps as stacks and units as bars, with how each is made.

    Args:
        table: the columns of `stages` behind a column model.
        image: (28, 28) grey values.
    """
    tables = {model: own.reset_index(drop=True) for model, own in table.groupby("model", sort=False)}
    places = {model: stage_places(len(own)) for model, own in tables.items()}
    heights = [0.66 - each[-1][1] for each in places.values()]
    size = PHONE_WIDTH_INCHES, PHONE_WIDTH_INCHES / WIDTH * sum(heights)
    figure, rows = plt.subplots(len(tables), 1, figsize=size, squeeze=False, height_ratios=heights)
    for axes, height, (model, own) in zip(rows[:, 0], heights, tables.items(), strict=True):
        colour, _ = look(model)
        words = f"{display_name(model)}: {own['parameters'].sum():,} weights and biases"
        axes.text(0, 0, words, fontweight="semibold", va="top")
        before = places[model][0]
        for place, stage in zip(places[model], own.itertuples(), strict=True):
            x, y = place
            if y < before[1]:
                before = turn(axes, before, y)
            is_last = stage.Index == own.index[-1]
            half = draw_stage(axes, place, stage, colour, image, "classes" if is_last else "units")
            if stage.Index:
                style = {"arrowstyle": "->", "color": GREY, "shrinkA": 0, "shrinkB": 0}
                axes.annotate("", (x - half, y), before, arrowprops=style)
                # In two lines, the second of one word, or of one product.
                step = "\n".join(stage.step.replace(" × ", "×").rsplit(" ", 1))
                middle = (x - half + before[0]) / 2
                axes.text(middle, y + 0.04, step, ha="center", va="bottom", fontsize=9, linespacing=1.05)
            before = x + half + 0.05, y
        # Last, since an image sets them.
        axes.set(xlim=(0, WIDTH), ylim=(-height, 0), aspect="equal")
        axes.set_axis_off()
    return figure


def stage_places(count: int) -> list[tuple[float, float]]:
    """Middles of the stages of a network, in rows of the same columns; in the first is only the image."""
    columns = np.linspace(SIDE, WIDTH - SIDE, min(MOST, count))
    places = [(x, -TITLE - 0.34) for x in columns]
    while len(places) < count:
        places += [(x, places[-1][1] - ROW) for x in columns[1:]]
    return places[:count]


def turn(axes: Axes, end: tuple[float, float], below: float) -> tuple[float, float]:
    """Lead from the end of a row to the beginning of the one below, and say where that is."""
    edge, between = WIDTH - 0.02, below + 0.38
    corners = [end, (edge, end[1]), (edge, between), (SIDE, between), (SIDE, below)]
    axes.plot(*zip(*corners, strict=True), color=GREY, linewidth=1)
    return corners[-1]


def draw_stage(
    axes: Axes, middle: tuple[float, float], stage: Any, colour: str, image: np.ndarray, units: str
) -> float:
    """Draw an image, a stack of maps or a bar of units around a place; returns half its width."""
    x, y = middle
    if stage.side == 1:
        words, width, height = f"{stage.number:,} {units}", 0.1, min(0.1 + 0.004 * stage.number, 0.6)
        axes.add_patch(bar(x - width / 2, y - height / 2, width, height, colour))
    elif not stage.Index:
        words, width = f"{stage.side} × {stage.side} pixels", stage.side * PIXEL
        ends = x - width / 2, x + width / 2, y - width / 2, y + width / 2
        axes.imshow(image, extent=ends, cmap="gray_r", vmin=0, vmax=255)
        axes.add_patch(Rectangle(ends[::2], width, width, fill=False, edgecolor=GREY, linewidth=0.6))
    else:
        words, width = f"{stage.number} maps\n{stage.side} × {stage.side}", stage.side * PIXEL
        for sheet in reversed(range(SHEETS)):
            shift = (sheet - (SHEETS - 1) / 2) * SHEET_OFFSET
            corner = x + shift - width / 2, y + shift - width / 2
            axes.add_patch(bar(*corner, width, width, colour))
        width += SHEETS * SHEET_OFFSET
    axes.text(x, y - 0.355, words, ha="center", va="top", fontsize=9, linespacing=1.05)
    return width / 2 + 0.05


def bar(left: float, bottom: float, width: float, height: float, colour: str) -> Rectangle:
    """A rectangle in a pale shade of a colour, and its outline."""
    return Rectangle((left, bottom), width, height, facecolor=PALE[colour], edgecolor=colour, linewidth=1)
