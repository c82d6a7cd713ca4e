"""Reading and writing results so that no half-written file is ever mistaken for a finished one."""

from __future__ import annotations

import hashlib
import io
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from hidden_units.errors import StudyError
from hidden_units.failures import NO_ROOM, full_disk

# What `replacing` calls its temporary files.
TEMPORARY = re.compile(r"\..*\.[0-9a-f]{16}\.part.*")


@contextmanager
def replacing(path: Path | str) -> Iterator[Path]:
    """Yield a temporary neighbour of `path` that takes its place when the block ends without an error.

    The folder is made where missing. The temporary file is new, so neither a link nor a pipe in its place is
    filled. It is removed if the block fails; one that a killed job left, when the next run starts.

    Raises:
        StudyError: the disk is full.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    # The name keeps its ending: savez and savefig choose the format by it.
    temporary = path.with_name(f".{path.stem}.{secrets.token_hex(8)}.part{path.suffix}")
    try:
        # O_EXCL, with the rights that any new file gets.
        temporary.touch(exist_ok=False)
        yield temporary
        temporary.replace(path)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StudyError(full_disk(error.errno, path)) from error
        raise
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: Path | str, content: bytes | memoryview) -> None:
    """Write bytes; what other libraries write goes through here: not all of them report a full disk."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: Path | str, text: str) -> None:
    """Write `text` as UTF-8 with unix line ends."""
    write_bytes(path, text.encode())


def write_json(path: Path | str, content: object) -> None:
    """Write `content` as JSON, two spaces deep, keys in the order given; NaN is refused."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: Path | str) -> dict:
    """Read a JSON file written by `write_json`."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def write_csv(path: Path | str, table) -> None:
    """Write a pandas table without its index; missing values become empty cells."""
    write_text(path, table.to_csv(index=False, lineterminator="\n"))


def write_array(path: Path | str, array: np.ndarray) -> None:
    """Write one array as .npy."""
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    write_bytes(path, buffer.getbuffer())


def write_arrays(path: Path | str, arrays: Mapping[str, np.ndarray]) -> None:
    """Write named arrays as a compressed .npz; numpy stamps its members with a fixed date."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    write_bytes(path, buffer.getbuffer())


def sha256(path: Path | str) -> str:
    """Hexadecimal SHA-256 of a file's bytes."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
