"""What computed a run, where and in what time: the content of provenance.json and of the machine page."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import psutil

from hidden_units.device import ask_driver
from hidden_units.files import read_json
from hidden_units.report.evidence import records
from hidden_units.report.provenance import Commit, package_versions

JOB = ["rule", "job", "seconds", "cpu_seconds", "memory_mb"]


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
        "memory_bytes": psutil.virtual_memory().total,
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


def job_times(folder: Path) -> list[dict[str, Any]]:
    """What each job took when it last ran, slowest first, from Snakemake's benchmark files.

    Returns:
        A dict a job: rule, job (its wildcards, empty if it has none), seconds (wall clock), cpu_seconds (of
        all its threads) and memory_mb (largest resident set), each of the two None where the job was too
        short to be sampled.
    """
    rows = []
    for path in sorted(folder.rglob("*.tsv")):
        rule, *job = path.relative_to(folder).with_suffix("").parts
        measured = pd.read_csv(path, sep="\t", na_values="-").reindex(columns=["s", "cpu_time", "max_rss"])
        rows += [(rule, "/".join(job), *row) for row in measured.head(1).to_numpy()]
    jobs = pd.DataFrame(rows, columns=JOB)
    return records(jobs.sort_values(["seconds", "rule", "job"], ascending=[False, True, True]))


def rule_times(jobs: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The jobs of each rule together, the rule that took longest first.

    Returns:
        A dict a rule: rule, jobs (how many), seconds (of all), longest (seconds of one), cpu_seconds (of all
        that were sampled) and memory_mb (largest), each of the two None where none was sampled.
    """
    table = pd.DataFrame(jobs, columns=JOB).astype({"cpu_seconds": float, "memory_mb": float})
    rows = table.groupby("rule", as_index=False).agg(
        jobs=("job", "size"),
        seconds=("seconds", "sum"),
        longest=("seconds", "max"),
        cpu_seconds=("cpu_seconds", lambda sampled: sampled.sum(min_count=1)),
        memory_mb=("memory_mb", "max"),
    )
    return records(rows.sort_values(["seconds", "rule"], ascending=[False, True]))


def training_times(paths: Iterable[Path | str]) -> list[dict[str, Any]]:
    """Seconds of training alone, from the files `<model>/seed-<k>/timing.csv` and metrics.json next to each.

    The device is the one on which a network was trained, which may not be the one that is configured now.

    Returns:
        A dict a model, in the order of the paths: model, seeds, epochs, seconds_per_epoch and
        seconds_per_run (means over all epochs and runs), seconds (all runs), devices (names, each once).
    """
    runs: dict[str, list[pd.Series]] = {}
    devices: dict[str, set[str]] = {}
    for path in map(Path, paths):
        model = path.parent.parent.name
        runs.setdefault(model, []).append(pd.read_csv(path)["seconds"])
        devices.setdefault(model, set()).add(read_json(path.with_name("metrics.json"))["device"])
    return [
        {
            "model": model,
            "seeds": len(own),
            "epochs": max(map(len, own)),
            "seconds_per_epoch": float(pd.concat(own).mean()),
            "seconds_per_run": float(pd.concat(own).sum() / len(own)),
            "seconds": float(pd.concat(own).sum()),
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
