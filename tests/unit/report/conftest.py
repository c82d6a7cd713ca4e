"""The made-up run and its report, made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_run import config, dataset, render, write_results


@pytest.fixture(scope="session")
def results(tmp_path_factory) -> Path:
    """A complete made-up run; not to be changed."""
    folder = tmp_path_factory.mktemp("made-up")
    write_results(folder, config=config(), dataset=dataset())
    return folder


@pytest.fixture(scope="session")
def report(results) -> str:
    """The report of the complete made-up run, without fonts."""
    return render(results)


@pytest.fixture(scope="session")
def report_with_fonts(results) -> str:
    """The report of the complete made-up run as a reader gets it."""
    return render(results, fonts=True)
