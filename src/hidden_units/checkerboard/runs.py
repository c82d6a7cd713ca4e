"""The file of one setting's restarts: weights by layer, when each restart ended and how."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save

from hidden_units.checkerboard.training import Restarts, Settings
from hidden_units.files import write_bytes

OUTCOMES = ("seeds", "solved", "first_epoch", "epochs", "loss")
LAYERS = ("hidden_weights", "hidden_biases", "output_weights", "output_bias")


def write_restarts(path: Path | str, restarts: Restarts) -> None:
    """Write restarts as .safetensors: outcomes, and the layers of `SigmoidNetwork`, restarts first."""
    networks = [restarts.network(place) for place in range(len(restarts.seeds))]
    arrays = {name: np.array([getattr(network, name) for network in networks]) for name in LAYERS}
    arrays |= {name: getattr(restarts, name) for name in OUTCOMES}
    write_bytes(path, save(arrays, metadata={"settings": json.dumps(asdict(restarts.settings))}))


def read_restarts(path: Path | str) -> Restarts:
    """Read restarts written by `write_restarts`."""
    with safe_open(path, framework="numpy") as file:
        settings = Settings(**json.loads(file.metadata()["settings"]))
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
    w1, w2 = arrays["hidden_weights"].transpose(2, 0, 1)
    parameters = np.column_stack(
        [w1, w2, arrays["hidden_biases"], arrays["output_weights"], arrays["output_bias"]]
    )
    return Restarts(settings, parameters=parameters, **{name: arrays[name] for name in OUTCOMES})
