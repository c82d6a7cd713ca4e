"""What `make report` shows of Snakemake: a line a step, failures with their logs, and the end.

A logger plugin of Snakemake's, which finds it by its name beside the starter; `--logger steps` asks for it.
Everything that it leaves out stands in Snakemake's own log file.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from snakemake.logging import LogEvent, LogHandlerBase

# Of Snakemake's plain messages those that a reader at the terminal wants.
SHOWN = ("Nothing to be done", "Complete log")
# It says no more than the job's own log.
SCRIPT_FAILED = "CalledProcessError"
INTERRUPTED = "Terminating processes on user request"
# In whatever words, and with whatever traceback, Snakemake tells that it could not write its records.
NO_ROOM = (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT))
ENDED_BY_FAILURES = "Exiting because a job execution failed"


class LogHandler(LogHandlerBase):
    """Writes to the terminal; see the module."""

    def __post_init__(self) -> None:
        self.total = 0
        self.started = 0
        self.failed: dict[int, str] = {}  # rule by number of the job
        self.is_interrupted = False

    @property
    def writes_to_stream(self) -> bool:
        return True

    @property
    def writes_to_file(self) -> bool:
        return False

    @property
    def has_filter(self) -> bool:
        return True

    @property
    def has_formatter(self) -> bool:
        return True

    @property
    def needs_rulegraph(self) -> bool:
        return False

    def emit(self, record: logging.LogRecord) -> None:
        """Print what there is to say of a record."""
        try:
            for line in self.lines(record):
                print(line, file=sys.stderr, flush=True)
        except Exception:
            self.handleError(record)

    def lines(self, record: logging.LogRecord) -> Iterator[str]:
        """The lines that a record comes to, often none."""
        event, message = getattr(record, "event", None), str(record.msg or "")
        self.is_interrupted |= message.startswith(INTERRUPTED)
        if self.is_interrupted:
            # Jobs that were told to stop are no failures; run.py says the last word.
            return
        if event == LogEvent.RUN_INFO:
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
            yield f"Failed: {', '.join(self.failed.values())}. What each said stands above."
        elif any(words in message for words in NO_ROOM):
            yield "Snakemake could not write: no room left on the disk."
        elif message.startswith(SHOWN) or (
            event in (None, LogEvent.ERROR)
            and record.levelno >= logging.WARNING
            and SCRIPT_FAILED not in message
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
