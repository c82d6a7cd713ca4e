"""The HTML page as a tagged PDF."""

from __future__ import annotations

import gc
import logging
import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from hidden_units.errors import StudyError

# Universal accessibility: structure tags, title, language and alternative texts.
VARIANT = "pdf/ua-1"
# WeasyPrint takes the words for a drawing from its title, which a browser would show at the pointer.
DRAWING = re.compile(r'<svg role="img" aria-label="([^"]*)"[^>]*>')
# What a header cell heads, as the page says it and as a PDF does.
SCOPES = {"col": "/Column", "colgroup": "/Column", "row": "/Row", "rowgroup": "/Row"}


# Twenty times what it takes, and a minute less than its rule may run.
SECONDS = 9 * 60


def render_pdf(
    html: str, epoch: int, warn: Callable[[str], None] = lambda line: None, seconds: float = SECONDS
) -> bytes:
    """The page printed by its own print styles; the same bytes for the same page.

    Args:
        html: one self-contained page; nothing is read from outside of it.
        epoch: the date to put where the format wants one, in seconds since 1970.
        warn: is given what WeasyPrint could not do as asked.
        seconds: how long it may take.

    Raises:
        StudyError: a system library that WeasyPrint needs is missing, or the time is up.
    """
    os.environ["SOURCE_DATE_EPOCH"] = str(epoch)
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:
        problem = str(error).splitlines()[0]
        raise StudyError(
            f"WeasyPrint: a system library is missing ({problem}), pango 1.44 or newer was expected; "
            "install it, on Debian with: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        ) from error
    with warnings_given_to(warn), without_collection(), no_longer_than(seconds):
        page = HTML(
            string=DRAWING.sub(r"\g<0><title>\1</title>", html),
            url_fetcher=URLFetcher(allowed_protocols=["data"]),
        )
        return page.write_pdf(pdf_variant=VARIANT, finisher=say_what_headers_head)


def say_what_headers_head(document: Any, pdf: Any) -> None:
    """Give each header cell its scope, which WeasyPrint leaves out; for its hook before a PDF is written."""
    for page in document.pages:
        for box in page._page_box.descendants():
            tag = getattr(box, "mark", None)
            if tag is not None and tag["S"] == "/TH" and box.element.get("scope") in SCOPES:
                tag["A"]["Scope"] = SCOPES[box.element.get("scope")]


@contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    """End what takes longer: a few lines of SVG can ask for a thousand million shapes."""

    late = StudyError(
        f"report.pdf: took more than {seconds:g} s, so a figure may be damaged; delete the run's `figures` "
        "folders and report/report.html, and run the same command again."
    )
    is_late = False

    def end(*_: Any) -> None:
        nonlocal is_late
        is_late = True
        raise late

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        # WeasyPrint goes on without a figure, whatever it was that ended it.
        if is_late:
            raise late


@contextmanager
def without_collection() -> Iterator[None]:
    """No search for cycles: boxes live to the end anyway, and looking for some takes a tenth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def warnings_given_to(warn: Callable[[str], None]) -> Iterator[None]:
    """Hand WeasyPrint's warnings to a function."""
    handler, logger = logging.Handler(logging.WARNING), logging.getLogger("weasyprint")
    handler.emit = lambda record: warn(f"WeasyPrint: {record.getMessage()}")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
