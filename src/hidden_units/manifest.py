"""The files of a run as hashes: whether two runs gave the same bytes.

The manifest is a text file that `sha256sum --check` reads too.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping
from pathlib import Path

from hidden_units.errors import StudyError
from hidden_units.files import sha256

NAME = "manifest.sha256"
# Only these hold times, host, cores and paths; the manifest cannot list itself, nor files written after it.
NOT_PROMISED = (
    NAME,
    "*timing*.csv",
    "benchmarks/*",
    "logs/*",
    "checkpoints/*",
    "provenance.json",
    "ro-crate-metadata.json",
    "workflow/*",
    "report/machine.html",
)
LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def is_promised(name: str) -> bool:
    """Whether the file is to be the same bytes from run to run."""
    return not any(fnmatch.fnmatchcase(name, pattern) for pattern in NOT_PROMISED)


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 by name of all files in a run's folder that are promised, in order of their names.

    Raises:
        StudyError: the folder is not there.
    """
    if not folder.is_dir():
        raise StudyError(
            f"{folder}: there is no such folder, expected the results of a run; make the report first."
        )
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    # A name that starts with a dot is a file that is being written, or was when its job was killed.
    return {name: sha256(folder / name) for name in names if is_promised(name) and "/." not in f"/{name}"}


def deleted(folder: Path) -> list[str]:
    """Names that the folder's manifest lists and that are no longer there; none without a manifest."""
    try:
        listed = read_manifest(folder / NAME)
    except StudyError:
        return []
    return [name for name in listed if not (folder / name).exists()]


def format_manifest(found: Mapping[str, str]) -> str:
    """The text of a manifest, a line a file."""
    return "".join(f"{digest}  {name}\n" for name, digest in found.items())


def read_manifest(path: Path) -> dict[str, str]:
    """SHA-256 by name.

    Raises:
        StudyError: the file is not there, or a line is none of a manifest.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(
            f"{path}: cannot be read as a manifest ({error.__class__.__name__}), expected the "
            f"{NAME} that a finished run leaves in its folder; name that file."
        ) from error
    found = {}
    for number, line in enumerate(lines, start=1):
        match = LINE.fullmatch(line)
        if match is None:
            raise StudyError(
                f"{path}: line {number} is {line[:40]!r}, expected a SHA-256, two spaces and a file name; "
                "name a manifest as a run left it."
            )
        found[match[2]] = match[1]
    return found


def compare(found: Mapping[str, str], expected: Mapping[str, str]) -> dict[str, list[str]]:
    """Names that differ from a manifest, by what is wrong with them."""
    return {
        "differs": sorted(name for name in found.keys() & expected.keys() if found[name] != expected[name]),
        "missing": sorted(expected.keys() - found.keys()),
        "not in the manifest": sorted(found.keys() - expected.keys()),
    }
