"""What one run achieved on the test images. No intervals: a changed statistic must not retrain."""

from __future__ import annotations

import numpy as np


def metrics(labels: np.ndarray, log_probabilities: np.ndarray) -> dict[str, float]:
    """Images, correct ones, accuracy (fraction) and loss of outputs (N, classes) for labels (N,).

    The loss is the summed negative log-likelihood over the number of images, in nats.
    """
    correct = int((log_probabilities.argmax(axis=1) == labels).sum())
    loss = -log_probabilities[np.arange(len(labels)), labels].astype(float).sum() / len(labels)
    return {
        "images": len(labels),
        "correct": correct,
        "accuracy": correct / len(labels),
        "loss": float(loss),
    }
