"""Pictures of a data set."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from hidden_units.datasets.shape import SIDE
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
