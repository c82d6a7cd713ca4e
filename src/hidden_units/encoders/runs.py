"""The file of one table's runs: weights by layer at the end and at snapshots, and how each run ended."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save

from hidden_units.encoders.training import Encoder, Runs, Settings
from hidden_units.files import write_bytes

LAYERS = ("input_weights", "hidden_biases", "output_weights", "output_biases")


def write_runs(path: Path | str, runs: Runs) -> None:
    """Write runs as .safetensors: the table and what `rows_of` gives."""
    metadata = {"settings": json.dumps(asdict(runs.settings))}
    write_bytes(path, save({"table": runs.table, **rows_of(runs)}, metadata=metadata))


def read_runs(path: Path | str) -> Runs:
    """Read runs written by `write_runs`."""
    with safe_open(path, framework="numpy") as file:
        settings = Settings(**json.loads(file.metadata()["settings"]))
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
    return runs_of(arrays.pop("table"), settings, arrays)


def rows_of(runs: Runs) -> dict[str, np.ndarray]:
    """Arrays with a row a run: outcomes, the layers of `Encoder`, and `epoch_<e>.<layer>`."""
    arrays = asdict(runs)
    _, _, layers, snapshots = (arrays.pop(name) for name in ("table", "settings", "networks", "snapshots"))
    for epoch, then in snapshots.items():
        layers |= {f"epoch_{epoch}.{name}": layer for name, layer in then.items()}
    return arrays | layers


def runs_of(table: np.ndarray, settings: Settings, rows: dict[str, np.ndarray]) -> Runs:
    """The runs of a table whose rows are as `rows_of` gives them."""
    rows = dict(rows)

    def networks(part: str = "") -> Encoder:
        return Encoder(**{name: rows.pop(part + name) for name in LAYERS})

    epochs = sorted({int(name.split(".")[0].removeprefix("epoch_")) for name in rows if "." in name})
    snapshots = {epoch: networks(f"epoch_{epoch}.") for epoch in epochs}
    return Runs(table=table, settings=settings, networks=networks(), snapshots=snapshots, **rows)
