"""The chapter on the claims and the tally on the first page: the ledger's words, and nothing without it."""

from __future__ import annotations

import json
import re
import shutil

import pandas as pd
import pytest
import yaml
from made_up_run import ROOT, config, dataset, render, study, write, write_table
from test_report_page import table, text, tree, words

from hidden_units.report.chapters.claims import MARKS, changed_finding, tallies, tally_finding
from hidden_units.report.claims.entries import read_claims
from hidden_units.report.claims.ledger import why_not_comparable
from hidden_units.report.claims.verdicts import VERDICTS
from hidden_units.report.comparability import comparability

ROWS = [
    # part, published, measured, shown in
    ("Part 1, question 1", "supported", "not comparable", "table-headline figure-accuracies figure-none"),
    ("Part 1, question 4 c", "contradicted", "undecided", "figure-accuracies"),
    ("Part 2, question 3", "not testable here", "supported", "figure-none"),
    ("Part 3, question 5", "not testable here", "not testable here", None),
]


def ledger() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "id": number,
                "section": section,
                "claim": f"The {number}. claim, a < b.",
                "published_verdict": published,
                "measured_verdict": measured,
                "evidence": f"Measured {number}: 2.45 [2.42, 2.47].",
                "published_evidence": f"Printed {number}: 147.",
                "published_rule": None if published == "not testable here" else f"Printed rule {number}.",
                "measured_rule": f"Measured rule {number}.",
                "name": f"Name {number}",
                "shown_in": shown,
            }
            for number, (section, published, measured, shown) in enumerate(ROWS, start=1)
        ]
    )


@pytest.fixture(scope="module")
def page(results, tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("claims") / "run"
    shutil.copytree(results, folder)
    write_table(folder / "claims.csv", ledger())
    return render(folder)


def test_every_claim_stands_in_the_table_with_both_verdicts_by_mark_and_word(page):
    expected = [
        [str(number), f"Name {number}", MARKS[published] + published, MARKS[measured] + measured]
        for number, (_, published, measured, _) in enumerate(ROWS, start=1)
    ]
    assert table(page, "claims") == expected
    assert len(set(MARKS.values())) == len(VERDICTS)


def test_a_claim_has_its_words_rules_and_evidence_in_a_place_of_its_own(page):
    for row in ledger().to_dict("records"):
        found = text(tree(page).find(f".//article[@id='claim-{row['id']}']"))
        for part in ("claim", "section", "evidence", "published_evidence", "measured_rule"):
            assert row[part] in found
        assert ("Printed rule" in found) == (row["published_verdict"] != "not testable here")


def test_claims_are_grouped_by_the_parts_of_the_study(page):
    titles = [text(entry) for entry in tree(page).iter("h3") if entry.get("id", "").startswith("claims-")]
    assert [re.sub(r"^[\d.]+ ", "", title) for title in titles] == ["Characters", "Checkerboard", "Sequences"]


def test_links_lead_to_figures_and_tables_that_the_report_has(page):
    first = tree(page).find(".//article[@id='claim-1']")
    assert [link.get("href") for link in first.iter("a")] == [
        "#table-headline",
        "#figure-accuracies",
        "#measure-accuracy",
    ]
    assert not list(tree(page).find(".//article[@id='claim-3']").iter("a"))
    ids = {element.get("id") for element in tree(page).iter()}
    assert {
        link.get("href")[1:] for link in tree(page).iter("a") if link.get("href", "").startswith("#")
    } <= ids


def test_every_place_that_the_ledger_names_is_one_that_the_report_can_have(tmp_path):
    """With the configuration and the classes alone, every figure and table has at least its sentence."""
    write(tmp_path / "config.yaml", yaml.safe_dump(config(characters={"hidden": 110}), allow_unicode=True))
    write(tmp_path / "data/dataset.json", json.dumps(dataset()))
    possible = {element.get("id") for element in tree(render(tmp_path)).iter()}
    claims = read_claims(ROOT / "report/published/claims.yaml")
    unknown = {claim.id: set(claim.shown_in) - possible for claim in claims}
    assert {id: places for id, places in unknown.items() if places} == {}
    assert all(claim.shown_in for claim in claims)


def test_the_first_page_counts_the_verdicts_and_links_the_chapter(page):
    assert table(page, "tally") == [
        ["what was measured here", "1", "0", "1", "1", "1"],
        ["its own printed numbers", "1", "1", "0", "0", "2"],
    ]
    sentence = (
        "Of the published study’s 4 claims, judged by what was measured here: 1 supported, 1 undecided, "
        "1 not comparable and 1 not testable here."
    )
    first = words(page).split("How to repeat this report")
    assert any(sentence in part for part in first)


def test_without_a_ledger_the_report_says_that_it_is_missing(results):
    html = render(results)
    shown = words(html)
    assert shown.count("is left out: claims.csv has not been made.") == 2
    assert "The rule of each" not in shown


def test_without_rows_there_is_no_tally():
    assert tallies([]) == [] and tally_finding([]) == ""


def test_only_the_official_files_under_the_published_protocol_compare(results, tmp_path):
    assert why_not_comparable(comparability(study(results))) == ""
    folder = tmp_path / "run"
    shutil.copytree(results, folder)
    write(folder / "data/dataset.json", json.dumps(dataset(comparable=False, official=False)))
    reason = why_not_comparable(comparability(study(folder)))
    assert reason == "the images are not the four official KMNIST files"


def test_the_chapter_says_which_rules_were_changed_after_a_first_run_and_why(results, page, tmp_path):
    known = (
        "when the limits for the recurrent networks were chosen, many of their measures were already known"
    )
    assert known in words(page) and "changed after a first run" not in words(page)
    shutil.copytree(results, tmp_path, dirs_exist_ok=True)
    rows = ledger().assign(rule_changed=[None, "it was too strict", None, "it was too lax"])
    write_table(tmp_path / "claims.csv", rows)
    assert (
        "2 rules were changed after a first run on drawn images, and so not blind to its numbers: "
        "2, for it was too strict; 4, for it was too lax."
    ) in words(render(tmp_path)).replace("\N{NO-BREAK SPACE}", " ")


def test_rules_that_were_changed_for_one_reason_are_named_together():
    rows = [
        {"id": number, "rule_changed": reason} for number, reason in [(1, "x"), (2, None), (3, "y"), (5, "x")]
    ]
    assert changed_finding(rows).endswith("blind to its numbers: 1 and 5, for x; 3, for y.")
    assert changed_finding(rows[:2]).startswith("1\N{NO-BREAK SPACE}rule was changed")


def test_the_rules_that_were_changed_are_those_of_the_ledger():
    changed = [claim.id for claim in read_claims(ROOT / "report/published/claims.yaml") if claim.changed]
    assert changed == [1, 2, 5, 6, 10, 14, 16, 19, 21, 23]
