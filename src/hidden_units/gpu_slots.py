"""One GPU for each job on a workstation that has several: Snakemake counts them but hands out none.

A job holds its GPU by a file lock, which the kernel gives back however the job ends.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from hidden_units.device import gpu_count
from hidden_units.errors import StudyError

VARIABLE = "CUDA_VISIBLE_DEVICES"
SECONDS_BETWEEN_LOOKS = 0.2


def slots_folder() -> Path:
    """The folder of this machine's locks; all its users may take them."""
    return Path(tempfile.gettempdir()) / "hidden-units-gpus"


def visible_gpus() -> list[str]:
    """Names of the GPUs that this process may use: what CUDA_VISIBLE_DEVICES lists, else 0, 1, ..."""
    listed = os.environ.get(VARIABLE)
    if listed is None:
        return [str(number) for number in range(gpu_count())]
    return [name for name in listed.replace(" ", "").split(",") if name not in ("", "-1")]


@contextmanager
def gpu_slot(
    gpus: Sequence[str] | None = None, folder: Path | None = None, patience_seconds: float = 3600.0
) -> Iterator[str | None]:
    """Hold one free GPU and show it alone to CUDA, in CUDA_VISIBLE_DEVICES, while the block runs.

    A scheduler that has handed out one GPU, or none, has chosen already: nothing is changed then.

    Args:
        gpus: names to choose from, by default those that may be used.
        folder: of the locks.
        patience_seconds: how long to wait for a free one.

    Yields:
        The name of the GPU, None where there is none.

    Raises:
        StudyError: other jobs held all of them for so long.
    """
    gpus = visible_gpus() if gpus is None else list(gpus)
    if len(gpus) < 2:
        yield gpus[0] if gpus else None
        return
    with ExitStack() as held:
        chosen = wait_for_one(gpus, folder or slots_folder(), patience_seconds, held)
        before = os.environ.get(VARIABLE)
        os.environ[VARIABLE] = chosen
        try:
            yield chosen
        finally:
            if before is None:
                del os.environ[VARIABLE]
            else:
                os.environ[VARIABLE] = before


def wait_for_one(gpus: Sequence[str], folder: Path, patience_seconds: float, held: ExitStack) -> str:
    """Lock the first free GPU, looking again until there is one; closing `held` gives the lock back."""
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(PermissionError):
        folder.chmod(0o1777)
    give_up = time.monotonic() + patience_seconds
    while True:
        for gpu in gpus:
            stream = held.enter_context(open_lock(folder / f"gpu-{gpu.replace('/', '-')}.lock"))
            with suppress(BlockingIOError):
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return gpu
            stream.close()
        if time.monotonic() > give_up:
            raise StudyError(
                f"{folder}: other jobs have held all {len(gpus)} GPUs for {patience_seconds:.0f} s, one was "
                "expected to become free; ask Snakemake for fewer at a time (--resources gpu=N)."
            )
        time.sleep(SECONDS_BETWEEN_LOOKS)


def open_lock(path: Path):
    """The lock file, which any user of the machine may lock."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    with suppress(PermissionError):
        os.fchmod(descriptor, 0o666)
    return os.fdopen(descriptor, "r+")
