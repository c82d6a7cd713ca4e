"""Test images for the page, and what a drawing must be like to look as they do."""

from __future__ import annotations

import base64
import zlib
from typing import Any

import numpy as np

from hidden_units.datasets.classes import first_of_each_class

INK = 64  # from this value on a pixel counts as inked


def pack_images(images: np.ndarray, labels: np.ndarray, per_class: int) -> dict[str, Any]:
    """The first images of each class for the page, from uint8 images (N, 28, 28) and labels (N,).

    Returns:
        numbers (places among the N, from 0), labels, and pixels: their bytes, compressed (zlib, RFC 1950), in
        base64.
    """
    chosen = first_of_each_class(labels, per_class)
    chosen = chosen[chosen >= 0]
    # Level 9 of zlib is within 1 % of a PNG of the same images, and a browser unpacks it to exact bytes.
    content = zlib.compress(np.ascontiguousarray(images[chosen]).tobytes(), 9)
    return {
        "numbers": chosen.tolist(),
        "labels": labels[chosen].tolist(),
        "pixels": base64.b64encode(content).decode("ascii"),
    }


def measure_hand(images: np.ndarray) -> dict[str, float]:
    """How large and how broadly the characters are written: medians over the images, in pixels.

    Args:
        images: (N, 28, 28) uint8, white on black; empty ones are passed over.

    Returns:
        extent, the longer side of the box around the ink; stroke_width, twice the inked area over its outline
        (that of a long ribbon), the length of the outline by Cauchy-Crofton from what the values change by
        along rows and columns.
    """
    inked = images[(images >= INK).any(axis=(1, 2))]
    if not len(inked):
        return {"extent": float(images.shape[1]), "stroke_width": 2.0}
    ink = inked >= INK
    sides = [extents(ink.any(axis=axis)) for axis in (1, 2)]
    values = np.pad(inked / 255, ((0, 0), (1, 1), (1, 1)))
    changes = sum(np.abs(np.diff(values, axis=axis)).sum(axis=(1, 2)) for axis in (1, 2))
    widths = 2 * values.sum(axis=(1, 2)) / (np.pi / 4 * changes)
    return {
        "extent": float(np.median(np.maximum(*sides))),
        "stroke_width": round(float(np.median(widths)), 2),
    }


def extents(inked: np.ndarray) -> np.ndarray:
    """Places from the first inked row (or column) to the last, both counted; inked: (N, side) bool."""
    return inked.shape[1] - inked[:, ::-1].argmax(axis=1) - inked.argmax(axis=1)
