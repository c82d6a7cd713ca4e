"""What can be checked before any job starts, for it needs the number of images and not the images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hidden_units.characters.validation import check_held_out
from hidden_units.datasets.providers import provider_of


def check_validation(config: Mapping[str, Any]) -> None:
    """Check that a resolved configuration leaves images to train on.

    Raises:
        StudyError: as `check_held_out`, or the folder of the user's images is not sound.
    """
    count = config["training"]["validation"]
    counts = provider_of(config["dataset"]).counts() if count else None
    if counts:
        check_held_out(count, counts["train"])
