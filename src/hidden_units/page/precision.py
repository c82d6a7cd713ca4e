"""What rounding the weights to float16 changes in a network's answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from hidden_units.characters.probing import probabilities, restore
from hidden_units.page.weights import to_half

DECIMALS = 7  # about the rounding of float32 itself, which may differ between machines


def compare_precisions(
    model: str, weights: Mapping[str, np.ndarray], images: np.ndarray, labels: np.ndarray
) -> dict[str, Any]:
    """Answers from float16 weights, compared with those from the float32 weights before rounding.

    Args:
        model: `netlin`, `netfull-<hidden>` or `netconv`.
        weights: float32 arrays by their names in the state dict.
        images: (N, 28, 28) uint8.
        labels: (N,) classes, each of which occurs.

    Returns:
        images (their number), both accuracies, answers_changed (images for which another class is chosen),
        and the largest and mean absolute difference of a probability, over images and classes.
    """
    classes = int(labels.max()) + 1
    full = probabilities(restore(model, weights, classes), images)
    half = probabilities(restore(model, to_half(model, weights), classes), images)
    difference = np.abs(full - half)
    return {
        "images": len(labels),
        "accuracy_float32": float((full.argmax(axis=1) == labels).mean()),
        "accuracy_float16": float((half.argmax(axis=1) == labels).mean()),
        "answers_changed": int((full.argmax(axis=1) != half.argmax(axis=1)).sum()),
        "difference_max": round(float(difference.max()), DECIMALS),
        "difference_mean": round(float(difference.mean()), DECIMALS),
    }
