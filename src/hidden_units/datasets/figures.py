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
# Rows that a page has room for, and images in a row.
ROWS, COLUMNS = 15, 12


def tile(images: np.ndarray) -> np.ndarray:
    """One picture of images (rows, columns, height, width), a few blank pixels between them."""
    padded = np.pad(images, ((0, 0), (0, 0), (GAP_PIXELS, 0), (GAP_PIXELS, 0)))
    rows, columns, height, width = padded.shape
    return padded.transpose(0, 2, 1, 3).reshape(rows * height, columns * width)


def blocks_of(classes: int) -> int:
    """How many blocks of rows next to each other so many classes need, one row a class."""
    return -(-classes // ROWS)


def sample_gallery(images: np.ndarray, chosen: np.ndarray, names: Sequence[str]) -> Figure:
    """A row of samples a class, dark ink on light paper; many classes in blocks next to each other.

    Args:
        images: (N, 28, 28) uint8, white on black.
        chosen: (classes, columns) indices of images; -1 leaves a blank.
        names: of the classes.
    """
    samples = np.where((chosen >= 0)[:, :, None, None], images[chosen], 0)
    blocks = np.array_split(np.arange(len(names)), blocks_of(len(names)))
    inches = FULL_WIDTH_INCHES / (len(blocks) * (chosen.shape[1] + 1.6))
    figure, panels = plt.subplots(
        1, len(blocks), figsize=(FULL_WIDTH_INCHES, inches * (len(blocks[0]) + 0.4)), squeeze=False
    )
    side = SIDE + GAP_PIXELS
    for axes, labels in zip(panels[0], blocks, strict=True):
        # The last blocks may have a row less, and are as tall.
        rows = np.pad(samples[labels], ((0, len(blocks[0]) - len(labels)), *[(0, 0)] * 3))
        axes.imshow(tile(rows), cmap="gray_r", vmin=0, vmax=255)
        own = names if len(blocks) == 1 else [shortest_label(names[label], 11) for label in labels]
        axes.set_yticks(np.arange(len(labels)) * side + GAP_PIXELS + SIDE // 2, own)
        axes.set_xticks([])
        axes.tick_params(length=0, labelsize=11 if len(blocks) == 1 else 9)
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
