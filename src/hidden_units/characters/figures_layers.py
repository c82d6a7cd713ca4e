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
from hidden_units.plotting import BLACK, FULL_WIDTH_INCHES, GREY, PALE, plt

# Lengths in the unit of a row's height; a row is as wide as these let it be.
ROW, WIDTH = 0.98, 7.6
PIXEL = 0.62 / 28  # side of a pixel of an image or map
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
    """A row for each network: the image, then maps as stacks and units as bars, with how each is made.

    Args:
        table: the columns of `stages` behind a column model.
        image: (28, 28) grey values.
    """
    models = list(dict.fromkeys(table["model"]))
    size = FULL_WIDTH_INCHES, FULL_WIDTH_INCHES / WIDTH * (ROW + 0.42) * len(models)
    figure, rows = plt.subplots(len(models), 1, figsize=size, squeeze=False)
    for axes, model in zip(rows[:, 0], models, strict=True):
        own = table[table["model"] == model].reset_index(drop=True)
        colour, _ = look(model)
        axes.set(xlim=(0, WIDTH), ylim=(-0.42, ROW), aspect="equal")
        axes.set_axis_off()
        words = f"{display_name(model)}: {own['parameters'].sum():,} weights and biases"
        axes.text(0, ROW - 0.02, words, fontweight="semibold", va="top")
        places, before = np.linspace(0.45, WIDTH - 0.45, len(own)), 0.0
        for place, stage in zip(places, own.itertuples(), strict=True):
            is_last = stage.Index == own.index[-1]
            half = draw_stage(axes, place, stage, colour, image, "classes" if is_last else "units")
            if stage.Index:
                style = {"arrowstyle": "->", "color": GREY, "shrinkA": 0, "shrinkB": 0}
                axes.annotate("", (place - half, 0.38), (before, 0.38), arrowprops=style)
                # In two lines, the second of one word, or of one product.
                step = "\n".join(stage.step.replace(" × ", "×").rsplit(" ", 1))
                middle = (place - half + before) / 2
                axes.text(middle, 0.42, step, ha="center", va="bottom", fontsize=7.5, color=BLACK)
            before = place + half + 0.05
    return figure


def draw_stage(axes: Axes, place: float, stage: Any, colour: str, image: np.ndarray, units: str) -> float:
    """Draw an image, a stack of maps or a bar of units around a place; returns half its width."""
    middle = 0.38
    if stage.side == 1:
        words, width, height = f"{stage.number:,} {units}", 0.1, min(0.1 + 0.0045 * stage.number, 0.72)
        axes.add_patch(bar(place - width / 2, middle - height / 2, width, height, colour))
    elif not stage.Index:
        words, width = f"{stage.side} × {stage.side} pixels", stage.side * PIXEL
        ends = place - width / 2, place + width / 2, middle - width / 2, middle + width / 2
        axes.imshow(image, extent=ends, cmap="gray_r", vmin=0, vmax=255)
        axes.add_patch(Rectangle(ends[::2], width, width, fill=False, edgecolor=GREY, linewidth=0.6))
        axes.set(xlim=(0, WIDTH), ylim=(-0.42, ROW))
    else:
        words, width = f"{stage.number} maps\n{stage.side} × {stage.side}", stage.side * PIXEL
        for sheet in reversed(range(SHEETS)):
            shift = (sheet - (SHEETS - 1) / 2) * SHEET_OFFSET
            corner = place + shift - width / 2, middle + shift - width / 2
            axes.add_patch(bar(*corner, width, width, colour))
        width += SHEETS * SHEET_OFFSET
    axes.text(place, -0.05, words, ha="center", va="top", fontsize=8, linespacing=1.05)
    return width / 2 + 0.05


def bar(left: float, bottom: float, width: float, height: float, colour: str) -> Rectangle:
    """A rectangle in a pale shade of a colour, and its outline."""
    return Rectangle((left, bottom), width, height, facecolor=PALE[colour], edgecolor=colour, linewidth=1)
