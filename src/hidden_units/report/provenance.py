"""Where a result comes from: the commit, the versions of what computed it, and the machine.

Only the standard library is imported: the Snakefile reads the commit while it is parsed.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import re
import subprocess
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from statistics import mean
from typing import Any
from urllib.parse import urlsplit

from hidden_units.device import ask_driver

PACKAGES = (
    "torch",
    "numpy",
    "scipy",
    "pandas",
    "scikit-learn",
    "numba",
    "safetensors",
    "matplotlib",
    "matplotlib-fontja",
    "jinja2",
    "weasyprint",
    "fonttools",
    "snakemake",
)


@dataclass(frozen=True)
class Commit:
    """A commit of the project; hash and date are `unknown` outside of a git checkout."""

    hash: str = "unknown"
    date: str = "unknown"  # day on which it was committed, YYYY-MM-DD
    epoch: int = 0  # the same moment in seconds since 1970
    changed: bool = False  # whether tracked files differed from it
    address: str = ""  # of the project's page in the web, if it was cloned from there

    @property
    def is_known(self) -> bool:
        """Whether there was a checkout to ask."""
        return self.hash != "unknown"

    @property
    def short(self) -> str:
        """The first twelve digits of the hash."""
        return self.hash[:12]

    def page_of(self, path: str) -> str:
        """The address of a file as it was at this commit; empty if that is not known."""
        return f"{self.address}/blob/{self.hash}/{path}" if self.address else ""


def read_commit(root: Path | str) -> Commit:
    """The commit checked out in the folder `root`; unknown if git or a checkout of its own is missing."""
    root = Path(root).resolve()
    try:
        # A copy without .git inside another project's checkout would get that project's commit.
        if Path(git(root, "rev-parse", "--show-toplevel")).resolve() != root:
            return Commit()
        full, epoch, date = git(root, "log", "-1", "--date=format:%Y-%m-%d", "--format=%H %ct %cd").split()
        changed = bool(git(root, "status", "--porcelain", "--untracked-files=no"))
        origin = urlsplit(git(root, "config", "--default", "", "--get", "remote.origin.url"))
    except (OSError, subprocess.SubprocessError, ValueError):
        return Commit()
    # Without the name and password that it may hold.
    address = f"https://{origin.hostname}{origin.path.removesuffix('.git')}"
    return Commit(full, date, int(epoch), changed, address if origin.scheme == "https" else "")


def git(root: Path, *arguments: str) -> str:
    """What git prints in a folder."""
    # A clone may belong to somebody else; whoever runs its workflow trusts it already.
    command = ["git", "-c", f"safe.directory={root}", "-C", str(root), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip()


def package_versions(names: Iterable[str] = PACKAGES) -> dict[str, str]:
    """Installed version of Python and of each package; packages that are not installed are left out."""
    versions = {"python": platform.python_version()}
    for name in names:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


# the machine and its times: for provenance.json and the machine page alone


def describe_machine(device: str = "auto") -> dict[str, Any]:
    """Name, system, processor, usable cores, memory and, unless all was trained on `cpu`, GPUs."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "host": platform.node(),
        "system": f"{platform.system()} {platform.release()}",
        "architecture": platform.machine(),
        "processor": processor_name(),
        "cores": os.cpu_count(),
        "usable_cores": usable,
        "memory_bytes": memory_bytes(),
        "gpus": [] if device == "cpu" else gpu_names(),
    }


def processor_name() -> str:
    """The processor as its maker calls it, where the system says so."""
    try:
        found = re.search(
            r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE
        )
    except OSError:
        found = None
    return found[1].strip() if found else platform.processor() or "unknown"


def gpu_names() -> list[str]:
    """The NVIDIA GPUs of this machine with their driver, as that calls them; none where it is silent."""
    lines = ask_driver("--query-gpu=name,driver_version", "--format=csv,noheader")
    return [", driver ".join(line.rsplit(", ", 1)) for line in lines if line.strip()]


