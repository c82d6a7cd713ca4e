"""What a run shows of Snakemake: a line a step, failures with their logs, the end; in live.py the time left.

A logger plugin of Snakemake's, which finds it by its name; `logger: [steps]` in profiles/default chooses it.
Snakemake's own log file holds everything that this leaves out, and a dry run, --quiet, --verbose and
--printshellcmds keep Snakemake's own output. Snakemake loads its plugins before all else, so templates in
configurations are refused here too.
"""

from __future__ import annotations

import argparse
import errno
import logging
import os
import re
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from snakemake.logging import LogEvent, LogHandlerBase

from hidden_units.errors import StudyError, printable_lines
from hidden_units.failures import ROOM_FOR_RECORDS, shortage
from hidden_units.machine import user_cache
from hidden_units.yaml_files import read_mapping
from snakemake_logger_plugin_steps.live import LiveLine

# Of Snakemake's plain messages those that answer a command that runs no jobs.
SHOWN = ("Nothing to be done", "Unlocked", "Report created", "Congratulations")
# It says no more than the job's own log.
SCRIPT_FAILED = "CalledProcessError"
INTERRUPTED = "Terminating processes on user request"
# In whatever words, and with whatever traceback, Snakemake reports that it could not write its records.
NO_ROOM = tuple(map(os.strerror, (errno.ENOSPC, errno.EDQUOT)))
TOO_LARGE = os.strerror(errno.EFBIG)
# The same for memory, processes and threads.
NO_MORE = ("MemoryError", os.strerror(errno.ENOMEM), os.strerror(errno.EAGAIN), "can't start new thread")
# How a job's process was ended: by a signal, which a shell in between reports as 128 more.
DIED = re.compile(r"died with <Signals\.\w+: (\d+)>|non-zero exit status (\d+)")
SLURM_STATE = re.compile(r"SLURM status is: '(\w+)")
NO_MEMORY = (
    "use fewer cores (CORES=1), or a machine or a job with more memory (--set-resources {rule}:mem_mb=N)"
)
SIGNALS = {
    signal.SIGKILL: f"usually because memory ran out: {NO_MEMORY}",
    signal.SIGABRT: f"a library gave up, often because memory ran out: {NO_MEMORY}",
    signal.SIGSEGV: "a library failed, or memory is damaged: run the same command again, and report it if it "
    "fails once more",
    signal.SIGBUS: "a file was cut short or its disk is full: free some space and run the same command again",
    signal.SIGILL: "this processor lacks an instruction that a library uses: use another machine",
    signal.SIGXCPU: "processor time is limited: raise it (ulimit -t) and run the same command again",
    signal.SIGXFSZ: "the size of files is limited: raise it (ulimit -f) and run the same command again",
    signal.SIGTERM: "a person or a scheduler stopped it: run the same command again",
}
SLURM_STATES = {
    "OUT_OF_MEMORY": "needed more memory than it was given: give it more (--set-resources {rule}:mem_mb=N)",
    "TIMEOUT": "needed more time than it was given: give it more (--set-resources {rule}:runtime=MINUTES)",
    "DEADLINE": "did not end before its deadline: give it a later one",
    "NODE_FAIL": "lost its node: run the same command again",
    "BOOT_FAIL": "got a node that did not start: run the same command again",
    "PREEMPTED": "had to make room for another job: run the same command again",
    "CANCELLED": "was cancelled by a person or by the scheduler: run the same command again",
}
ENDED_BY_FAILURES = "Exiting because a job execution failed"
PLACE_OF_LOG = "Complete log"


def refuse_templates(arguments: Sequence[str]) -> None:
    """Read the configurations of Snakemake's arguments before it does, for it runs what templates hold.

    Raises:
        SystemExit: one cannot be read, or is a template.
    """
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--configfile", "--configfiles", nargs="+", type=Path, action="extend", default=[])
    parser.add_argument("--config", "-C", nargs="*")
    try:
        for path in parser.parse_known_args(arguments)[0].configfile:
            read_mapping(path)
    except StudyError as error:
        raise SystemExit(str(error)) from None


# As this is imported, whichever log is wanted: later is too late.
refuse_templates(sys.argv[1:])


