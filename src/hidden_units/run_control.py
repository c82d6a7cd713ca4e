"""What keeps a run alone in its folder, stops it, and says where its report is.

The hooks of the Snakefile call this, and workflow/run.py does before it becomes Snakemake.
"""

from __future__ import annotations

import atexit
import fcntl
import getpass
import os
import shlex
import shutil
import signal
import socket
import stat
import sys
import threading
import time
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TextIO

from hidden_units.errors import StudyError

SNAKEMAKE_FOLDER = Path(".snakemake")
RUN_LOCK = SNAKEMAKE_FOLDER / "make.lock"
# In the folder of a run, which several clones may share; a manifest passes over names that start with a dot.
RESULTS_LOCK = ".run.lock"
# Letters of what a lock says, which may come from anywhere.
LONGEST_RECORD = 1000

# A group that was killed takes a moment to vanish from the process table.
SECONDS_TO_VANISH = 3.0
# In that time those jobs that a Ctrl-C reached have ended by themselves.
SECONDS_BEFORE_JOBS_END = 0.5
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

HELD: list[TextIO] = []


def hold_folder() -> bool:
    """Make this process the only run of the working folder.

    Returns:
        whether the lock is held: not every file system has such locks.

    Raises:
        StudyError: another run holds the lock, or it cannot be written.
    """
    return hold(RUN_LOCK, "this folder")


def hold_results(folder: Path) -> None:
    """Make this process the only one of all clones that writes into a run's folder, and see that it can.

    Raises:
        StudyError: another run writes there, or something in there would lead its files elsewhere.
    """
    # Not above: it brings numpy, and cleaning needs no environment.
    from hidden_units.files import TEMPORARY, replacing

    hold(folder / RESULTS_LOCK, str(folder))
    for path in sorted(folder.rglob("*")):
        refuse_special(path)
        if TEMPORARY.fullmatch(path.name) and path.is_file():
            path.unlink()
        elif path.suffix == ".tsv" and path.is_file() and path.stat().st_nlink > 1:
            # Snakemake fills benchmarks in place; a backup by hard links (cp -al) is not to change with them.
            with replacing(path) as own:
                shutil.copy2(path, own)


def refuse_special(path: Path) -> None:
    """Raise StudyError where a path is a link, a pipe or a device: a run would write elsewhere, or wait."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        found = "a symbolic link" if stat.S_ISLNK(mode) else "a pipe, a socket or a device"
        raise StudyError(
            f"{path}: is {found}, expected a file or folder of its own, because a run would write or wait "
            "there; delete it, or put what it leads to in its place (only results and a run's folder may be "
            "links)."
        )


@cache
def hold(lock: Path, place: str) -> bool:
    """Lock a file for as long as this process lives; the kernel frees the lock however the process ends.

    Args:
        lock: the file, which says who holds it; it is made if need be.
        place: what it stands for, in words.
    """
    since = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
    command = shlex.join(["python", *sys.argv])
    who = f"{getpass.getuser()} on {socket.gethostname()} since {since}, process {os.getpid()}: {command}"
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        refuse_special(lock)
        number = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
        stream = os.fdopen(number, "r+", encoding="utf-8", errors="replace")
    except OSError as error:
        raise StudyError(
            f"{lock}: cannot be opened for writing ({error.strerror}); make its folder writable, or "
            'name another one: make report ARGS="--directory FOLDER".'
        ) from None
    is_held = True
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = stream.read(LONGEST_RECORD) or "it has just started"
        stream.close()
        raise StudyError(
            f"A run is in progress in {place} ({holder}); wait for its end, or use a second clone with "
            "results of its own."
        ) from None
    except OSError as error:
        is_held = False
        print(f"{lock}: no lock on this file system ({error.strerror}); start one run at a time.")
    if os.fstat(number).st_nlink > 1:
        # A backup by hard links shares it; held until the own one is, so that no other passes meanwhile.
        with stream:
            lock.unlink()
            return hold(lock, place)
    try:
        # Past the stream's buffer, which would fail once more when the stream is closed.
        os.ftruncate(number, 0)
        os.write(number, who.encode(errors="backslashreplace"))
    except OSError as error:
        stream.close()
        raise StudyError(
            f"{lock}: cannot be written ({error.strerror}), expected room for a line; free some "
            "space and run the same command again."
        ) from None
    # Open for as long as the process lives, for closing it would free the lock.
    HELD.append(stream)
    return is_held


def refuse_orphaned_jobs() -> None:
    """Raise StudyError if a job lives whose Snakemake was killed: it would write next to a new one.

    To be called while holding the folder, when no Snakemake of ours is alive.
    """
    import psutil

    scripts = str(Path.cwd() / SNAKEMAKE_FOLDER / "scripts")
    end = time.monotonic() + SECONDS_TO_VANISH
    while jobs := [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(argument.startswith(scripts) for argument in process.info["cmdline"] or ())
    ]:
        if time.monotonic() > end:
            raise StudyError(
                f"A job of an interrupted run is still alive (process {jobs[0].pid}: "
                f"{shlex.join(jobs[0].info['cmdline'][:6])}); wait for its end, or end it with "
                f"kill {jobs[0].pid}."
            )
        time.sleep(0.2)


def stop_jobs_at_signals() -> None:
    """From here on SIGINT, SIGTERM and SIGHUP end the jobs of this Snakemake, and it, within seconds.

    By itself it waits for running jobs at SIGTERM, which takes hours in a training; checkpoints keep what
    is done. Under nohup a SIGHUP stays ignored.
    """
    numbers = [number for number in STOPPING if signal.getsignal(number) != signal.SIG_IGN]

    def stop(_number: int, _frame: object) -> None:
        # A second signal would interrupt Snakemake while it removes the output of unfinished jobs. Not
        # SIG_IGN: a job that is just being started would inherit it, and only SIGKILL would end that job.
        for number in numbers:
            signal.signal(number, lambda _number, _frame: None)
        threading.Thread(target=end_jobs, daemon=True).start()
        raise KeyboardInterrupt

    for number in numbers:
        signal.signal(number, stop)


def end_jobs() -> None:
    """End all processes that this one has started, after a moment, and those that it still starts."""
    import psutil

    while True:
        time.sleep(SECONDS_BEFORE_JOBS_END)
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                process.terminate()


@cache
def say_where_the_report_is(run: str) -> None:
    """Print the paths of the report, once a process: Snakemake has no hook for a run with nothing to do.

    They are the last lines: a thread of Snakemake's prints the steps, and it may be behind until the exit.
    """
    results = Path("results", run)
    report = results / "report/report.html"
    if not report.is_file():
        return
    lines = [f"PDF:    {report.with_suffix('.pdf')}", f"Report: {report}"]
    from hidden_units.reproduction import reproduced

    if sentence := reproduced(results):
        lines.insert(0, sentence)
    atexit.register(print, "\n".join(lines))
