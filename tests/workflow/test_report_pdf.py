"""The PDF: tagged, titled, with language and alternative texts, and the same bytes each time."""

from __future__ import annotations

import base64
import logging
import re
import signal
from collections import Counter

import pytest

from hidden_units.errors import StudyError
from hidden_units.report.pdf import render_pdf
from tests.rendered_report import ROOT, objects

SMALL = "<html lang='en'><title>Nine lives</title><style>{}</style><h1>Cats</h1><p>have <a href='#x'>some</a>"


@pytest.fixture(scope="module")
def report(smoke_run) -> str:
    """The page of the finished smoke study."""
    return (smoke_run / "results/smoke/report/report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pdf(smoke_run) -> bytes:
    """The PDF that its rule made of the page."""
    return (smoke_run / "results/smoke/report/report.pdf").read_bytes()


def dictionaries(pdf: bytes, kind: bytes) -> list[bytes]:
    """The objects that begin as a kind does, as WeasyPrint writes them: one a line."""
    return [line for line in objects(pdf).splitlines() if line.startswith(b"<<" + kind)]


def test_the_pdf_is_tagged_and_viewers_show_the_title_and_follow_the_structure_from_link_to_link(pdf):
    content = objects(pdf)
    assert all(mark in content for mark in (b"/StructTreeRoot", b"Hidden Units", b"pdfuaid", b"/Outlines"))
    (catalogue,) = dictionaries(pdf, b"/Type /Catalog")
    assert b"/ViewerPreferences <</DisplayDocTitle true>>" in catalogue
    assert b"/MarkInfo <</Marked true>>" in catalogue and b"/Lang (en-GB)" in catalogue
    pages = dictionaries(pdf, b"/Type /Page/")
    with_links = [page for page in pages if b"/Annots [" in page]
    assert with_links and all(b"/Tabs /S/" in page for page in with_links)
    links = dictionaries(pdf, b"/Type /Annot")
    assert links and all(b"/Contents (" in link and b"/StructParent " in link for link in links)


def test_links_from_figures_to_their_methods_lead_somewhere_in_the_pdf_too(report, pdf):
    content = objects(pdf)
    asked = set(re.findall(r'href="#(measure-[a-z]+)"', report))
    assert asked
    for anchor in asked:
        assert b"/Dest (%s)" % anchor.encode() in content
        assert b"(%s) [" % anchor.encode() in content


def test_header_cells_say_whether_they_head_a_column_or_a_row(report, pdf):
    headers = dictionaries(pdf, b"/Type /StructElem/S /TH/")
    scopes = Counter(re.search(rb"/Scope /(\w+)", header)[1].decode() for header in headers)
    asked = Counter(re.findall(r'<th scope="(col|row)', report))
    # A head is repeated where its table goes on on another page.
    assert scopes["Row"] == asked["row"] and scopes["Column"] >= asked["col"] > 0
    assert len(headers) == scopes.total() and all(b"/ID (" in header for header in headers)
    cells = dictionaries(pdf, b"/Type /StructElem/S /TD/")
    assert cells and all(b"/Headers [" in cell for cell in cells)


def test_every_picture_in_the_pdf_has_its_alternative_text(report, pdf):
    assert objects(pdf).count(b"/Alt ") == report.count("<svg ")


def test_weasyprint_understands_all_of_the_style():
    warnings = []
    style = (ROOT / "report/style.css").read_text(encoding="utf-8")
    render_pdf(SMALL.format(style), 0, warnings.append)
    assert [warning for warning in warnings if "No anchor" not in warning] == []


@pytest.mark.slow
@pytest.mark.parametrize("tag", ["h1", "h2", 'p class="notes"', 'p class="author"', "dd", "li"])
def test_a_word_longer_than_a_page_goes_on_in_the_next_line(tag):
    style = (ROOT / "report/style.css").read_text(encoding="utf-8")
    page = SMALL.format(style).replace("<h1>", f"<{tag}>{'W' * 9000}</{tag.split()[0]}><h1>", 1)
    assert len(re.findall(rb"/Type /Page\b", objects(render_pdf(page, 0)))) > 1


def test_a_figure_of_too_many_shapes_ends_in_one_sentence():
    levels = "".join(
        f'<g id="l{n}">' + f'<use href="#l{n - 1}"/>' * 10 + "</g>"
        if n
        else '<rect id="l0" width="1" height="1"/>'
        for n in range(10)
    )
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{levels}</svg>'
    page = "<html lang='en'><title>x</title><img alt='x' src='data:image/svg+xml;base64,{}'>"
    with pytest.raises(StudyError, match="took more than 1 s, so a figure may be damaged; delete"):
        render_pdf(page.format(base64.b64encode(drawing.encode()).decode()), 0, seconds=1)
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_the_same_page_gives_the_same_pdf_with_its_title():
    pdf = render_pdf(SMALL, epoch=1769817600)
    assert pdf == render_pdf(SMALL, epoch=1769817600)
    assert b"/Title (Nine lives)" in objects(pdf)


def test_nothing_is_fetched_for_the_pdf():
    warnings = []
    render_pdf(
        '<html lang="en"><title>x</title><img alt="x" src="http://127.0.0.1:9/x.png">', 0, warnings.append
    )
    assert any("disallowed" in warning for warning in warnings)


def test_warnings_are_handed_over_and_the_logger_left_as_it_was():
    handlers = list(logging.getLogger("weasyprint").handlers)
    render_pdf("<html lang='en'><title>x</title><p>x", 0)
    assert logging.getLogger("weasyprint").handlers == handlers


@pytest.mark.slow
def test_slides_are_made_of_a_finished_study_by_their_two_rules_alone(another_finished):
    before = another_finished.hashes()
    code, said = another_finished.run("config/smoke.yaml", "slides")
    steps = re.findall(r"^step \d+ of \d+: (\w+)$", said, re.MULTILINE)
    assert (code, steps) == (0, ["render_slides", "render_slides_pdf"]), said
    page, pdf = (another_finished.results / f"report/slides.{kind}" for kind in ("html", "pdf"))
    assert "<title>Hidden Units" in page.read_text(encoding="utf-8")
    assert pdf.read_bytes().startswith(b"%PDF") and b"Hidden Units" in objects(pdf.read_bytes())
    assert another_finished.hashes() == before
