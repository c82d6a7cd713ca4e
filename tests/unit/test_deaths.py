"""A job that dies without a word of its own is explained in one sentence: its signal, its state in Slurm."""

import logging
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from snakemake_logger_plugin_steps import SLURM_STATES, LogEvent, LogHandler

ROOT = Path(__file__).resolve().parents[2]
# Three rules fail side by side, each by another signal or in another way; each is told by its own reason.
SNAKEFILE = """
rule all:
    input: "killed", "aborted", "refused", "twice"

rule killed:
    output: "killed"
    script: "die.py"

rule aborted:
    output: "aborted"
    shell: "python -c 'import os; os.abort()'; touch {output}"

rule refused:
    output: "refused"
    shell: "exit 255"

rule twice:
    output: "twice"
    shell: "python -c 'import os, signal; os.kill(os.getpid(), signal.SIGXCPU)'"
"""
DIE = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"


def new_handler() -> LogHandler:
    """One as Snakemake makes it for a usual run."""
    handler = LogHandler.__new__(LogHandler)
    logging.Handler.__init__(handler)
    handler.common_settings = SimpleNamespace(dryrun=False, quiet=False, verbose=False, printshellcmds=False)
    handler.__post_init__()
    return handler


def failed(record: logging.LogRecord, said: str = "") -> list[str]:
    """What is printed of a failed job, after a message of Snakemake's."""
    handler = new_handler()
    records = [record]
    if said:
        records.insert(
            0, logging.makeLogRecord({"msg": said, "levelno": logging.ERROR, "event": LogEvent.ERROR})
        )
    return [line for each in records for line in handler.lines(each)]


def error(rule="train_netlin", rule_msg=None, **more) -> logging.LogRecord:
    """Snakemake's record of a failed job."""
    extra = {"event": LogEvent.JOB_ERROR, "jobid": 1, "rule_name": rule, "rule_msg": rule_msg, "log": []}
    return logging.makeLogRecord({"msg": "Error", **extra, **more})


@pytest.mark.parametrize("number", [n for n in signal.Signals if n not in (signal.SIGINT, 32, 33)])
def test_each_signal_is_named_with_a_way_out_whether_seen_directly_or_through_a_shell(number):
    ways = [f"died with {number!r}.", f"returned non-zero exit status {128 + number}."]
    first, second = (failed(error(), f"CalledProcessError in file x:\nCommand 'x' {way}") for way in ways)
    assert first == second and first[0] == "Step failed: train_netlin."
    assert first[1].startswith(f"  Its process was ended by signal {number:d} (") and first[1].endswith(".")


@pytest.mark.parametrize("status", [1, 2, 127, 128, 255])
def test_an_exit_code_of_the_job_itself_is_no_signal(status):
    said = f"CalledProcessError in file x:\nCommand 'x' returned non-zero exit status {status}."
    assert failed(error(), said) == ["Step failed: train_netlin."]


def test_a_death_is_told_of_the_job_that_died_and_of_no_other():
    said = f"CalledProcessError in file x:\nCommand 'x' died with {signal.SIGKILL!r}."
    assert failed(error(thread=1), said) == ["Step failed: train_netlin."]


@pytest.mark.parametrize("state", SLURM_STATES)
def test_a_state_of_slurm_is_told_with_a_way_out(state):
    said = f"SLURM-job '7' failed, SLURM status is: '{state}'. Reason: None.For further error details see"
    lines = failed(error(rule_msg=said))
    assert lines[1].startswith(f"  Slurm ended it as {state}: it ") and lines[1].endswith(".")
    assert "{" not in lines[1]


@pytest.mark.parametrize("state", ["FAILED", "ERROR"])
def test_a_job_that_failed_on_slurm_by_itself_has_its_own_log(state):
    assert failed(error(rule_msg=f"SLURM status is: '{state}'. ")) == ["Step failed: train_netlin."]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("MemoryError", "got no more memory, processes or threads: use fewer cores"),
        ("can't start new thread", "got no more memory, processes or threads: use fewer cores"),
        ("[Errno 12] Cannot allocate memory", "got no more memory, processes or threads: use fewer cores"),
        (
            "[Errno 27] File too large",
            "could not write: a file would be larger than is allowed; raise the limit",
        ),
    ],
)
def test_what_snakemake_itself_does_not_get_is_told_in_one_line(words, told):
    said = f"Traceback (most recent call last):\n  File x\nRuntimeError: {words}"
    (first, _) = failed(error(), said)
    assert first.startswith(f"Snakemake {told}")


@pytest.mark.slow
def test_jobs_that_die_side_by_side_are_each_told_by_their_own_reason(tmp_path, monkeypatch):
    (tmp_path / "Snakefile").write_text(SNAKEFILE)
    (tmp_path / "die.py").write_text(DIE)
    shutil.copytree(ROOT / "profiles/default", tmp_path / "profiles/default")
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    command = [sys.executable, "-m", "snakemake", "--cores", "4"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    lines = done.stderr.splitlines()
    assert done.returncode == 1 and "Traceback" not in done.stderr

    def after(rule):
        return lines[lines.index(f"Step failed: {rule}.") + 1]

    killed = after("killed")
    assert "ended by signal 9 (Killed), usually because memory ran out: use fewer cores (CORES=1)" in killed
    assert "killed:mem_mb=N" in killed
    assert "signal 6 (Aborted), a library gave up" in after("aborted")
    assert "signal 24 (" in after("twice") and "ulimit -t" in after("twice")
    assert "signal" not in after("refused")


@pytest.mark.parametrize("hostile", ["\x1b]0;x\x07", "\x1b[2J", "\x9b31m", "a\rb", "\u202ex"])
def test_what_logs_messages_and_names_quote_does_nothing_to_a_terminal(tmp_path, capsys, hostile):
    log = tmp_path / f"{hostile}.log"
    log.write_text(f"first{hostile}\nlast\n", encoding="utf-8", newline="")
    handler = new_handler()
    handler.emit(error(rule=f"train{hostile}", log=[log]))
    handler.emit(logging.makeLogRecord({"msg": f"one{hostile}\n\ttwo", "levelno": logging.WARNING}))
    printed = capsys.readouterr().err
    assert all(line.isprintable() for line in printed.split("\n")), printed
    assert "  | last\n" in printed and "\n        two\n" in printed
