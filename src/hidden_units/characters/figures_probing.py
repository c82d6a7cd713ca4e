"""Figures of why one network reads better than another: moved images, filters, covered parts."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hidden_units.characters.figures import (
    A_LONG_ROW,
    A_ROW,
    MANY_CLASSES,
    ROOM_IN_HALF_WIDTH,
    ROOM_IN_ROWS,
    columns_of_classes,
    display_name,
    longest_line,
    look,
    panels_of_classes,
    percent,
)
from hidden_units.names import is_own_name, shortest_label
from hidden_units.plotting import FULL_WIDTH_INCHES, PHONE_WIDTH_INCHES, ends_of, percent_axis, plt

# Negative weights in one hue, positive in another, none white.
SIGNED_MAP = "PuOr_r"
LOST_MAP = "Oranges"


def shifts(summary: pd.DataFrame) -> Figure:
    """Mean accuracy against how far the images moved, a line with its interval for each network.

    Args:
        summary: characters/shifts_summary.csv.
    """
    figure, axes = plt.subplots(figsize=(PHONE_WIDTH_INCHES, 2.7))
    for model, rows in summary.groupby("model", sort=False):
        colour, marker = look(model)
        axes.plot(
            rows["pixels"], rows["accuracy_mean"], marker=marker, color=colour, label=display_name(model)
        )
        known = rows.dropna(subset=["accuracy_low"])
        axes.vlines(known["pixels"], *ends_of(known), color=colour, linewidth=2.5)
    axes.set(xlabel="pixels that the images moved by", ylabel="test accuracy", ylim=(0, 1))
    axes.xaxis.get_major_locator().set_params(integer=True)
    percent_axis(axes.yaxis)
    axes.grid(axis="y")
    # The user's names may be long.
    ncols = 2 if any(map(is_own_name, summary["model"])) else 3
    figure.legend(loc="outside lower center", ncols=ncols)
    return figure


def filters(
    linear: np.ndarray, kernels: np.ndarray, image: np.ndarray, maps: np.ndarray, names: Sequence[str]
) -> Figure:
    """NetLin's weights as an image for each class; NetConv's first filters, and what each makes of one image.

    Args:
        linear: (classes, 28, 28).
        kernels: (32, 5, 5).
        image: (28, 28) grey values, of which the maps are.
        maps: (32, 24, 24).
    """
    is_many = len(names) > MANY_CLASSES and longest_line(names) <= ROOM_IN_HALF_WIDTH
    most, row_inches = (A_LONG_ROW, 0.45) if is_many else (A_ROW, 0.6)
    more_inches = row_inches * ((len(names) - 1) // most)
    figure = plt.figure(figsize=(FULL_WIDTH_INCHES, 3.7 + more_inches))
    above, middle, below = figure.subfigures(3, 1, height_ratios=[1.3 + more_inches, 1.2, 1.2])
    panels = panels_of_classes(above, len(names), most)
    draw_signed(panels, linear)
    size, room = (9, 6) if len(names) <= 10 else (7, ROOM_IN_ROWS // columns_of_classes(len(names), most))
    for axes, name in zip(panels, names, strict=True):
        axes.set_title(shortest_label(name, room), fontsize=size, loc="center", fontweight="normal")
    above.suptitle("NetLin: the weights of each class", x=0.01, ha="left", fontsize=10)
    draw_signed(columns_of(middle, len(kernels))[:, 1:].flat, kernels)
    middle.suptitle("NetConv: the filters of the first layer", x=0.01, ha="left", fontsize=10)
    panels = columns_of(below, len(maps))
    bare(panels[0, 0], image, cmap="gray_r", vmin=0, vmax=255)
    draw_signed(panels[:, 1:].flat, maps)
    below.suptitle("An image, and what each filter makes of it", x=0.01, ha="left", fontsize=10)
    return figure


def draw_signed(panels: Iterable[Axes], values: np.ndarray) -> None:
    """Images of weights or activations (images, height, width), on one scale around 0."""
    extreme = np.abs(values).max()
    for axes, one in zip(panels, values, strict=False):
        bare(axes, one, cmap=SIGNED_MAP, vmin=-extreme, vmax=extreme)


def occlusion(images: np.ndarray, table: pd.DataFrame, names: Sequence[str]) -> Figure:
    """Where networks look: an image a row, and for each network how much certainty each covered square costs.

    Args:
        images: test images (N, 28, 28).
        table: characters/occlusion.csv.
    """
    models = list(dict.fromkeys(table["model"]))
    shown = list(dict.fromkeys(table["image"]))
    size = (FULL_WIDTH_INCHES, 0.5 + 1.6 * len(shown))
    figure, panels = plt.subplots(len(shown), 1 + len(models), figsize=size, squeeze=False)
    for row, index in zip(panels, shown, strict=True):
        parts = table[table["image"] == index]
        bare(row[0], images[index], cmap="gray_r", vmin=0, vmax=255)
        row[0].set_title(shortest_label(names[parts["target"].iloc[0]], 11), fontsize=9, loc="center")
        for axes, model in zip(row[1:], models, strict=True):
            own = parts[parts["model"] == model]
            lost = (own["probability"] - own["covered"]).to_numpy()
            side = round(len(own) ** 0.5)
            bare(axes, 255 - images[index] / 2.5, cmap="gray", vmin=0, vmax=255)
            picture = axes.imshow(
                lost.reshape(side, side),
                cmap=LOST_MAP,
                vmin=0,
                vmax=1,
                alpha=0.75,
                extent=extent(own, images),
            )
            answer = (
                f"{shortest_label(names[own['chosen'].iloc[0]], 11)}  {percent(own['probability'].iloc[0])}"
            )
            axes.set_title(answer, fontsize=9, loc="center", fontweight="normal")
    for axes, words in zip(panels[-1], ["image", *map(display_name, models)], strict=True):
        # More networks than the study's leave each less room.
        words = textwrap.fill(words, 14) if len(models) > 3 else words
        axes.text(0.5, -0.06, words, ha="center", va="top", transform=axes.transAxes)
    figure.colorbar(picture, ax=panels[:, -1], shrink=0.8, label="probability lost")
    return figure


def extent(own: pd.DataFrame, images: np.ndarray) -> tuple[float, float, float, float]:
    """Where a map of covered squares lies on its image: each value around its square's middle."""
    first, last = own["row"].min(), own["row"].max()
    # The last square ends at the edge of the image.
    half = (images.shape[1] - last) / 2
    step = np.diff(np.unique(own["row"]))[0] / 2
    low, high = first + half - 0.5 - step, last + half - 0.5 + step
    return low, high, high, low


def bare(axes: Axes, values: np.ndarray, **style: object) -> None:
    """Values as an image without an axis."""
    axes.imshow(values, **style)
    axes.set_axis_off()


def columns_of(part: Figure, count: int) -> np.ndarray:
    """Empty axes in rows of `A_ROW` behind a first column, as many rows as `count` of them need."""
    panels = part.subplots(-(-count // A_ROW), 1 + A_ROW, squeeze=False)
    for axes in panels.flat:
        axes.set_axis_off()
    return panels


def filter_table(weights: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Filters (K, rows, columns) by network as network, filter, row, column, weight to three decimals."""
    parts = []
    for network, values in weights.items():
        filter_, row, column = np.indices(values.shape).reshape(3, -1)
        parts.append(
            pd.DataFrame(
                {
                    "network": network,
                    "filter": filter_,
                    "row": row,
                    "column": column,
                    "weight": values.ravel().round(3),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
