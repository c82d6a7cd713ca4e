"""A browser for the tests, an installed Chromium or Playwright's own; visits to pages; a finished run."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Error, Page, Request, sync_playwright

from tests.workflow.conftest import smoke_run  # noqa: F401, a fixture

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The longest takes three quarters of a minute on a free machine.
LONGEST_TEST_SECONDS = 300


def chromium(own: str) -> str | None:
    """The program of an installed Chromium, None if there is none; `own` is where Playwright keeps its."""
    installed = (shutil.which(name) for name in NAMES)
    return next((path for path in [*installed, own] if path and Path(path).exists()), None)


@pytest.fixture(scope="session")
def start_browser() -> Iterator[Callable[[], Browser]]:
    """Gives the running Chromium, or starts one; where there is none, or none starts, tests are skipped."""
    browsers: list[Browser] = []
    with sync_playwright() as playwright:

        def start() -> Browser:
            if browsers and browsers[-1].is_connected():
                return browsers[-1]
            path = chromium(playwright.chromium.executable_path)
            if path is None:
                pytest.skip(
                    f"no Chromium is installed: none of {', '.join(NAMES)} was found, nor Playwright's own"
                )
            try:
                browsers.append(playwright.chromium.launch(executable_path=path, args=["--no-sandbox"]))
            except Error as error:
                pytest.skip(f"{path} does not start: {error.message.splitlines()[0]}")
            return browsers[-1]

        yield start
        for browser in browsers:
            browser.close()


@contextmanager
def ended_after(seconds: float) -> Iterator[None]:
    """Kill every Chromium of this process after so many seconds, so that what waits for one fails."""

    def kill() -> None:
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                if "chrom" in process.name():
                    process.kill()

    timer = threading.Timer(seconds, kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@pytest.fixture
def browser(start_browser) -> Iterator[Browser]:
    """A running Chromium; one that does not answer for long is ended, and the next test gets another.

    Most calls of Playwright give up by themselves, but to evaluate and to close have no limit of time.
    """
    running = start_browser()
    with ended_after(LONGEST_TEST_SECONDS):
        yield running


def is_own(request: Request) -> bool:
    """Whether a request is for what the page holds, or for a page that the test itself goes to."""
    if request.url.startswith(("data:", "blob:")):
        return True
    is_a_page = request.is_navigation_request() and request.frame.parent_frame is None
    return is_a_page and request.url.startswith("file:")


@pytest.fixture
def visit(browser) -> Iterator[Callable[..., Page]]:
    """Opens a file in a browser of its own; `script` runs first, and `new_context` takes the settings.

    In the end no page may have failed, written an error on its console, or asked for anything outside of
    itself. Chromium's remarks on speed are no errors: Plotly's 3-D scenes bring them about.
    """
    contexts, said, asked = [], [], []

    def open_page(path: Path, script: str = "", **settings) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **settings})
        contexts.append(context)
        context.add_init_script(script)
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
