"""Pictures of a data set."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from hidden_units.datasets.making import MOST_SHOWN
from hidden_units.datasets.shape import SIDE
from hidden_units.names import shortest_label
from hidden_units.plotting import FULL_WIDTH_INCHES, plt

GAP_PIXELS = 5


def tile(images: np.ndarray) -> np.ndarray:
    """One picture of images (rows, columns, height, width), a few blank pixels between them."""
    padded = np.pad(images, ((0, 0), (0, 0), (GAP_PIXELS, 0), (GAP_PIXELS, 0)))
    rows, columns, height, width = padded.shape
    return padded.transpose(0, 2, 1, 3).reshape(rows * height, columns * width)


def sample_gallery(images: np.ndarray, chosen: np.ndarray, names: Sequence[str]) -> Figure:
    """A row of samples a class, dark ink on light paper.

    Args:
        images: (N, 28, 28) uint8, white on black.
        chosen: (classes, columns) indices of images; -1 leaves a blank.
        names: of the classes.
    """
    samples = np.where((chosen >= 0)[:, :, None, None], images[chosen], 0)
    figure, axes = plt.subplots(
        figsize=(FULL_WIDTH_INCHES, FULL_WIDTH_INCHES * (len(names) + 0.4) / (chosen.shape[1] + 1.6))
    )
    axes.imshow(tile(samples), cmap="gray_r", vmin=0, vmax=255)
    side = SIDE + GAP_PIXELS
    axes.set_yticks(np.arange(len(names)) * side + GAP_PIXELS + SIDE // 2, names)
    axes.set_xticks([])
    axes.tick_params(length=0, labelsize=11)
    axes.spines[:].set_visible(False)
    return figure


def before_and_after(originals: Sequence[np.ndarray], made: np.ndarray, names: Sequence[str]) -> Figure:
    """Some images as they were, each with what the networks see below it.

    Args:
        originals: (height, width, 3) uint8 each, of any size.
        made: (N, 28, 28) uint8, white on black; shown so.
        names: of their classes.
    """
    columns = max(len(names), MOST_SHOWN)
    figure, axes = plt.subplots(
        2, columns, figsize=(FULL_WIDTH_INCHES, 2.2 * FULL_WIDTH_INCHES / columns), squeeze=False
    )
    for ax in axes.ravel():
        ax.axis("off")
    for column, (original, image, name) in enumerate(zip(originals, made, names, strict=True)):
        axes[0, column].imshow(original)
        # A square around it, so that all stand in one line.
        height, width = original.shape[:2]
        room = max(height, width) / 2
        axes[0, column].set_xlim(width / 2 - room, width / 2 + room)
        axes[0, column].set_ylim(height / 2 + room, height / 2 - room)
        axes[0, column].set_title(shortest_label(name, 11), loc="center", fontsize=9, fontweight="normal")
        axes[1, column].imshow(image, cmap="gray", vmin=0, vmax=255)
    return figure
