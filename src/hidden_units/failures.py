"""Why a job ended where the machine is the reason, in one sentence: no memory, a full disk, a limit."""

from __future__ import annotations

import errno
import os
import resource
from contextlib import suppress
from pathlib import Path

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# Snakemake's records of one step and its log take less; a result that finds no room is named by its step.
ROOM_FOR_RECORDS = 2**20
# What libraries say when they get no memory, and raise as errors of many kinds.
NO_MEMORY = (
    "can't allocate memory",
    "cannot allocate memory",
    "failed to map segment",
    "std::bad_alloc",
    "out of memory",
    "not enough memory",
)
WAYS_OUT = {
    errno.EACCES: "change its permissions or use a folder of yours",
    errno.EPERM: "change its permissions or use a folder of yours",
    errno.EROFS: "the disk is read-only; use a folder on another",
    errno.EIO: "the disk does not work; look at the system's log",
    errno.ESTALE: "the network's disk was lost; run the same command again",
    errno.EMFILE: "too many files are open at once; raise the limit (ulimit -n)",
    errno.ENFILE: "too many files are open at once; end other programs",
    errno.EAGAIN: "no more processes or threads are allowed; use fewer cores or raise the limit (ulimit -u)",
}


def explained(error: BaseException) -> str | None:
    """The sentence for an error that the machine is the reason of; None for any other."""
    number, words = cause(error)
    if number is None and isinstance(error, (ImportError, OSError)) and error.__context__:
        # A library that cannot be loaded is told in its own words, and the system's are behind them.
        return explained(error.__context__)
    if number == errno.ENOMEM:
        return out_of_memory(words)
    path = getattr(error, "filename", None)
    if number in NO_ROOM:
        return full_disk(number, path or "results")
    if number in WAYS_OUT:
        found = f"{path or 'this machine'}: {os.strerror(number).lower()}"
        return f"{found}; {WAYS_OUT[number]}, then run the same command again."
    return None


def cause(error: BaseException) -> tuple[int | None, str]:
    """The system's number of an error, also where a library has only quoted it, and its words."""
    words = " ".join(str(error).split())
    if isinstance(error, MemoryError) or any(said in words.lower() for said in NO_MEMORY):
        return errno.ENOMEM, words
    if "can't start new thread" in words:
        return errno.EAGAIN, words
    if isinstance(error, OSError) and error.errno:
        return error.errno, words
    quoted = (number for number in (*NO_ROOM, *WAYS_OUT) if os.strerror(number) in words)
    return next(quoted, None) if not isinstance(error, OSError) else None, words


def out_of_memory(words: str) -> str:
    """The sentence for a job that got no memory."""
    if "CUDA" in words:
        return (
            "GPU: its memory ran out; end what else uses it, lower `training: batch_size`, or set "
            "`device: cpu`, then run the same command again."
        )
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    allowed = "" if limit == resource.RLIM_INFINITY else f" of the {limit >> 20} MB that ulimit -v allows"
    return (
        f"memory: no more was to be had{allowed}; use fewer cores (CORES=1) or a machine, a job or a limit "
        "with more memory, then run the same command again."
    )


def full_disk(number: int, path: Path | str) -> str:
    """The sentence for a file that found no room, with the disk, and whether bytes or files are short.

    Args:
        number: ENOSPC, EDQUOT or EFBIG.
        path: the file; it need not be there.
    """
    again = "and run the same command again."
    if number == errno.EFBIG:
        return f"{path}: the file would be larger than is allowed (ulimit -f); raise the limit {again}"
    place = disk_of(path)
    if number == errno.EDQUOT:
        return (
            f"{path}: no room left on the disk {place}, your quota there is used up; free some space {again}"
        )
    found = shortage(path, at_most=None) or "it may hold no more"
    return f"{path}: no room left on the disk {place}, {found}; free some space {again}"


def disk_of(path: Path | str) -> Path:
    """The folder at which the disk of a path is mounted."""
    place = Path(os.path.realpath(path))
    return next((folder for folder in (place, *place.parents) if os.path.ismount(folder)), Path("/"))


def shortage(path: Path | str, at_most: int | None) -> str | None:
    """What a disk is short of, in words: files, or else bytes where no more than so many are free."""
    place = Path(os.path.realpath(path))
    with suppress(OSError):
        state = os.statvfs(next(folder for folder in (place, *place.parents) if folder.exists()))
        # A file system without a limit on files says that it has none at all.
        if state.f_files and not state.f_favail:
            return f"all of its {state.f_files} files (inodes) are in use"
        free = state.f_bavail * state.f_frsize
        if at_most is None or free < at_most:
            return f"{free // 1024} kB are free"
    return None
