"""Where images come from: downloaded KMNIST, a folder of IDX files, the simulated brush.

A provider is all that the rest of the project needs to know of its kind of data; nobody else looks at the
name in the config's block `dataset`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from hidden_units.datasets.classes import DIGIT_CLASSES, KMNIST_CLASSES
from hidden_units.datasets.idx import IDX_NAMES, find_idx_files, inspect_idx_files, read_idx
from hidden_units.datasets.kmnist import KMNIST_FILES, TRAINING_IMAGES, SourceFile, is_official
from hidden_units.datasets.letters import as_shown
from hidden_units.datasets.prepare import check_dataset
from hidden_units.errors import StudyError
from hidden_units.files import sha256
from hidden_units.paths import user_path


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
        """The ten classes in the order of their labels."""
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

    def training_images(self) -> int | None:
        """How many training images there are; None where only files still to be fetched know.

        Raises:
            StudyError: as `source_files`.
        """
        raise NotImplementedError

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
        checked = check_dataset(arrays, names={**drawn, **files}, clean=self.clean, remedy=self.remedy)
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

    def training_images(self) -> int | None:
        """As many as KMNIST has; of other files nothing is known yet."""
        return None if self.settings["files"] else TRAINING_IMAGES


class IdxFolder(Provider):
    """A folder of four IDX files of the user's own."""

    keys = ("path", "classes", "licence", "credit", "synthetic")
    usual_title = "Images of ten classes"
    clean = False

    @property
    def classes(self) -> Sequence[Mapping[str, Any]]:
        """Those of the configuration as far as they can be shown, or the labels."""
        return as_shown(self.settings["classes"] or DIGIT_CLASSES)

    licence = property(lambda self: self.settings["licence"] or "not stated")
    credit = property(lambda self: self.settings["credit"] or "not stated")
    synthetic = property(lambda self: self.settings["synthetic"])

    def source_files(self, downloads: str) -> dict[str, str]:
        """The files in the folder, looked into as far as that takes no time."""
        files = find_idx_files(Path(self.settings["path"]))
        inspect_idx_files(files)
        return {part: str(path) for part, path in files.items()}

    def training_images(self) -> int:
        """As many as the header of the file says."""
        return inspect_idx_files(find_idx_files(Path(self.settings["path"])))["train"]


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

    def training_images(self) -> int:
        """As many as are to be drawn."""
        return self.settings["brush"]["train"]

    def load(self, files: Mapping[str, Path]) -> dict[str, np.ndarray]:
        """Draw the images."""
        # Here, for scipy takes longer to load than everything else that a Snakefile needs.
        from hidden_units.datasets.brush import BrushSettings, draw_dataset

        return draw_dataset(BrushSettings(**self.settings["brush"]))


PROVIDERS = {"kmnist": Kmnist, "idx": IdxFolder, "brush": Brush}


def provider_of(dataset: Mapping[str, Any]) -> Provider:
    """The provider that a resolved block `dataset` names."""
    return PROVIDERS[dataset["name"]](dataset)
