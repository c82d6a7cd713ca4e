"""The file of one table's runs: weights by layer at the end and at snapshots, and how each run ended."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save

from hidden_units.encoders.training import Runs, Settings, layers_of, parameters_of
from hidden_units.files import write_bytes

OUTCOMES = ("seeds", "epochs", "stopped", "loss")
LAYERS = ("input_weights", "hidden_biases", "output_weights", "output_biases")


def write_runs(path: Path | str, runs: Runs) -> None:
    """Write runs as .safetensors: outcomes, the layers of `Encoder`, runs first, and `epoch_<e>.<layer>`."""
    arrays = {"table": runs.table, **{name: getattr(runs, name) for name in OUTCOMES}}
    arrays |= layers_of(runs.parameters, *runs.table.shape)
    for epoch, parameters in runs.snapshots.items():
        layers = layers_of(parameters, *runs.table.shape)
        arrays |= {f"epoch_{epoch}.{name}": layer for name, layer in layers.items()}
    contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    write_bytes(path, save(contiguous, metadata={"settings": json.dumps(asdict(runs.settings))}))


def read_runs(path: Path | str) -> Runs:
    """Read runs written by `write_runs`."""
    with safe_open(path, framework="numpy") as file:
        settings = Settings(**json.loads(file.metadata()["settings"]))
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
    epochs = sorted({int(name.split(".")[0].removeprefix("epoch_")) for name in arrays if "." in name})
    return Runs(
        table=arrays["table"],
        settings=settings,
        parameters=parameters_of({name: arrays[name] for name in LAYERS}),
        snapshots={
            epoch: parameters_of({name: arrays[f"epoch_{epoch}.{name}"] for name in LAYERS})
            for epoch in epochs
        },
        **{name: arrays[name] for name in OUTCOMES},
    )
