"""A GPU for each job, with mocked devices."""

import os
import subprocess
import sys
import tempfile

import pytest

from hidden_units import gpu_slots
from hidden_units.errors import StudyError
from hidden_units.gpu_slots import VARIABLE, take_gpu

JOB = f"""
import os, sys, time
from hidden_units.gpu_slots import take_gpu
take_gpu()
print(os.environ["{VARIABLE}"], flush=True)
time.sleep(float(sys.argv[1]))
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """The folder of the locks' folder, on a machine with two GPUs, for this process and the jobs."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv(VARIABLE, "0, 1")
    return tmp_path


@pytest.fixture
def start():
    """A function that starts a job of so many seconds; what still runs is killed after the test."""
    jobs = []

    def start_job(seconds):
        jobs.append(subprocess.Popen([sys.executable, "-c", JOB, str(seconds)], stdout=subprocess.PIPE))
        return jobs[-1]

    yield start_job
    for job in jobs:
        job.kill()
        job.communicate()


@pytest.mark.parametrize("given", ["GPU-8d2c", "", "-1"])
def test_what_a_scheduler_handed_out_stays(place, monkeypatch, given):
    monkeypatch.setenv(VARIABLE, given)
    take_gpu()
    assert os.environ[VARIABLE] == given and not list(place.iterdir())


def test_a_third_job_waits_until_one_is_given_back(start):
    first, second = start(0.8), start(30)
    taken = {first.stdout.readline(), second.stdout.readline()}
    assert taken == {b"0\n", b"1\n"}
    assert start(0).stdout.readline() in taken
    assert first.wait() == 0, "the third can only have what the first gave back"
    assert second.poll() is None


def test_a_killed_job_gives_its_gpu_back(start):
    job = start(60)
    assert job.stdout.readline() == b"0\n"
    job.kill()
    job.wait()
    take_gpu()
    assert os.environ[VARIABLE] == "0"


def test_waiting_ends_in_one_sentence(start, monkeypatch):
    assert {start(60).stdout.readline() for _ in range(2)} == {b"0\n", b"1\n"}
    monkeypatch.setattr(gpu_slots, "PATIENCE_SECONDS", 0.1)
    with pytest.raises(StudyError, match="other jobs have held all 2 GPUs for 0 s"):
        take_gpu()
