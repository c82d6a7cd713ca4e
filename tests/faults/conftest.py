"""A small study in folders of its own, started as `make report` starts it, and a count of faults."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import yaml

from benchmarks.copies import copy_workflow
from hidden_units.manifest import hashes

ROOT = Path(__file__).resolve().parents[2]
RUN = "faults"
NETCONV_EPOCHS = 30
# Everything of the smoke study, NetConv for long enough to be killed in its midst, and texts as a hostile or
# careless hand would write them: they are shown as they are, or not at all.
TITLE = '<b>Hidden</b> & $\\frac$ {{ x }} "units" \N{SKULL}'
CHANGES = {
    "run": RUN,
    "report": {
        "title": TITLE,
        "author": "{% raw %}",
        "notes": "</p><script>document.title = 1</script>\n$x_1$",
    },
    "training": {"epochs": NETCONV_EPOCHS},
}
PICTURE = {
    "title": "a $\\frac$ <i>picture</i>",
    "dots": [[0, 1], [1, 0], [-1, -2]],
    "lines": [[[0, 0], [1, 1]], [[0, 0.5], [1, 0.5]], [[0.5, 0], [0.5, 1]]],
}


@dataclass(frozen=True)
class Study:
    """A folder that holds the workflow, and its runs."""

    folder: Path

    @property
    def results(self) -> Path:
        return self.folder / "results" / RUN

    def overlay(self, name: str, content: object) -> Path:
        """Write an overlay into the folder: text as it is, anything else as YAML."""
        path = self.folder / name
        if not isinstance(content, bytes):
            text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
            content = text.encode("utf-8", "surrogatepass")
        path.write_bytes(content)
        return path

    def start(self, overlay: str, *extra: str, prefix: tuple[str, ...] = (), cores: int = 2) -> Running:
        """Start a run as the leader of a process group of its own, as a shell does with `make report`."""
        command = [*prefix, sys.executable, "workflow/run.py", "--config", overlay, "--cores", str(cores)]
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        printed = self.folder / f"printed-{time.monotonic_ns()}.txt"
        with printed.open("wb") as stream:
            process = subprocess.Popen(
                [*command, "--", *extra],
                cwd=self.folder,
                stdout=stream,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
            )
        return Running(process, printed)

    def run(self, overlay: str, *extra: str, timeout: float = 600, **options) -> tuple[int, str]:
        """Run to the end; the exit code and what was printed."""
        return self.start(overlay, *extra, **options).finish(timeout)

    def hashes(self) -> dict[str, str]:
        """SHA-256 of all results that are promised."""
        return hashes(self.results)


@dataclass(frozen=True)
class Running:
    """A run in progress and the file of what it prints."""

    process: subprocess.Popen
    printed: Path

    def finish(self, timeout: float = 600) -> tuple[int, str]:
        """Wait for the end, or kill and fail: a run that hangs is no run."""
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            pytest.fail(f"no end within {timeout} s:\n{self.printed.read_text(errors='replace')[-3000:]}")
        return code, self.printed.read_text(encoding="utf-8", errors="replace")

    def is_over(self) -> bool:
        return self.process.poll() is not None

    def kill(self) -> None:
        """SIGKILL for the whole process group, and wait until the kernel has taken all of it away."""
        family = [self.process.pid, *(child.pid for child in psutil.Process(self.process.pid).children(True))]
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        while any(psutil.pid_exists(number) and is_alive(number) for number in family):
            time.sleep(0.02)


def is_alive(number: int) -> bool:
    """Whether a process does more than wait for its parent to take note of its end."""
    try:
        return psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def new_study(folder: Path) -> Study:
    """A copy of the workflow with the overlay of these tests."""
    study = Study(copy_workflow(folder))
    smoke = yaml.safe_load((ROOT / "config/smoke.yaml").read_text(encoding="utf-8"))
    smoke["training"] |= CHANGES["training"]
    smoke["encoders"]["tables"] += ["hostile.yaml"]
    study.overlay("hostile.yaml", PICTURE)
    study.overlay("faults.yaml", {**smoke, **CHANGES, "training": smoke["training"]})
    return study


@pytest.fixture
def study(tmp_path):
    """A folder with the workflow and nothing run."""
    yield new_study(tmp_path)
    shutil.rmtree(tmp_path / "results", ignore_errors=True)


@pytest.fixture(scope="session")
def without_network():
    """What to put before a command to cut it off from every network; empty if not permitted."""
    cut = ("unshare", "--net")
    tried = (
        subprocess.run([*cut, "true"], capture_output=True, check=False) if shutil.which("unshare") else None
    )
    return cut if tried is not None and tried.returncode == 0 else ()


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory, without_network):
    """The study run from nothing to the report, with the network cut off where that is permitted."""
    study = new_study(tmp_path_factory.mktemp("undisturbed"))
    code, printed = study.run("faults.yaml", prefix=without_network, timeout=1200)
    assert code == 0, printed[-5000:]
    return study


TALLIES: dict[str, Counter] = {}


@pytest.fixture
def tally(request):
    """A count that stands in the summary at the end."""
    return TALLIES.setdefault(request.node.name, Counter())


def pytest_terminal_summary(terminalreporter):
    """Say how many faults were tried and what came of them."""
    if TALLIES:
        terminalreporter.section("faults")
        for name, counts in TALLIES.items():
            found = ", ".join(f"{count} {what}" for what, count in counts.items())
            terminalreporter.write_line(f"{name}: {found}")
