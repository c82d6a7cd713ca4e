"""The files of a run as hashes: whether two runs gave the same bytes.

The manifest is a text file that `sha256sum --check` reads too.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from hidden_units.errors import StudyError
from hidden_units.files import sha256
from hidden_units.names import STUDIES
from hidden_units.records import Record, hash_or_none, not_as_made
from hidden_units.yaml_files import read_mapping, read_small_text

NAME = "manifest.sha256"
# Only these hold times, host, cores and paths; the manifest cannot list itself, nor files written after it.
NOT_PROMISED = (
    NAME,
    "*timing*.csv",
    "benchmarks/*",
    "logs/*",
    "records/*",
    "checkpoints/*",
    "provenance.json",
    "ro-crate-metadata.json",
    "workflow",
    "workflow/*",
    "report/machine.html",
    # Made only when they are asked for, after the manifest.
    "report/slides.*",
)
# A hundred times that of a study with all that can be asked for.
MAX_BYTES = 2**25
LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def is_promised(name: str) -> bool:
    """Whether the file is to be the same bytes from run to run."""
    return not matches(name, NOT_PROMISED)


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Whether a name fits one of the patterns."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def left_out(folder: Path) -> list[str]:
    """Patterns of the files of studies that a run leaves out, which may be left from another choice."""
    try:
        config = read_mapping(folder / "config.yaml")
    except StudyError:
        return []
    chosen = config.get("studies", STUDIES)
    patterns = [pattern for study, own in STUDIES.items() if study not in chosen for pattern in own]
    # Of a part of the studies only the characters of KMNIST have a reference.
    has_reference = "characters" in chosen and config.get("dataset", {}).get("name") == "kmnist"
    return [*patterns, *(["reproduction.csv"] if patterns and not has_reference else [])]


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 by name of all files in a run's folder that are promised, in order of their names.

    Raises:
        StudyError: the folder is not there, or a name in it fits on no line.
    """
    return {name: sha256(folder / name) for name in promised(folder)}


def promised(folder: Path) -> list[str]:
    """Names of all files in a run's folder that are promised, but not of studies left out, sorted.

    Raises:
        StudyError: the folder is not there, or a name in it fits on no line.
    """
    if not folder.is_dir():
        raise StudyError(
            f"{folder}: there is no such folder, expected the results of a run; make the report first."
        )
    names = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    )
    # A name that starts with a dot is a file that is being written, or was when its job was killed.
    others = left_out(folder)
    names = [
        name for name in names if is_promised(name) and "/." not in f"/{name}" and not matches(name, others)
    ]
    for name in names:
        if str(StudyError(name)) != name:
            raise StudyError(
                f"{folder / name}: its name holds what cannot be printed, expected one that fits on a line "
                f"of {NAME}; rename or delete it, then run the same command again."
            )
    return names


def made(folder: Path, names: Iterable[str], records: Iterable[Record]) -> dict[str, str]:
    """SHA-256 by name in the folder of those files, as their jobs wrote them and all others read them.

    Raises:
        StudyError: a file is not as its job wrote it, or was not when another job read it.
    """
    found, records = {name: hash_or_none(name) for name in names}, [*records]
    written = {pair for record in records for pair in record.outputs.items()}
    # What another configuration made is not asked.
    read = {
        pair
        for record in records
        if not found.keys().isdisjoint(record.outputs)
        for pair in record.inputs.items()
    }
    changed = {*found.items()} - written
    changed |= {(name, digest) for name, digest in read if name in found and digest != found[name]}
    if wrong := sorted({name for name, _ in changed}):
        raise StudyError(not_as_made(wrong))
    return {name.removeprefix(f"{folder.as_posix()}/"): digest for name, digest in found.items()}


def check(folder: Path) -> None:
    """Check that all is there and as the manifest of a run says.

    Raises:
        StudyError: it is not.
    """
    expected = read_manifest(folder / NAME)
    if wrong := [
        f"{folder}/{name}" for name in expected if hash_or_none(f"{folder}/{name}") != expected[name]
    ]:
        raise StudyError(not_as_made(wrong))


def deleted(folder: Path) -> list[str]:
    """Names that the folder's manifest lists and that are no longer there; none without a manifest."""
    try:
        listed = read_manifest(folder / NAME)
    except StudyError:
        return []
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    return [name for name in listed if name not in there]


def format_manifest(found: Mapping[str, str]) -> str:
    """The text of a manifest, a line a file."""
    return "".join(f"{digest}  {name}\n" for name, digest in found.items())


def read_manifest(path: Path) -> dict[str, str]:
    """SHA-256 by name.

    Raises:
        StudyError: it is not there or no small text, or a line is none of a manifest.
    """
    way_out = f"name the {NAME} that a finished run leaves in its folder"
    lines = read_small_text(path, way_out, at_most=MAX_BYTES).splitlines()
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
