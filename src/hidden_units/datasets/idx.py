"""The IDX format of the MNIST family, and what four such files must hold together.

Format: two zero bytes, a type code, the number of dimensions, one big-endian 32-bit size for each
dimension, then the data, last dimension fastest (LeCun, Cortes and Burges, The MNIST database, 1998).
A file may be hostile or damaged: nothing is allocated on the word of a header that has not been checked.
"""

from __future__ import annotations

import gzip
import math
import os
import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np

from hidden_units.datasets.shape import FEWEST_CLASSES, MOST_CLASSES, SIDE
from hidden_units.errors import StudyError
from hidden_units.paths import unlisted, user_path

IDX_NAMES = {
    "train_images": "train-images-idx3-ubyte",
    "train_labels": "train-labels-idx1-ubyte",
    "test_images": "t10k-images-idx3-ubyte",
    "test_labels": "t10k-labels-idx1-ubyte",
}
LABELS = ("train_labels", "test_labels")
# Twice the largest member of the family (EMNIST by class, 547 MB); more is a damaged or hostile header.
MAX_BYTES = 2**30

# What stands in place of a file where only a part of the way to it was gone, by how it starts.
STAND_INS = {
    b"version https://git-lfs": ("a Git LFS pointer", "run git lfs pull in its repository"),
    b"/annex/objects/": ("a git-annex pointer", "run git annex get in its repository"),
    b"PK\x03\x04": ("a zip archive", "unpack it"),
    b"\xfd7zXZ\0": ("packed by xz", "unpack it"),
    b"BZh": ("packed by bzip2", "unpack it"),
    b"\x28\xb5\x2f\xfd": ("packed by zstd", "unpack it"),
    b"\x93NUMPY": ("an array of numpy", "give the IDX files from which it was made"),
}

# What a file may hold, by how it begins: dimensions and type of its numbers.
KINDS = {
    b"\0\0\x08\x01": (1, np.dtype("u1")),
    b"\0\0\x0c\x01": (1, np.dtype(">i4")),
    b"\0\0\x08\x03": (3, np.dtype("u1")),
}

# More than any program writes before the first unpacked bytes; the name in a gzip header has no limit.
MAX_PACKED_START = 2**20
# Bytes that gzip may add to data that do not shrink, beyond an eighth of them.
PACKING_MARGIN = 2**16

_GZIP_MAGIC = b"\x1f\x8b"
_CHUNK_BYTES = 2**20


def read_idx(path: Path) -> np.ndarray:
    """Read an IDX file, gzipped or plain (the content decides, not the name).

    Returns:
        A writable array of the shape that the header names: uint8, or int32 where labels are so.

    Raises:
        StudyError: the file is missing, empty, a web page, not IDX, of another type of numbers, too
            short, too long or too large, or its gzip data are damaged.
    """
    path = Path(path)
    with _opened(path) as stream:
        shape, kind = _read_header(stream, path)
        promised = math.prod(shape) * kind.itemsize
        data = bytearray()
        # One byte more than promised, so that a longer file is noticed and a gzip file's CRC is read.
        while chunk := stream.read(min(_CHUNK_BYTES, promised + 1 - len(data))):
            data += chunk
    _check_length(len(data), promised, path)
    return np.frombuffer(data, kind).reshape(shape).astype(kind.newbyteorder("="), copy=False)


