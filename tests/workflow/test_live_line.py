"""The line of the time left, on a terminal of the test's own: it redraws itself and leaves nothing behind."""

import fcntl
import os
import pty
import re
import signal
import struct
import sys
import termios
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WIDTH = 60
# Two jobs one after the other; each logs its epochs, the second one as jobs of the study do.
SNAKEFILE = """
import sys
from snakemake.logging import logger
from hidden_units.schedule import plan

onstart:
    logger.info("", extra={"plan": plan(workflow.dag, {}), "cores": workflow.cores})

rule all:
    input: "second"

rule first:
    output: "first"
    log: "logs/first.log"
    benchmark: "benchmarks/first.tsv"
    shell: "echo 'netlin seed 0: epoch 2/5, accuracy' > {log}; sleep 2.5; touch {output}"

rule second_with_a_name_that_is_longer_than_the_line:
    input: "first"
    output: "second"
    log: "logs/second.log"
    benchmark: "benchmarks/second.tsv"
    script: "second.py"
"""
SECOND = """
import sys
sys.path.insert(0, {scripts!r})
from job import job
import time
with job(snakemake) as log:
    time.sleep(1.5)
    log.info("said by the job")
    {last}
    open(snakemake.output[0], "w").close()
"""


def on_terminal(folder: Path, *arguments: str, last: str = "pass", interrupt: bytes = b"") -> str:
    """What plain Snakemake writes to a terminal; Ctrl-C is pressed once `interrupt` was seen."""
    (folder / "Snakefile").write_text(SNAKEFILE)
    (folder / "second.py").write_text(SECOND.format(scripts=str(ROOT / "workflow/scripts"), last=last))
    command = [sys.executable, "-m", "snakemake", "--cores", "1", "--logger", "steps", *arguments]
    process, terminal = pty.fork()
    if process == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, WIDTH, 0, 0))
        os.chdir(folder)
        # What runs in the background ignores Ctrl-C, and hands that down.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.environ.update(TERM="xterm", LC_ALL="C", PYTHONPATH=str(ROOT / "src"))
        os.execv(command[0], command)
    said, is_over = b"", time.monotonic() + 120
    try:
        while time.monotonic() < is_over and (more := os.read(terminal, 2**16)):
            said += more
            if interrupt and interrupt in said:
                os.write(terminal, b"\x03")
                interrupt = b""
    except OSError:  # the terminal's other end is closed
        pass
    finally:
        os.close(terminal)
        # It has ended, unless the test fails.
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    return said.decode("ascii")


def screen(said: str) -> list[str]:
    """What stays on a terminal of what was written to it."""
    rows, column = [""], 0
    for part in re.findall(r"\x1b\[K|\r|\n|[^\x1b\r\n]+", said):
        if part == "\x1b[K":
            rows[-1] = rows[-1][:column]
        elif part == "\r":
            column = 0
        elif part == "\n":
            rows.append("")
            column = 0
        else:
            rows[-1] = rows[-1][:column] + part + rows[-1][column + len(part) :]
            column += len(part)
    return rows


def drawn(said: str) -> list[str]:
    """Each state of the line."""
    return re.findall(r"\r([^\r\n\x1b]*so far[^\r\n\x1b]*)\x1b\[K", said)


@pytest.mark.slow
def test_the_line_is_drawn_below_the_steps_and_is_gone_at_the_end(tmp_path):
    said = on_terminal(tmp_path)
    lines = drawn(said)
    assert any(
        re.fullmatch(r"0 of 3 done \| 0:0\d so far \| about 0:0\d left \| first .*", line) for line in lines
    )
    assert any(line.startswith("1 of 3 done") for line in lines)
    assert {len(line) < WIDTH for line in lines} == {True}
    assert screen(said) == [
        "3 steps to do.",
        "step 1 of 3: first",
        "step 2 of 3: second_with_a_name_that_is_longer_than_the_line",
        "[second_with_a_name_that_is_longer_than_the_line] said by the job",
        "All 3 steps are done.",
        "",
    ]


@pytest.mark.slow
def test_nothing_of_the_line_is_left_where_a_job_fails(tmp_path):
    said = on_terminal(tmp_path, last="raise SystemExit(3)")
    left = screen(said)
    assert len(drawn(said)) > 2 and not any("so far" in row for row in left)
    assert "Step failed: second_with_a_name_that_is_longer_than_the_line." in left


@pytest.mark.slow
def test_nothing_of_the_line_is_left_after_ctrl_c(tmp_path):
    said = on_terminal(tmp_path, interrupt=b"left | first")
    left = screen(said)
    assert len(drawn(said)) > 1 and not any("so far" in row for row in left)
    assert "Interrupted; the same command goes on where this run stopped." in left


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["--quiet"], ["--dry-run"]])
def test_there_is_no_line_where_snakemake_speaks_itself_or_nothing_does(tmp_path, arguments):
    assert drawn(on_terminal(tmp_path, *arguments)) == []
