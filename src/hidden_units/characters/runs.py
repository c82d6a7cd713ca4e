"""The folder of one training run: what it holds, how it is written and read. No framework needed."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import safetensors.numpy

from hidden_units.characters.metrics import metrics
from hidden_units.files import read_json, write_arrays, write_bytes, write_csv, write_json

if TYPE_CHECKING:
    from hidden_units.characters.training import TrainedClassifier


def write_run(folder: Path | str, trained: TrainedClassifier, test_labels: np.ndarray, data: str) -> None:
    """Write weights, history, timing, predictions and metrics of a run into its folder.

    Args:
        data: what it was trained on, see `datasets.identity.data_identity`.
    """
    folder = Path(folder)
    epochs = pd.DataFrame([asdict(epoch) for epoch in trained.history])
    write_bytes(folder / "weights.safetensors", safetensors.numpy.save(trained.weights))
    write_csv(folder / "history.csv", epochs.drop(columns="seconds"))
    write_csv(folder / "timing.csv", epochs[["epoch", "seconds"]])
    write_arrays(
        folder / "predictions.npz",
        {"log_probabilities": trained.log_probabilities, "labels": test_labels},
    )
    measured = {
        "model": trained.model,
        "seed": trained.seed,
        "parameters": trained.parameters,
        "data": data,
        "device": trained.device,
        "epochs": len(epochs),
        "train_loss": epochs["train_loss"].iloc[-1],
        **metrics(test_labels, trained.log_probabilities),
    }
    # Without a held-out part the file has no such key, as if there were no such setting.
    if trained.validation_accuracy is not None:
        measured["validation_accuracy"] = trained.validation_accuracy
    if trained.history[-1].diverged:
        # What it answers is no answer, and JSON has no other word for such a loss.
        numbers = {"train_loss", "correct", "accuracy", "loss", "validation_accuracy"}
        measured |= dict.fromkeys(key for key in measured if key in numbers)
    write_json(folder / "metrics.json", measured)


def read_metrics(paths: list[Path | str]) -> pd.DataFrame:
    """The metrics of many runs, a row each, in the order given."""
    return pd.DataFrame([read_json(path) for path in paths])


def read_predictions(path: Path | str) -> tuple[np.ndarray, np.ndarray]:
    """Labels (N,) and log-probabilities (N, classes) of a run on the test images."""
    with np.load(path, allow_pickle=False) as arrays:
        return arrays["labels"], arrays["log_probabilities"]


def read_histories(paths: list[Path | str]) -> pd.DataFrame:
    """The histories of many runs under each other, with the columns model and seed from their folders."""
    tables = []
    for path in map(Path, paths):
        table = pd.read_csv(path)
        table.insert(0, "model", path.parent.parent.name)
        table.insert(1, "seed", int(path.parent.name.removeprefix("seed-")))
        tables.append(table)
    return pd.concat(tables, ignore_index=True)
