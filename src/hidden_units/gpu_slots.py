"""One GPU for each job on a workstation that has several: Snakemake counts them but hands out none.

A job holds its GPU by a name that it binds in Linux's abstract namespace of sockets. The kernel frees the
name however the job ends, all users of the machine see it, and no file of anybody's can be in the way.
"""

from __future__ import annotations

import errno
import logging
import os
import pwd
import socket
import struct
import time
from contextlib import suppress

from hidden_units.device import gpu_count
from hidden_units.errors import StudyError

VARIABLE = "CUDA_VISIBLE_DEVICES"
SECONDS_BETWEEN_LOOKS = 0.2
PATIENCE_SECONDS = 3600.0

LOG = logging.getLogger(__name__)
HELD: list[socket.socket] = []


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
    give_up = time.monotonic() + PATIENCE_SECONDS
    holders = ""
    while True:
        for gpu in gpus:
            if bind(gpu):
                os.environ[VARIABLE] = gpu
                return
        if not holders:
            holders = ", ".join(f"{gpu} by {holder(gpu)}" for gpu in gpus)
            LOG.info("waiting for a GPU; held are %s", holders)
        if time.monotonic() > give_up:
            raise StudyError(
                f"GPUs: other jobs have held all {len(gpus)} for {PATIENCE_SECONDS:.0f} s ({holders}), one "
                "was expected to become free; wait for those jobs, ask Snakemake for fewer at a time "
                f"(--resources gpu=N), or name a free one in {VARIABLE}."
            )
        time.sleep(SECONDS_BETWEEN_LOOKS)


def address(gpu: str) -> str:
    """The abstract socket that stands for a GPU."""
    return f"\0hidden-units-gpu-{gpu}"


def bind(gpu: str) -> bool:
    """Whether this process now holds the GPU; where the system has no such sockets, it always does."""
    held = socket.socket(socket.AF_UNIX)
    try:
        held.bind(address(gpu))
        # So that those who wait can ask whose it is.
        held.listen()
    except OSError as error:
        held.close()
        if error.errno == errno.EADDRINUSE:
            return False
        LOG.warning(
            "GPU %s is used without a lock (%s): start one run at a time", gpu, error.strerror or error
        )
        return True
    HELD.append(held)
    return True


def holder(gpu: str) -> str:
    """The process and the user that hold a GPU, as far as the kernel says."""
    with suppress(OSError), socket.socket(socket.AF_UNIX) as asked:
        asked.setblocking(False)
        asked.connect(address(gpu))
        size = struct.calcsize("3i")
        process, user, _ = struct.unpack("3i", asked.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
        name = str(user)
        with suppress(KeyError):
            name = pwd.getpwuid(user).pw_name
        return f"process {process} of user {name}"
    return "a process that does not say who it is"
