"""The three providers of images behind one interface: downloaded KMNIST, a folder of IDX files, the brush."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hidden_units.datasets.brush import BrushSettings, draw_dataset
from hidden_units.datasets.idx import IDX_NAMES, read_idx
from hidden_units.datasets.kmnist import KMNIST_REMEDY
from hidden_units.datasets.prepare import (
    DIGIT_CLASSES,
    KMNIST_CLASSES,
    check_dataset,
    describe_dataset,
    describe_sources,
)

KMNIST_LICENCE = "CC BY-SA 4.0"
KMNIST_CREDIT = (
    '"KMNIST Dataset" (created by CODH), adapted from "Kuzushiji Dataset" (created by NIJL and others), '
    "doi:10.20676/00000341"
)


@dataclass(frozen=True)
class Provided:
    """Four arrays and what is known of them before they are checked."""

    arrays: dict[str, np.ndarray]  # keyed as IDX_NAMES
    names: dict[str, str]  # what messages call each array
    title: str
    classes: list[Mapping[str, Any]]
    licence: str
    credit: str
    synthetic: bool
    clean: bool  # whether all-zero images and images in both parts are errors
    remedy: str
    sources: list[dict]


def provide(dataset: Mapping[str, Any], files: Mapping[str, Path]) -> Provided:
    """Read or draw the images of the config's block `dataset`.

    Args:
        dataset: the resolved block.
        files: the source files by part; empty for brush.

    Raises:
        StudyError: a file that cannot be read.
    """
    if dataset["name"] == "brush":
        return Provided(
            arrays=draw_dataset(BrushSettings(**dataset["brush"])),
            names={part: f"the drawn {part.replace('_', ' ')}" for part in IDX_NAMES},
            title=dataset["title"] or "Ten hiragana drawn by a simulated brush",
            classes=KMNIST_CLASSES,
            licence="MIT",
            credit="The Hidden Units authors",
            synthetic=True,
            clean=True,
            remedy="set another `dataset: brush: seed`",
            sources=[],
        )
    read = {
        "arrays": {part: read_idx(path) for part, path in files.items()},
        "names": {part: str(path) for part, path in files.items()},
        "sources": describe_sources(files),
    }
    if dataset["name"] == "kmnist":
        return Provided(
            **read,
            title=dataset["title"] or "Kuzushiji-MNIST",
            classes=KMNIST_CLASSES,
            licence=KMNIST_LICENCE,
            credit=KMNIST_CREDIT,
            synthetic=False,
            clean=True,
            remedy=KMNIST_REMEDY,
        )
    return Provided(
        **read,
        title=dataset["title"] or "Images of ten classes",
        classes=dataset["classes"] or DIGIT_CLASSES,
        licence=dataset["licence"] or "not stated",
        credit=dataset["credit"] or "not stated",
        synthetic=dataset["synthetic"],
        clean=False,
        remedy="",
    )


def describe(dataset: Mapping[str, Any], provided: Provided, arrays_sha256: Mapping[str, str]) -> dict:
    """Check what was provided and describe it as data/dataset.json does.

    Args:
        arrays_sha256: SHA-256 of the four written arrays, keyed as IDX_NAMES.

    Raises:
        StudyError: the data do not pass `prepare.check_dataset`.
    """
    checked = check_dataset(
        provided.arrays, names=provided.names, clean=provided.clean, remedy=provided.remedy
    )
    return describe_dataset(
        name=dataset["name"],
        title=provided.title,
        synthetic=provided.synthetic,
        classes=provided.classes,
        checked=checked,
        sources=provided.sources,
        arrays_sha256=arrays_sha256,
        licence=provided.licence,
        credit=provided.credit,
    )
