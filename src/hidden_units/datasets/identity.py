"""Which data a run was trained on, so that evidence of another data set is noticed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from hidden_units.errors import StudyError
from hidden_units.files import read_json


def data_identity(dataset: Mapping[str, Any]) -> str:
    """SHA-256 over the hashes of the four arrays, from the content of data/dataset.json.

    Names, classes and licence are left out: other words about the same images change no training.
    """
    return hashlib.sha256(json.dumps(dataset["arrays"], sort_keys=True).encode()).hexdigest()


def check_trained_on(dataset: Path | str, metrics: Iterable[Path | str]) -> None:
    """Check that runs were trained on a data set.

    Args:
        dataset: data/dataset.json.
        metrics: metrics.json of each run.

    Raises:
        StudyError: a run was trained on other data, or does not say on which.
    """
    expected = data_identity(read_json(dataset))
    for path in map(Path, metrics):
        found = read_json(path).get("data")
        if found != expected:
            raise StudyError(
                f"{path.parent}: was trained on {f'the data {found[:12]}' if found else 'unnamed data'}, "
                f"expected {expected[:12]}, the data of {dataset}; delete that folder, and the next run "
                "trains it again."
            )
