import os
import subprocess
import sys
from pathlib import Path

import pytest

from hidden_units import device
from hidden_units.errors import StudyError


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine whose device files are in a folder of the test's, and which has no nvidia-smi."""
    monkeypatch.setattr(device.shutil, "which", lambda name: None)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    return tmp_path


def test_gpus_are_counted_by_their_device_files_and_what_is_visible(machine, monkeypatch):
    assert device.gpu_count(machine) == 0
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    assert device.gpu_count(machine) == 0, "a GPU that is only named is not there"
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    for name in ("nvidia0", "nvidia1", "nvidia10", "nvidiactl", "nvidia-uvm"):
        (machine / name).touch()
    assert device.gpu_count(machine) == 3
    for visible, count in {"": 0, "-1": 0, "1": 1, "0, 10": 2, "0,1,2,3": 3}.items():
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
        assert device.gpu_count(machine) == count


def test_without_device_files_nvidia_smi_is_asked(machine, monkeypatch):
    listing = "GPU 0: NVIDIA A (UUID: x)\nGPU 1: NVIDIA B (UUID: y)\n  MIG 1g.5gb Device 0: (UUID: z)\n"
    monkeypatch.setattr(device.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(
        device.subprocess, "run", lambda *args, **kwargs: subprocess.CompletedProcess(args, 0, stdout=listing)
    )
    assert device.gpu_count(machine) == 2


@pytest.fixture
def broken_driver(machine, monkeypatch):
    """Puts such an nvidia-smi on the PATH, and returns the file in which it may note that it was asked."""
    monkeypatch.undo()
    # Set and unset, so that what a test leaves there is undone.
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    monkeypatch.setattr(device, "SECONDS_TO_ANSWER", 0.5)
    monkeypatch.setenv("PATH", f"{machine}:{os.defpath}")

    def put(text: bytes) -> Path:
        command = machine / "nvidia-smi"
        command.write_bytes(text)
        command.chmod(0o755)
        return machine / "asked"

    return put


def test_a_driver_that_hangs_is_asked_once_and_then_no_gpu_is_seen_here_or_below(
    broken_driver, machine, caplog
):
    asked = broken_driver(b'#!/bin/sh\necho >> "${0%/*}/asked"\nexec sleep 60\n')
    assert device.resolve_device("cpu") == "cpu" and not asked.exists(), "the processor needs no driver"
    assert [device.gpu_count(machine) for _ in range(3)] == [0, 0, 0]
    assert device.ask_driver("--query-gpu=name") == []
    below = (
        "from pathlib import Path; from hidden_units.device import gpu_count; print(gpu_count(Path('src')))"
    )
    assert subprocess.check_output([sys.executable, "-c", below], text=True) == "0\n"
    assert asked.read_text() == "\n"
    (warning,) = caplog.messages
    assert warning.startswith("nvidia-smi: no answer within 0.5 s, so no GPU is used;")


@pytest.mark.parametrize(
    "text",
    [
        b"#!/bin/sh\nexit 9\n",
        b"#!/no/such/shell\n",
        b"\x7fELF",
        b"#!/bin/sh\nprintf 'G\\377\\n'\n",
        b"#!/bin/sh\nread x\n",
    ],
    ids=["fails", "cannot start", "another machine's", "answers rubbish", "asks back"],
)
def test_a_driver_that_does_not_work_is_no_gpu(broken_driver, machine, text):
    broken_driver(text)
    assert device.gpu_count(machine) == 0


@pytest.mark.parametrize(("count", "expected"), [(0, "cpu"), (4, "cuda")])
def test_auto_follows_what_is_there_and_a_named_device_does_not(monkeypatch, count, expected):
    monkeypatch.setattr(device, "gpu_count", lambda: count)
    assert [device.resolve_device(name) for name in ("auto", "cpu", "cuda")] == [expected, "cpu", "cuda"]


def test_a_missing_gpu_is_an_error_of_one_sentence_where_jobs_run_here(monkeypatch):
    monkeypatch.setattr(device, "gpu_count", lambda: 0)
    with pytest.raises(StudyError, match=r"`device` is cuda, but no NVIDIA GPU is seen.*`device: cpu`"):
        device.check_device("cuda", here=True)
    device.check_device("cuda", here=False)
    device.check_device("cpu", here=True)
    monkeypatch.setattr(device, "gpu_count", lambda: 1)
    device.check_device("cuda", here=True)
