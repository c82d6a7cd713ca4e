"""The PDF: tagged, titled, with language and alternative texts, and the same bytes each time."""

from __future__ import annotations

import logging
import re
import zlib

import pytest

from hidden_units.report.pdf import render_pdf


def objects(pdf: bytes) -> bytes:
    """A PDF's objects as text, its compressed streams unpacked."""

    def unpacked(found: re.Match) -> bytes:
        try:
            return zlib.decompress(found[1])
        except zlib.error:
            return b""

    return pdf + b"".join(map(unpacked, re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)))


@pytest.fixture(scope="module")
def warnings() -> list[str]:
    return []


@pytest.fixture(scope="module")
def pdf(report_with_fonts, warnings) -> bytes:
    return render_pdf(report_with_fonts, epoch=1769817600, warn=warnings.append)


def test_the_pdf_is_tagged_and_has_title_and_language(pdf):
    content = objects(pdf)
    assert b"/MarkInfo" in content
    assert b"/StructTreeRoot" in content
    assert b"/Lang (en-GB)" in content
    assert b"Hidden Units" in content
    assert b"pdfuaid" in content
    assert b"/Outlines" in content


def test_every_picture_in_the_pdf_has_its_alternative_text(report, pdf):
    assert objects(pdf).count(b"/Alt ") == report.count("<img ")


def test_weasyprint_understands_all_of_the_style(pdf, warnings):
    assert warnings == []


def test_the_same_page_gives_the_same_pdf(report_with_fonts, pdf):
    assert render_pdf(report_with_fonts, epoch=1769817600) == pdf


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


def test_the_title_of_the_page_is_the_title_of_the_pdf():
    pdf = render_pdf("<html lang='en'><title>Nine lives</title><p>x", 0)
    assert b"/Title (Nine lives)" in objects(pdf)
