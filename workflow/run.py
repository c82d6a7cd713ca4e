"""Run the study, one run a folder at a time, and end with the line that says where the report lies.

    python workflow/run.py --config config/brush.yaml --cores 2 [-- more for snakemake]
    python workflow/run.py --clean

`make report` calls this. It holds a file lock, which the kernel gives back however a run ends, so that
whoever holds it may clear what an interrupted Snakemake left locked. Everything is relative to the folder
that it is called from, the repository root. A foreseeable mistake ends in SystemExit with one sentence.
"""

from __future__ import annotations

import argparse
import fcntl
import getpass
import json
import os
import queue
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TextIO

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from hidden_units.device import gpu_count
from hidden_units.snakemake_arguments import with_gpus, with_steps

BASE_CONFIG = Path("config/config.yaml")
SNAKEMAKE_FOLDER = Path(".snakemake")
RUN_LOCK = SNAKEMAKE_FOLDER / "make.lock"

# Snakemake hands a configuration with this key to a template engine.
TEMPLATE_KEY = "__use_yte__"

SNAKEMAKE = [sys.executable, "-m", "snakemake"]

# The same, which finds our logger plugin and is silent at Ctrl-C.
STARTER = [sys.executable, str(Path(__file__).resolve().parent / "console" / "snakemake")]
# A group that was killed takes a moment to vanish from the process table.
SECONDS_TO_VANISH = 3.0
# Snakemake's records of one step and its log take less; a result that finds no room is told by its step.
ROOM_FOR_RECORDS = 2**20
# Some senders signal a process and then its group.
SECONDS_OF_ONE_REQUEST = 1.0
# A Python as young as this would tell of an interrupt with a traceback, and has nothing to clean up.
SECONDS_OF_A_START = 0.1


# configuration


def read_mapping(path: Path) -> dict:
    """Read a YAML file of keys and values; its keys are the Snakefile's to check."""
    from hidden_units.errors import StudyError
    from hidden_units.yaml_files import read_yaml

    way_out = "give an overlay on config/config.yaml, such as make report CONFIG=config/brush.yaml"
    try:
        content = read_yaml(path, way_out)
    except StudyError as error:
        raise SystemExit(str(error)) from None
    if not isinstance(content, dict):
        found = "nothing" if content is None else f"a {type(content).__name__}"
        raise SystemExit(f"{path}: holds {found}, but keys with values were expected; {way_out}.")
    if TEMPLATE_KEY in content:
        raise SystemExit(
            f"{path}: has the key {TEMPLATE_KEY}, with which Snakemake would run parts of the file as "
            "Python; a configuration is data only, leave the key out."
        )
    return content


def run_name(overlay: dict) -> str:
    """The key `run` of the configuration as the overlay leaves it."""
    if "run" in overlay:
        return str(overlay["run"])
    return str(read_mapping(BASE_CONFIG).get("run"))


# machine


