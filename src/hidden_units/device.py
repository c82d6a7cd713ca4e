"""Where to train: a GPU or the processor, decided without importing the framework."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path


def gpu_count() -> int:
    """NVIDIA GPUs that this machine shows: their device files, else what nvidia-smi lists; 0 if neither.

    CUDA_VISIBLE_DEVICES, where set, limits the number.
    """
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return len([part for part in visible.split(",") if part.strip() not in ("", "-1")])
    count = len([path for path in Path("/dev").glob("nvidia*") if path.name[len("nvidia") :].isdecimal()])
    if count == 0 and shutil.which("nvidia-smi"):
        listing = subprocess.run(
            ["nvidia-smi", "--list-gpus"], capture_output=True, text=True, timeout=20, check=False
        )
        count = sum(line.startswith("GPU ") for line in listing.stdout.splitlines())
    return count


def resolve_device(device: str) -> str:
    """`cpu` or `cuda` for the config's `auto`, `cpu` or `cuda`."""
    if device == "auto":
        return "cuda" if gpu_count() else "cpu"
    return device
