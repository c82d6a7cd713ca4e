"""From every figure of a finished report a link leads to how its numbers were measured."""

import re

import pytest

from hidden_units.report.measures import MEASURES

# Shows what is measured, and nothing that was.
WITHOUT_MEASURE = {"figure-samples"}
# Of studies that the smoke study leaves out.
NOT_IN_SMOKE = {"*-sensitivity", "figure-encoder-patience"}


@pytest.fixture(scope="module")
def page(smoke_run):
    return (smoke_run / "results/smoke/report/report.html").read_text(encoding="utf-8")


def test_every_figure_links_to_the_entry_that_says_how_it_was_measured(page):
    figures = re.findall(r'<figure id="([^"]+)"(.*?)</figure>', page, flags=re.DOTALL)
    links = {id: re.findall(r'class="method"><a href="#(measure-[^"]+)"', body) for id, body in figures}
    assert {id for id, anchors in links.items() if not anchors} == WITHOUT_MEASURE
    assert {anchor for anchors in links.values() for anchor in anchors} <= set(
        re.findall(r'id="(measure-[^"]+)"', page)
    )


def test_no_measure_names_a_place_that_the_report_cannot_have(page):
    places = set(re.findall(r'id="((?:figure|table)-[^"]+)"', page))
    idle = {
        pattern
        for measure in MEASURES
        for pattern in measure.places
        if not any(type(measure)("", "", (pattern,)).holds(place) for place in places)
    }
    assert idle == NOT_IN_SMOKE
