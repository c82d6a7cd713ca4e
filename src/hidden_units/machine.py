"""What this process may use of the machine: its cores, its memory and the user's cache.

Of cores and memory the control groups around it may leave less than there is. A container, a service or
scope of systemd and a step of Slurm are such groups, of version 1 or 2, each within others; the tightest
limit holds.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

# More than the caches of a run take, but for those of compiled kernels, which do without.
ROOM_FOR_CACHES = 2**20
# Where the kernel tells a process its groups and where they are mounted.
PROCESS = Path("/proc/self")


def usable_cores() -> int:
    """Cores that this process may use."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quotas = [*pairs("", "cpu.max"), *pairs("cpu", "cpu.cfs_quota_us", "cpu.cfs_period_us")]
    return max(1, min([count, *(quota // period for quota, period in quotas if quota > 0 < period)]))


def memory_mb() -> int:
    """Memory that all jobs together may use."""
    import psutil

    files = [("", "memory.max"), ("", "memory.high"), ("memory", "memory.limit_in_bytes")]
    limits = [limit for controller, file in files for (limit,) in pairs(controller, file)]
    return max(1, min([psutil.virtual_memory().total, *limits]) // 10**6)


def user_cache() -> Path:
    """The folder for caches of this user, as far as the environment says."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path(os.environ.get("HOME") or "~", ".cache"))


def keep_caches(instead: Path) -> str | None:
    """Have caches kept in another folder where the user's takes no files: Snakemake and others insist on one.

    Returns:
        a sentence where that is so.
    """
    folder = user_cache()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as stream:
            stream.write(bytes(ROOM_FOR_CACHES))
    except OSError as error:
        os.environ["XDG_CACHE_HOME"] = str(instead.absolute())
        return f"{folder}: takes no caches ({error.strerror}); for this folder they are kept in {instead}."
    return None


def pairs(controller: str, *files: str) -> Iterator[list[int]]:
    """The numbers in files of each group around this process; a group without a limit has none."""
    for folder in groups(controller):
        # "max" stands for no limit, and is no number.
        with suppress(OSError, ValueError):
            found = [int(word) for file in files for word in (folder / file).read_text("ascii").split()]
            if found:
                yield found


def groups(controller: str) -> Iterator[Path]:
    """Folders of this process's group and of those around it, of a controller of version 1, or "" for 2."""
    with suppress(OSError, ValueError):
        lines = (PROCESS / "cgroup").read_text("utf-8").splitlines()
        paths = {
            name: path
            for _, names, path in (line.split(":", 2) for line in lines)
            for name in names.split(",")
        }
        if controller not in paths:
            return
        for line in (PROCESS / "mountinfo").read_text("utf-8").splitlines():
            fields, _, kind = line.partition(" - ")
            root, mounted = (PurePosixPath(field) for field in fields.split()[3:5])
            system, _, options = kind.split()[:3]
            if system != ("cgroup" if controller else "cgroup2") or controller not in [
                "",
                *options.split(","),
            ]:
                continue
            # In a container the mount may show no more than its own group, which is called by its full name.
            own = PurePosixPath(paths[controller])
            inner = own.relative_to(root if own.is_relative_to(root) else "/")
            for part in (inner, *inner.parents):
                yield Path(mounted) / part