def find_idx_files(folder: Path) -> dict[str, Path]:
    """Find the four files of a data set, keyed as IDX_NAMES.

    Accepted for each part, in this order: `name.gz`, `name`, and both with a dot before `idx`. The gzipped
    file comes first because it carries a checksum, and because official hashes are those of gzipped files.
    Without any of them, one file whose name ends so, as EMNIST's do, which call the test `test`.

    In torchvision's root, they are those of the one folder `raw` below it.

    Raises:
        StudyError: the folder or one of the four files is missing, or several names end so.
    """
    folder = folder_of_files(user_path(folder))
    try:
        # A link that leads nowhere, as git-annex leaves it, is there too, and reading it says so.
        present = {entry.name for entry in folder.iterdir() if entry.is_file() or entry.is_symlink()}
    except (OSError, ValueError) as error:
        raise unlisted(folder, error, "expected a folder of four IDX files") from error
    files = {}
    for part, name in IDX_NAMES.items():
        dotted = name.replace("-idx", ".idx")
        accepted = [f"{name}.gz", name, f"{dotted}.gz", dotted]
        candidates = [candidate for candidate in accepted if candidate in present]
        ending = name.replace("t10k", "(t10k|test)").replace("-idx", "[-.]idx")
        longer = sorted(entry for entry in present if re.fullmatch(rf"(.*-)?{ending}(\.gz)?", entry))
        candidates = candidates or [*{entry.removesuffix(".gz"): entry for entry in longer}.values()]
        if not candidates:
            raise StudyError(
                f"{folder}: no file with the {part.replace('_', ' ')}, expected one of "
                f"{', '.join(accepted)}, or one that ends so; put it there or correct `dataset: path:`."
            )
        if candidates[0] not in accepted and len(candidates) > 1:
            raise StudyError(
                f"{folder}: {len(candidates)} files with the {part.replace('_', ' ')} "
                f"({', '.join(candidates[:3])}), expected one; put the four of one data set into a folder."
            )
        files[part] = folder / candidates[0]
    return files


def folder_of_files(folder: Path) -> Path:
    """The folder, or the one folder `raw` below it, as in torchvision's roots, if only that has IDX files."""
    for pattern in (".", "raw", "*/raw"):
        with suppress(OSError, ValueError):
            found = {path.parent for path in folder.glob(f"{pattern}/*-ubyte*")}
            if len(found) == 1:
                return found.pop()
    return folder


def inspect_idx_files(
    files: Mapping[str, Path], classes: int | None = None, first: int = 0
) -> tuple[dict[str, int], int]:
    """Check four files in milliseconds, before any job starts; what it finds, the full check says too.

    Read are the headers, both lists of labels, and for the images the file size or the length in a gzip
    file's trailer. Damage inside compressed images is left to `read_idx`.

    Args:
        classes: how many are named, if any.
        first: the smallest label.

    Returns:
        The number of images, {"train": ..., "test": ...}, and of classes.

    Raises:
        StudyError: as `read_idx`, `check_shapes` and `check_labels`.
    """
    shapes = inspect_shapes(files)
    check_shapes(shapes, files, side=None)
    labels = {part: read_idx(files[part]) for part in LABELS}
    classes = check_labels(labels, files, classes, first)
    return {"train": shapes["train_images"][0], "test": shapes["test_images"][0]}, classes


def inspect_shapes(files: Mapping[str, Path]) -> dict[str, tuple[int, ...]]:
    """The shape of each of four files, from their headers.

    Raises:
        StudyError: as `read_idx`.
    """
    return {part: _inspect_size(Path(files[part])) for part in IDX_NAMES}


def check_shapes(
    shapes: Mapping[str, tuple[int, ...]], names: Mapping[str, object], side: int | None = SIDE
) -> None:
    """Check that images have their size and that there is one label an image.

    Args:
        shapes: the shape of each of the four parts, keyed as IDX_NAMES.
        names: what to call each part in a message, usually its file.
        side: of the images, in pixels; None where those of another size are made so.

    Raises:
        StudyError: a shape is wrong or two counts differ.
    """
    for part in ("train", "test"):
        images, labels = shapes[f"{part}_images"], shapes[f"{part}_labels"]
        if len(images) != 3 or (side and images[1:] != (side, side)):
            size = f"{side} x {side}; give images of that size, and" if side else "height x width; give"
            raise StudyError(
                f"{names[f'{part}_images']}: holds an array of {_dimensions(images)}, expected images as "
                f"count x {size} no labels in their place."
            )
        if images[0] * SIDE**2 > MAX_BYTES:
            raise StudyError(
                f"{names[f'{part}_images']}: holds {images[0]:,} images, expected at most "
                f"{MAX_BYTES // SIDE**2:,}; take a part of them."
            )
        if len(labels) != 1:
            raise StudyError(
                f"{names[f'{part}_labels']}: holds an array of {_dimensions(labels)}, expected one list of "
                "labels; give those, and no images in their place."
            )
        if images[0] != labels[0]:
            raise StudyError(
                f"{names[f'{part}_images']}: holds {images[0]} images but {names[f'{part}_labels']} holds "
                f"{labels[0]} labels, expected one label an image; take both from the same data set."
            )


