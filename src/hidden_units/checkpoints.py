"""The state of a long training after its last epoch, so that a killed job resumes instead of starting over.

A checkpoint is one safetensors file outside every rule's `output:`, which Snakemake deletes when a job fails.
Its metadata hold a key, a hash of everything that the training depends on, and a hash of the content. A file
that is missing, broken or of another key is ignored: training then starts from the beginning.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from hidden_units.files import sha256, write_bytes

FOLDER = "checkpoints"
# The file whose being there says that a run is complete; it is written last.
LAST_OUTPUT = "metrics.json"


@dataclass(frozen=True)
class Checkpoint:
    """The state of a training between two epochs."""

    tensors: dict[str, np.ndarray]
    progress: Any  # what JSON can hold, such as the history


def path_for(output_folder: Path) -> Path:
    """The checkpoint of a run: `results/x/characters/netconv/seed-0` has it in `results/x/checkpoints/...`.

    Args:
        output_folder: the run's folder, relative to the repository root.
    """
    results, run, *below = output_folder.parts
    return Path(results, run, FOLDER, *below).with_suffix(".safetensors")


def key_of(parameters: Any, files: Iterable[Path | str]) -> str:
    """A hash of a training's parameters, which JSON can hold, and of the files that it depends on."""
    digest = hashlib.sha256(json.dumps(parameters, sort_keys=True, allow_nan=False).encode())
    for path in files:
        digest.update(f"\n{path} {sha256(path)}".encode())
    return digest.hexdigest()


def write_checkpoint(path: Path, key: str, checkpoint: Checkpoint) -> None:
    """Put a checkpoint in the place of the one before it; a job that is killed meanwhile leaves that one.

    Raises:
        StudyError: the disk is full.
    """
    progress = json.dumps(checkpoint.progress, allow_nan=False)
    tensors = {name: np.ascontiguousarray(tensor) for name, tensor in checkpoint.tensors.items()}
    metadata = {"key": key, "progress": progress, "content": content_hash(tensors, progress)}
    write_bytes(path, save(tensors, metadata=metadata))


def read_checkpoint(path: Path, key: str) -> Checkpoint | None:
    """The checkpoint of that key, or None where there is none that is whole."""
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
    except (OSError, SafetensorError, ValueError, TypeError, KeyError):
        return None
    progress = metadata.get("progress", "")
    # safetensors has no checksum of its own.
    if metadata.get("key") != key or metadata.get("content") != content_hash(tensors, progress):
        return None
    return Checkpoint(tensors, json.loads(progress))


def content_hash(tensors: Mapping[str, np.ndarray], progress: str) -> str:
    """A hash of names, types, shapes and bytes of all tensors, and of the text."""
    digest = hashlib.sha256(progress.encode())
    for name, tensor in sorted(tensors.items()):
        digest.update(f"\n{name} {tensor.dtype.str} {tensor.shape}\n".encode())
        digest.update(np.ascontiguousarray(tensor).tobytes())
    return digest.hexdigest()


def remove_finished(results: Path) -> int:
    """Remove the checkpoints of all complete runs below `results/<run>` and say how many there were.

    To be called when no job runs: a job that removed its own could be killed just before Snakemake notes it
    as done, and all its epochs would be lost.
    """
    folder = results / FOLDER
    finished = [
        path
        for path in sorted(folder.rglob("*.safetensors"))
        if (results / path.relative_to(folder).with_suffix("") / LAST_OUTPUT).exists()
    ]
    for path in finished:
        path.unlink()
    for path in sorted([folder, *folder.rglob("*")], reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    return len(finished)
