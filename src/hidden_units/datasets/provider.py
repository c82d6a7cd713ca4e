"""What the rest of the project needs to know of a kind of data, and what most kinds have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from hidden_units.datasets.classes import KMNIST_CLASSES
from hidden_units.datasets.idx import IDX_NAMES, read_idx
from hidden_units.datasets.kmnist import SourceFile, is_official
from hidden_units.datasets.making import Making
from hidden_units.datasets.prepare import check_dataset
from hidden_units.datasets.shape import SIDE
from hidden_units.files import sha256

# What Python, numpy, torch and the like take of a job's memory.
LIBRARIES_MB = 500


@dataclass(frozen=True)
class Provider:
    """One kind of data, with the resolved block `dataset` that chose it."""

    settings: Mapping[str, Any]

    # The keys of the block that mean something to this kind, beyond `name` and `title`.
    keys: ClassVar[tuple[str, ...]] = ()
    usual_title: ClassVar[str]
    licence: ClassVar[str]
    credit: ClassVar[str]
    synthetic: ClassVar[bool] = False  # whether a program made the images
    # Whether all-zero images, and images that are in both parts, are errors; if so, the way out.
    clean: ClassVar[bool] = True
    remedy: ClassVar[str] = ""
    # Whether images are made of others, which the report then shows beside them.
    makes_images: ClassVar[bool] = False
    # Names of folders that name classes.
    folders: ClassVar[Sequence[str]] = ()

    @property
    def title(self) -> str:
        """What the report calls the data."""
        return self.settings["title"] or self.usual_title

    @property
    def classes(self) -> Sequence[Mapping[str, Any]]:
        """The classes in the order of their labels.

        Raises:
            StudyError: as `source_files`.
        """
        return KMNIST_CLASSES

    def source_files(self, downloads: str) -> dict[str, str]:
        """The files that hold the images by part, keyed as IDX_NAMES; empty where they are drawn.

        Args:
            downloads: the folder for files that are fetched.

        Raises:
            StudyError: a folder or file of the user's is not sound.
        """
        return {}

    def downloads(self) -> dict[str, SourceFile]:
        """The files to be fetched, by name."""
        return {}

    def library_files(self, files: Sequence[str]) -> list[str]:
        """Of the source files that lead to the images, those that these images depend on."""
        return [path for path in files if not path.endswith("datasets/brush.py")]

    def counts(self) -> dict[str, int] | None:
        """How many images there are, by part, train and test; None where only files still to be fetched know.

        Raises:
            StudyError: as `source_files`.
        """
        raise NotImplementedError

    def memory_mb(self, least: int, times: float, parts: Sequence[str] = ("train", "test")) -> int:
        """What a job asks for that holds the images of some parts so many times, as bytes.

        Args:
            least: what it asks for however few they are.

        Raises:
            StudyError: as `source_files`.
        """
        counts = self.counts() or {}
        images = sum(counts.get(part, 0) for part in parts)
        return max(least, LIBRARIES_MB + round(times * images * SIDE**2 / 10**6))

    def refresh(self) -> None:
        """Bring up to date what stands for source files that are too many to be named one by one.

        Raises:
            StudyError: as `source_files`, or one cannot be read.
        """

    def load(self, files: Mapping[str, Path]) -> tuple[dict[str, np.ndarray], Making | None]:
        """The four arrays, keyed as IDX_NAMES, and how they were made where `makes_images`.

        Args:
            files: as `source_files` has named them.

        Raises:
            StudyError: a file that cannot be read.
        """
        return {part: read_idx(path) for part, path in files.items()}, None

    def sources(self, files: Mapping[str, Path]) -> list[dict[str, Any]]:
        """Part, name, bytes and SHA-256 of each source file, without its folder, which says nothing."""
        return [
            {"part": part, "name": path.name, "bytes": path.stat().st_size, "sha256": sha256(path)}
            for part, path in files.items()
        ]

    def describe(
        self,
        arrays: Mapping[str, np.ndarray],
        files: Mapping[str, Path],
        arrays_sha256: Mapping[str, str],
        making: Making | None = None,
    ) -> dict:
        """Check what was loaded and describe it: the content of data/dataset.json.

        `official` says that the files are the four of KMNIST, and `comparable` that accuracies compare with
        those published for them.

        Args:
            arrays_sha256: SHA-256 of the four written arrays, keyed as IDX_NAMES.

        Raises:
            StudyError: the data do not pass `prepare.check_dataset`.
        """
        drawn = {part: f"the drawn {part.replace('_', ' ')}" for part in IDX_NAMES}
        checked = check_dataset(
            arrays,
            names={**drawn, **files},
            classes=len(self.classes),
            clean=self.clean,
            remedy=self.remedy,
        )
        sources = self.sources(files)
        official = is_official({source["part"]: source["sha256"] for source in sources})
        return {
            "name": self.settings["name"],
            "title": self.title,
            "synthetic": self.synthetic,
            "official": official,
            "comparable": official,
            "classes": [{"label": label, **entry} for label, entry in enumerate(self.classes)],
            **checked,
            "sources": sources,
            "arrays": {part: arrays_sha256[part] for part in IDX_NAMES},
            "licence": self.licence,
            "credit": self.credit,
            **({"making": making.as_json()} if making else {}),
        }
