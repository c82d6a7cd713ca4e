"""Training images held out to choose between networks, so that the choice owes nothing to the test images."""

from __future__ import annotations

import numpy as np

from hidden_units.errors import StudyError


def check_held_out(count: int, train_images: int) -> None:
    """Check that enough images are left to train on.

    Raises:
        StudyError: as many images are to be held out as there are, or more.
    """
    if count >= train_images:
        raise StudyError(
            f"config: `training: validation` is {count}, expected fewer than the {train_images} training "
            "images, for the networks learn from the rest; lower it, or set 0 to hold out none."
        )


def held_out(labels: np.ndarray, count: int) -> np.ndarray:
    """Places (count,) of the images held out, ascending: the last ones of each class, of all in proportion.

    No chance is in it, and a file sorted by class loses no class. The classes' shares are those of Webster's
    method (1832), which puts the fractions (1/2, 3/2, ...) / size of all classes into one order.

    Args:
        labels: (N,) of the training images.
        count: how many to hold out, fewer than N.

    Raises:
        StudyError: as `check_held_out`.
    """
    check_held_out(count, len(labels))
    order = np.empty(len(labels))
    for label in np.unique(labels):
        places = np.flatnonzero(labels == label)
        order[places[::-1]] = (np.arange(len(places)) + 0.5) / len(places)
    return np.sort(np.argsort(order, kind="stable")[:count])