def check_labels(
    labels: Mapping[str, np.ndarray],
    names: Mapping[str, object],
    classes: int | None = None,
    first: int = 0,
) -> int:
    """Check that the labels of both parts are 0, 1, ... and that each of them occurs in both.

    Args:
        labels: of each part, keyed as IDX_NAMES; what else is there is passed over.
        names: what to call each part in a message, usually its file.
        classes: how many there are; None for one more than the largest label.
        first: the smallest label, if not 0.

    Returns:
        The number of classes.

    Raises:
        StudyError: another label, a class without an image, fewer than 2 classes or more than 100.
    """
    most = first + (classes or MOST_CLASSES)
    counted_from_1 = first == 0 and min(int(labels[part].min()) for part in LABELS) == 1
    from_1 = "if they count from 1, set `dataset: first_label: 1`"
    for part in LABELS:
        wrong = np.flatnonzero((labels[part] < first) | (labels[part] >= most))
        if wrong.size:
            way_out = "use a data set of so many, or name them all" if classes else "use a data set of fewer"
            way_out = from_1 if counted_from_1 else f"{way_out}, or number them {first}, {first + 1}, ..."
            raise StudyError(
                f"{names[part]}: label {labels[part][wrong[0]]} at position {wrong[0]} ({wrong.size} such in "
                f"all), expected {first} to {most - 1}, of {classes or f'at most {MOST_CLASSES}'} classes; "
                f"{way_out}."
            )
    found = classes or 1 + max(int(labels[part].max()) for part in LABELS) - first
    if found < FEWEST_CLASSES:
        raise StudyError(
            f"{names[LABELS[0]]}: all labels are {first}, expected {FEWEST_CLASSES} to {MOST_CLASSES} "
            "classes; use a data set of more than one."
        )
    for part in LABELS:
        absent = np.flatnonzero(np.bincount(labels[part] - first, minlength=found) == 0) + first
        if absent.size:
            way_out = (
                f"use a data set (or a larger part of it) that has all {found}, or number them without gaps"
            )
            more = f" and {absent.size - 10} more" if absent.size > 10 else ""
            raise StudyError(
                f"{names[part]}: no label {', '.join(map(str, absent[:10]))}{more} among "
                f"{labels[part].size}, expected every class {first} to {first + found - 1} at least once; "
                f"{from_1 if counted_from_1 else way_out}."
            )
    return found


