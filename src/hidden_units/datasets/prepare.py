"""What the data of every provider pass through alike: one check, one description.

A data set is a dict of four uint8 arrays, keyed as IDX_NAMES: train_images and test_images of shape
(count, 28, 28), train_labels and test_labels of shape (count,).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from hidden_units.datasets.idx import IDX_NAMES, check_labels, check_shapes
from hidden_units.datasets.kmnist import is_official
from hidden_units.datasets.shape import CLASS_COUNT
from hidden_units.errors import StudyError
from hidden_units.files import sha256


def check_dataset(
    arrays: Mapping[str, np.ndarray],
    *,
    names: Mapping[str, object],
    clean: bool,
    remedy: str = "remove them or use another data set",
) -> dict:
    """Check the four arrays, and count what a reader should know of them.

    Args:
        arrays: the data set.
        names: what to call each part in a message, usually its file.
        clean: whether all-zero images and images that stand in both parts are errors.
        remedy: the way out named in those errors.

    Returns:
        `counts` {train, test, train_per_class, test_per_class}, `all_zero` {train, test}, `in_both` (test
        images whose bytes are also those of a training image) and `duplicates` (training images beyond the
        first of the same bytes).

    Raises:
        StudyError: a wrong dtype, shape, count or label, a class without an image, or data not clean.
    """
    for part in IDX_NAMES:
        if arrays[part].dtype != np.uint8:
            raise StudyError(
                f"{names[part]}: holds {arrays[part].dtype} values, expected uint8; convert them to 0 to 255."
            )
    check_shapes({part: arrays[part].shape for part in IDX_NAMES}, names)
    counts = {"train": len(arrays["train_labels"]), "test": len(arrays["test_labels"])}
    for part in ("train", "test"):
        labels = arrays[f"{part}_labels"]
        check_labels(labels, names[f"{part}_labels"])
        counts[f"{part}_per_class"] = np.bincount(labels, minlength=CLASS_COUNT).tolist()

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
                f"{names['test_images']}: {in_both} of {counts['test']} images stand in "
                f"{names['train_images']} too, expected none; {remedy}."
            )
    return {
        "counts": counts,
        "all_zero": all_zero,
        "in_both": in_both,
        "duplicates": counts["train"] - len(train_images),
    }


def describe_sources(files: Mapping[str, Path]) -> list[dict]:
    """Describe the files that a data set was read from: part, name, bytes, sha256; no folder."""
    return [
        {
            "part": part,
            "name": Path(files[part]).name,
            "bytes": Path(files[part]).stat().st_size,
            "sha256": sha256(files[part]),
        }
        for part in IDX_NAMES
        if part in files
    ]


def describe_dataset(
    *,
    name: str,
    title: str,
    synthetic: bool,
    classes: Sequence[Mapping[str, str]],
    checked: Mapping,
    sources: Sequence[Mapping],
    arrays_sha256: Mapping[str, str],
    licence: str,
    credit: str,
) -> dict:
    """Build the content of data/dataset.json.

    Args:
        classes: ten entries {romaji, kana} in the order of the labels; kana may be absent or empty.
        checked: what `check_dataset` returned.
        sources: what `describe_sources` returned; empty for generated data.
        arrays_sha256: SHA-256 of the four .npy files, keyed as IDX_NAMES.

    Returns:
        A dict ready for JSON. `official` says that the four sources are the official KMNIST files, and
        `comparable` that accuracies may stand beside those published for them.
    """
    official = is_official({source["part"]: source["sha256"] for source in sources})
    return {
        "name": name,
        "title": title,
        "synthetic": synthetic,
        "official": official,
        "comparable": official,
        "classes": [
            {"label": label, "romaji": entry["romaji"], "kana": entry.get("kana") or ""}
            for label, entry in enumerate(classes)
        ],
        "counts": dict(checked["counts"]),
        "all_zero": dict(checked["all_zero"]),
        "in_both": checked["in_both"],
        "duplicates": checked["duplicates"],
        "sources": [dict(source) for source in sources],
        "arrays": {part: arrays_sha256[part] for part in IDX_NAMES},
        "licence": licence,
        "credit": credit,
    }