def usable_cores() -> int:
    """Cores that this process may use: what the scheduler allows, and what a container's quota grants."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return count
    return count if quota == "max" else max(1, min(count, int(quota) // int(period)))


# one run a folder


def describe(record: dict) -> str:
    """Who holds the lock, for a message."""
    processes = " and ".join(str(record[key]) for key in ("pid", "snakemake") if key in record)
    who = f"{record['user']} on {record['host']} since {record['since']}"
    return f"{who}, process {processes}: {record['command']}"


def read_record(stream: TextIO) -> dict | None:
    """What the holder of the lock wrote about itself, None if it wrote nothing (yet)."""
    stream.seek(0)
    try:
        record = json.loads(stream.read())
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def write_record(stream: TextIO, record: dict | None) -> None:
    """Write who holds the lock; None at an orderly end.

    Raises:
        OSError: it cannot be written, as on a full disk.
    """
    # Past the stream's buffer, which would fail once more when the stream is closed.
    os.ftruncate(stream.fileno(), 0)
    if record is not None:
        os.write(stream.fileno(), f"{json.dumps(record)}\n".encode())


@contextmanager
def one_run_a_folder() -> Iterator[tuple[TextIO, dict | None]]:
    """Hold the folder's lock; yields the open lock file and what a holder that was killed left in it.

    Raises:
        SystemExit: somebody else holds it.
    """
    record = {
        "pid": os.getpid(),
        "user": getpass.getuser(),
        "host": socket.gethostname(),
        "since": datetime.now().astimezone().isoformat(sep=" ", timespec="seconds"),
        "command": shlex.join(["python", *sys.argv]),
    }
    try:
        SNAKEMAKE_FOLDER.mkdir(exist_ok=True)
        stream = RUN_LOCK.open("a+", encoding="utf-8")
    except OSError as error:
        raise SystemExit(
            f"{RUN_LOCK}: cannot be opened for writing ({error.strerror}); make this folder writable, or "
            "work in a clone of your own."
        ) from None
    with stream:
        take(stream)
        killed = read_record(stream)
        try:
            write_record(stream, record)
        except OSError as error:
            raise SystemExit(
                f"{RUN_LOCK}: cannot be written ({error.strerror}), expected room for a line; free some "
                "space and run the same command again."
            ) from None
        try:
            yield stream, killed
        finally:
            write_record(stream, None)


def take(stream: TextIO) -> None:
    """Lock the open file, or raise SystemExit that says who has."""
    for attempt in range(20):
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            # A holder writes who it is just after taking the lock.
            record = read_record(stream)
            if record or attempt == 19:
                who = describe(record) if record else "somebody who left no name"
                raise SystemExit(
                    f"A run is in progress in this folder ({who}); wait for its end, or use a second clone."
                ) from None
            time.sleep(0.05)
        except OSError as error:
            print(f"{RUN_LOCK}: no lock on this file system ({error.strerror}); start one run at a time.")
            return


def is_snakemake(command: Sequence[str]) -> bool:
    """Whether a command line is Snakemake, or Python on a script that Snakemake runs as a job."""
    program, *arguments = command or [""]
    if Path(program).name == "snakemake":
        return True
    return Path(program).name.startswith("python") and any(
        Path(argument).name == "snakemake" or "/.snakemake/scripts/" in argument for argument in arguments[:4]
    )


def living_snakemake():
    """A process of this folder that is Snakemake or one of its jobs and no relative of ours, or None."""
    import psutil

    here = str(Path.cwd())
    relatives = {os.getpid(), *(process.pid for process in psutil.Process().parents())}
    for process in psutil.process_iter(["cmdline", "cwd"]):
        of_this_folder = process.info["cwd"] == here and process.pid not in relatives
        if of_this_folder and is_snakemake(process.info["cmdline"]):
            return process
    return None


def refuse_beside_snakemake() -> None:
    """Raise SystemExit if a Snakemake that was not started by `make`, or a job left alone, is alive here."""
    end = time.monotonic() + SECONDS_TO_VANISH
    while process := living_snakemake():
        if time.monotonic() > end:
            raise SystemExit(
                f"A snakemake of this folder is alive (process {process.pid}: "
                f"{shlex.join(process.info['cmdline'][:6])}); wait for its end, or end it with "
                f"kill {process.pid}."
            )
        time.sleep(0.2)


def is_locked() -> bool:
    """Whether Snakemake's own lock is there: that of a living one, or of one that was killed."""
    return any((SNAKEMAKE_FOLDER / "locks").glob("*"))


def foreign_host(killed: dict | None) -> str | None:
    """Host of the newest Snakemake log, if its process can neither be seen from here nor is known to be dead.

    A run that `make` started is dead wherever it ran, for its lock was free.
    """
    logs = sorted((SNAKEMAKE_FOLDER / "log").glob("*.snakemake.log"))
    if not logs:
        return None
    found = re.search(
        r"^\s*host: (\S+)$",
        logs[-1].read_text(encoding="utf-8", errors="replace"),
        re.MULTILINE | re.IGNORECASE,
    )
    known = {socket.gethostname(), (killed or {}).get("host")}
    return found[1] if found and found[1] not in known else None


