"""Time the whole study from nothing, on one core and on two, and what a finished one costs to touch.

Two copies of the workflow, in folders of their own and with different hash seeds, so that the comparison of
their bytes is a test as well. Takes the time of three runs of the study; nothing else should run meanwhile.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from benchmarks.copies import copy_workflow
from hidden_units.files import write_csv
from hidden_units.manifest import compare, hashes
from hidden_units.report.collecting import job_times
from hidden_units.yaml_files import read_yaml

RESULT = Path(__file__).parent / "results" / "whole.csv"

# What is measured, its value and unit, and what is required of it: at least, at most, or nothing.
Row = tuple[str, float, str, float | None, float | None]


def run(folder: Path, config: Path, cores: int, *extra: str) -> float:
    """Wall time of `make report` there, environment aside, in seconds.

    Raises:
        SystemExit: it failed; its last words are printed.
    """
    runner = [sys.executable, "workflow/run.py", "--config", str(config), "--cores", str(cores), "--"]
    environment = {**os.environ, "PYTHONHASHSEED": str(cores)}
    printed = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    started = time.perf_counter()
    done = subprocess.run([*runner, *extra], cwd=folder, env=environment, **printed)
    seconds = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(f"{done.stdout[-3000:]}\n{folder}: the study failed, see above.")
    return seconds


def measure(folder: Path, config: Path) -> list[Row]:
    """All measurements of the whole study."""
    name = read_yaml(config, "name an overlay")["run"]
    one, two = copy_workflow(folder / "one"), copy_workflow(folder / "two")
    seconds = {cores: run(path, config, cores) for cores, path in ((1, one), (2, two))}
    results = {1: one / "results" / name, 2: two / "results" / name}
    alone, together = hashes(results[1]), hashes(results[2])
    unlike = [name for names in compare(together, alone).values() for name in names]
    alike = len(alone.keys() | together.keys()) - len(unlike)
    for path in unlike:
        print(f"not the same with one core and with two: {path}")
    report = results[2] / "report"
    sizes = {kind: (report / f"report.{kind}").stat().st_size / 1e6 for kind in ("html", "pdf")}
    dry = run(two, config, 2, "--dry-run")
    with (two / "report/templates/report.html.j2").open("a", encoding="utf-8") as template:
        template.write("{# changed #}\n")
    rendering = run(two, config, 2)
    jobs = job_times(results[1] / "benchmarks")
    memory = max(job["memory_mb"] or 0 for job in [*jobs, *job_times(results[2] / "benchmarks")])
    cpu = sum(job["cpu_seconds"] or 0 for job in jobs)
    return [
        ("the study from nothing, 1 core", seconds[1], "s", None, None),
        ("the study from nothing, 2 cores", seconds[2], "s", None, 600),
        ("1 core against 2", seconds[1] / seconds[2], "ratio", 1.7, None),
        ("processor time of all jobs, 1 core", cpu, "s", None, None),
        ("files that are the same with 1 core and with 2", alike, "files", 100, None),
        ("files that are not", len(unlike), "files", None, 0),
        ("dry run of the finished study", dry, "s", None, 5),
        ("rendering after a changed template, start-up included", rendering, "s", None, 40),
        ("largest memory of a job", memory, "MB", None, 1500),
        ("report.html", sizes["html"], "MB", None, 8),
        ("report.pdf", sizes["pdf"], "MB", None, 5),
    ]


def as_table(measured: Iterable[Row]) -> pd.DataFrame:
    """The measurements, a row each, and whether what is required of each holds."""
    table = pd.DataFrame(measured, columns=["what", "value", "unit", "at_least", "at_most"])
    too_little, too_much = table["value"] < table["at_least"], table["value"] > table["at_most"]
    return table.assign(value=table["value"].round(3), holds=~(too_little | too_much))


def main() -> int:
    """Print and write the table; 1 if something required does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, default=Path("config/brush.yaml"), help="an overlay")
    arguments = parser.parse_args()
    if (load := os.getloadavg()[0]) > 0.5:
        print(f"This machine is busy (load {load:.1f}): times and their ratios will be off.", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        table = as_table(measure(Path(folder), arguments.config))
    write_csv(RESULT, table)
    print(table.to_string(index=False, na_rep=""))
    return int(not table["holds"].all())


if __name__ == "__main__":
    sys.exit(main())
