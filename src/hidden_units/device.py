"""Where to train: a GPU or the processor, decided without importing the framework."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from hidden_units.errors import StudyError


def gpu_count(devices: Path = Path("/dev")) -> int:
    """NVIDIA GPUs that may be used: the device files there are, else what nvidia-smi lists; 0 if neither.

    CUDA_VISIBLE_DEVICES, where set, leaves at most as many as it names.
    """
    present = sum(re.fullmatch(r"nvidia\d+", path.name) is not None for path in devices.glob("nvidia*"))
    if present == 0 and shutil.which("nvidia-smi"):
        listing = subprocess.run(
            ["nvidia-smi", "--list-gpus"], capture_output=True, text=True, timeout=20, check=False
        )
        present = sum(line.startswith("GPU ") for line in listing.stdout.splitlines())
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is None:
        return present
    return min(present, sum(name not in ("", "-1") for name in visible.replace(" ", "").split(",")))


def resolve_device(device: str) -> str:
    """`cpu` or `cuda` for the config's `auto`, `cpu` or `cuda`."""
    if device == "auto":
        return "cuda" if gpu_count() else "cpu"
    return device


def check_device(device: str, *, here: bool) -> None:
    """Check before jobs start that what they are to train on is there.

    Args:
        device: `cpu` or `cuda`.
        here: whether jobs run on this machine; elsewhere a scheduler finds the GPU.

    Raises:
        StudyError: a GPU is wanted on this machine, and none is seen.
    """
    if device == "cuda" and here and not gpu_count():
        raise StudyError(
            "config: `device` is cuda, but no NVIDIA GPU is seen on this machine; set `device: auto` or "
            "`device: cpu`, or let a cluster's executor place the jobs."
        )
