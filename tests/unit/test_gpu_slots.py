"""A GPU for each job, with mocked devices."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hidden_units.errors import StudyError
from hidden_units.gpu_slots import VARIABLE, gpu_slot, visible_gpus

JOB = """
import sys, time
from pathlib import Path
from hidden_units.gpu_slots import gpu_slot
with gpu_slot(sys.argv[2].split(","), Path(sys.argv[1])) as gpu:
    print(gpu, flush=True)
    time.sleep(float(sys.argv[3]))
"""


def start(folder, gpus, seconds):
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src")}
    return subprocess.Popen(
        [sys.executable, "-c", JOB, str(folder), gpus, str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


@pytest.fixture(autouse=True)
def unset(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)


def test_cuda_sees_the_chosen_one_alone_and_afterwards_what_it_saw_before(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, "2,3")
    with gpu_slot(folder=tmp_path) as gpu:
        assert gpu == os.environ[VARIABLE] == "2"
    assert os.environ[VARIABLE] == "2,3"


def test_what_a_scheduler_handed_out_stays(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, "GPU-8d2c")
    with gpu_slot(folder=tmp_path) as gpu:
        assert gpu == os.environ[VARIABLE] == "GPU-8d2c"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("nothing", ["", "-1"])
def test_no_gpu_is_none(tmp_path, monkeypatch, nothing):
    monkeypatch.setenv(VARIABLE, nothing)
    assert visible_gpus() == []
    with gpu_slot(folder=tmp_path) as gpu:
        assert gpu is None


def test_a_third_job_waits_until_one_is_given_back(tmp_path):
    first, second = start(tmp_path, "0,1", 0.8), start(tmp_path, "0,1", 30)
    taken = {first.stdout.readline().strip(), second.stdout.readline().strip()}
    assert taken == {"0", "1"}
    third = start(tmp_path, "0,1", 0)
    try:
        assert third.stdout.readline().strip() in taken
        assert first.wait() == 0, "the third can only have what the first gave back"
        assert second.poll() is None
    finally:
        for job in (second, third):
            job.kill()
            job.wait()


def test_a_killed_job_gives_its_gpu_back(tmp_path):
    job = start(tmp_path, "0,1", 60)
    assert job.stdout.readline().strip() == "0"
    job.send_signal(signal.SIGKILL)
    job.wait()
    with gpu_slot(["0", "1"], tmp_path) as gpu:
        assert gpu == "0"


def test_waiting_ends_in_one_sentence(tmp_path):
    with (
        gpu_slot(["0", "1"], tmp_path) as first,
        gpu_slot(["0", "1"], tmp_path) as second,
        pytest.raises(StudyError, match="other jobs have held all 2 GPUs"),
        gpu_slot(["0", "1"], tmp_path, patience_seconds=0.1),
    ):
        pass
    assert (first, second) == ("0", "1")
