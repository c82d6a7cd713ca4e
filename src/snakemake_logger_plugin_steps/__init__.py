"""What a run shows of Snakemake: a line a step, failures with their logs, and the end.

A logger plugin of Snakemake's, which finds it by its name; `logger: [steps]` in profiles/default chooses it.
Snakemake's own log file holds everything that this leaves out, and a dry run, --quiet, --verbose and
--printshellcmds keep Snakemake's own output.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from snakemake.logging import LogEvent, LogHandlerBase

# Of Snakemake's plain messages those that answer a command that runs no jobs.
SHOWN = ("Nothing to be done", "Unlocked", "Report created", "Congratulations")
# It says no more than the job's own log.
SCRIPT_FAILED = "CalledProcessError"
INTERRUPTED = "Terminating processes on user request"
# In whatever words, and with whatever traceback, Snakemake reports that it could not write its records.
NO_ROOM = (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT))
ENDED_BY_FAILURES = "Exiting because a job execution failed"
PLACE_OF_LOG = "Complete log"


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
        self.is_interrupted = False

    def emit(self, record: logging.LogRecord) -> None:
        """Print what there is to say of a record."""
        try:
            for line in self.lines(record) if self.writes_to_stream else ():
                print(line, file=sys.stderr, flush=True)
        except Exception:
            self.handleError(record)

    def lines(self, record: logging.LogRecord) -> Iterator[str]:
        """The lines that a record comes to, often none."""
        event, message = getattr(record, "event", None), str(record.msg or "")
        if self.is_interrupted:
            # Jobs that were stopped are no failures.
            return
        if message.startswith(INTERRUPTED):
            self.is_interrupted = True
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
                yield f"All {record.total} steps are done."
        elif event == LogEvent.JOB_ERROR:
            if record.jobid not in self.failed:
                self.failed[record.jobid] = record.rule_name
                yield f"Step failed: {record.rule_name}."
                for path in record.log:
                    yield from log_lines(Path(path))
        elif message.startswith(ENDED_BY_FAILURES):
            yield f"Failed: {', '.join(self.failed.values())}. The log of each is above."
        elif any(words in message for words in NO_ROOM):
            yield "Snakemake could not write: no room left on the disk."
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


def log_lines(path: Path) -> Iterator[str]:
    """The log of a failed job, under its path."""
    try:
        content = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        content = ""
    yield f"  {path}:" if content else f"  {path}: empty"
    yield from (f"  | {line}" for line in content.splitlines())
