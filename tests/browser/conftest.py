"""A browser for the tests, an installed Chromium or Playwright's own; visits to pages; a finished run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Request, sync_playwright

from tests.workflow.conftest import smoke_run  # noqa: F401, a fixture

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium(own: str) -> str | None:
    """The program of an installed Chromium, None if there is none; `own` is where Playwright keeps its."""
    installed = (shutil.which(name) for name in NAMES)
    return next((path for path in [*installed, own] if path and Path(path).exists()), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A running Chromium; where none is installed or none starts, the tests are skipped with the reason."""
    with sync_playwright() as playwright:
        path = chromium(playwright.chromium.executable_path)
        if path is None:
            pytest.skip(
                f"no Chromium is installed: none of {', '.join(NAMES)} was found, nor Playwright's own"
            )
        try:
            running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        except Error as error:
            pytest.skip(f"{path} does not start: {error.message.splitlines()[0]}")
        yield running
        running.close()


def is_own(request: Request) -> bool:
    """Whether a request is for what the page holds, or for a page that the test itself goes to."""
    if request.url.startswith(("data:", "blob:")):
        return True
    is_a_page = request.is_navigation_request() and request.frame.parent_frame is None
    return is_a_page and request.url.startswith("file:")


@pytest.fixture
def visit(browser) -> Iterator[Callable[..., Page]]:
    """Opens a file in a browser of its own, with what `new_context` takes besides.

    In the end no page may have failed, written an error on its console, or asked for anything outside of
    itself. Chromium's remarks on speed are no errors: Plotly's 3-D scenes bring them about.
    """
    contexts, said, asked = [], [], []

    def open_page(path: Path, **settings) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **settings})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: None if is_own(request) else asked.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []
    assert asked == []


@pytest.fixture(scope="session")
def finished_run(request) -> Path:
    """The results of the smoke study, run from nothing, or of the run whose folder HIDDEN_UNITS_RUN names."""
    if folder := os.environ.get("HIDDEN_UNITS_RUN"):
        return Path(folder).resolve()
    return request.getfixturevalue("smoke_run") / "results/smoke"


@pytest.fixture(scope="session")
def report(finished_run) -> Path:
    """The page of the finished run."""
    return finished_run / "report/report.html"