def memory_bytes() -> int | None:
    """Memory of the machine, None where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def job_times(folder: Path) -> list[dict[str, Any]]:
    """What each job took when it last ran, slowest first, from Snakemake's benchmark files.

    Returns:
        A dict a job: rule, job (its wildcards, empty if it has none), seconds (wall clock), cpu_seconds (of
        all its threads) and memory_mb (largest resident set), each of the two None where the job was too
        short to be sampled.
    """
    jobs = []
    for path in sorted(folder.rglob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as stream:
            row = next(csv.DictReader(stream, delimiter="\t"), None)
        if row is None:
            continue
        parts = path.relative_to(folder).with_suffix("").parts
        jobs.append(
            {
                "rule": parts[0],
                "job": "/".join(parts[1:]),
                "seconds": float(row["s"]),
                "cpu_seconds": number_or_none(row.get("cpu_time")),
                "memory_mb": number_or_none(row.get("max_rss")),
            }
        )
    return sorted(jobs, key=lambda job: (-job["seconds"], job["rule"], job["job"]))


def rule_times(jobs: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The jobs of each rule together, the rule that took longest first.

    Returns:
        A dict a rule: rule, jobs (how many), seconds (of all), longest (seconds of one), cpu_seconds (of all
        that were sampled) and memory_mb (largest), each of the two None where none was sampled.
    """
    rules: dict[str, list[Mapping[str, Any]]] = {}
    for job in jobs:
        rules.setdefault(job["rule"], []).append(job)
    rows = [
        {
            "rule": rule,
            "jobs": len(own),
            "seconds": sum(job["seconds"] for job in own),
            "longest": max(job["seconds"] for job in own),
            "cpu_seconds": total(job["cpu_seconds"] for job in own),
            "memory_mb": max((job["memory_mb"] for job in own if job["memory_mb"] is not None), default=None),
        }
        for rule, own in rules.items()
    ]
    return sorted(rows, key=lambda row: (-row["seconds"], row["rule"]))


def total(values: Iterable[float | None]) -> float | None:
    """Sum of what was measured, None where nothing was."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def number_or_none(text: str | None) -> float | None:
    """The number that a benchmark's cell holds, None for `NA`, `-` and the like."""
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def training_times(paths: Iterable[Path | str]) -> list[dict[str, Any]]:
    """Seconds of training alone, from the files `<model>/seed-<k>/timing.csv` and metrics.json next to each.

    The device is the one on which a network was trained, which may not be the one that is configured now.

    Returns:
        A dict a model, in the order of the paths: model, seeds, epochs, seconds_per_epoch and
        seconds_per_run (means over all epochs and runs), seconds (all runs), devices (names, each once).
    """
    runs: dict[str, list[list[float]]] = {}
    devices: dict[str, set[str]] = {}
    for path in map(Path, paths):
        with path.open(encoding="utf-8", newline="") as stream:
            seconds = [float(row["seconds"]) for row in csv.DictReader(stream)]
        model = path.parent.parent.name
        runs.setdefault(model, []).append(seconds)
        metrics = json.loads(path.with_name("metrics.json").read_text(encoding="utf-8"))
        devices.setdefault(model, set()).add(metrics["device"])
    return [
        {
            "model": model,
            "seeds": len(own),
            "epochs": max(map(len, own)),
            "seconds_per_epoch": mean(second for run in own for second in run),
            "seconds_per_run": mean(map(sum, own)),
            "seconds": sum(map(sum, own)),
            "devices": sorted(devices[model]),
        }
        for model, own in runs.items()
    ]


def collect(
    *,
    config: Mapping[str, Any],
    commit: Commit,
    lock_sha256: str,
    benchmarks: Path,
    rules: Collection[str],
    timings: Iterable[Path | str],
    data: Mapping[str, str],
    reproduced: str = "",
) -> dict[str, Any]:
    """The content of provenance.json.

    Args:
        config: the resolved configuration.
        benchmarks: folder of Snakemake's benchmark files.
        rules: those of this run; benchmarks of others are left over.
        timings: the runs' timing.csv.
        data: SHA-256 by name of what the images came from and of the arrays made from it.
        reproduced: how many values of the reference, in a sentence; empty where there is no reference.
    """
    return {
        "run": config["run"],
        "title": config["report"]["title"],
        "collected": datetime.now(UTC).isoformat(sep=" ", timespec="seconds"),
        "commit": {"hash": commit.hash, "date": commit.date, "changed": commit.changed},
        "lock_sha256": lock_sha256,
        "packages": package_versions(),
        "machine": describe_machine(config.get("device", "auto")),
        "threads": config["training"]["threads"],
        "data": dict(data),
        "reproduced": reproduced,
        "training": training_times(timings),
        "jobs": [job for job in job_times(benchmarks) if job["rule"] in rules],
    }
