"""A copy of the workflow in a folder of its own, and one finished run of the smoke study in it."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from benchmarks.copies import copy_workflow
from tests.made_once import made_once

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Workflow:
    """A folder that holds the workflow, and ways to call it."""

    folder: Path

    def snakemake(self, *arguments, timeout=600):
        """Run snakemake there; returns the finished process with its output as text."""
        return subprocess.run(
            [sys.executable, "-m", "snakemake", "--cores", "2", *map(str, arguments)],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def overlay(self, name, content):
        """Write an overlay into the folder."""
        path = self.folder / name
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return path

    def planned(self, *arguments):
        """The rules that a dry run would run, with their number of jobs."""
        result = self.snakemake("--dry-run", *arguments)
        assert result.returncode == 0, result.stdout + result.stderr
        text = result.stdout + result.stderr
        if "Nothing to be done" in text:
            return {}
        table = text.split("Job stats:")[1].split("total")[0]
        return {name: int(count) for name, count in re.findall(r"^(\w+) +(\d+)$", table, flags=re.M)}

    def path(self, *parts):
        """A path in the folder."""
        return self.folder.joinpath(*parts)


def copy_of_workflow(folder):
    """A copy of what a run needs, as it is in the working tree."""
    return Workflow(copy_workflow(folder))


@pytest.fixture(scope="session")
def workflow(tmp_path_factory):
    """The workflow without any results."""
    return copy_of_workflow(tmp_path_factory.mktemp("workflow"))


@pytest.fixture(scope="session")
def smoke_run(tmp_path_factory):
    """The workflow with the smoke study run from nothing to the report; nobody changes anything in it.

    The processes of one call of pytest share it, and several calls where HIDDEN_UNITS_SMOKE names a folder
    to keep it in: for as long as no file of the project changes.
    """

    def run(folder):
        result = copy_of_workflow(folder).snakemake("--configfile", "config/smoke.yaml", timeout=1800)
        assert result.returncode == 0, result.stdout + result.stderr

    kept = os.environ.get("HIDDEN_UNITS_SMOKE")
    return made_once(tmp_path_factory, "smoke", run, Path(kept).resolve() if kept else None)


def copy_of_study(finished, folder):
    """A copy of a finished study, with what Snakemake remembers of it, to be changed at will."""
    return Workflow(shutil.copytree(finished, folder, symlinks=True))


@pytest.fixture(scope="session")
def finished(smoke_run, tmp_path_factory):
    """The finished smoke study, changed by one test after another."""
    return copy_of_study(smoke_run, tmp_path_factory.mktemp("finished") / "study")


@pytest.fixture
def another_finished(smoke_run, tmp_path):
    """The finished smoke study for a test that leaves other results than it found."""
    return copy_of_study(smoke_run, tmp_path / "study")
