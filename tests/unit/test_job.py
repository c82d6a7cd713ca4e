"""The frame of every script: whatever happens to its log, a full disk ends it in one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
JOB = """
import errno, sys
from types import SimpleNamespace
sys.path.insert(0, sys.argv[1])
from job import job
from hidden_units.errors import StudyError
with job(SimpleNamespace(rule="toy", log=[sys.argv[2]])) as log:
    {body}
print("the end")
"""


def run_job(log: Path | str, body: str) -> tuple[int, list[str]]:
    """Exit code and lines of a job with that log and that body."""
    done = subprocess.run(
        [sys.executable, "-c", JOB.format(body=body), ROOT / "workflow/scripts", log],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).splitlines()


def test_what_a_job_says_stands_in_its_log_and_on_the_terminal(tmp_path):
    log = tmp_path / "logs" / "toy.log"
    code, lines = run_job(log, "log.info('seen'); log.debug('kept')")
    assert (code, sorted(lines)) == (0, ["[toy] seen", "the end"])
    assert log.read_text() == "seen\nkept\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("level", ["info", "debug"])
def test_a_log_that_finds_no_room_ends_the_job_in_one_sentence(level):
    code, lines = run_job("/dev/full", f"log.{level}('a line'); print('went on')")
    assert code == 1
    assert lines[-1] == "[toy] /dev/full: no room left on the disk; free some space and run again."
    assert lines[:-1] == (["[toy] a line"] if level == "info" else [])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_sentence_that_finds_no_room_in_the_log_is_seen_all_the_same():
    code, lines = run_job("/dev/full", "raise StudyError('A mistake.')")
    assert (code, lines) == (1, ["[toy] A mistake."])


@pytest.mark.parametrize("step", ["mkdir", "open"])
def test_no_room_for_the_log_itself_is_told_in_one_sentence(tmp_path, monkeypatch, step):
    site = tmp_path / "sitecustomize.py"
    target = {"mkdir": "pathlib.Path.mkdir", "open": "logging.FileHandler._open"}[step]
    site.write_text(
        "import errno, logging, pathlib\n"
        f"def full(*_, **__): raise OSError(errno.ENOSPC, 'full', 'toy.log')\n{target} = full\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT / 'src'}")
    code, lines = run_job(tmp_path / "logs/toy.log", "print('went on')")
    assert (code, lines) == (1, ["[toy] toy.log: no room left on the disk; free some space and run again."])
