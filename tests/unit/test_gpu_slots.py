"""A GPU for each job, with mocked devices."""

import errno
import os
import socket
import subprocess
import sys
import tempfile
import uuid

import pytest

from hidden_units import gpu_slots
from hidden_units.errors import StudyError
from hidden_units.gpu_slots import VARIABLE, take_gpu

JOB = f"""
import os, sys, time
from hidden_units.gpu_slots import take_gpu
# As another user only once all is imported: not everybody may read this environment.
os.setuid(int(sys.argv[2]))
take_gpu()
print(os.environ["{VARIABLE}"], flush=True)
time.sleep(float(sys.argv[1]))
"""


@pytest.fixture(autouse=True)
def gpus(monkeypatch):
    """Two GPUs under names of this test alone, for this process and the jobs; freed after the test."""
    names = [f"{uuid.uuid4().hex}-{number}" for number in (0, 1)]
    monkeypatch.setenv(VARIABLE, ", ".join(names))
    yield names
    while gpu_slots.HELD:
        gpu_slots.HELD.pop().close()


@pytest.fixture
def start():
    """A function that starts a job of so many seconds; what still runs is killed after the test."""
    jobs = []

    def start_job(seconds, user=None):
        command = [sys.executable, "-c", JOB, str(seconds), str(user or os.getuid())]
        jobs.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        return jobs[-1]

    yield start_job
    for job in jobs:
        job.kill()
        job.communicate()


@pytest.mark.parametrize("given", ["GPU-8d2c", "", "-1"])
def test_what_a_scheduler_handed_out_stays(monkeypatch, given):
    monkeypatch.setenv(VARIABLE, given)
    take_gpu()
    assert os.environ[VARIABLE] == given and not gpu_slots.HELD


def test_a_third_job_waits_until_one_is_given_back(start, gpus):
    first, second = start(0.8), start(30)
    taken = {job.stdout.readline().strip() for job in (first, second)}
    assert taken == set(gpus)
    assert start(0).stdout.readline().strip() in taken
    assert first.wait() == 0, "the third can only have what the first gave back"
    assert second.poll() is None


def test_a_killed_job_gives_its_gpu_back(start, gpus):
    job = start(60)
    assert job.stdout.readline().strip() == gpus[0]
    job.kill()
    job.wait()
    take_gpu()
    assert os.environ[VARIABLE] == gpus[0]


def test_waiting_names_the_holders_at_once_and_ends_in_one_sentence(start, gpus, monkeypatch, caplog):
    jobs = [start(60), start(60)]
    held = {job.stdout.readline().strip(): job.pid for job in jobs}
    monkeypatch.setattr(gpu_slots, "PATIENCE_SECONDS", 0.1)
    caplog.set_level("INFO")
    with pytest.raises(StudyError, match=r"other jobs have held all 2 for 0 s .* of user ") as raised:
        take_gpu()
    for gpu, process in held.items():
        assert f"{gpu} by process {process} of user " in caplog.text and f"process {process} " in str(
            raised.value
        )


def test_one_who_squats_a_name_without_a_word_is_told_as_such(gpus):
    with socket.socket(socket.AF_UNIX) as squatter:
        squatter.bind(gpu_slots.address(gpus[0]))
        take_gpu()
        assert os.environ[VARIABLE] == gpus[1]
        assert gpu_slots.holder(gpus[0]) == "a process that does not say who it is"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start jobs as other users")
def test_three_users_share_the_gpus_of_one_machine(start, gpus):
    first, second = (start(60, user) for user in (54321, 54322))
    assert {first.stdout.readline().strip(), second.stdout.readline().strip()} == set(gpus)
    third = start(0, 54323)
    assert gpu_slots.holder(gpus[0]).endswith(("of user 54321", "of user 54322"))
    first.kill()
    assert third.stdout.readline().strip() in gpus and second.poll() is None


@pytest.mark.parametrize("way", ["plain file", "link to a folder", "link to a file", "folder of mode 700"])
def test_nothing_in_the_temporary_folder_stands_in_the_way_or_is_touched(tmp_path, monkeypatch, gpus, way):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder, private = tmp_path / "hidden-units-gpus", tmp_path / "private"
    private.mkdir(mode=0o700)
    (private / "key").touch(mode=0o600)
    if way == "plain file":
        folder.touch()
    elif way == "link to a folder":
        folder.symlink_to(private)
    else:
        folder.mkdir(mode=0o700)
        (folder / f"gpu-{gpus[0]}.lock").symlink_to(private / "key")
    take_gpu()
    assert os.environ[VARIABLE] == gpus[0]
    assert [oct(path.stat().st_mode)[-3:] for path in (private, private / "key")] == ["700", "600"]


def test_where_the_system_has_no_such_sockets_a_gpu_is_used_with_a_warning(monkeypatch, caplog, gpus):
    class Refused(socket.socket):
        def bind(self, _):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(gpu_slots.socket, "socket", Refused)
    take_gpu()
    assert os.environ[VARIABLE] == gpus[0] and "used without a lock" in caplog.text
