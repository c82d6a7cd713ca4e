"""The other studies on the first page, and links between figures and the claims that rest on them."""

import json

import pandas as pd
import pytest
from made_up_run import config, dataset, render, write_results

from hidden_units.report.chapters.claims import claims_by_place
from hidden_units.report.chapters.headlines import headlines
from hidden_units.report.elements import Outline
from hidden_units.report.evidence import Evidence

SUCCESS = pd.DataFrame(
    {
        "hidden": [4, 4, 5],
        "learning_rate": [0.001, 0.01, 0.01],
        "restarts": [50, 50, 50],
        "solved": [20, 30, 45],
        "rate": [0.4, 0.6, 0.9],
        "low": [0.276, 0.462, 0.786],
        "high": [0.538, 0.724, 0.957],
    }
)
OVERVIEW = pd.DataFrame(
    {
        "table": ["identity-24", "identity-9", "identity-16", "heart"],
        "rows": [24, 9, 16, 18],
        "seeds": [20, 20, 20, 20],
        "solved": [0, 20, 5, 1],
        "low": [0.0, 0.839, 0.112, 0.01],
        "high": [0.161, 1.0, 0.469, 0.2],
    }
)
SRN = {"restarts": 200, "solved": 124, "low": 0.5511, "high": 0.6844}
WALK = {"summary": {"walk": {"step_ratio": {"count": 124, "median": 2.4502, "low": 2.4249, "high": 2.4705}}}}


@pytest.fixture
def folder(tmp_path):
    for name, table in {"checkerboard/success.csv": SUCCESS, "encoders/overview.csv": OVERVIEW}.items():
        (tmp_path / name).parent.mkdir()
        table.to_csv(tmp_path / name, index=False)
    (tmp_path / "sequences/srn-anb2n").mkdir(parents=True)
    (tmp_path / "sequences/srn-anb2n/success.json").write_text(json.dumps(SRN))
    (tmp_path / "sequences/srn-anb2n/dynamics.json").write_text(json.dumps(WALK))
    return tmp_path


def lines(folder, units=4):
    """Value and interval of each headline, with ordinary spaces."""
    found = headlines(Evidence.of_folder(folder), units)
    return [
        (row["study"], *(row[key].replace("\N{NO-BREAK SPACE}", " ") for key in ("value", "interval")))
        for row in found
    ]


def test_each_study_has_its_figure_with_its_interval(folder):
    assert lines(folder) == [
        ("checkerboard", "30 of 50 (60 %)", "[46, 72]"),
        ("encoders", "5 of 20 (25 %)", "[11, 47]"),
        ("sequences", "124 of 200 (62 %)", "[55, 68]"),
        ("sequences", "2.45", "[2.42, 2.47]"),
    ]


def test_a_study_without_evidence_is_left_out(folder):
    (folder / "checkerboard/success.csv").unlink()
    (folder / "sequences/srn-anb2n/dynamics.json").unlink()
    assert [study for study, _, _ in lines(folder)] == ["encoders", "sequences"]
    assert headlines(Evidence.of_folder(folder / "nothing"), 4) == []


def test_a_single_restart_has_no_interval(folder):
    one = {"restarts": 1, "solved": 1, "low": None, "high": None}
    (folder / "sequences/srn-anb2n/success.json").write_text(json.dumps(one))
    assert ("sequences", "1 of 1 (100 %)", "one restart: no interval") in lines(folder)


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


def test_without_what_it_draws_with_the_place_to_draw_is_a_sentence(tmp_path):
    write_results(tmp_path, config=config(), dataset=dataset())
    page = render(tmp_path)
    assert "report/draw.json</code> has not been made" in page
    assert "Draw a character" in page
