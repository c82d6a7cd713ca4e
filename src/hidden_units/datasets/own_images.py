"""Images of the user's own: IDX files, numpy's archives, a folder of pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from hidden_units.datasets.classes import unnamed_classes
from hidden_units.datasets.folder import Found, find_pictures, listing_of, read_pictures, write_listing
from hidden_units.datasets.idx import (
    LABELS,
    check_labels,
    find_idx_files,
    inspect_idx_files,
    inspect_shapes,
    read_idx,
)
from hidden_units.datasets.letters import as_shown
from hidden_units.datasets.making import Making, invert_together, make_arrays
from hidden_units.datasets.npz import (
    find_npz_files,
    inspect_npz_files,
    members,
    read_npz,
    read_npz_labels,
)
from hidden_units.datasets.provider import Provider
from hidden_units.datasets.shape import SIDE
from hidden_units.errors import StudyError
from hidden_units.files import read_json, sha256
from hidden_units.paths import user_path

IMAGES = ("train_images", "test_images")
# Of IDX images that are made others, as many at a time.
BATCH = 4096


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
