"""What can be checked before any job starts, for it needs the number of images and not the images."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hidden_units.characters.validation import check_held_out
from hidden_units.datasets.idx import find_idx_files, inspect_idx_files

KMNIST_TRAINING_IMAGES = 60_000


def check_validation(config: Mapping[str, Any]) -> None:
    """Check that a resolved configuration leaves images to train on.

    Raises:
        StudyError: as `check_held_out`, or the folder of the user's images is not sound.
    """
    count = config["training"]["validation"]
    images = training_images(config["dataset"]) if count else None
    if images is not None:
        check_held_out(count, images)


def training_images(dataset: Mapping[str, Any]) -> int | None:
    """How many training images a block `dataset` brings; None where only files still to be fetched know."""
    if dataset["name"] == "brush":
        return dataset["brush"]["train"]
    if dataset["name"] == "idx":
        return inspect_idx_files(find_idx_files(Path(dataset["path"])))["train"]
    return None if dataset["files"] else KMNIST_TRAINING_IMAGES
