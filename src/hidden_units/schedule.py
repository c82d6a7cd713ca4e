"""When jobs end on so many cores, what each costs, and the time left of a run.

Costs are in costs.csv, made from a finished run; other settings scale them, and a run's own speed corrects
them. Snakemake's main process imports this, so it needs the standard library alone.
"""

from __future__ import annotations

import csv
import heapq
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

COSTS = Path(__file__).with_name("costs.csv")
# What a job's start takes, in seconds, which no setting changes: longer with torch; a job of an unknown rule.
START = 1.0
STARTS = {"train_perceptrons": 2.7, "train_netconv": 3.0}
UNKNOWN = 2.0
# When this share of a run is done, its own speed counts as much as that of the table's machine. With less, a
# machine that is busy for a while misleads: measured by replaying ten runs.
PRIOR = 0.15
# Keys of the configuration whose product a rule's time follows; `*` is the job's own, such as its task, and
# lists are summed.
IMAGES = "dataset.brush.train"
PUBLISHED_IMAGES = 60_000
SCALED_BY = {
    "prepare_dataset": (IMAGES,),
    "train_perceptrons": ("seeds", "training.epochs", IMAGES),
    "train_netconv": ("training.epochs", IMAGES),
    "evaluate_baselines": (IMAGES,),
    "train_checkerboard": ("checkerboard.restarts", "checkerboard.training.rates.max_epochs"),
    "train_encoder": ("encoders.seeds", "encoders.caps"),
    "train_encoder_for_longer": ("encoders.seeds", "encoders.patience.max_epochs"),
    "train_restarts": ("sequences.restarts.*", "sequences.steps"),
    "evaluate_restarts": ("sequences.restarts.*",),
    "extract_automata": ("sequences.restarts.*",),
    "measure_srn": ("sequences.restarts.*",),
    "measure_lstm": ("sequences.restarts.*",),
}


@dataclass(frozen=True)
class Job:
    """A job as it is planned, by its benchmark's name, such as train_netconv/netconv-seed-0."""

    name: str
    seconds: float
    threads: int = 1
    priority: int = 0
    needs: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        """The name of its rule."""
        return self.name.split("/")[0]


def schedule(jobs: Iterable[Job], cores: int | None) -> dict[str, float]:
    """The second in which each job ends on so many cores (None: as many as needed), as Snakemake starts them.

    Of the jobs whose needs are done those of the highest priority start first, in the order given where it is
    equal; one that does not fit lets smaller ones pass. Needs that are not among the jobs count as done.
    Snakemake starts those whose priorities have the largest sum: the same ones, while one of several threads
    has a higher priority than all that would take its place have together.
    """
    planned = {job.name: job for job in jobs}
    waits = {job.name: {need for need in job.needs if need in planned} for job in planned.values()}
    users = defaultdict(list)
    for name, needs in waits.items():
        for need in needs:
            users[need].append(name)
    place = {name: (-job.priority, index) for index, (name, job) in enumerate(planned.items())}
    ready = [(place[name], name) for name, needs in waits.items() if not needs]
    heapq.heapify(ready)
    running: list[tuple[float, str]] = []
    ends: dict[str, float] = {}
    now, free = 0.0, float("inf") if cores is None else cores
    threads = {name: min(job.threads, cores or job.threads) for name, job in planned.items()}
    while ready or running:
        passed = []
        while ready and free:
            key, name = heapq.heappop(ready)
            if threads[name] > free:
                passed.append((key, name))
                continue
            free -= threads[name]
            heapq.heappush(running, (now + planned[name].seconds, name))
        for one in passed:
            heapq.heappush(ready, one)
        now, name = heapq.heappop(running)
        ends[name] = now
        free += threads[name]
        for user in users[name]:
            waits[user].remove(name)
            if not waits[user]:
                heapq.heappush(ready, (place[user], user))
    return ends


def longest_chain(jobs: Sequence[Job]) -> list[Job]:
    """The jobs that no number of cores makes shorter: the longest chain of needs, first job first."""
    ends, planned = schedule(jobs, None), {job.name: job for job in jobs}
    chain: list[Job] = []
    last = max(ends, key=ends.__getitem__, default=None)
    while last is not None:
        chain.insert(0, planned[last])
        last = max((need for need in chain[0].needs if need in ends), key=ends.__getitem__, default=None)
    return chain


# what a job costs


def amount(config: Mapping[str, Any], job: str) -> float:
    """How much a configuration asks of a job: the product of the settings that its rule follows."""
    rule, _, own = job.partition("/")
    product = 1.0
    for key in SCALED_BY.get(rule, ()):
        found: list[Any] = [config]
        for part in key.replace("*", own).split("."):
            found = [one.get(part) for one in found if isinstance(one, Mapping)]
            found = [one for many in found for one in (many if isinstance(many, list | tuple) else [many])]
        if key == IMAGES and config["dataset"]["name"] != "brush":
            found = [PUBLISHED_IMAGES]
        # A task of another name, or one left out.
        product *= sum(one for one in found if isinstance(one, int | float)) or 1.0
    return product


