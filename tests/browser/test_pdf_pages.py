"""The pages of the PDF as printed: inside their margins, every letter there, tagged for all readers."""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from tests.rendered_report import objects

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler's pdftoppm is not installed"),
]

LARGEST_BYTES = 5e6
DOTS_PER_INCH = 72
# The text block of report/style.css, in millimetres from the edges of the page, and what may pass over it.
SIDE, FOOT, TOLERANCE = 23, 21, 1.0
INK = 200
FAMILIES = ("Source-Sans-Pro", "Source-Serif-Pro", "IPAexGothic", "DejaVu-Sans-Mono")
KANA = re.compile("[\u3040-\u30ff]")
PARTS_NOT_PRINTED = re.compile(r"<(script|style|head)\b.*?</\1>", re.DOTALL)


def poppler(command: str, *arguments: str | Path) -> str:
    """What a tool of poppler's says."""
    return subprocess.run([command, *arguments], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def pdf(finished_run) -> Path:
    return finished_run / "report/report.pdf"


@pytest.fixture(scope="module")
def html(finished_run) -> str:
    return (finished_run / "report/report.html").read_text(encoding="utf-8")


@pytest.fixture
def printed(visit, finished_run):
    """The page as a browser would print it."""
    page = visit(finished_run / "report/report.html")
    page.emulate_media(media="print")
    return page


@pytest.fixture(scope="module")
def text(pdf) -> str:
    return poppler("pdftotext", "-layout", pdf, "-")


@pytest.fixture(scope="module")
def pages(pdf, tmp_path_factory) -> list[np.ndarray]:
    """Where each page has ink."""
    folder = tmp_path_factory.mktemp("pages")
    poppler("pdftoppm", "-gray", "-r", str(DOTS_PER_INCH), pdf, folder / "page")
    return [np.asarray(Image.open(path)) < INK for path in sorted(folder.glob("page-*.pgm"))]


def dots(millimetres: float) -> int:
    return round(millimetres / 25.4 * DOTS_PER_INCH)


def test_nothing_runs_over_the_text_block(pages):
    assert len(pages) > 10
    edge, foot = dots(SIDE - TOLERANCE), dots(FOOT - TOLERANCE)
    for number, ink in enumerate(pages, start=1):
        assert not ink[:, :edge].any(), f"page {number}, left margin"
        assert not ink[:, -edge:].any(), f"page {number}, right margin"
        # In the middle stands the number of the page.
        middle = ink.shape[1] // 2
        under = np.concatenate([ink[-foot:, : middle - dots(15)], ink[-foot:, middle + dots(15) :]], axis=1)
        assert not under.any(), f"page {number}, foot"


def test_no_page_is_empty(pages):
    head, foot = dots(SIDE), dots(FOOT)
    written = [ink[head:-foot].any(axis=1).sum() for ink in pages]
    assert min(written) > 30


def test_what_to_try_is_on_the_page_of_what_it_asks_about(text):
    pages = [[line.strip() for line in page.splitlines() if line.strip()] for page in text.split("\f")]
    # The first line is the head of the page.
    assert "Try it." in text and not [lines for lines in pages if "".join(lines[1:2]).startswith("Try it.")]


def test_every_letter_of_the_page_has_a_glyph_in_its_fonts(html):
    fonts = re.findall(r"data:font/woff2;base64,([^\"]+)", html)
    glyphs = set().union(*(TTFont(io.BytesIO(base64.b64decode(font))).getBestCmap() for font in fonts))
    shown = re.sub("<[^>]+>", "", PARTS_NOT_PRINTED.sub("", html))
    assert KANA.search(shown)
    assert {letter for letter in set(shown) - set("\n") if ord(letter) not in glyphs} == set()


def test_the_pdf_uses_the_fonts_of_the_page_and_holds_them(pdf):
    rows = poppler("pdffonts", pdf).splitlines()[2:]
    assert len(rows) >= len(FAMILIES)
    for row in rows:
        name, *_, embedded, subset, unicode = row.rsplit(maxsplit=2)[0].split()
        assert name.partition("+")[2].startswith(FAMILIES), row
        assert (embedded, subset, unicode) == ("yes", "yes", "yes"), row


def test_every_kana_of_the_page_can_be_read_and_searched_in_the_pdf(printed, text):
    assert "\N{REPLACEMENT CHARACTER}" not in text
    assert Counter(KANA.findall(text)) == Counter(KANA.findall(printed.locator("body").inner_text()))


def test_figures_tables_and_headings_are_told_apart_and_headings_are_in_the_outline(pdf, printed):
    kinds = Counter(re.findall(r"^ *(\w+)(?: \(\w+\)|:)?$", poppler("pdfinfo", "-struct", pdf), re.MULTILINE))
    shown = {
        kind: printed.locator(f"{tag}:visible").count()
        for kind, tag in {"Figure": "svg", "Table": "table", "H1": "h1", "H2": "h2", "H3": "h3"}.items()
    }
    assert {kind: kinds[kind] for kind in shown} == shown and min(shown.values()) > 0
    assert objects(pdf.read_bytes()).count(b"/Dest") >= shown["H1"] + shown["H2"] + shown["H3"]


def test_the_article_has_thirteen_to_eighteen_pages(text):
    pages = text.split("\f")
    begin, end = (
        next(place for place, page in enumerate(pages) if re.search(title, page, re.MULTILINE))
        for title in (r"^ *1  *Reading characters[^.]*$", r"^ *A  *Data$")
    )
    assert 13 <= end - begin <= 18


def test_the_pdf_is_at_most_five_megabytes(pdf):
    assert pdf.stat().st_size <= LARGEST_BYTES
