"""Numbers, columns and links of the page."""

import re

import pytest

from hidden_units.report.chapters.claims import claims_by_place
from hidden_units.report.elements import Figure, Outline
from hidden_units.report.render import with_equations_unbroken, with_terms_linked


def test_a_place_links_to_the_claims_that_rest_on_it():
    rows = [{"id": 7, "shown_in": ["figure-a", "table-b"]}, {"id": 18, "shown_in": ["figure-a"]}]
    outline = Outline(claims=claims_by_place(rows))
    found = {
        place: outline.claims_on(place).replace("\N{NO-BREAK SPACE}", " ")
        for place in ("figure-a", "table-b")
    }
    assert '(claims <a href="#claim-7">7</a>, <a href="#claim-18">18</a>)' in found["figure-a"]
    assert '(claim <a href="#claim-7">7</a>)' in found["table-b"]
    assert outline.claims_on("figure-c") == ""


@pytest.mark.parametrize(
    ("sections", "heads"),
    [([], []), ([3], ["1"]), ([1, 1], ["1", "2"]), ([0, 0, 9], ["1", "3"]), ([9, 0, 0], ["1", "2"])],
)
def test_the_contents_are_cut_into_two_columns_alike_in_length(sections, heads):
    outline = Outline()
    for number, count in enumerate(sections):
        outline.chapter(f"chapter-{number}", "")
        for section in range(count):
            outline.section(f"section-{number}-{section}", "")
    columns = outline.columns(outline.chapters)
    assert [column[0].number for column in columns] == heads
    assert [chapter for column in columns for chapter in column] == outline.chapters


def test_chapters_have_numbers_appendices_letters_and_what_comes_first_neither():
    outline = Outline()
    kinds = ["", "chapter", "appendix", "chapter", "appendix"]
    assert [outline.chapter(f"part-{n}", "", kind) for n, kind in enumerate(kinds)] == [
        "",
        "1",
        "A",
        "2",
        "B",
    ]
    assert outline.section("place", "") == "B.1"
    assert outline.labels["part-4"] == "appendix B" and outline.labels["place"] == "section B.1"


def test_a_figure_is_as_wide_and_as_high_as_it_was_drawn():
    svg = b'<svg width="345.6pt" height="288pt" version="1.1" viewBox="0 0 345.6 288" xmlns="...">'
    figure = Figure("a-figure", "study/figures/a_figure.svg", svg, b"", "captions/study/a_figure.rst")
    assert (figure.inches, figure.aspect) == (4.8, 1.2)


def test_a_short_equation_stays_on_one_line_and_tags_keep_their_spaces():
    html = '<p class="n = 5">up to n = 5, R²\n= 0.9 <b>or</b> accuracy = 3</p><script>let n = 5;</script>'
    assert with_equations_unbroken(html) == (
        '<p class="n = 5">up to n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}5, '
        "R²\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}0.9 <b>or</b> accuracy = 3</p><script>let n = 5;</script>"
    )


def test_the_first_use_of_a_word_in_prose_leads_to_the_glossary_and_nothing_else_does():
    glossary = {
        "unit": ("Unit", "u", "units?"),
        "hidden": ("Hidden unit", "h", "hidden units?"),
        "cell": ("Cell", "c", ""),
    }
    html = (
        '<h3>Units</h3><p class="file">units</p><script>"units";</script><p><a href="#x">units</a> '
        '<img alt="units"> Hidden <b>units</b>, hidden units of a cell.</p><p>A unit, hidden units.</p>'
    )
    linked = with_terms_linked(html, glossary)
    assert re.sub(r"<a class=[^>]*>(.*?)</a>", r"[\1]", linked) == html.replace(
        "<b>units", "<b>[units]", 1
    ).replace("hidden units of", "[hidden units] of")
    assert '<a class="term" href="#term-hidden" title="h">hidden units</a>' in linked
