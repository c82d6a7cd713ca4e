"""The file of one setting's restarts: weights by layer, when each restart ended and how."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save

from hidden_units.checkerboard.models import SigmoidNetwork
from hidden_units.checkerboard.training import Restarts, Settings
from hidden_units.files import write_bytes

LAYERS = ("hidden_weights", "hidden_biases", "output_weights", "output_bias")


def write_restarts(path: Path | str, restarts: Restarts) -> None:
    """Write restarts as .safetensors: what `rows_of` gives."""
    metadata = {"settings": json.dumps(asdict(restarts.settings))}
    write_bytes(path, save(rows_of(restarts), metadata=metadata))


def read_restarts(path: Path | str) -> Restarts:
    """Read restarts written by `write_restarts`."""
    with safe_open(path, framework="numpy") as file:
        settings = Settings(**json.loads(file.metadata()["settings"]))
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
    return restarts_of(settings, arrays)


def rows_of(restarts: Restarts) -> dict[str, np.ndarray]:
    """Arrays with a row a restart: outcomes, and the layers of `SigmoidNetwork`."""
    arrays = asdict(restarts)
    _, layers = arrays.pop("settings"), arrays.pop("networks")
    return arrays | layers


def restarts_of(settings: Settings, rows: dict[str, np.ndarray]) -> Restarts:
    """The restarts of a setting whose rows are as `rows_of` gives them."""
    networks = SigmoidNetwork(**{name: rows[name] for name in LAYERS})
    return Restarts(settings, networks=networks, **{name: rows[name] for name in rows.keys() - {*LAYERS}})