@cache
def costs() -> dict[str, list[tuple[str, float, float]]]:
    """Name, seconds and amount of the jobs in costs.csv by their rules."""
    found = defaultdict(list)
    with COSTS.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found[row["job"].split("/")[0]].append((row["job"], float(row["seconds"]), float(row["amount"])))
    return dict(found)


def cost(config: Mapping[str, Any], job: str) -> float:
    """Seconds that a job takes under a configuration, on one core of the machine of costs.csv.

    A job that is not in the table takes as long as those of its rule; a rule that is not, as the one whose
    name its own begins with (train_perceptron_variants: train_perceptrons).
    """
    # Nothing is known of the user's own networks; the heaviest of the study's is nearest.
    job = job.replace("train_own_network", "train_netconv", 1)
    table, rule = costs(), job.split("/")[0]
    like = max((known for known in table if rule.startswith(known.removesuffix("s"))), key=len, default=None)
    if like is None:
        return UNKNOWN
    rows = [row for row in table[like] if row[0] == job] or table[like]
    seconds, usual = (sum(row[column] for row in rows) / len(rows) for column in (1, 2))
    wanted = amount(config, job.replace(rule, like, 1))
    start = min(seconds, STARTS.get(like, START))
    return start + (seconds - start) * wanted / usual


def benchmark_name(path: str) -> str:
    """The name of a job by its benchmark's path, without folders above and the ending."""
    return path.rpartition("benchmarks/")[2].removesuffix(".tsv")


def plan(dag: Any, config: Mapping[str, Any]) -> list[Job]:
    """What Snakemake is about to do, of its own graph of jobs; those without a benchmark take no time."""
    jobs = list(dag.needrun_jobs())
    names = {job: benchmark_name(str(job.benchmark)) if job.benchmark else job.rule.name for job in jobs}
    return [
        Job(
            name,
            spread(cost(config, name), job.threads) if job.benchmark else 0.0,
            job.threads,
            job.priority,
            tuple(names[need] for need in dag.dependencies[job] if need in names),
        )
        for job, name in names.items()
    ]


def spread(seconds: float, threads: int) -> float:
    """What seconds on one core become with threads."""
    return min(seconds, START) + max(0.0, seconds - START) / threads


@dataclass
class Remaining:
    """The time left of a run: what is planned, when jobs started, how long those took that are done.

    All times are seconds of one clock.
    """

    jobs: Sequence[Job]
    cores: int | None
    running: dict[str, float] = field(default_factory=dict)
    done: dict[str, float] = field(default_factory=dict)

    def start(self, name: str, now: float) -> None:
        """A job starts."""
        self.running[name] = now

    def finish(self, name: str, now: float) -> None:
        """A job has ended well."""
        self.done[name] = now - self.running.pop(name, now)

    def fail(self, name: str, _now: float) -> None:
        """A job has failed: neither it nor what waits for it is done in this run."""
        self.running.pop(name, None)
        lost = {name}
        # Needs may come after those that wait for them.
        while more := {job.name for job in self.jobs if not lost.isdisjoint(job.needs)} - lost:
            lost |= more
        self.jobs = [job for job in self.jobs if job.name not in lost]

    def left(self, now: float) -> float:
        """Seconds until the last job ends."""
        expected, taken, logarithms = Counter(), Counter(), 0.0
        for job in self.jobs:
            if job.seconds and job.name in self.done:
                expected[job.rule] += job.seconds
                taken[job.rule] += self.done[job.name]
                # In the mean of logarithms one job that waited for something counts for little.
                logarithms += job.seconds * math.log(max(self.done[job.name], 0.01) / job.seconds)
        prior = PRIOR * sum(job.seconds for job in self.jobs)
        speed = math.exp(logarithms / (expected.total() + prior or 1.0))
        jobs = []
        for job in self.jobs:
            if job.name in self.done:
                continue
            # As if one more job of the rule had taken what the speed of all says.
            share = expected[job.rule] / (expected[job.rule] + job.seconds) if job.seconds else 0.0
            own = taken[job.rule] / expected[job.rule] if share else speed
            seconds = job.seconds * (share * own + (1 - share) * speed)
            if job.name in self.running:
                # One that takes longer than expected is likely to take longer still.
                spent = now - self.running[job.name]
                job = replace(job, priority=sys.maxsize, needs=())
                seconds = max(seconds - spent, spent / 10)
            jobs.append(replace(job, seconds=seconds))
        return max(schedule(jobs, self.cores).values(), default=0.0)


def clock(seconds: float) -> str:
    """Seconds as 0:07, 12:34 or 1:02:03."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"
