"""Finished runs as a comparison reads them: the files that a run's manifest lists, as they were made."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from hidden_units.errors import StudyError
from hidden_units.files import sha256
from hidden_units.manifest import NAME, read_manifest
from hidden_units.report.evidence import Evidence

# As many as there are colours for thin lines.
MOST_RUNS = 7
OF_ANOTHER_VERSION = (
    "{}: lacks the {}, as a run of another version of this project; make that run again with this version."
)
EXAMPLE = 'make compare RUNS="kmnist mine"'


@dataclass(frozen=True)
class FinishedRun(Evidence):
    """A finished run: what its manifest lists, and nothing that an earlier configuration left."""

    hashes: Mapping[str, str] = field(hash=False)

    @property
    def name(self) -> str:
        """What the run is called."""
        return self.folder.name

    def path(self, name: str) -> Path:
        """Where the file is.

        Raises:
            KeyError: the manifest does not list it.
            StudyError: it is not as the manifest says.
        """
        path = super().path(name)
        try:
            is_as_made = sha256(path) == self.hashes[name]
        except OSError:
            is_as_made = False
        if not is_as_made:
            raise StudyError(
                f"{path}: edited, damaged or deleted since the run ended, or being made again, expected it "
                f"as {NAME} says; finish that run by make report with its CONFIG."
            )
        return path

    def columns(self, name: str, *columns: str) -> pd.DataFrame:
        """Columns of a CSV file.

        Raises:
            StudyError: it lacks one.
        """
        table = self.table(name)
        if missing := [column for column in columns if column not in table]:
            raise StudyError(OF_ANOTHER_VERSION.format(self.folder / name, f"column {missing[0]}"))
        return table[[*columns]]

    def entry(self, name: str, *keys: str) -> Any:
        """An entry of a JSON file by its keys from the outside in.

        Raises:
            StudyError: it is not there.
        """
        found = self.json(name)
        for key in keys:
            if not isinstance(found, dict) or key not in found:
                raise StudyError(OF_ANOTHER_VERSION.format(self.folder / name, f"entry {': '.join(keys)}"))
            found = found[key]
        return found

    def metrics(self, model: str) -> list[str]:
        """The metrics of a network's trainings, in order of their seeds; none of what is not trained."""
        form = re.compile(rf"characters/{re.escape(model)}/seed-(\d+)/metrics\.json")
        found = (form.fullmatch(name) for name in self.names)
        return [match[0] for match in sorted(filter(None, found), key=lambda match: int(match[1]))]


def finished_names(results: Path) -> list[str]:
    """The names of all finished runs."""
    return sorted(path.parent.name for path in results.glob(f"*/{NAME}"))


def read_runs(names: Sequence[str], results: Path) -> list[FinishedRun]:
    """The runs of these names, in their order.

    Raises:
        StudyError: they are not two to seven different finished runs.
    """
    finished = finished_names(results)
    known = f"finished are {', '.join(finished)}" if finished else "none is finished yet"
    if not 2 <= len(names) <= MOST_RUNS:
        found = " ".join(names) or "none"
        raise StudyError(
            f"RUNS: found {found}, expected two to {MOST_RUNS} names of finished runs, such as {EXAMPLE}; "
            f"{known}."
        )
    if twice := [name for place, name in enumerate(names) if name in names[:place]]:
        raise StudyError(f"RUNS: names {twice[0]} twice, expected different runs; leave one of them out.")
    for name in names:
        folder = results / name
        if not re.fullmatch("[a-z0-9][a-z0-9_-]*", name):
            raise StudyError(
                f"RUNS: {name!r} is no name of a run, expected the name of a folder in {results}/ alone, as "
                f"in {EXAMPLE}; {known}."
            )
        if not folder.is_dir():
            close = difflib.get_close_matches(name, finished, n=1)
            guess = f"did you mean {close[0]}? " if close else ""
            raise StudyError(f"RUNS: there is no run {name} in {results}/; {guess}{known}.")
        if name not in finished:
            raise StudyError(
                f"{folder}: found no {NAME}, expected the results of a finished run; finish it by make "
                f"report with its CONFIG, or name others: {known}."
            )
    return [read_run(results / name) for name in names]


def read_run(folder: Path) -> FinishedRun:
    """The run in a folder.

    Raises:
        StudyError: its manifest cannot be read.
    """
    hashes = read_manifest(folder / NAME)
    return FinishedRun(folder, frozenset(hashes), hashes)
