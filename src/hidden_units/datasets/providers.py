"""Where images come from: downloaded KMNIST, IDX files, a folder of pictures, numpy's archives, a brush.

A provider is all that the rest of the project needs to know of its kind of data; nobody else looks at the
name in the config's block `dataset`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from hidden_units.datasets.classes import KMNIST_CLASSES, unnamed_classes
from hidden_units.datasets.folder import Found, find_pictures, listing_of, read_pictures, write_listing
from hidden_units.datasets.idx import (
    IDX_NAMES,
    LABELS,
    check_labels,
    find_idx_files,
    inspect_idx_files,
    inspect_shapes,
    read_idx,
)
from hidden_units.datasets.kmnist import COUNTS, KMNIST_FILES, SourceFile, is_official
from hidden_units.datasets.letters import as_shown
from hidden_units.datasets.making import Making, invert_together, make_arrays
from hidden_units.datasets.npz import (
    find_npz_files,
    inspect_npz_files,
    members,
    read_npz,
    read_npz_labels,
)
from hidden_units.datasets.prepare import check_dataset
from hidden_units.datasets.shape import SIDE
from hidden_units.errors import StudyError
from hidden_units.files import read_json, sha256
from hidden_units.paths import user_path

# What Python, numpy, torch and the like take of a job's memory.
LIBRARIES_MB = 500
IMAGES = ("train_images", "test_images")
# Of IDX images that are made others, as many at a time.
BATCH = 4096


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


class OwnImages(Provider):
    """Images of the user's own."""

    keys = ("path", "classes", "licence", "credit", "synthetic")
    clean = False
    usual_title = property(lambda self: f"Images of {len(self.classes)} classes")
    licence = property(lambda self: self.settings["licence"] or "not stated")
    credit = property(lambda self: self.settings["credit"] or "not stated")
    synthetic = property(lambda self: self.settings["synthetic"])

    @property
    def path(self) -> Path:
        """Where the configuration says that they are."""
        return user_path(self.settings["path"])

    @property
    def classes(self) -> Sequence[Mapping[str, Any]]:
        """Those of the configuration as far as they can be shown, or the labels."""
        return as_shown(self.settings["classes"] or unnamed_classes(self.inspected[2]))

    @cached_property
    def inspected(self) -> tuple[dict[str, Path], dict[str, int], int]:
        """The files, looked into once and as far as that takes no time, and how many images and classes."""
        raise NotImplementedError

    def source_files(self, downloads: str) -> dict[str, str]:
        """The files as they were found."""
        return {part: str(path) for part, path in self.inspected[0].items()}

    def counts(self) -> dict[str, int]:
        """As many as the headers of the files say."""
        return self.inspected[1]

    @property
    def named(self) -> int | None:
        """How many classes the configuration names; None for none."""
        return len(self.settings["classes"] or ()) or None


class OwnArrays(OwnImages):
    """Arrays with labels beside them."""

    keys = (*OwnImages.keys, "first_label", "transpose")

    def read_labels(self, files: Mapping[str, Path]) -> dict[str, np.ndarray]:
        """The labels of both parts as they are written."""
        raise NotImplementedError

    def read_images(self, files: Mapping[str, Path], part: str) -> Iterator[np.ndarray]:
        """The images of a part in batches."""
        raise NotImplementedError

    def load(self, files: Mapping[str, Path]) -> tuple[dict[str, np.ndarray], Making | None]:
        """The four arrays; images that are made are read one part after the other."""
        first, turned = self.settings["first_label"], self.settings["transpose"]
        labels = {part: (own - first).astype(np.uint8) for part, own in self.read_labels(files).items()}
        raw = {part: self.read_images(files, part) for part in IMAGES}
        if not self.makes_images:
            return {**{part: np.concatenate([*raw[part]]) for part in IMAGES}, **labels}, None
        upright = {
            part: (batch.swapaxes(1, 2) if turned else batch for batch in own) for part, own in raw.items()
        }
        images, making = make_arrays(upright, self.counts(), labels["train_labels"])
        making.notes["transposed"] = turned
        if "invert" in self.keys:
            invert_together(images, self.settings["invert"], making)
        return images | labels, making


