"""The workflow without results, and one finished run of the smoke study."""

from pathlib import Path

import pytest

from tests.study import Study, made_once


@pytest.fixture(scope="session")
def workflow(tmp_path_factory) -> Study:
    """The workflow without any results."""
    return Study.new(tmp_path_factory.mktemp("workflow"))


@pytest.fixture(scope="session")
def smoke_run(tmp_path_factory) -> Path:
    """The workflow with the smoke study run from nothing to the report; nobody changes anything in it."""

    def run(folder):
        result = Study.new(folder).snakemake("--configfile", "config/smoke.yaml", timeout=1800)
        assert result.returncode == 0, result.stdout

    return made_once(tmp_path_factory, "smoke", run)


@pytest.fixture(scope="session")
def finished(smoke_run, tmp_path_factory) -> Study:
    """The finished smoke study, changed by one test after another."""
    return Study(smoke_run).copy(tmp_path_factory.mktemp("finished") / "study")


@pytest.fixture
def another_finished(smoke_run, tmp_path) -> Study:
    """The finished smoke study for a test that leaves other results than it found."""
    return Study(smoke_run).copy(tmp_path / "study")
