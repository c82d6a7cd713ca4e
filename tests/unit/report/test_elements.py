"""Links between figures or tables and the claims that rest on them."""

from hidden_units.report.chapters.claims import claims_by_place
from hidden_units.report.elements import Outline


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