def looks_like_web_page(start: bytes) -> bool:
    """Whether the first bytes of a file are those of HTML or XML, as servers send in place of a file."""
    return start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file, unpacking gzip on the way; reading errors become a StudyError."""
    try:
        if not path.exists():
            leads = f", a link to {path.readlink()}" if path.is_symlink() else ""
            way_out = (
                "run git annex get in its repository"
                if "annex" in leads
                else "put it there or correct the path"
            )
            raise StudyError(f"{path}: no such file{leads}, expected an IDX file; {way_out}.")
        if not path.is_file():  # opening a pipe would block
            raise StudyError(f"{path}: not a file, expected an IDX file; correct the path.")
        with path.open("rb") as stream:
            gzipped = stream.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
            stream.seek(0)
            if gzipped:
                with gzip.GzipFile(fileobj=_Packed(stream, path)) as unpacked:
                    yield unpacked
            else:
                yield stream
    except EOFError as error:
        raise StudyError(
            f"{path}: the gzip data break off before their end, expected a complete file; fetch it again."
        ) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise StudyError(
            f"{path}: the gzip data are damaged ({error}), expected an intact file; fetch it again."
        ) from error
    except OSError as error:
        raise StudyError(
            f"{path}: cannot be read ({error.strerror or error}), expected a readable IDX file; "
            "correct its permissions or fetch it again."
        ) from error


class _Packed:
    """A gzipped file that is read no further than its start, until `_read_header` knows what it promises."""

    def __init__(self, stream: BinaryIO, path: Path):
        self.stream, self.path, self.left = stream, path, MAX_PACKED_START

    def read(self, size: int) -> bytes:
        """The next bytes."""
        content = self.stream.read(size)
        self.left -= len(content)
        if self.left < 0:
            raise StudyError(
                f"{self.path}: its first {MAX_PACKED_START:,} bytes unpack to nothing, expected gzip data "
                "after a short header; it is damaged, fetch it again."
            )
        return content

    def check_size(self, promised: int) -> None:
        """Allow the whole file, unless it is larger than gzip makes so many bytes."""
        self.left = os.fstat(self.stream.fileno()).st_size
        most = promised + promised // 8 + PACKING_MARGIN
        if self.left > most:
            raise StudyError(
                f"{self.path}: holds {self.left:,} bytes, expected at most {most:,} for the {promised:,} "
                "that its header promises; it is damaged, fetch it again."
            )


def _read_header(stream: BinaryIO, path: Path) -> tuple[tuple[int, ...], np.dtype]:
    """Read the magic number and the shape, leaving the stream at the first byte of data.

    Returned are the shape and the type of the numbers. The size of the file is checked against them.
    """
    magic = stream.read(4)
    if not magic:
        raise StudyError(f"{path}: is empty, expected an IDX file; fetch it again.")
    if magic not in KINDS:
        start = magic + stream.read(60)
        if re.match(rb"(\.\./)+\.git/annex/", start):
            start = b"/annex/objects/"
        for first, (what, way_out) in STAND_INS.items():
            if start.startswith(first):
                raise StudyError(f"{path}: is {what}, expected an IDX file, gzipped or plain; {way_out}.")
        if looks_like_web_page(start):
            raise StudyError(
                f"{path}: a web page was saved in place of the file, expected an IDX file; fetch it again "
                "from an address that leads to the file itself."
            )
        raise StudyError(
            f"{path}: starts with the bytes {magic.hex(' ')}, expected 00 00 08 01 (labels) or 00 00 08 03 "
            "(images), as IDX files of unsigned bytes do, or 00 00 0c 01 (labels of four bytes); give such a "
            "file, gzipped or plain."
        )
    dimensions, kind = KINDS[magic]
    sizes = stream.read(4 * dimensions)
    if len(sizes) < 4 * dimensions:
        raise StudyError(f"{path}: breaks off inside its header, expected a complete file; fetch it again.")
    shape = struct.unpack(f">{dimensions}I", sizes)
    promised = math.prod(shape) * kind.itemsize
    if not 0 < promised <= MAX_BYTES:
        raise StudyError(
            f"{path}: the header promises an array of {_dimensions(shape)}, expected between 1 and "
            f"{MAX_BYTES:,} bytes; fetch it again."
        )
    if isinstance(stream, gzip.GzipFile):
        stream.fileobj.check_size(promised)
    else:
        _check_length(os.fstat(stream.fileno()).st_size - stream.tell(), promised, path)
    return shape, kind


def _inspect_size(path: Path) -> tuple[int, ...]:
    """Read one file's shape, and check the length of its data as far as that is cheap."""
    with _opened(path) as stream:
        shape, kind = _read_header(stream, path)
        if not isinstance(stream, gzip.GzipFile):
            return shape
        header_size = stream.tell()
    with path.open("rb") as stream:
        stream.seek(-4, os.SEEK_END)
        (unpacked_size,) = struct.unpack("<I", stream.read(4))
    if unpacked_size != header_size + math.prod(shape) * kind.itemsize:
        # Only a hint: gzip allows padding and several members. The full reading decides.
        read_idx(path)
    return shape


def _check_length(found: int, promised: int, path: Path) -> None:
    """Compare the bytes of data that were found with the header's promise; one too many means more."""
    if found != promised:
        raise StudyError(
            f"{path}: holds {'more than' if found > promised else f'{found:,} of'} the {promised:,} bytes of "
            "data that its header promises; it is damaged, fetch it again."
        )


def _dimensions(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
