"""What has been trained, so that a killed job resumes and a study is extended by the new seeds alone.

A checkpoint is one safetensors file outside every rule's `output:`, which Snakemake deletes before a job
starts and when it fails. It is kept when the training is finished. Its metadata hold a key, a hash of
everything that a seed's numbers depend on, and a hash of the content. A file that is missing, broken or of
another key is ignored: training then starts from the beginning.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save
from threadpoolctl import threadpool_info

from hidden_units.files import sha256, write_bytes

FOLDER = "checkpoints"
STUDIES = ("characters", "checkerboard", "encoders", "sequences")
# With another version of these, or other instructions of the processor, last bits may differ.
PACKAGES = ("torch", "numpy", "numba", "llvmlite")
# How often `extend` writes at most: each time all that is there.
SAVES = 20


@dataclass(frozen=True)
class Checkpoint:
    """The state of a training between two epochs, or what finished seeds have left."""

    tensors: dict[str, np.ndarray]
    progress: Any  # what JSON can hold, such as the history or the seeds


def path_for(output: Path | str) -> Path:
    """The checkpoint of an output: that of `results/x/encoders/...` is `results/x/checkpoints/encoders/...`.

    Args:
        output: a folder or a .safetensors file, relative to the folder of the study.
    """
    parts = Path(output).parts
    # A workflow that uses this one as a module may put a prefix before `results`.
    study = next((place for place in range(2, len(parts)) if parts[place] in STUDIES), 2)
    return Path(*parts[:study], FOLDER, *parts[study:]).with_suffix(".safetensors")


def key_of(parameters: Any, files: Iterable[Path | str]) -> str:
    """A hash of a training's parameters, which JSON can hold, of files, and of what computes here."""
    content = [parameters, [sha256(path) for path in files], computed_with()]
    return hashlib.sha256(json.dumps(content, sort_keys=True, allow_nan=False).encode()).hexdigest()


def computed_with() -> dict[str, Any]:
    """The versions and the processor's instructions on which the last bits of a training depend."""
    return {
        **{name: version(name) for name in PACKAGES},
        # numpy leaves out what it has not found.
        "simd": np.show_config(mode="dicts")["SIMD Extensions"].get("found", []),
        "blas": sorted({library.get("architecture", "") for library in threadpool_info()}),
    }


def write_checkpoint(path: Path, key: str, checkpoint: Checkpoint) -> None:
    """Put a checkpoint in the place of the one before it; a job that is killed meanwhile leaves that one.

    Raises:
        StudyError: the disk is full.
    """
    progress = json.dumps(checkpoint.progress, allow_nan=False)
    # Not ascontiguousarray, which gives a number a dimension.
    tensors = {name: np.asarray(tensor, order="C") for name, tensor in checkpoint.tensors.items()}
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
    try:
        return Checkpoint(tensors, json.loads(progress))
    except (ValueError, RecursionError):  # written by somebody else
        return None


def content_hash(tensors: Mapping[str, np.ndarray], progress: str) -> str:
    """A hash of names, types, shapes and bytes of all tensors, and of the text."""
    digest = hashlib.sha256(progress.encode())
    for name, tensor in sorted(tensors.items()):
        digest.update(f"\n{name} {tensor.dtype.str} {tensor.shape}\n".encode())
        digest.update(np.ascontiguousarray(tensor).tobytes())
    return digest.hexdigest()


def extend(
    path: Path,
    key: str,
    seeds: Sequence[int],
    train: Callable[[list[int]], Iterable[dict[str, np.ndarray]]],
    report: Callable[[str], None] = lambda line: None,
) -> dict[str, np.ndarray]:
    """Arrays with a row a seed: those in the checkpoint are taken, the others trained.

    Args:
        path: of the checkpoint, which has all seeds that were ever trained under this key.
        seeds: wanted, in this order.
        train: is given the seeds to train; it yields the rows of the next one or more of them.
        report: is told how many are taken, if any are.

    Raises:
        StudyError: the disk is full, or as `train`.
    """
    kept = read_checkpoint(path, key)
    known, parts = ([*kept.progress], [kept.tensors]) if kept else ([], [])
    missing = [seed for seed in seeds if seed not in known]
    if kept:
        report(f"{len(seeds) - len(missing)} of {len(seeds)} were trained before, {len(missing)} are new")
    done = saved = 0
    for part in train(missing) if missing else ():
        parts.append(part)
        done += len(next(iter(part.values())))
        if done == len(missing) or (done - saved) * SAVES >= len(missing):
            parts = [{name: np.concatenate([rows[name] for rows in parts]) for name in part}]
            write_checkpoint(path, key, Checkpoint(parts[0], known + missing[:done]))
            saved = done
    known += missing
    places = [known.index(seed) for seed in seeds]
    return {name: rows[places] for name, rows in parts[0].items()}
