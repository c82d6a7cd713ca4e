"""What a finished run would take on other numbers of cores: `make forecast`."""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hidden_units.errors import StudyError, printable
from hidden_units.files import read_json, write_text
from hidden_units.manifest import left_out, matches
from hidden_units.records import read_records
from hidden_units.schedule import COSTS, START, Job, amount, clock, longest_chain, schedule, spread
from hidden_units.yaml_files import read_mapping

ROOT = Path(__file__).resolve().parents[2]
# Numbers of cores that `make forecast` has in its table.
TABLE = (1, 2, 8, 64)
# How rules of notebooks are called.
NOTEBOOKS = ("run_", "render_notebooks")


@dataclass(frozen=True)
class Measured:
    """A job of a finished run with its seconds on one core, part of the study and largest memory in MB."""

    job: Job
    part: str
    memory: float


def rule_settings() -> dict[str, tuple[int, int]]:
    """Threads and priority of each rule, where workflow/rules gives them as numbers; else 1 and 1."""
    found: dict[str, tuple[int, int]] = {}
    setting = re.compile(r"^ *(threads|priority): (\d+)$", re.MULTILINE)
    rule = re.compile(r"^ *(?:use )?rule (\w+)(?: as (\w+) with)?:$", re.MULTILINE)
    for path in sorted((ROOT / "workflow/rules").glob("*.smk")):
        text = path.read_text(encoding="utf-8")
        heads = [*rule.finditer(text)]
        ends = [*(head.start() for head in heads[1:]), len(text)]
        for head, end in zip(heads, ends, strict=False):
            # One that another is like has its values.
            values = dict(zip(("threads", "priority"), found.get(head[1], (1, 0)), strict=True))
            for key, number in setting.findall(text[head.end() : end]):
                values[key] = int(number)
            found[head[2] or head[1]] = (values["threads"], values["priority"])
    # The Snakefile puts all rules before those of notebooks.
    return {
        rule: (threads, priority + (not rule.startswith(NOTEBOOKS)))
        for rule, (threads, priority) in found.items()
    }


def read_run(folder: Path) -> list[Measured]:
    """The jobs of a finished run by its records and benchmarks.

    Raises:
        StudyError: the run is not finished, or a file is missing or cannot be read.
    """
    if not (folder / "manifest.sha256").is_file():
        raise StudyError(
            f"{folder}: found no manifest.sha256, expected the results of a finished run; finish it by make "
            "report with its CONFIG, or name another by RESULTS=results/name."
        )
    others = left_out(folder)
    records = {
        path.relative_to(folder / "records").with_suffix("").as_posix(): record
        for path, record in read_records(folder).items()
        if any(not matches(file.rpartition(f"{folder.name}/")[2], others) for file in record.outputs)
    }
    if not records:
        raise StudyError(
            f"{folder / 'records'}: found no records, expected one of each job; copy the whole folder, "
            "or make it again."
        )
    made_by = {file: name for name, record in records.items() for file in record.outputs}
    settings, measured = rule_settings(), []
    path = folder / "provenance.json"
    try:
        cores = int(read_json(path)["machine"]["usable_cores"])
        for name, record in records.items():
            threads, priority = settings.get(name.split("/")[0], (1, 1))
            needs = {made_by[file] for file in record.inputs if file in made_by} - {name}
            path = folder / "benchmarks" / f"{name}.tsv"
            with path.open(encoding="utf-8", newline="") as stream:
                row = next(csv.DictReader(stream, delimiter="\t"))
            wall, used = float(row["s"]), min(threads, cores)
            # Snakemake writes NA of a job that was too short to be looked at.
            memory = float(row["max_rss"]) if row["max_rss"][:1].isdigit() else 0.0
            seconds = wall + max(0.0, wall - START) * (used - 1)
            made = min(record.outputs).rpartition(f"{folder.name}/")[2]
            part = made.split("/")[0] if "/" in made else "report"
            job = Job(name, seconds, threads, priority, tuple(sorted(needs)))
            measured.append(Measured(job, part, memory))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, StopIteration, csv.Error) as error:
        raise StudyError(
            f"{path}: missing or not as a run writes it ({type(error).__name__}), expected what the other "
            "results were made with; copy it too, or delete the run's folder and make it again."
        ) from None
    return measured


def on_cores(jobs: Iterable[Job], cores: int) -> list[Job]:
    """Jobs with the time that they take on so many cores, from that on one: a job's start is not divided."""
    return [replace(job, seconds=spread(job.seconds, min(job.threads, cores))) for job in jobs]


def lines(folder: Path, measured: Sequence[Measured], numbers: Iterable[int]) -> list[str]:
    """What `make forecast` prints of a finished run, for each number of cores."""
    jobs = [one.job for one in measured]
    total = sum(job.seconds for job in jobs)
    parts = Counter()
    for one in measured:
        parts[one.part] += one.job.seconds
    said = [
        f"{folder}: {len(jobs)} jobs, {clock(total)} of one core's time, of which",
        *(
            f"  {part:14} {clock(seconds):>8} {seconds / total:5.0%}"
            for part, seconds in sorted(parts.items(), key=lambda pair: (-pair[1], pair[0]))
        ),
        "cores  wall time  cores at work",
    ]
    for cores in sorted(set(numbers)):
        wall = max(schedule(on_cores(jobs, cores), cores).values())
        said.append(f"{cores:5} {clock(wall):>10} {total / wall / cores:14.0%}")
    chain = longest_chain(on_cores(jobs, max(numbers)))
    largest = max(measured, key=lambda one: one.memory)
    return [
        *said,
        f"No number of cores is faster than the longest chain, {clock(sum(job.seconds for job in chain))}:",
        *(f"  {job.name:40} {clock(job.seconds):>7}" for job in chain),
        f"Largest memory: {largest.memory:.0f} MB ({largest.job.name}).",
    ]


def write_costs(folder: Path, measured: Iterable[Measured]) -> None:
    """Write costs.csv from a finished run.

    Raises:
        StudyError: its configuration cannot be read.
    """
    config = read_mapping(folder / "config.yaml")
    rows = [f"{one.job.name},{one.job.seconds:.2f},{amount(config, one.job.name):.0f}\n" for one in measured]
    write_text(COSTS, "job,seconds,amount\n" + "".join(rows))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what a finished run would take on other numbers of cores.

    Raises:
        SystemExit: with one sentence, where the run or the number of cores is not as expected.
    """
    parser = argparse.ArgumentParser(prog="make forecast")
    parser.add_argument("folder", type=Path, help="results/<run> of a finished run")
    parser.add_argument("--cores", default="all", help="a number; the table has 1, 2, 8 and 64 too")
    parser.add_argument("--write-costs", action="store_true", help="make costs.csv from it")
    given = parser.parse_args(arguments)
    try:
        if given.cores != "all" and not re.fullmatch("[1-9][0-9]{0,5}", given.cores):
            raise StudyError(
                f"CORES: found {given.cores!r}, expected a whole number from 1 to 999999, such as CORES=64."
            )
        measured = read_run(given.folder)
        if given.write_costs:
            write_costs(given.folder, measured)
        numbers = {*TABLE, *([] if given.cores == "all" else [int(given.cores)])}
        print(*map(printable, lines(given.folder, measured, numbers)), sep="\n")
    except StudyError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
