"""The line below the steps on a terminal: steps done, time spent and left, and what runs with its epoch."""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from snakemake.logging import LogEvent

from hidden_units.schedule import Remaining, benchmark_name, clock

SECONDS_BETWEEN_LINES = 1.0
SECONDS_BETWEEN_FORECASTS = 10.0
# Of what runs side by side as many logs are looked into, at their ends.
LOOKED_INTO = 4
END_OF_LOG = 4096
EPOCH = re.compile(rb"(seed \d+: )?epoch:? (\d+(?:/\d+)?)", re.IGNORECASE)
CLEAR = "\r\x1b[K"


class LiveLine:
    """Draws itself again each second once a run has begun, until it is stopped; nothing but on a terminal."""

    def __init__(self) -> None:
        self.is_wanted = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self.lock = threading.RLock()
        self.ended = threading.Event()
        self.begun: float | None = None
        self.done = self.total = 0
        self.names: dict[int, str] = {}
        self.logs: dict[str, str] = {}  # of what runs
        self.remaining: Remaining | None = None
        self.end: tuple[float, float] | None = None  # when it was last foreseen, and for when

    def see(self, record: logging.LogRecord) -> None:
        """Take from a record of Snakemake's what the line shows."""
        event, now = getattr(record, "event", None), record.created
        with self.lock:
            if event == LogEvent.RUN_INFO and self.begun is None:
                self.begun, self.total = now, record.stats.get("total", 0)
                if self.is_wanted:
                    threading.Thread(target=self.repeat, daemon=True).start()
            elif hasattr(record, "plan"):
                self.remaining = Remaining(record.plan, record.cores)
            elif event == LogEvent.JOB_INFO:
                name = benchmark_name(str(record.benchmark)) if record.benchmark else record.rule_name
                self.names[record.jobid] = name
                self.logs[name] = next(map(str, record.log), "")
                if self.remaining:
                    self.remaining.start(name, now)
            elif event in (LogEvent.JOB_FINISHED, LogEvent.JOB_ERROR):
                failed = event == LogEvent.JOB_ERROR
                name = self.names.get(record.jobid if failed else record.job_id, "")
                self.logs.pop(name, None)
                if self.remaining:
                    (self.remaining.fail if failed else self.remaining.finish)(name, now)
                self.end = None
            elif event == LogEvent.PROGRESS:
                self.done = record.done

    def text(self, now: float, width: int) -> str:
        """The line in ASCII letters that fits in so many columns, empty before the run has begun."""
        if self.begun is None:
            return ""
        if self.remaining and (self.end is None or now - self.end[0] > SECONDS_BETWEEN_FORECASTS):
            self.end = (now, now + self.remaining.left(now))
        words = [f"{self.done} of {self.total} done", f"{clock(now - self.begun)} so far"]
        if self.end:
            words.append(f"about {clock(max(1.0, self.end[1] - now))} left")
        running = [
            name.replace("/", " ") + (epoch(log) if place < LOOKED_INTO else "")
            for place, (name, log) in enumerate(self.logs.items())
        ]
        text = " | ".join([*words, ", ".join(running)] if running else words)
        text = "".join(one if " " <= one <= "~" else "?" for one in text)
        return text if len(text) < width else f"{text[: max(0, width - 4)]}..."[: max(0, width - 1)]

    def above(self, lines: Iterable[str]) -> None:
        """Print lines in its place, and itself again below them."""
        with self.lock:
            for line in lines:
                self.clear()
                print(line, file=sys.stderr, flush=True)
            self.draw()

    def draw(self) -> None:
        """Show it as it is now."""
        if self.is_wanted and self.begun is not None and not self.ended.is_set():
            # A terminal that has gone ends no run.
            with suppress(OSError, ValueError):
                text = self.text(time.time(), os.get_terminal_size(sys.stderr.fileno()).columns or 80)
                print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Leave its place empty."""
        if self.is_wanted and self.begun is not None and not self.ended.is_set():
            with suppress(OSError, ValueError):
                print(CLEAR, end="", file=sys.stderr, flush=True)

    def repeat(self) -> None:
        """Draw it again and again until it is stopped."""
        while not self.ended.wait(SECONDS_BETWEEN_LINES):
            with self.lock:
                self.draw()

    def stop(self) -> None:
        """Remove it for good."""
        with self.lock:
            self.clear()
            self.ended.set()


def epoch(log: str) -> str:
    """The last epoch of which the log of a job tells, as the end of its name; empty where none does."""
    with suppress(OSError), Path(log).open("rb") as stream:
        stream.seek(max(0, os.fstat(stream.fileno()).st_size - END_OF_LOG))
        if found := EPOCH.findall(stream.read(END_OF_LOG)):
            return f" {(found[-1][0] + b'epoch ' + found[-1][1]).decode('ascii')}"
    return ""
