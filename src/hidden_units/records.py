"""What each job read and wrote, as hashes in the run's own folder: whether results are still what was made.

Snakemake compares content only where a time stamp is newer, and keeps its records in .snakemake, which a copy
of the results leaves behind. These records travel with the results and ask no clock.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from hidden_units.errors import StudyError
from hidden_units.files import read_json, sha256, write_json

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "records"
# Among them the settings of the run that wrote last.
SETTINGS = "settings.json"
# A second copy of each, beside Snakemake's own records, which know the parameters of just these jobs.
COPIES = Path(".snakemake/hidden-units")
SNAKEMAKES = Path(".snakemake/metadata")
# Before the names of code that lies in another folder than the working one.
CODE = "<code>/"
# Keys that change no file but the configuration's own, which is compared whole, and what is made from it.
WITHOUT_EFFECT_ON_STUDIES = ("report", "device", "gres")
# Edited files that are named one by one.
SHOWN = 10
# The clocks of this machine and a file server may differ by less.
SECONDS_AHEAD = 5


@dataclass(frozen=True)
class Record:
    """One job: under which settings, and the SHA-256 of each file that it read and wrote."""

    settings: str
    inputs: dict[str, str]
    outputs: dict[str, str]


@dataclass
class Review:
    """What the records say of the files of a run.

    Attributes:
        kept: files that are as they were made, from sources and data as they are.
        again: all others that are there.
        unrecorded: of these, those of which no record tells, such as benchmarks.
        edited: of these, those that were changed since their job wrote them.
        is_foreign: whether some were made where Snakemake's records do not reach.
        is_other: whether some of those were made under other settings.
        is_out_of_order: whether a time stamp of what is kept is in the future, or before that of a source.
        is_recorded: whether any file that is there has a record.
    """

    kept: set[str] = field(default_factory=set)
    again: set[str] = field(default_factory=set)
    unrecorded: set[str] = field(default_factory=set)
    edited: list[str] = field(default_factory=list)
    is_foreign: bool = False
    is_other: bool = False
    is_out_of_order: bool = False
    is_recorded: bool = False

    def sentences(self, folder: Path) -> list[str]:
        """What a person should know before these files are made again."""
        said = [
            f"{name}: edited since its job wrote it; if this configuration makes it, it is made again"
            + (f", and yours is kept as {aside(name)}." if name.endswith(".ipynb") else ".")
            for name in self.edited[:SHOWN]
        ]
        if len(self.edited) > SHOWN:
            said.append(f"{folder}: {len(self.edited) - SHOWN} more files were edited.")
        if self.is_other:
            said.append(
                f"{folder}: made under another configuration, of which Snakemake has no records here "
                "(.snakemake); what this one makes is made again. To keep it, give the key `run` another "
                "name."
            )
        if not self.is_recorded and (folder / "config.yaml").exists():
            said.append(
                f"{folder}: holds no records of what its files were made from ({FOLDER}/), as after a change "
                "of its name, of an older version or in a partial copy; it is made again. To keep it, give "
                "the key `run` another name."
            )
        if self.is_foreign and self.is_out_of_order:
            said.append(
                f"{folder}: copied without its time stamps and without .snakemake; a run takes it as it is, "
                "but a dry run lists what only seems to be out of date."
            )
        return said


def settings_hash(config: Mapping[str, Any]) -> str:
    """SHA-256 of the settings that the studies depend on."""
    settings = {key: value for key, value in config.items() if key not in WITHOUT_EFFECT_ON_STUDIES}
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


def name_of(path: str | Path) -> str:
    """A path as records name it: relative where it is in the project, so that it holds in a copy."""
    path = Path(path)
    if not path.is_relative_to(ROOT):
        return path.as_posix()
    return ("" if Path.cwd() == ROOT else CODE) + path.relative_to(ROOT).as_posix()


def find(name: str) -> Path | None:
    """The file that a record names, None where there is no such file."""
    places = (Path(name), ROOT / name) if not name.startswith(CODE) else (ROOT / name.removeprefix(CODE),)
    # The text may be too long for a name.
    with suppress(OSError):
        # What the kernel shows as files there may have no end.
        return next((path for path in places if path.is_file() and not path.is_relative_to("/proc")), None)
    return None


def hash_or_none(name: str) -> str | None:
    """SHA-256 of a file by its name in a record, None where there is no such file or it cannot be read."""
    path = find(name)
    with suppress(OSError):
        return path and sha256(path)
    return None


def time_stamp(name: str) -> int:
    """The time stamp of a file by its name in a record, in nanoseconds; 0 where there is no such file."""
    path = find(name)
    return path.stat().st_mtime_ns if path else 0


def hashes_of(paths: Iterable[str]) -> dict[str, str]:
    """SHA-256 by name of those paths that are files."""
    return {name_of(path): sha256(path) for path in paths if Path(path).is_file()}


def begin_run(folder: Path, config: Mapping[str, Any]) -> None:
    """Leave the settings of the run that starts for the records of its jobs."""
    write_json(folder / FOLDER / SETTINGS, {"settings": settings_hash(config)})


def write_twice(place: Path, record: Record) -> None:
    """Write a record, and its copy."""
    write_json(place, asdict(record))
    write_json(copy_of(place), asdict(record))


def copy_of(place: Path) -> Path:
    """The copy of a record."""
    return COPIES / place.relative_to(place.anchor)


def run_of(log: Path | str) -> Path:
    """The folder of a run, by the log of one of its jobs."""
    path = Path(log)
    return next((folder.parent for folder in path.parents if folder.name == "logs"), path.parent)


def write_record(log: Path | str, inputs: Mapping[str, str], outputs: Iterable[str]) -> None:
    """Write the record of a job that ends, at its log's place among the logs; none without outputs.

    Args:
        inputs: hashes as they were when the job started.
    """
    written = hashes_of(outputs)
    if not written:
        return
    folder = run_of(log) / FOLDER
    place = (folder / Path(log).relative_to(folder.with_name("logs"))).with_suffix(".json")
    # Without settings its files are taken for another configuration's where Snakemake has no records of them.
    of_run = read_json(folder / SETTINGS) if (folder / SETTINGS).is_file() else {"settings": ""}
    write_twice(place, Record(**of_run, inputs=dict(inputs), outputs=written))


def read_records(folder: Path) -> dict[Path, Record]:
    """All records of a run by their files; one that cannot be read vouches for nothing."""
    records = {}
    for path in sorted((folder / FOLDER).rglob("*.json")):
        try:
            record = Record(**read_json(path))
            words = [record.settings]
            words += [
                word for part in (record.inputs, record.outputs) for pair in part.items() for word in pair
            ]
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            continue
        if all(isinstance(word, str) for word in words):
            records[path] = record
    return records


def not_as_made(names: Sequence[str]) -> str:
    """The sentence for files that were changed while jobs ran."""
    others = f" ({len(names) - 1} more)" if len(names) > 1 else ""
    return (
        f"{names[0]}: edited, damaged or deleted since its job wrote it{others}, expected it as it was; make "
        "report, or snakemake without a target, makes it again."
    )


def damaged(log: Path | str, inputs: Iterable[str]) -> str | None:
    """The sentence for inputs of a job that are not as other jobs of its run wrote them; None if all are."""
    written: dict[str, set[str]] = {}
    for record in read_records(run_of(log)).values():
        for name, digest in record.outputs.items():
            written.setdefault(name, set()).add(digest)
    wrong = [
        name for name in map(name_of, inputs) if name in written and hash_or_none(name) not in written[name]
    ]
    return not_as_made(wrong) if wrong else None


def review(folder: Path, config: Mapping[str, Any]) -> Review:
    """Compare the files of a run, and the sources and data that they were made from, with the records."""
    found, records = Review(), read_records(folder)
    has_snakemakes = SNAKEMAKES.is_dir() and any(SNAKEMAKES.iterdir())
    settings, now, when = settings_hash(config), cache(hash_or_none), cache(time_stamp)
    inside = f"{folder.as_posix()}/"
    there = {path.as_posix() for path in folder.rglob("*") if path.is_file()}
    for place, record in records.items():
        found.is_recorded |= not there.isdisjoint(record.outputs)
        if not (has_snakemakes and same_bytes(place, copy_of(place))):
            found.is_foreign = True
            if record.settings != settings:
                found.is_other = True
                continue
        # Snakemake looks after results that are missing.
        if all(
            now(name) == digest or (now(name) is None and name.startswith(inside))
            for name, digest in record.inputs.items()
        ):
            kept = {name for name, digest in record.outputs.items() if name in there and now(name) == digest}
            newest = max(map(when, record.inputs), default=0)
            found.is_out_of_order |= any(not newest <= when(name) <= time.time_ns() for name in kept)
            found.kept |= kept
    found.again = there - found.kept
    written = {pair for record in records.values() for pair in record.outputs.items()}
    found.unrecorded = found.again - {name for name, _ in written}
    found.edited = sorted({name for name, _ in written if name in there and (name, now(name)) not in written})
    return found


def same_bytes(path: Path, other: Path) -> bool:
    """Whether two small files are there and alike."""
    with suppress(OSError):
        return path.read_bytes() == other.read_bytes()
    return False


def adopt(found: Review) -> None:
    """Give what is right as it is one time stamp, where some of it have theirs out of order.

    So is what no record tells of, such as benchmarks, whose time stamps count for Snakemake too. Those of
    files to be made again go on telling that.
    """
    now = time.time_ns()
    for name in found.kept | found.unrecorded if found.is_out_of_order else ():
        # Somebody else's may not be touched; then Snakemake makes it again.
        with suppress(OSError):
            os.utime(name, ns=(now, now), follow_symlinks=False)


def aside(name: str) -> Path:
    """The name under which an edited notebook is kept."""
    path = Path(name)
    return path.with_name(f"{path.stem}.edited-{(hash_or_none(name) or 'unreadable')[:8]}{path.suffix}")


def set_aside(edited: Iterable[str]) -> None:
    """Copy edited notebooks before their jobs write them again.

    Raises:
        StudyError: one cannot be read.
    """
    for name in edited:
        if name.endswith(".ipynb"):
            try:
                shutil.copy2(name, aside(name))
            except OSError as error:
                raise StudyError(
                    f"{name}: edited since its job wrote it, and it cannot be kept ({error.strerror}); move "
                    "it away, or make it readable."
                ) from None


def refuse_future(paths: Iterable[str]) -> None:
    """Check that no source is newer than now, for Snakemake would discard what a job makes of it.

    Raises:
        StudyError: one is.
    """
    for path in paths:
        with suppress(OSError):
            ahead = Path(path).stat().st_mtime - time.time()
            if ahead > SECONDS_AHEAD:
                raise StudyError(
                    f"{path}: its time stamp is {ahead:.0f} s in the future, expected one in the past; set "
                    f"this machine's clock right, or give the file a new one: touch {shlex.quote(path)}."
                )


def confirm(names: Iterable[str], records: Mapping[Path, Record], config: Mapping[str, Any]) -> None:
    """Note of files of earlier runs that they are right under the present settings too."""
    settings, confirmed = settings_hash(config), {*names}
    for path, record in records.items():
        if record.settings != settings and not confirmed.isdisjoint(record.outputs):
            write_twice(path, replace(record, settings=settings))
