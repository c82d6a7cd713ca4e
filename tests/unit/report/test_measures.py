"""From every figure and claim a link leads to how it was measured."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from made_up_run import ROOT, config, dataset, render, write
from test_report_page import text, tree

from hidden_units.report.claims.entries import read_claims
from hidden_units.report.measures import MEASURES, measures_of

# Shows what is measured, and nothing that was.
WITHOUT_MEASURE = {"figure-samples"}


@pytest.fixture(scope="module")
def possible(tmp_path_factory) -> set[str]:
    """The ids of all figures and tables that a report of the published classes can have."""
    folder = tmp_path_factory.mktemp("possible")
    settings = config(characters={"hidden": 110}, sensitivity={"order": True})
    write(folder / "config.yaml", yaml.safe_dump(settings, allow_unicode=True))
    write(folder / "data/dataset.json", json.dumps(dataset()))
    ids = (element.get("id") or "" for element in tree(render(folder)).iter())
    return {id for id in ids if id.startswith(("figure-", "table-"))}


def test_every_measure_has_its_entry_in_the_chapter_on_methods(report):
    methods = tree(report).find(".//section[@id='methods']")
    anchors = {element.get("id") for element in methods.iter("div")}
    assert {measure.anchor for measure in MEASURES} <= anchors
    assert len({measure.id for measure in MEASURES}) == len(MEASURES)


def test_every_figure_says_how_it_was_measured(possible):
    figures = {id for id in possible if id.startswith("figure-")}
    assert {id for id in figures if not measures_of([id])} == WITHOUT_MEASURE


def test_no_measure_names_a_place_that_the_report_cannot_have(possible):
    idle = [
        (measure.id, pattern)
        for measure in MEASURES
        for pattern in measure.places
        if not any(type(measure)("", "", (pattern,)).holds(place) for place in possible)
    ]
    assert idle == []


def test_every_claim_says_how_it_was_measured():
    claims = read_claims(ROOT / "report/published/claims.yaml")
    assert [claim.id for claim in claims if not measures_of(claim.shown_in)] == []


def test_the_link_of_a_figure_leads_to_the_entry_and_names_its_section(report):
    page = tree(report)
    figure = page.find(".//figure[@id='figure-accuracies']")
    (link,) = [link for link in figure.iter("a") if link.get("href").startswith("#measure-")]
    entry = page.find(f".//*[@id='{link.get('href')[1:]}']")
    assert text(entry.find("dt")) == "Accuracy"
    number = text(page.find(".//h3[@id='measures']").find("span"))
    assert text(link).replace("\N{NO-BREAK SPACE}", " ") == f"accuracy, section {number}"
    assert not re.search("#measure-", text(page.find(".//figure[@id='figure-samples']")))
