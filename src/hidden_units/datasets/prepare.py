"""The check that the data of every provider pass alike.

A data set is a dict of four uint8 arrays, keyed as IDX_NAMES: train_images and test_images of shape
(count, 28, 28), train_labels and test_labels of shape (count,).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from hidden_units.datasets.idx import IDX_NAMES, check_labels, check_shapes
from hidden_units.errors import StudyError


def check_dataset(
    arrays: Mapping[str, np.ndarray],
    *,
    names: Mapping[str, object],
    classes: int,
    clean: bool,
    remedy: str = "remove them or use another data set",
) -> dict:
    """Check the four arrays, and count what a reader should know of them.

    Args:
        arrays: the data set.
        names: what to call each part in a message, usually its file.
        classes: how many there are.
        clean: whether all-zero images and images that are in both parts are errors.
        remedy: the way out named in those errors.

    Returns:
        `counts` {train, test, train_per_class, test_per_class}, `all_zero` {train, test}, `in_both` (test
        images whose bytes are also those of a training image) and `duplicates` (training images beyond the
        first of the same bytes).

    Raises:
        StudyError: a wrong shape, count or label, a class without an image, or data not clean.
    """
    check_shapes({part: arrays[part].shape for part in IDX_NAMES}, names)
    check_labels(arrays, names, classes)
    counts = {"train": len(arrays["train_labels"]), "test": len(arrays["test_labels"])}
    for part in ("train", "test"):
        counts[f"{part}_per_class"] = np.bincount(arrays[f"{part}_labels"]).tolist()

    all_zero = {
        part: int(np.count_nonzero(~arrays[f"{part}_images"].any(axis=(1, 2)))) for part in ("train", "test")
    }
    train_images = {image.tobytes() for image in arrays["train_images"]}
    in_both = sum(image.tobytes() in train_images for image in arrays["test_images"])
    if clean:
        for part, count in all_zero.items():
            if count:
                raise StudyError(
                    f"{names[f'{part}_images']}: all-zero images, {count} of {counts[part]}, expected none; "
                    f"{remedy}."
                )
        if in_both:
            raise StudyError(
                f"{names['test_images']}: {in_both} of {counts['test']} images are in "
                f"{names['train_images']} too, expected none; {remedy}."
            )
    return {
        "counts": counts,
        "all_zero": all_zero,
        "in_both": in_both,
        "duplicates": counts["train"] - len(train_images),
    }