def clear_stale_lock(config: Path, killed: dict | None) -> None:
    """Clear the lock of a Snakemake that was killed; to be called while holding the folder's lock.

    Raises:
        SystemExit: a Snakemake is alive, may be alive on another machine, or the lock cannot be cleared.
    """
    if not is_locked():
        return
    refuse_beside_snakemake()
    if host := foreign_host(killed):
        raise SystemExit(
            f"The last snakemake of this folder ran on {host} and left it locked; if it no longer runs, "
            f"clear the lock with: .venv/bin/snakemake --unlock --configfile {shlex.quote(str(config))}"
        )
    unlock = [*SNAKEMAKE, "--unlock", "--cores", "1", "--configfile", str(config)]
    done = subprocess.run(unlock, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.stderr.write(done.stdout)
        raise SystemExit("The lock of an interrupted run could not be cleared; the reason stands above.")
    print("An interrupted run had left its lock: cleared, going on where it stopped.", flush=True)


# running


def ctrl_c_reached_all() -> bool:
    """Whether we are in a terminal's foreground group, each process of which gets its Ctrl-C."""
    try:
        with Path("/dev/tty").open("rb", buffering=0) as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False


def supervise(command: Sequence[str], lock: TextIO) -> int:
    """Run Snakemake to its end, whatever signal comes, and return its exit code.

    It is in our process group, so what kills the group kills it; and it holds the lock too, so that the lock
    stays taken as long as it lives, should only this process be killed. The first signal stops Snakemake and
    its jobs as Ctrl-C does; a later one ends jobs that have not stopped.
    """
    import psutil

    events: queue.SimpleQueue[int | None] = queue.SimpleQueue()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # nohup's wish is respected.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda number, _frame: events.put(number))
    child = psutil.Popen(command, pass_fds=[lock.fileno()])
    # On a full disk the lock holds without a name.
    with suppress(OSError):
        write_record(lock, {**(read_record(lock) or {}), "snakemake": child.pid})
    threading.Thread(target=lambda: (child.wait(), events.put(None)), daemon=True).start()

    asked_at = None
    while (number := events.get()) is not None:
        with suppress(psutil.NoSuchProcess):
            jobs = child.children(recursive=True)
            if asked_at is None:
                asked_at = time.monotonic()
                if not (number == signal.SIGINT and ctrl_c_reached_all()):
                    # Snakemake first, so that it starts no others; at SIGTERM it would wait for its jobs.
                    child.send_signal(signal.SIGINT)
                    for job in jobs:
                        with suppress(psutil.NoSuchProcess):
                            is_new = time.time() - job.create_time() < SECONDS_OF_A_START
                            job.send_signal(signal.SIGTERM if is_new else signal.SIGINT)
            elif time.monotonic() - asked_at > SECONDS_OF_ONE_REQUEST:
                for job in jobs:
                    job.terminate()
    if asked_at is not None:
        print("Interrupted; the same command goes on where this run stopped.", file=sys.stderr)
    code = child.wait()
    # A child ended by a signal has a negative code.
    return code if code >= 0 else 128 - code


def explain_full_disk(folders: Iterable[Path]) -> None:
    """Say it where a disk of a failed run is full: Snakemake tells of its own writes in its own words."""
    for folder in folders:
        with suppress(OSError):
            free = shutil.disk_usage(folder).free
            if free < ROOM_FOR_RECORDS:
                print(
                    f"{folder.resolve()}: no room left on the disk, {free // 1024} kB are free; free some "
                    "space and run the same command again.",
                    file=sys.stderr,
                )
                return


def run(config: Path, cores: str, extra: Sequence[str]) -> int:
    """Run the whole workflow and return its exit code."""
    from hidden_units.errors import StudyError
    from hidden_units.paths import user_path

    try:
        config = user_path(config)
    except StudyError as error:
        raise SystemExit(str(error)) from None
    read_mapping(BASE_CONFIG)
    name = run_name(read_mapping(config))
    if cores != "all" and not (cores.isdecimal() and int(cores) > 0):
        raise SystemExit(f"CORES={cores}: a whole number above 0, or all, was expected.")
    # Jobs find the environment's commands without its being activated.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    options = ["--cores", str(usable_cores()) if cores == "all" else cores, "--configfile", str(config)]
    with one_run_a_folder() as (lock, killed):
        clear_stale_lock(config, killed)
        arguments = with_steps(with_gpus(extra, gpu_count()))
        command = [*STARTER, *arguments, "--rerun-incomplete", *options]
        code = supervise(command, lock)
    if code:
        explain_full_disk([Path(), Path("results", name)])
    report = Path("results", name, "report", "report.html")
    if code == 0 and report.is_file() and not {"-n", "--dry-run", "--dryrun"} & set(extra):
        print(f"PDF:    {report.with_suffix('.pdf')}")
        print(f"Report: {report}")
    return code


# cleaning


def clean() -> None:
    """Remove all results and Snakemake's records of them, but for tracked and locked files."""
    with one_run_a_folder():
        if is_locked():
            # Without psutil there is no environment, hence no Snakemake of ours.
            with suppress(ImportError):
                refuse_beside_snakemake()
        kept = {RUN_LOCK, SNAKEMAKE_FOLDER / "environment.lock", Path("results/README.md")}
        results = [path for path in sorted(Path("results").glob("*")) if path not in kept]
        records = [path for path in sorted(SNAKEMAKE_FOLDER.iterdir()) if path not in kept]
        for path in [*results, *records]:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    removed = [*map(str, results), *([str(SNAKEMAKE_FOLDER)] if records else [])]
    print(f"removed {', '.join(removed)}" if removed else "nothing to remove")


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Run the study in this folder.")
    parser.add_argument(
        "--config", type=Path, default=Path("config/brush.yaml"), help="overlay on the config"
    )
    parser.add_argument("--cores", default="all", help="how many cores, or all")
    parser.add_argument("--clean", action="store_true", help="remove all results instead")
    parser.add_argument("extra", nargs="*", help="after --: more for snakemake")
    arguments = parser.parse_args()
    if arguments.clean:
        clean()
        return 0
    return run(arguments.config, arguments.cores, arguments.extra)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
