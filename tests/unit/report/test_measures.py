"""Which entry of the chapter on methods says how the numbers of a figure, table or claim were measured."""

from __future__ import annotations

import re

from one_chapter import ROOT

from hidden_units.report.claims.entries import read_claims
from hidden_units.report.measures import MEASURES, measures_of


def test_every_measure_has_its_entry_in_the_chapter_on_methods():
    template = (ROOT / "report/templates/chapters/methods.html.j2").read_text(encoding="utf-8")
    entries = re.findall(r'<div id="(measure-[^"]+)">', template)
    assert sorted(measure.anchor for measure in MEASURES) == sorted(entries)


def test_every_claim_says_how_it_was_measured():
    claims = read_claims(ROOT / "report/published/claims.yaml")
    assert [claim.id for claim in claims if not measures_of(claim.shown_in)] == []
