"""Where to train: a GPU or the processor, decided without importing the framework."""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
from pathlib import Path

from hidden_units.errors import StudyError

VISIBLE = "CUDA_VISIBLE_DEVICES"
# Without its daemon a driver needs some to wake up.
SECONDS_TO_ANSWER = 20


def ask_driver(*question: str) -> list[str]:
    """The lines that nvidia-smi answers; none where there is none, or it does not work.

    Where it does not answer, GPUs are hidden from this process and those that it starts: no other waits.
    """
    if not shutil.which("nvidia-smi") or os.environ.get(VISIBLE) == "":
        return []
    try:
        done = subprocess.run(
            ["nvidia-smi", *question],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS_TO_ANSWER,
            check=True,
        )
    except subprocess.TimeoutExpired:
        os.environ[VISIBLE] = ""
        logging.getLogger(__name__).warning(
            "nvidia-smi: no answer within %s s, so no GPU is used; restart the driver, or set `device: cpu`.",
            SECONDS_TO_ANSWER,
        )
        return []
    except (OSError, subprocess.SubprocessError):
        return []
    return done.stdout.splitlines()


def gpu_count(devices: Path = Path("/dev")) -> int:
    """NVIDIA GPUs that may be used: the device files there are, else what nvidia-smi lists; 0 if neither.

    CUDA_VISIBLE_DEVICES, where set, leaves at most as many as it names.
    """
    present = sum(re.fullmatch(r"nvidia\d+", path.name) is not None for path in devices.glob("nvidia*"))
    if present == 0:
        present = sum(line.startswith("GPU ") for line in ask_driver("--list-gpus"))
    visible = os.environ.get(VISIBLE)
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
