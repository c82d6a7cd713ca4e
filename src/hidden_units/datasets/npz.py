"""Images in numpy's archives: MedMNIST's one file, or four in the way of KMNIST's, each with `arr_0`.

A file may be hostile or damaged: nothing is allocated on the word of a header that has not been checked, and
nothing is unpickled.
"""

from __future__ import annotations

import math
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.lib import format as npy

from hidden_units.datasets.idx import IDX_NAMES, LABELS, check_shapes
from hidden_units.datasets.idx import MAX_BYTES as MOST_MADE
from hidden_units.errors import StudyError
from hidden_units.paths import unlisted, user_path

# Source images are read a batch at a time, so that they may be more than fits the memory.
MOST_BYTES = 2**34
BATCH_BYTES = 2**24
MOST_PIXELS = 2**22  # of one image
# The endings of KMNIST's four files.
ENDINGS = {
    "train_images": "train-imgs.npz",
    "train_labels": "train-labels.npz",
    "test_images": "test-imgs.npz",
    "test_labels": "test-labels.npz",
}


def find_npz_files(path: Path) -> dict[str, Path]:
    """The one file under the key `archive`, or the four of a folder by part.

    Raises:
        StudyError: it is neither, or one of the four is missing or there twice.
    """
    path = user_path(path)
    try:
        if path.is_file():
            return {"archive": path}
        present = sorted(entry for entry in path.iterdir() if not entry.name.startswith("."))
    except (OSError, ValueError) as error:
        raise unlisted(path, error, "expected an .npz file or a folder of four") from error
    files = {}
    for part, ending in ENDINGS.items():
        found = [entry for entry in present if entry.name.endswith(ending)]
        if len(found) != 1:
            raise StudyError(
                f"{path}: {len(found) or 'no'} files end in {ending}, expected one, as KMNIST has them; put "
                "it there, or let `dataset: path:` name one .npz file with all arrays."
            )
        files[part] = found[0]
    return files


