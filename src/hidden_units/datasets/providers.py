"""Where images come from: downloaded KMNIST, a folder of IDX files, the simulated brush.

A provider is all that the rest of the project needs to know of its kind of data; nobody else looks at the
name in the config's block `dataset`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from hidden_units.datasets.classes import KMNIST_CLASSES, unnamed_classes
from hidden_units.datasets.idx import IDX_NAMES, find_idx_files, inspect_idx_files, read_idx
from hidden_units.datasets.kmnist import COUNTS, KMNIST_FILES, SourceFile, is_official
from hidden_units.datasets.letters import as_shown
from hidden_units.datasets.prepare import check_dataset
from hidden_units.datasets.shape import SIDE
from hidden_units.errors import StudyError
from hidden_units.files import sha256
from hidden_units.paths import user_path

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

    def load(self, files: Mapping[str, Path]) -> dict[str, np.ndarray]:
        """The four arrays, keyed as IDX_NAMES.

        Args:
            files: as `source_files` has named them.

        Raises:
            StudyError: a file that cannot be read.
        """
        return {part: read_idx(path) for part, path in files.items()}

    def describe(
        self, arrays: Mapping[str, np.ndarray], files: Mapping[str, Path], arrays_sha256: Mapping[str, str]
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
        sources = [
            # Without the folder, which says nothing of the data.
            {"part": part, "name": path.name, "bytes": path.stat().st_size, "sha256": sha256(path)}
            for part, path in files.items()
        ]
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
        }


class Kmnist(Provider):
    """Kuzushiji-MNIST, fetched from its publisher or from a local copy."""

    keys = ("path", "mirrors", "timeout", "files")
    usual_title = "Kuzushiji-MNIST"
    remedy = "the corrected files of February 2019 have none, so fetch those"
    licence = "CC BY-SA 4.0"
    credit = (
        '"KMNIST Dataset" (created by CODH), adapted from "Kuzushiji Dataset" (created by NIJL and others), '
        "doi:10.20676/00000341"
    )

    def source_files(self, downloads: str) -> dict[str, str]:
        """Four files to be fetched."""
        path = self.settings["path"]
        try:
            is_known = not path or user_path(path).is_dir()
        except (StudyError, OSError):
            is_known = False
        if not is_known:
            raise StudyError(
                f"config: `dataset: path` is {path!r}, which is no folder here; expected a folder that may "
                "hold the four KMNIST files, or null to download them."
            )
        return {part: f"{downloads}/{file.name}" for part, file in KMNIST_FILES.items()}

    def downloads(self) -> dict[str, SourceFile]:
        """The official files, or those that the configuration names in their place."""
        files = [SourceFile(**entry) for entry in self.settings["files"] or []]
        return {file.name: file for file in files or KMNIST_FILES.values()}

    def counts(self) -> dict[str, int] | None:
        """As many as KMNIST has; of other files nothing is known yet."""
        return None if self.settings["files"] else dict(COUNTS)


class IdxFolder(Provider):
    """A folder of four IDX files of the user's own."""

    keys = ("path", "classes", "licence", "credit", "synthetic")
    clean = False

    @property
    def classes(self) -> Sequence[Mapping[str, Any]]:
        """Those of the configuration as far as they can be shown, or the labels."""
        return as_shown(self.settings["classes"] or unnamed_classes(self.inspected[2]))

    usual_title = property(lambda self: f"Images of {len(self.classes)} classes")
    licence = property(lambda self: self.settings["licence"] or "not stated")
    credit = property(lambda self: self.settings["credit"] or "not stated")
    synthetic = property(lambda self: self.settings["synthetic"])

    @cached_property
    def inspected(self) -> tuple[dict[str, Path], dict[str, int], int]:
        """The files in the folder, looked into once and as far as that takes no time; images and classes."""
        files = find_idx_files(Path(self.settings["path"]))
        return files, *inspect_idx_files(files, len(self.settings["classes"] or ()) or None)

    def source_files(self, downloads: str) -> dict[str, str]:
        """The files in the folder."""
        return {part: str(path) for part, path in self.inspected[0].items()}

    def counts(self) -> dict[str, int]:
        """As many as the headers of the files say."""
        return self.inspected[1]


class Brush(Provider):
    """Ten hiragana drawn by a simulated brush."""

    keys = ("brush",)
    usual_title = "Ten hiragana drawn by a simulated brush"
    remedy = "set another `dataset: brush: seed`"
    licence = "MIT"
    credit = "The Hidden Units authors"
    synthetic = True

    def library_files(self, files: Sequence[str]) -> list[str]:
        """The brush too, and the skeletons of its characters."""
        drawing = next(Path(path) for path in files if path.endswith("datasets/brush.py"))
        return [*files, str(drawing.with_name("brush_strokes.yaml"))]

    def counts(self) -> dict[str, int]:
        """As many as are to be drawn."""
        return {part: self.settings["brush"][part] for part in ("train", "test")}

    def load(self, files: Mapping[str, Path]) -> dict[str, np.ndarray]:
        """Draw the images."""
        # Here, for scipy takes longer to load than everything else that a Snakefile needs.
        from hidden_units.datasets.brush import BrushSettings, draw_dataset

        return draw_dataset(BrushSettings(**self.settings["brush"]))


PROVIDERS = {"kmnist": Kmnist, "idx": IdxFolder, "brush": Brush}


def provider_of(dataset: Mapping[str, Any]) -> Provider:
    """The provider that a resolved block `dataset` names."""
    return PROVIDERS[dataset["name"]](dataset)
