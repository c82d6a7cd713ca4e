"""Time the whole study from nothing, on one core and on two, and what a finished one costs to touch.

Two copies of the workflow, in folders of their own and with different hash seeds, so that the comparison of
their bytes is a test as well. One table holds all figures, with the ratios to the plain recipes that the
other benchmarks left. Takes the time of three runs of the study; nothing else should run meanwhile.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks.copies import copy_workflow
from hidden_units.files import write_csv
from hidden_units.manifest import compare, hashes
from hidden_units.report.provenance import job_times, rule_times
from hidden_units.yaml_files import read_yaml

RESULTS = Path(__file__).parent / "results"
TABLE, RULES = RESULTS / "whole.csv", RESULTS / "rules.csv"
SLOWEST = 12


@dataclass(frozen=True)
class Figure:
    """A line of the table; `least` or `most` is what is required, if anything is."""

    what: str
    value: float
    unit: str
    least: float | None = None
    most: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the value is what is required."""
        return (self.least is None or self.value >= self.least) and (
            self.most is None or self.value <= self.most
        )


def run(folder: Path, config: Path, cores: int, *extra: str) -> float:
    """Wall time of `make report` there, environment aside, in seconds.

    Raises:
        SystemExit: it failed; its last words are printed.
    """
    command = [
        sys.executable,
        "workflow/run.py",
        "--config",
        str(config),
        "--cores",
        str(cores),
        "--",
        *extra,
    ]
    environment = {**os.environ, "PYTHONHASHSEED": str(cores)}
    started = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(f"{done.stdout[-3000:]}\n{folder}: the study failed, see above.")
    return seconds


def touch_template(folder: Path) -> None:
    """Change a template by a comment that no reader sees."""
    template = folder / "report/templates/report.html.j2"
    template.write_text(template.read_text(encoding="utf-8") + "{# changed #}\n", encoding="utf-8")


def measure(folder: Path, config: Path) -> tuple[list[Figure], pd.DataFrame]:
    """All figures of the whole study, and its rules, slowest first, as they ran on one core."""
    name = read_yaml(config, "name an overlay")["run"]
    one, two = copy_workflow(folder / "one"), copy_workflow(folder / "two")
    seconds = {cores: run(path, config, cores) for cores, path in ((1, one), (2, two))}
    results = {1: one / "results" / name, 2: two / "results" / name}
    differences = compare(hashes(results[2]), hashes(results[1]))
    unlike = len([*differences.changed, *differences.missing, *differences.added])
    for path in (*differences.changed, *differences.missing, *differences.added):
        print(f"not the same with one core and with two: {path}")
    report = results[2] / "report"
    sizes = {kind: (report / f"report.{kind}").stat().st_size / 1e6 for kind in ("html", "pdf")}
    dry = run(two, config, 2, "--dry-run")
    touch_template(two)
    rendering = run(two, config, 2)
    jobs = job_times(results[1] / "benchmarks")
    memory = max(job["memory_mb"] or 0 for job in [*jobs, *job_times(results[2] / "benchmarks")])
    cpu = sum(job["cpu_seconds"] or 0 for job in jobs)
    figures = [
        Figure("the study from nothing, 1 core", seconds[1], "s"),
        Figure("the study from nothing, 2 cores", seconds[2], "s", most=600),
        Figure("1 core against 2", seconds[1] / seconds[2], "ratio", least=1.7),
        Figure("processor time of all jobs, 1 core", cpu, "s"),
        Figure("files that are the same with 1 core and with 2", differences.same, "files", least=100),
        Figure("files that are not", unlike, "files", most=0),
        Figure("dry run of the finished study", dry, "s", most=5),
        Figure("rendering after a changed template, start-up included", rendering, "s", most=40),
        Figure("largest memory of a job", memory, "MB", most=1500),
        Figure("report.html", sizes["html"], "MB", most=8),
        Figure("report.pdf", sizes["pdf"], "MB", most=5),
    ]
    return figures, pd.DataFrame(rule_times(jobs))


def ratios() -> list[Figure]:
    """The ratios to the plain recipes, as the other benchmarks last measured them."""
    figures = []
    for table, column, ratio in (
        ("training", "model", "ratio"),
        ("recurrent", "network", "ratio_to_plain_loop"),
    ):
        path = RESULTS / f"{table}.csv"
        if path.exists():
            figures += [
                Figure(
                    f"training {row[column]}, against the plain recipe", row[ratio], "ratio", row["required"]
                )
                for _, row in pd.read_csv(path).iterrows()
            ]
    return figures


def as_table(figures: Iterable[Figure]) -> pd.DataFrame:
    """The figures, a row each."""
    return pd.DataFrame(
        [
            {
                "what": figure.what,
                "value": round(figure.value, 3),
                "unit": figure.unit,
                "at_least": figure.least,
                "at_most": figure.most,
                "holds": figure.holds,
            }
            for figure in figures
        ]
    )


def main() -> int:
    """Print and write the tables; 1 if something required does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, default=Path("config/brush.yaml"), help="an overlay")
    parser.add_argument(
        "--folder", type=Path, help="where to run; kept afterwards (default: a temporary one)"
    )
    arguments = parser.parse_args()
    if (load := os.getloadavg()[0]) > 0.5:
        print(f"This machine is busy (load {load:.1f}): times and their ratios will be off.", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        figures, rules = measure(arguments.folder or Path(temporary), arguments.config)
    table = as_table([*figures, *ratios()])
    write_csv(TABLE, table)
    write_csv(RULES, rules)
    print(table.to_string(index=False, na_rep=""))
    print(f"\nThe {SLOWEST} slowest rules of {len(rules)}, on one core:")
    print(rules.head(SLOWEST).round(1).to_string(index=False))
    return int(not table["holds"].all())


if __name__ == "__main__":
    sys.exit(main())