def members(files: Mapping[str, Path]) -> dict[str, tuple[Path, str]]:
    """For each part its file and the name of its array there.

    Of an archive with `val_images` and no `test_images`, the former are the test images.

    Raises:
        StudyError: an array is missing.
    """
    if "archive" not in files:
        return {part: (files[part], "arr_0") for part in IDX_NAMES}
    path = files["archive"]
    with opened(path) as archive:
        names = {name.removesuffix(".npy") for name in archive.namelist()}
    found = {}
    for part in IDX_NAMES:
        spare = part.replace("test", "val")
        name = part if part in names or "test_images" in names else spare
        if name not in names:
            raise StudyError(
                f"{path}: lacks the array {part}, expected {', '.join(IDX_NAMES)}; it holds "
                f"{', '.join(sorted(names)[:6]) or 'none'}, so save them under those names."
            )
        found[part] = (path, name)
    return found


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive; reading errors become a StudyError."""
    try:
        if not path.is_file():  # opening a pipe would block
            raise StudyError(f"{path}: no such file, expected an .npz file; correct `dataset: path:`.")
        with zipfile.ZipFile(path) as archive:
            yield archive
    except OSError as error:
        raise StudyError(
            f"{path}: cannot be read ({error.strerror or error}), expected a readable .npz file; correct its "
            "permissions or fetch it again."
        ) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise StudyError(
            f"{path}: is damaged or no .npz file ({error}), expected one that numpy.savez has written; fetch "
            "it again."
        ) from error


def read_header(stream: BinaryIO, path: Path, name: str, part: str) -> tuple[tuple[int, ...], np.dtype]:
    """Shape and type of the array that begins here; the stream is left at its first byte.

    Raises:
        ValueError: it is no array of numpy's.
        StudyError: an array of objects, of a wrong kind of numbers, or in Fortran's order.
    """
    # Later versions are for names of columns, and may have a header of 4 GB.
    if npy.read_magic(stream) != (1, 0):
        raise ValueError("not version 1.0 of numpy's format")
    shape, by_columns, kind = npy.read_array_header_1_0(stream)
    if kind.kind not in "iub" or (part not in LABELS and kind not in (np.uint8, np.uint16, bool)):
        found = "objects, which would have to be unpickled" if kind.hasobject else kind
        scaled = "multiply by 255 if they end at 1, " if kind.kind == "f" and part not in LABELS else ""
        raise StudyError(
            f"{path}: {name} holds {found}, expected whole numbers, of images 8 or 16 bits without sign; "
            f"{scaled}convert and save it again."
        )
    if by_columns and len(shape) > 1:
        raise StudyError(
            f"{path}: {name} is in Fortran's order, expected C's; save numpy.ascontiguousarray of it."
        )
    return shape, kind


def inspect_npz_files(files: Mapping[str, Path]) -> dict[str, tuple[int, ...]]:
    """The shape of each part, read from the headers and compared with the sizes of the archive's members.

    Raises:
        StudyError: a file, array or shape is not sound.
    """
    shapes = {}
    for part, (path, name) in members(files).items():
        with opened(path) as archive:
            if f"{name}.npy" not in archive.namelist():
                raise StudyError(f"{path}: lacks the array {name}, expected it there; save it so.")
            with archive.open(f"{name}.npy") as stream:
                shape, kind = read_header(stream, path, name, part)
                promised = math.prod(shape) * kind.itemsize
                held = archive.getinfo(f"{name}.npy").file_size - stream.tell()
        if held != promised:
            raise StudyError(
                f"{path}: {name} holds {held:,} bytes, expected the {promised:,} that its header promises; "
                "it is damaged, fetch it again."
            )
        shapes[part] = check_shape(part, shape, promised, f"{path}: {name}")
    names = {part: f"{path}: {name}" for part, (path, name) in members(files).items()}
    # Without channels; labels may be in a column.
    counted = {part: shape[: 1 if part in LABELS else 3] for part, shape in shapes.items()}
    check_shapes(counted, names, side=None)
    return shapes


def check_shape(part: str, shape: tuple[int, ...], size: int, name: str) -> tuple[int, ...]:
    """The shape, unless it is none of images or of labels."""
    shown = " x ".join(map(str, shape))
    if part in LABELS:
        if not shape or shape[1:] not in ((), (1,)) or not 0 < size <= MOST_MADE:
            raise StudyError(
                f"{name} has the shape {shown or 'of one number'}, expected one label an image; choose a "
                "data set in which each image has one class."
            )
        return shape
    channels = shape[3:] in ((), (1,), (3,), (4,))
    if len(shape) not in (3, 4) or not channels or not 0 < math.prod(shape[1:3]) <= MOST_PIXELS:
        raise StudyError(
            f"{name} has the shape {shown}, expected count x height x width, with 1, 3 or 4 channels last if "
            "there are any; save it so."
        )
    if not 0 < size <= MOST_BYTES:
        raise StudyError(
            f"{name} has the shape {shown}, {size:,} bytes, expected 1 to {MOST_BYTES:,} bytes; save as many."
        )
    return shape


def read_npz(files: Mapping[str, Path], part: str) -> Iterator[np.ndarray]:
    """The rows of a part in batches, of files that were inspected.

    Raises:
        StudyError: they are damaged, said when the last are read.
    """
    path, name = members(files)[part]
    with opened(path) as archive, archive.open(f"{name}.npy") as stream:
        shape, kind = read_header(stream, path, name, part)
        row = math.prod(shape[1:]) * kind.itemsize
        rows = max(1, BATCH_BYTES // row)
        for start in range(0, shape[0], rows):
            promised = min(rows, shape[0] - start) * row
            content = stream.read(promised)
            if len(content) != promised:
                raise EOFError(f"{name} ends early")
            yield np.frombuffer(content, kind).reshape(-1, *shape[1:])


def read_npz_labels(files: Mapping[str, Path]) -> dict[str, np.ndarray]:
    """The labels (N,) int64 of both parts, of files that were inspected.

    Raises:
        StudyError: as `read_npz`.
    """
    return {part: np.concatenate([*read_npz(files, part)]).reshape(-1).astype(np.int64) for part in LABELS}
