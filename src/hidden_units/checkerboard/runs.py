"""The file of one setting's restarts: weights by layer, when each restart ended and how."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from safetensors import safe_open
from safetensors.numpy import save

from hidden_units.checkerboard.models import SigmoidNetwork
from hidden_units.checkerboard.training import Restarts, Settings
from hidden_units.files import write_bytes

LAYERS = ("hidden_weights", "hidden_biases", "output_weights", "output_bias")


def write_restarts(path: Path | str, restarts: Restarts) -> None:
    """Write restarts as .safetensors: outcomes, and the layers of `SigmoidNetwork`, restarts first."""
    arrays = asdict(restarts)
    settings, layers = arrays.pop("settings"), arrays.pop("networks")
    write_bytes(path, save(arrays | layers, metadata={"settings": json.dumps(settings)}))


def read_restarts(path: Path | str) -> Restarts:
    """Read restarts written by `write_restarts`."""
    with safe_open(path, framework="numpy") as file:
        settings = Settings(**json.loads(file.metadata()["settings"]))
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
    networks = SigmoidNetwork(**{name: arrays.pop(name) for name in LAYERS})
    return Restarts(settings, networks=networks, **arrays)