class LogHandler(LogHandlerBase):
    """Writes to the terminal; see the module."""

    writes_to_stream = has_filter = has_formatter = True
    writes_to_file = needs_rulegraph = False

    def __post_init__(self) -> None:
        wanted = self.common_settings
        # Where it does not write, Snakemake does.
        self.writes_to_stream = not (wanted.dryrun or wanted.quiet or wanted.verbose or wanted.printshellcmds)
        self.total = 0
        self.started = 0
        self.failed: dict[int, str] = {}  # rule by number of the job
        self.signals: dict[int | None, int] = {}  # that ended a job, by the thread that reports it
        self.is_interrupted = False
        self.live = LiveLine()

    def emit(self, record: logging.LogRecord) -> None:
        """Print what there is to say of a record."""
        try:
            if self.writes_to_stream:
                self.live.see(record)
                # Logs and Snakemake quote whatever a file, a server or another library says.
                self.live.above(printable_lines(line) for line in self.lines(record))
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        """Leave the terminal as it was, however the run ends."""
        self.live.stop()
        super().close()

    def lines(self, record: logging.LogRecord) -> Iterator[str]:
        """The lines that a record comes to, often none."""
        event, message = getattr(record, "event", None), str(record.msg or "")
        if self.is_interrupted:
            # Jobs that were stopped are no failures.
            return
        if message.startswith(INTERRUPTED):
            self.is_interrupted = True
            self.live.stop()
            yield "Interrupted; the same command goes on where this run stopped."
        elif event == LogEvent.RUN_INFO:
            self.total = record.stats.get("total", 0)
            yield f"{self.total} steps to do."
        elif event == LogEvent.JOB_INFO:
            self.started += 1
            # The target itself does nothing.
            if record.output:
                name = " ".join([record.rule_name, *map(str, (record.wildcards or {}).values())])
                yield f"step {min(self.started, self.total)} of {self.total}: {name}"
        elif event == LogEvent.PROGRESS:
            if record.done == record.total:
                self.live.stop()
                yield f"All {record.total} steps are done."
        elif event == LogEvent.JOB_ERROR:
            if record.jobid not in self.failed:
                self.failed[record.jobid] = record.rule_name
                yield f"Step failed: {record.rule_name}."
                if reason := self.reason(record):
                    yield f"  {reason}"
                for path in record.log:
                    yield from log_lines(Path(path))
        elif SCRIPT_FAILED in message and (died := DIED.search(message)):
            # Snakemake reports the failure itself next, from the same thread.
            self.signals[record.thread] = int(died[1]) if died[1] else int(died[2]) - 128
        elif message.startswith(ENDED_BY_FAILURES):
            self.live.stop()
            yield f"Failed: {', '.join(self.failed.values())}. The log of each is above."
        elif any(words in message for words in NO_ROOM):
            yield f"Snakemake could not write: no room left on the disk{place_of_full_disk()}."
        elif record.levelno >= logging.ERROR and TOO_LARGE in message:
            yield (
                "Snakemake could not write: a file would be larger than is allowed; raise the limit "
                "(ulimit -f) and run the same command again."
            )
        elif record.levelno >= logging.ERROR and any(words in message for words in NO_MORE):
            yield (
                "Snakemake got no more memory, processes or threads: use fewer cores (CORES=1), raise the "
                "limits (ulimit -v, -u), or use a machine with more, and run the same command again."
            )
        elif (
            message.startswith(SHOWN)
            or (message.startswith(PLACE_OF_LOG) and self.failed)
            or (
                event in (None, LogEvent.ERROR)
                and record.levelno >= logging.WARNING
                and SCRIPT_FAILED not in message
            )
        ):
            yield message

    def reason(self, record: logging.LogRecord) -> str | None:
        """Why a job ended that could not say so itself, in one sentence."""
        rule = record.rule_name
        number = self.signals.pop(record.thread, 0)
        if 0 < number < signal.NSIG:
            way_out = SIGNALS.get(number, "run the same command again").format(rule=rule)
            return f"Its process was ended by signal {number} ({signal.strsignal(number)}), {way_out}."
        state = SLURM_STATE.search(str(record.rule_msg or ""))
        if state and state[1] in SLURM_STATES:
            return f"Slurm ended it as {state[1]}: it {SLURM_STATES[state[1]].format(rule=rule)}."
        return None


def place_of_full_disk() -> str:
    """Which of the folders that Snakemake writes to has no room, as the end of a sentence."""
    folders = (Path.cwd(), user_cache(), Path(tempfile.gettempdir()))
    return next((f" that holds {folder}" for folder in folders if shortage(folder, ROOM_FOR_RECORDS)), "")


def log_lines(path: Path) -> Iterator[str]:
    """The log of a failed job, under its path."""
    try:
        content = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        content = ""
    yield f"  {path}:" if content else f"  {path}: empty"
    yield from (f"  | {line}" for line in content.splitlines())
