"""Copies of the workflow in folders of their own, ways to run them, and runs that many tests share."""

from __future__ import annotations

import csv
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import yaml
from filelock import FileLock

from benchmarks.copies import copy_workflow
from hidden_units.manifest import hashes


@dataclass(frozen=True)
class Study:
    """A folder that holds the workflow, and the name of its run."""

    folder: Path
    name: str = "smoke"

    @classmethod
    def new(cls, folder: Path, name: str = "smoke") -> Study:
        """Copy what a run needs, as it is in the working tree."""
        return cls(copy_workflow(folder), name)

    def copy(self, folder: Path) -> Study:
        """Copy a finished study, with Snakemake's records of it, to be changed at will."""
        return Study(shutil.copytree(self.folder, folder, symlinks=True), self.name)

    @property
    def results(self) -> Path:
        return self.path("results", self.name)

    def path(self, *parts) -> Path:
        """A path in the folder."""
        return self.folder.joinpath(*parts)

    def hashes(self) -> dict[str, str]:
        """SHA-256 of all results that are promised."""
        return hashes(self.results)

    def overlay(self, name: str, content: object) -> Path:
        """Write an overlay into the folder: text and bytes as they are, anything else as YAML."""
        path = self.path(name)
        if not isinstance(content, bytes):
            text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
            content = text.encode("utf-8", "surrogatepass")
        path.write_bytes(content)
        return path

    def launch(self, *command: object, hash_seed: int = 0) -> Running:
        """Start a command there as the leader of a process group of its own, as a shell does."""
        environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed)}
        # Next to the folder, which may be a full disk.
        printed = self.folder.with_name(f"{self.folder.name}-printed-{time.monotonic_ns()}.txt")
        with printed.open("wb") as stream:
            process = subprocess.Popen(
                [*map(str, command)],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
            )
        return Running(process, printed)

    def start(
        self, overlay: str, *extra: str, prefix: tuple[str, ...] = (), cores: int = 2, hash_seed: int = 0
    ) -> Running:
        """Start a run as `make report` does."""
        command = (sys.executable, "workflow/run.py", "--config", overlay, "--cores", cores)
        return self.launch(*prefix, *command, "--", *extra, hash_seed=hash_seed)

    def run(self, overlay: str, *extra: str, timeout: float = 1200, **options) -> tuple[int, str]:
        """Run as `make report` does; the exit code and what was printed."""
        return self.start(overlay, *extra, **options).finish(timeout)

    def start_snakemake(self, *arguments: object) -> Running:
        """Start plain snakemake."""
        return self.launch(sys.executable, "-m", "snakemake", *arguments)

    def snakemake(self, *arguments: object, timeout: float = 600) -> subprocess.CompletedProcess:
        """Run plain snakemake on two cores; what it printed is `stdout`, its errors included."""
        code, printed = self.start_snakemake("--cores", 2, *arguments).finish(timeout)
        return subprocess.CompletedProcess(arguments, code, printed, "")

    def planned(self, *arguments: object) -> dict[str, int]:
        """The rules that a dry run would run, with their number of jobs."""
        result = self.snakemake("--dry-run", *arguments)
        assert result.returncode == 0, result.stdout
        if "Nothing to be done" in result.stdout:
            return {}
        return job_counts(result.stdout)


@dataclass(frozen=True)
class Running:
    """A run in progress and the file of what it prints."""

    process: subprocess.Popen
    printed: Path

    @property
    def words(self) -> str:
        """What it printed so far."""
        return self.printed.read_text(encoding="utf-8", errors="replace")

    def finish(self, timeout: float = 600) -> tuple[int, str]:
        """Wait for the end, or kill it and fail the test."""
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            pytest.fail(f"no end within {timeout} s:\n{self.words[-3000:]}")
        return code, self.words

    def is_over(self) -> bool:
        return self.process.poll() is not None

    def kill(self) -> None:
        """SIGKILL for the whole process group, and wait until the kernel has removed all of it."""
        family = [self.process.pid, *(child.pid for child in psutil.Process(self.process.pid).children(True))]
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        while any(is_alive(number) for number in family):
            time.sleep(0.02)


def is_alive(number: int) -> bool:
    """Whether a process does more than wait for its parent to collect its exit code."""
    try:
        return psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def job_counts(printed: str) -> dict[str, int]:
    """The number of jobs of each rule in what Snakemake printed."""
    table = printed.split("Job stats:")[1].split("total")[0]
    return {name: int(count) for name, count in re.findall(r"^(\w+) +(\d+)$", table, flags=re.MULTILINE)}


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, each value as it is written."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder that `make` fills: the first caller makes it, the others wait for it.

    The processes of one call of pytest share it. Several calls share it where HIDDEN_UNITS_KEPT names a
    folder for finished studies, which is only right while no file of the project changes.
    """
    own = factory.getbasetemp()
    place = Path(
        os.environ.get("HIDDEN_UNITS_KEPT") or (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)
    ).resolve()
    place.mkdir(parents=True, exist_ok=True)
    folder, is_whole = place / name, place / f"{name}-is-whole"
    with FileLock(place / f"{name}.lock"):
        if not is_whole.exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            is_whole.touch()
    return folder
