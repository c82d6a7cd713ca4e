"""The evidence of a task: the weights of all its restarts at every logged step, in one file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from hidden_units.errors import StudyError
from hidden_units.files import write_bytes
from hidden_units.sequences.languages import Language, parse_language
from hidden_units.sequences.networks import NETWORKS, Network

TENSORS = ("seeds", "steps", "snapshots")


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

    def unpack(self, weights: np.ndarray) -> Network:
        """The networks of given weights (..., parameters), together."""
        return NETWORKS[self.kind].from_vector(weights, self.hidden, self.language.symbols)

    def network(self, seed: int) -> Network:
        """The network that one restart ends with."""
        return self.unpack(self.vectors[self.seeds.tolist().index(seed)])

    def networks(self, chosen: Sequence[bool] | slice = slice(None)) -> dict[int, Network]:
        """The networks that all restarts end with, or those chosen by a boolean for each, by seed."""
        return {seed: self.network(seed) for seed in self.seeds[chosen].tolist()}


def split_task(task: str) -> tuple[str, Language]:
    """Kind and language of a task: `srn-anbn-to10` is an SRN on a^n b^n with n up to 10."""
    kind, _, language = task.partition("-")
    return kind, parse_language(language)


def write_runs(path: Path | str, runs: Runs) -> None:
    """Write the evidence as safetensors, task and hidden size as its metadata."""
    tensors = {name: np.ascontiguousarray(getattr(runs, name)) for name in TENSORS}
    # One entry: safetensors writes several in an order that changes from time to time.
    description = json.dumps({"task": runs.task, "hidden": runs.hidden})
    write_bytes(path, save(tensors, metadata={"runs": description}))


def read_runs(path: Path | str) -> Runs:
    """Read what `write_runs` wrote.

    Raises:
        StudyError: the file is no such evidence.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            description = json.loads((file.metadata() or {})["runs"])
            return Runs(**description, **{name: file.get_tensor(name) for name in TENSORS})
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise StudyError(
            f"{path}: cannot be read as the weights of a sequence task ({type(error).__name__}), "
            "expected what train_restarts wrote; delete it and run again."
        ) from None
