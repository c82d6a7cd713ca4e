"""One GPU for each job on a workstation that has several: Snakemake counts them but hands out none.

A job holds its GPU by a file lock, which the kernel gives back however the job ends.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from hidden_units.device import gpu_count
from hidden_units.errors import StudyError

VARIABLE = "CUDA_VISIBLE_DEVICES"
SECONDS_BETWEEN_LOOKS = 0.2
PATIENCE_SECONDS = 3600.0


def visible_gpus() -> list[str]:
    """Names of the GPUs that this process may use: what CUDA_VISIBLE_DEVICES lists, else 0, 1, ..."""
    listed = os.environ.get(VARIABLE)
    if listed is None:
        return [str(number) for number in range(gpu_count())]
    return [name for name in listed.replace(" ", "").split(",") if name not in ("", "-1")]


def take_gpu() -> None:
    """Hold one free GPU as long as this process lives, and show it alone to CUDA, in CUDA_VISIBLE_DEVICES.

    A scheduler that has handed out one GPU, or none, has chosen already: nothing is changed then.

    Raises:
        StudyError: other jobs held all of them for `PATIENCE_SECONDS`.
    """
    gpus = visible_gpus()
    if len(gpus) < 2:
        return
    # All users of this machine may take them.
    folder = Path(tempfile.gettempdir()) / "hidden-units-gpus"
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(PermissionError):
        folder.chmod(0o1777)
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        for gpu in gpus:
            if lock(folder / f"gpu-{gpu.replace('/', '-')}.lock"):
                os.environ[VARIABLE] = gpu
                return
        if time.monotonic() > give_up:
            raise StudyError(
                f"{folder}: other jobs have held all {len(gpus)} GPUs for {PATIENCE_SECONDS:.0f} s, one was "
                "expected to become free; ask Snakemake for fewer at a time (--resources gpu=N)."
            )
        time.sleep(SECONDS_BETWEEN_LOOKS)


def lock(path: Path) -> bool:
    """Whether this process now holds the file's lock; any user of the machine may open the file."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    with suppress(PermissionError):
        os.fchmod(descriptor, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return False
    return True
