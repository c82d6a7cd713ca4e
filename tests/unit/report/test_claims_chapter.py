"""The chapter on the claims: its facts, and how changed rules are named."""

from __future__ import annotations

from one_chapter import words_of

from hidden_units.report.chapters.claims import MARKS, changed_rules, grouped, tallies
from hidden_units.report.claims.verdicts import VERDICTS

ROWS = [
    # part, published, measured, changed for
    ("Part 1, question 1", "supported", "not comparable", None),
    ("Part 1, question 4 c", "contradicted", "undecided", "it was too strict"),
    ("Part 2, question 3", "not testable here", "supported", None),
    ("Part 3, question 5", "not testable here", "not testable here", "it was too lax"),
]


def ledger():
    """Rows of claims.csv, as the chapter reads them."""
    return [
        {
            "id": number,
            "name": f"Name {number}",
            "section": section,
            "claim": f"The {number}. claim, a < b.",
            "published_verdict": published,
            "measured_verdict": measured,
            "evidence": f"Measured {number}.",
            "published_evidence": f"Printed {number}.",
            "published_rule": None if published == "not testable here" else f"Printed rule {number}.",
            "measured_rule": f"Measured rule {number}.",
            "rule_changed": reason,
            "shown_in": [],
        }
        for number, (section, published, measured, reason) in enumerate(ROWS, start=1)
    ]


def chapter(rows):
    """The words of the chapter about some claims."""
    facts = {"groups": grouped(rows), "tallies": tallies(rows), "changed": changed_rules(rows)}
    return words_of("claims", {}, claims=rows, marks=MARKS, **facts)


def test_every_verdict_has_a_mark_of_its_own():
    assert list(MARKS) == list(VERDICTS) and len(set(MARKS.values())) == len(VERDICTS)


def test_verdicts_are_counted_as_measured_and_as_printed():
    assert [list(row["counts"].values()) for row in tallies(ledger())] == [[1, 0, 1, 1, 1], [1, 1, 0, 0, 2]]


def test_claims_are_grouped_by_the_parts_of_the_study():
    groups = {group["title"]: [claim["id"] for claim in group["claims"]] for group in grouped(ledger())}
    assert groups == {"Characters": [1, 2], "Checkerboard": [3], "Sequences": [4]}


def test_a_claim_without_a_printed_rule_shows_none():
    text = chapter(ledger())
    assert "Printed rule 1." in text and "Printed rule 3." not in text and "Printed 3." in text


def test_rules_that_were_changed_are_counted_and_named_by_their_reason():
    text = chapter(ledger())
    assert "2 rules were changed after a first run on drawn images" in text
    assert "2, for it was too strict; 4, for it was too lax." in text
    assert "1 rule was changed" in chapter(ledger()[:2])
    again = changed_rules([*ledger(), ledger()[1] | {"id": 9}])
    assert again[0] == {"reason": "it was too strict", "ids": [2, 9]}
    assert "changed after a first run" not in chapter(ledger()[:1])
