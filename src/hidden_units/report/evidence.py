"""What the report may read of a run: the files that its rule names as inputs, each perhaps missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from safetensors import safe_open

from hidden_units.errors import StudyError
from hidden_units.files import read_json
from hidden_units.report.elements import Figure, View, figure_of
from hidden_units.report.provenance import Commit


@dataclass(frozen=True)
class Evidence:
    """The files of a run's folder by their names in it, such as `characters/summary.csv`.

    A file that is not among the names counts as missing even if it lies there: it may be left from a run with
    other settings, and Snakemake would not see it change.
    """

    folder: Path
    names: frozenset[str]

    @classmethod
    def of_paths(cls, folder: Path, paths: Iterable[Path | str]) -> Evidence:
        """Evidence of those paths that stand inside the folder and exist."""
        inside = (Path(path) for path in paths if Path(path).is_relative_to(folder))
        return cls(folder, frozenset(str(path.relative_to(folder)) for path in inside if path.is_file()))

    @classmethod
    def of_folder(cls, folder: Path) -> Evidence:
        """Evidence of all files in the folder."""
        return cls.of_paths(folder, folder.rglob("*"))

    def path(self, name: str) -> Path | None:
        """Where the file lies, None if it is missing."""
        return self.folder / name if name in self.names else None

    def json(self, name: str) -> dict | None:
        """Content of a JSON file, None if it is missing."""
        path = self.path(name)
        return read_json(path) if path else None

    def table(self, name: str) -> pd.DataFrame | None:
        """Content of a CSV file, None if it is missing."""
        path = self.path(name)
        return pd.read_csv(path) if path else None

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of a CSV file as dicts, None for an empty cell; no rows if the file is missing."""
        table = self.table(name)
        return [] if table is None else records(table)

    def figure(self, name: str) -> bytes | None:
        """Bytes of a figure, None if it is missing."""
        path = self.path(name)
        return path.read_bytes() if path else None

    def shape(self, name: str) -> tuple[int, ...] | None:
        """Shape of a .npy array, read from its head, None if it is missing."""
        path = self.path(name)
        return np.load(path, mmap_mode="r").shape if path else None

    def layers(self, name: str) -> dict[str, tuple[int, ...]] | None:
        """Shapes of the arrays in a .safetensors file by name, None if it is missing."""
        path = self.path(name)
        if path is None:
            return None
        with safe_open(path, framework="numpy") as arrays:
            return {key: tuple(arrays.get_slice(key).get_shape()) for key in sorted(arrays.keys())}


@dataclass(frozen=True)
class Study:
    """All that the chapters are made from."""

    evidence: Evidence
    config: Mapping[str, Any]  # the resolved configuration of the run
    published: pd.DataFrame  # report/published/accuracies.csv
    published_training: Mapping[str, Any]  # the block `training` as published
    commit: Commit
    lock_sha256: str
    packages: Mapping[str, str]  # version by name
    published_activations: pd.DataFrame | None = None  # report/published/activations.csv

    @property
    def dataset(self) -> dict | None:
        """data/dataset.json, None if it is missing."""
        return self.evidence.json("data/dataset.json")

    @property
    def main_models(self) -> list[str]:
        """The three classifiers that stand beside each other, smallest first."""
        return ["netlin", f"netfull-{self.config['characters']['hidden']}", "netconv"]

    def figure(
        self, study: str, name: str, which: str = "", view: View | None = None, id: str = ""
    ) -> Figure:
        """A figure of the run for a template's `m.figure`; arguments are those of `elements.figure_of`."""
        return figure_of(self.evidence, study, name, which, view, id)


def read_config(path: Path) -> dict:
    """The resolved configuration beside the results.

    Raises:
        StudyError: it is not there; without it nothing can be said of the run.
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StudyError(
            f"{path}: there is no such file, expected the run's resolved configuration; "
            "let snakemake make the report, which writes it first."
        ) from None


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as dicts with None in place of missing values."""
    return table.astype(object).where(table.notna(), None).to_dict("records")
