"""The file of one table's runs: weights by layer at the end and at snapshots, and how each run ended."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from safetensors import safe_open
from safetensors.numpy import save

from hidden_units.encoders.training import Encoder, Runs, Settings
from hidden_units.files import write_bytes

LAYERS = ("input_weights", "hidden_biases", "output_weights", "output_biases")


def write_runs(path: Path | str, runs: Runs) -> None:
    """Write runs as .safetensors: outcomes, the layers of `Encoder`, runs first, and `epoch_<e>.<layer>`."""
    arrays = asdict(runs)
    settings, layers, snapshots = (arrays.pop(name) for name in ("settings", "networks", "snapshots"))
    for epoch, then in snapshots.items():
        layers |= {f"epoch_{epoch}.{name}": layer for name, layer in then.items()}
    write_bytes(path, save(arrays | layers, metadata={"settings": json.dumps(settings)}))


def read_runs(path: Path | str) -> Runs:
    """Read runs written by `write_runs`."""
    with safe_open(path, framework="numpy") as file:
        settings = Settings(**json.loads(file.metadata()["settings"]))
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping

    def networks(part: str = "") -> Encoder:
        return Encoder(**{name: arrays.pop(part + name) for name in LAYERS})

    epochs = sorted({int(name.split(".")[0].removeprefix("epoch_")) for name in arrays if "." in name})
    snapshots = {epoch: networks(f"epoch_{epoch}.") for epoch in epochs}
    return Runs(settings=settings, networks=networks(), snapshots=snapshots, **arrays)
