"""The study on a real Slurm: which limits took effect, what is retried, and the same bytes as without it."""

import re
import shutil
import time
from collections import Counter
from contextlib import suppress

import psutil
import pytest

from hidden_units.manifest import read_manifest
from tests.cluster.conftest import CONFIG, SECONDS_PER_RUN, SITE
from tests.faults.conftest import NETCONV_EPOCHS, new_study
from tests.study import job_counts

pytestmark = pytest.mark.cluster

UNITS = {"M": 1, "G": 1024}


def minutes(text):
    """Minutes of Slurm's [days-]hours:minutes:seconds."""
    days, _, clock = text.rpartition("-")
    hours, minutes, seconds = map(int, clock.split(":"))
    return int(days or 0) * 1440 + hours * 60 + minutes + seconds / 60


def attempts(run, seed):
    """Slurm's records of NetConv's jobs of a seed, in order."""
    comment = f"rule_train_netconv_wildcards_netconv_{seed}"
    return [job for _, job in sorted(run.jobs.items()) if job["Comment"] == comment]


def test_results_are_those_of_a_run_without_slurm_byte_for_byte(through_slurm, undisturbed):
    there, here = through_slurm.study, undisturbed.results / "manifest.sha256"
    assert (there.results / "manifest.sha256").read_bytes() == here.read_bytes()
    found = there.hashes()
    assert found == read_manifest(here)
    assert len(found) > 150


def test_every_job_gets_the_limits_that_its_rule_asks_for(through_slurm):
    assert set(through_slurm.jobs) == set(through_slurm.submitted)
    for number, asked in through_slurm.submitted.items():
        job = through_slurm.jobs[number]
        megabytes = re.fullmatch(r"(\d+)([MG])", job["MinMemoryNode"])
        granted = (minutes(job["TimeLimit"]), int(megabytes[1]) * UNITS[megabytes[2]], int(job["NumCPUs"]))
        assert granted == (asked.minutes, asked.megabytes, asked.threads), asked.rule


def test_limits_are_those_written_in_the_rules(through_slurm):
    limits = {job.rule: (job.minutes, job.megabytes, job.threads) for job in through_slurm.submitted.values()}
    assert limits["prepare_dataset"] == (20, 1500, 1)
    assert limits["train_perceptrons"] == (60, 1500, 1)
    assert limits["train_restarts"] == (60, 1000, 2)


def test_training_goes_to_slurm_and_drawing_stays(through_slurm):
    submitted = Counter(job.rule for job in through_slurm.submitted.values())
    planned = Counter(job_counts(through_slurm.words))
    # Each of the two mishaps costs a submission more.
    assert submitted["train_netconv"] == planned["train_netconv"] + 2 == 4
    stayed = {rule for rule in planned if not submitted[rule]}
    assert all(submitted[rule] == planned[rule] for rule in planned.keys() - stayed - {"train_netconv"})
    # That light rules stay and heavy ones do not is checked rule by rule in test_profiles.py.
    assert {rule for rule in planned if rule.startswith(("draw_", "write_"))} <= stayed
    assert not {rule for rule in planned if rule.startswith(("train_", "evaluate_res", "measure_"))} & stayed


def test_nothing_asks_for_a_gpu_where_the_command_line_says_cpu(through_slurm):
    assert [job for job in through_slurm.jobs.values() if "gpu" in job["TRES"] or "TresPerJob" in job] == []


def test_a_job_over_its_time_limit_is_submitted_again(through_slurm):
    assert through_slurm.stuck is not None, "the job ended before it could be stopped"
    first, second = attempts(through_slurm, seed=0)
    assert first["JobId"] == str(through_slurm.stuck)
    assert (first["JobState"], first["TimeLimit"]) == ("TIMEOUT", "00:01:00")
    assert (second["JobState"], second["TimeLimit"]) == ("COMPLETED", "00:10:00")


def test_a_cancelled_job_is_submitted_again(through_slurm):
    assert through_slurm.cancelled is not None, "the job ended before it could be cancelled"
    first, second = attempts(through_slurm, seed=1)
    assert first["JobId"] == str(through_slurm.cancelled)
    assert (first["JobState"], second["JobState"]) == ("CANCELLED", "COMPLETED")


@pytest.mark.parametrize("seed", [0, 1])
def test_a_job_that_is_submitted_again_goes_on_from_its_checkpoint(through_slurm, seed):
    log = through_slurm.study.results / f"logs/train_netconv/netconv-seed-{seed}.log"
    words = log.read_text(encoding="utf-8")
    going_on = re.search(r"going on after epoch (\d+) of a run that was stopped", words)
    assert going_on, words
    done = int(going_on[1])
    assert 1 <= done < NETCONV_EPOCHS
    trained = [int(epoch) for epoch in re.findall(rf"epoch (\d+)/{NETCONV_EPOCHS}", words)]
    assert trained == [*range(done + 1, NETCONV_EPOCHS + 1)]


def test_all_other_jobs_are_submitted_once(through_slurm):
    states = Counter(job["JobState"] for job in through_slurm.jobs.values())
    assert states == {"TIMEOUT": 1, "CANCELLED": 1, "COMPLETED": len(through_slurm.jobs) - 2}


@pytest.fixture(scope="module")
def prepared(undisturbed, tmp_path_factory):
    """The study without its trained perceptrons."""
    study = undisturbed.copy(tmp_path_factory.mktemp("prepared") / "study")
    for model in ("netlin", "netfull-20"):
        shutil.rmtree(study.results / "characters" / model)
    return study


@pytest.mark.parametrize(
    ("profile", "model", "field"),
    [("slurm", "netlin", "TresPerJob"), ("slurm-gres", "netfull-20", "TresPerNode")],
)
def test_training_is_handed_the_gpu_that_the_profile_asks_for(cluster, prepared, profile, model, field):
    target = prepared.results / f"characters/{model}/seed-0/metrics.json"
    before = set(cluster.jobs())
    arguments = ("--workflow-profile", f"profiles/{profile}", "--retries", "0", *SITE, *CONFIG)
    run = prepared.start_snakemake(*arguments, "--", target.relative_to(prepared.folder))
    environment = None
    end = time.monotonic() + SECONDS_PER_RUN
    while not run.is_over() and time.monotonic() < end:
        for number in set(cluster.jobs()) - before:
            for process in cluster.processes(number) if environment is None else []:
                with suppress(psutil.Error):
                    environment = process.environ()
        time.sleep(0.1)
    assert run.is_over(), run.words
    [job] = [job for number, job in cluster.jobs().items() if number not in before]
    assert job["Comment"] == f"rule_train_perceptrons_wildcards_{model}"
    assert job[field] == "gres:gpu:1"
    assert environment["CUDA_VISIBLE_DEVICES"] == "0"
    # It goes for the GPU, which only a machine that has one can give.
    assert target.exists() or "torch finds no GPU" in run.words


def test_a_command_line_that_drops_the_device_is_refused_before_any_job(cluster, tmp_path):
    before = set(cluster.jobs())
    arguments = ("--workflow-profile", "profiles/slurm", *SITE, "--configfile", "config/smoke.yaml")
    code, words = new_study(tmp_path / "study").start_snakemake(*arguments, "--config", "seeds=1").finish(120)
    assert code == 1 and "`device` is auto" in words
    assert set(cluster.jobs()) == before
