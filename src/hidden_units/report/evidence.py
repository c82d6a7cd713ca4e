"""What the report may read of a run: the files that its rule names as inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from safetensors import safe_open

from hidden_units.files import read_json
from hidden_units.report.elements import Figure, View
from hidden_units.report.live import live_view
from hidden_units.report.provenance import Commit


@dataclass(frozen=True)
class Evidence:
    """The files of a run's folder by their names in it, such as `characters/summary.csv`.

    Only inputs of the report's rule are read: another file may be left from a run with other settings, and
    Snakemake would not see it change. That its inputs exist is Snakemake's business.
    """

    folder: Path
    names: frozenset[str]

    @classmethod
    def of_paths(cls, folder: Path, paths: Iterable[Path | str]) -> Evidence:
        """Evidence of those paths that are in the folder."""
        inside = (Path(path) for path in paths if Path(path).is_relative_to(folder))
        return cls(folder, frozenset(str(path.relative_to(folder)) for path in inside))

    def path(self, name: str) -> Path:
        """Where the file is.

        Raises:
            KeyError: it is no input of the rule that makes the report.
        """
        if name not in self.names:
            raise KeyError(f"{name} is no input of render_report")
        return self.folder / name

    def json(self, name: str) -> dict[str, Any]:
        """Content of a JSON file."""
        return read_json(self.path(name))

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of a CSV file as dicts, None for an empty cell."""
        return records(self.table(name))

    def table(self, name: str) -> pd.DataFrame:
        """Content of a CSV file."""
        return pd.read_csv(self.path(name))

    def figure(self, name: str) -> bytes:
        """Bytes of a figure or of its numbers."""
        return self.path(name).read_bytes()

    def shape(self, name: str) -> tuple[int, ...]:
        """Shape of a .npy array, read from its head."""
        return np.load(self.path(name), mmap_mode="r").shape

    def layers(self, name: str) -> dict[str, tuple[int, ...]]:
        """Shapes of the arrays in a .safetensors file by name."""
        with safe_open(self.path(name), framework="numpy") as arrays:
            return {key: tuple(arrays.get_slice(key).get_shape()) for key in sorted(arrays.keys())}


@dataclass(frozen=True)
class Study:
    """All that the chapters are made from."""

    evidence: Evidence
    config: Mapping[str, Any]  # the resolved configuration of the run
    published: pd.DataFrame  # report/published/accuracies.csv
    protocol: Mapping[str, Mapping[str, Any]]  # report/published/protocol.yaml
    commit: Commit
    lock_sha256: str
    packages: Mapping[str, str]  # version by name
    published_activations: pd.DataFrame  # report/published/activations.csv

    @property
    def dataset(self) -> dict[str, Any]:
        """data/dataset.json."""
        return self.evidence.json("data/dataset.json")

    def has(self, study: str) -> bool:
        """Whether the run has a study: characters, checkerboard, encoders or sequences."""
        return study in self.config["studies"]

    @property
    def main_models(self) -> list[str]:
        """The three classifiers that are compared throughout, smallest first."""
        return ["netlin", f"netfull-{self.config['characters']['hidden']}", "netconv"]

    @property
    def own_models(self) -> list[str]:
        """The user's own networks, which tables and figures show after the three."""
        return list(self.config["characters"].get("networks", {}))

    @property
    def models(self) -> list[str]:
        """All networks that tables and figures show."""
        return self.main_models + self.own_models

    def summaries(self) -> list[dict[str, Any]]:
        """The rows of characters/summary.csv, each with the reported accuracy and loss, None without any."""
        reported = self.published[["model", "accuracy", "loss"]].set_index("model").add_prefix("reported_")
        return records(self.evidence.table("characters/summary.csv").join(reported, on="model"))

    def figure(
        self, study: str, name: str, which: str = "", view: View | None = None, id: str = ""
    ) -> Figure:
        """A figure of the run, with the caption that all figures of its name share.

        Args:
            study: the folder under the results: characters, checkerboard, ...
            name: the figure's name in its study's list, such as `confusion`.
            which: the network, task or table shown, where there are several figures of that name.
            id: how the page refers to it (`figure-<id>`); by default its file's name with hyphens.
        """
        stem = f"{name}_{which}" if which else name
        path = f"{study}/figures/{stem}.svg"
        return Figure(
            id=id or stem.replace("_", "-"),
            path=path,
            svg=self.evidence.figure(path),
            numbers=self.evidence.figure(f"{study}/figures/{stem}.csv"),
            view=live_view(self, study, name, which, view),
            caption=f"captions/{study}/{name}.rst",
            code=self.commit.page_of(f"workflow/scripts/draw_{study}.py"),
        )


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as dicts with None in place of missing values."""
    return table.astype(object).where(table.notna(), None).to_dict("records")
