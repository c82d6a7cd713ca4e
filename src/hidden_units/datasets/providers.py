"""Where images come from: downloaded KMNIST, IDX files, a folder of pictures, numpy's archives, a brush.

A provider is all that the rest of the project needs to know of its kind of data; nobody else looks at the
name in the config's block `dataset`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hidden_units.datasets.kmnist import COUNTS, KMNIST_FILES, SourceFile
from hidden_units.datasets.own_images import Folder, IdxFolder, Npz
from hidden_units.datasets.provider import Provider
from hidden_units.errors import StudyError
from hidden_units.paths import user_path


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

    def load(self, files: Mapping[str, Path]) -> tuple[dict[str, np.ndarray], None]:
        """Draw the images."""
        # Here, for scipy takes longer to load than everything else that a Snakefile needs.
        from hidden_units.datasets.brush import BrushSettings, draw_dataset

        return draw_dataset(BrushSettings(**self.settings["brush"])), None


PROVIDERS = {"kmnist": Kmnist, "idx": IdxFolder, "folder": Folder, "npz": Npz, "brush": Brush}


def provider_of(dataset: Mapping[str, Any]) -> Provider:
    """The provider that a resolved block `dataset` names."""
    return PROVIDERS[dataset["name"]](dataset)
