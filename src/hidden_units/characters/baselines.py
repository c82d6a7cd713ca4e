"""Two classifiers without training, as context for the networks: nearest neighbours, plain and after PCA."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from threadpoolctl import threadpool_limits

from hidden_units.errors import StudyError


def nearest_neighbours(
    train_images: np.ndarray,
    train_labels: np.ndarray,
    test_images: np.ndarray,
    test_labels: np.ndarray,
    neighbours: int = 4,
    components: int = 50,
) -> pd.DataFrame:
    """Accuracy of k nearest neighbours in pixel space and in the space of the first principal components.

    Args:
        train_images: (N, 28, 28) uint8, and so on.
        neighbours: k; a tie goes to the lowest label.
        components: principal components kept; fewer where there are fewer training images.

    Raises:
        StudyError: more neighbours than training images.

    Returns:
        Columns model (`knn-<k>`, `pca-knn-<k>`) and accuracy, a row each.
    """
    if neighbours > len(train_images):
        raise StudyError(
            f"config: `characters: neighbours` is {neighbours}, but there are only {len(train_images)} "
            "training images; set it to at most that."
        )
    train = train_images.reshape(len(train_images), -1).astype(np.float32) / 255
    test = test_images.reshape(len(test_images), -1).astype(np.float32) / 255
    kept = min(components, *train.shape)
    classifiers = {
        f"knn-{neighbours}": KNeighborsClassifier(neighbours, algorithm="brute"),
        f"pca-knn-{neighbours}": make_pipeline(
            PCA(kept, svd_solver="covariance_eigh"), KNeighborsClassifier(neighbours, algorithm="brute")
        ),
    }
    with threadpool_limits(1):
        accuracies = [
            classifier.fit(train, train_labels).score(test, test_labels)
            for classifier in classifiers.values()
        ]
    return pd.DataFrame({"model": list(classifiers), "accuracy": accuracies})
