"""A cluster of one node, and the hostile study run through Slurm with two mishaps."""

from __future__ import annotations

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tests.cluster.one_node import PARTITION, OneNode, one_node, why_not
from tests.faults.conftest import RUN, new_study, undisturbed, without_network  # noqa: F401, fixtures
from tests.study import Study

CONFIG = ("--configfile", "faults.yaml")
# What the README asks a site to add, and a look at the jobs every few seconds instead of every 40.
SITE = (
    "--default-resources",
    f"slurm_partition={PARTITION}",
    "--slurm-no-account",
    "--slurm-status-command=squeue",
    "--slurm-init-seconds-before-status-checks=4",
)
# Patient, for machines that have more to do.
SECONDS_PER_RUN = 1800


@dataclass(frozen=True)
class Submitted:
    """What Snakemake said of a submission."""

    rule: str
    minutes: int
    megabytes: int
    threads: int


@dataclass(frozen=True)
class ClusterRun:
    """A finished run through Slurm: the study, Slurm's records of its jobs, and the two that were caught."""

    study: Study
    words: str
    jobs: dict[int, dict[str, str]]
    submitted: dict[int, Submitted]
    stuck: int | None
    cancelled: int | None


def submissions(words):
    """What Snakemake's log says of each of Slurm's jobs, by the number that Slurm gave it."""
    found, latest = {}, {}
    for block in re.split(r"\n(?=\[\w{3} \w{3} )|\n(?=Job \d+ has been submitted)", words):
        if rule := re.search(r"^rule (\w+):$", block, flags=re.M):
            number = re.search(r"^ +jobid: (\d+)$", block, flags=re.M)
            threads = re.search(r"^ +threads: (\d+)$", block, flags=re.M)
            resources = dict(re.findall(r"(\w+)=(\d+)\b(?! [KMG]B)", block.split("resources:")[1]))
            latest[number[1]] = Submitted(
                rule=rule[1],
                minutes=int(resources["runtime"]),
                megabytes=int(resources["mem_mb"]),
                threads=int(threads[1]) if threads else 1,
            )
        if job := re.match(r"Job (\d+) has been submitted with SLURM jobid (\d+)", block):
            found[int(job[2])] = latest[job[1]]
    return found


def catch_in_training(cluster: OneNode, study: Study, seed: int, over: threading.Event) -> int | None:
    """Stop the first job of NetConv's seed once it has an epoch behind it; its number, None if none was.

    A process that is stopped stays so until Slurm ends its job.
    """
    log = study.results / f"logs/train_netconv/netconv-seed-{seed}.log"
    processes = []
    while "epoch 1/" not in (log.read_text(encoding="utf-8") if log.exists() else ""):
        if over.is_set():
            return None
        if log.exists() and not processes:
            # Found beforehand, for the epochs pass in no time.
            job = job_of(cluster, seed)
            processes = cluster.processes(job)
        time.sleep(0.02)
    for process in processes:
        process.suspend()
    return job if processes else None


def job_of(cluster: OneNode, seed: int) -> int:
    """The number of the one job so far that trains NetConv's seed."""
    comment = f"rule_train_netconv_wildcards_netconv_{seed}"
    [number] = [number for number, job in cluster.jobs().items() if job.get("Comment") == comment]
    return number


def cancel_in_training(cluster: OneNode, study: Study, seed: int, over: threading.Event) -> int | None:
    """Cancel the first job of NetConv's seed once it has an epoch behind it."""
    job = catch_in_training(cluster, study, seed, over)
    if job is not None:
        cluster.ask("scancel", str(job))
    return job


@pytest.fixture(scope="session")
def cluster():
    """A Slurm cluster of this machine; tests are skipped where there can be none."""
    if reason := why_not():
        pytest.skip(reason)
    with one_node() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def through_slurm(cluster, tmp_path_factory):
    """The study run through Slurm; one NetConv job gets stuck until its time is up, another is cancelled."""
    study = new_study(tmp_path_factory.mktemp("slurm") / "study")
    before = set(cluster.jobs())
    over = threading.Event()
    with ThreadPoolExecutor(2) as watchers:
        stuck = watchers.submit(catch_in_training, cluster, study, 0, over)
        cancelled = watchers.submit(cancel_in_training, cluster, study, 1, over)
        try:
            code, words = study.start_snakemake(
                *("--workflow-profile", "profiles/slurm", *SITE, *CONFIG, "--config", "device=cpu"),
                # A minute is the shortest limit that Slurm knows.
                *("--set-resources", "train_netconv:runtime=1 if attempt == 1 else 10"),
                *("--set-threads", "train_restarts=2"),
            ).finish(SECONDS_PER_RUN)
        finally:
            over.set()
    assert code == 0, words
    jobs = {number: job for number, job in cluster.jobs().items() if number not in before}
    return ClusterRun(study, words, jobs, submissions(words), stuck.result(), cancelled.result())
