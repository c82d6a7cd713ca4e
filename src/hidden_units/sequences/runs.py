"""The evidence of a task: the weights of all its restarts at every logged step, in one file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hidden_units.files import write_arrays
from hidden_units.sequences.languages import Language, parse_language
from hidden_units.sequences.networks import Network, network_class


@dataclass(frozen=True)
class Runs:
    """All restarts of a task, such as `srn-anb2n`.

    `seeds` (seeds,), `steps` (logged steps,), `snapshots` (seeds, logged steps, parameters).
    """

    task: str
    hidden: int
    seeds: np.ndarray
    steps: np.ndarray
    snapshots: np.ndarray

    @property
    def kind(self) -> str:
        """srn or lstm."""
        return split_task(self.task)[0]

    @property
    def language(self) -> Language:
        """The language that was trained on."""
        return split_task(self.task)[1]

    @property
    def vectors(self) -> np.ndarray:
        """The final weights, (seeds, parameters)."""
        return self.snapshots[:, -1]

    def network(self, seed: int) -> Network:
        """The network that one restart ends with."""
        vector = self.vectors[self.seeds.tolist().index(seed)]
        return network_class(self.kind).from_vector(vector, self.hidden, self.language.symbols)


def split_task(task: str) -> tuple[str, Language]:
    """Kind and language of a task: `srn-anbn-to10` is an SRN on a^n b^n with n up to 10."""
    kind, _, language = task.partition("-")
    return kind, parse_language(language)


def write_runs(path: Path | str, runs: Runs) -> None:
    """Write the evidence as .npz."""
    write_arrays(
        path,
        {
            "task": np.array(runs.task),
            "hidden": np.array(runs.hidden),
            "seeds": runs.seeds,
            "steps": runs.steps,
            "snapshots": runs.snapshots,
        },
    )


def read_runs(path: Path | str) -> Runs:
    """Read what `write_runs` wrote."""
    with np.load(path) as arrays:
        return Runs(
            str(arrays["task"]),
            int(arrays["hidden"]),
            arrays["seeds"],
            arrays["steps"],
            arrays["snapshots"],
        )