class IdxFolder(OwnArrays):
    """A folder of four IDX files."""

    @cached_property
    def inspected(self) -> tuple[dict[str, Path], dict[str, int], int]:
        """The four files of the folder."""
        files = find_idx_files(self.path)
        return files, *inspect_idx_files(files, self.named, self.settings["first_label"])

    @cached_property
    def makes_images(self) -> bool:
        """Whether the images have another size, or are to be turned."""
        shapes = inspect_shapes(self.inspected[0])
        return self.settings["transpose"] or {shapes[part][1:] for part in IMAGES} != {(SIDE, SIDE)}

    def read_labels(self, files: Mapping[str, Path]) -> dict[str, np.ndarray]:
        """Those of two of the files."""
        return {part: read_idx(files[part]) for part in LABELS}

    def read_images(self, files: Mapping[str, Path], part: str) -> Iterator[np.ndarray]:
        """Those of a file, which is not read before they are asked for."""
        images = read_idx(files[part])
        yield from (images[start : start + BATCH] for start in range(0, len(images), BATCH))


class Npz(OwnArrays):
    """Arrays of numpy's in one archive or in four."""

    keys = (*OwnArrays.keys, "invert")
    makes_images = True

    @cached_property
    def inspected(self) -> tuple[dict[str, Path], dict[str, int], int]:
        """The archive, or the four of the folder."""
        files = find_npz_files(self.path)
        shapes, labels = inspect_npz_files(files), read_npz_labels(files)
        names = {part: f"{path}: {name}" for part, (path, name) in members(files).items()}
        classes = check_labels(labels, names, self.named, self.settings["first_label"])
        return files, {part: shapes[f"{part}_images"][0] for part in ("train", "test")}, classes

    def read_labels(self, files: Mapping[str, Path]) -> dict[str, np.ndarray]:
        """Those of the archive."""
        return read_npz_labels(files)

    def read_images(self, files: Mapping[str, Path], part: str) -> Iterator[np.ndarray]:
        """Those of the archive."""
        return read_npz(files, part)

    def load(self, files: Mapping[str, Path]) -> tuple[dict[str, np.ndarray], Making]:
        """The four arrays, and whether the test images are those of validation."""
        arrays, making = super().load(files)
        making.notes["test_from"] = members(files)["test_images"][1].partition("_")[0]
        return arrays, making


class Folder(OwnImages):
    """A folder of pictures, a folder a class; its listing stands for thousands of files."""

    keys = (*OwnImages.keys, "invert", "split")
    makes_images = True

    @cached_property
    def found(self) -> Found:
        """What the folder holds, looked for once."""
        found = find_pictures(self.path, **self.settings["split"])
        if self.named not in (None, len(found.classes)):
            raise StudyError(
                f"config: `dataset: classes` names {self.named}, but {self.path} has {len(found.classes)} "
                "folders of classes; name each of them, in alphabetical order, or leave the key out."
            )
        return found

    folders = property(lambda self: self.found.classes)

    @property
    def classes(self) -> Sequence[Mapping[str, Any]]:
        """Those of the configuration, or named as the folders, as far as they can be shown."""
        return as_shown(self.settings["classes"] or [{"romaji": name, "kana": ""} for name in self.folders])

    def source_files(self, downloads: str) -> dict[str, str]:
        """The listing."""
        return {"listing": str(listing_of(self.settings["path"]))} if self.found else {}

    def refresh(self) -> None:
        """Bring the listing up to date."""
        names = [name for pictures in self.found.parts.values() for name, _ in pictures]
        write_listing(self.path, names, listing_of(self.settings["path"]))

    def counts(self) -> dict[str, int]:
        """As many as there are files."""
        return self.found.counts

    def load(self, files: Mapping[str, Path]) -> tuple[dict[str, np.ndarray], Making]:
        """The four arrays."""
        listing = read_json(files["listing"])
        arrays, making = read_pictures(self.path, self.found, listing, self.settings["invert"])
        making.notes["split"] = self.settings["split"] if self.found.test_from == "split" else None
        return arrays, making

    def sources(self, files: Mapping[str, Path]) -> list[dict[str, Any]]:
        """The folder, with the hash of its listing."""
        sizes = [size for size, _ in read_json(files["listing"]).values()]
        return [
            {
                "part": "listing",
                "name": f"{self.path.resolve().name}/ ({len(sizes)} files)",
                "bytes": sum(sizes),
                "sha256": sha256(files["listing"]),
            }
        ]


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
