"""The chapter on the claims: its facts, its reasons and readings, and the history of its rules."""

from __future__ import annotations

import pytest
from one_chapter import words_of

from hidden_units.report.chapters.claims import MARKS, grouped, tallies
from hidden_units.report.claims.verdicts import BETWEEN, THIN, VERDICTS

ROWS = [
    ("Part 1, question 1", "supported", "not comparable"),
    ("Part 1, question 4 c", "contradicted", "undecided"),
    ("Part 2, question 3", "not testable here", "supported"),
    ("Part 3, question 5", "not testable here", "not testable here"),
]
CHANGES = [
    {"claim": 2, "what": "twice", "why": "too strict", "before": "contradicted", "after": "undecided"},
    {"claim": 4, "what": "no scatter decides", "why": "too lax", "before": None, "after": None},
]


def ledger(**changed):
    """Rows of claims.csv, as the chapter reads them."""
    return [
        {
            "id": number,
            "section": section,
            "published_verdict": published,
            "measured_verdict": measured,
            "reason": THIN if measured == "undecided" else None,
            "published_reason": None,
            **dict.fromkeys(["strictest", "kindest", "published_strictest", "published_kindest"]),
            "strictest_reading": "all of them",
            "kindest_reading": "one of them",
            **changed,
        }
        for number, (section, published, measured) in enumerate(ROWS, start=1)
    ]


def chapter(rows, changes=()):
    """The words of the chapter about some claims."""
    facts = {"groups": grouped(rows), "tallies": tallies(rows), "changes": changes}
    return words_of("claims", {}, claims=rows, marks=MARKS, **facts)


def test_every_verdict_has_a_mark_of_its_own():
    assert set(MARKS) == {*VERDICTS, BETWEEN} and len(set(MARKS.values())) == len(MARKS)


def test_verdicts_are_counted_as_measured_and_as_printed():
    assert [list(row["counts"].values()) for row in tallies(ledger())] == [
        [1, 0, 1, 0, 1, 1],
        [1, 1, 0, 0, 0, 2],
    ]
    # What more evidence could not decide is not counted as undecided.
    between = [row | {"reason": row["reason"] and BETWEEN} for row in ledger()]
    assert list(tallies(between)[0]["counts"].values()) == [1, 0, 0, 1, 1, 1]


def test_claims_are_grouped_by_the_parts_of_the_study():
    groups = {group["title"]: [claim["id"] for claim in group["claims"]] for group in grouped(ledger())}
    assert groups == {"Characters": [1, 2], "Checkerboard": [3], "Sequences": [4]}


@pytest.mark.parametrize(
    ("reason", "words"),
    [(THIN, "undecided (evidence too thin)"), (BETWEEN, "between the limits (measured precisely)")],
)
def test_undecided_is_shown_as_two_things(reason, words):
    text = chapter([ledger()[1] | {"reason": reason}])
    assert text.count(words) == 2


def test_readings_are_shown_in_one_line_where_their_verdicts_differ():
    said = "Read otherwise: most strictly (all of them) contradicted; most kindly (one of them) supported."
    assert chapter(ledger(strictest="contradicted", kindest="supported")).count(said) == len(ROWS)
    assert said in chapter(ledger(published_strictest="contradicted", published_kindest="supported"))
    assert "Read otherwise" not in chapter(ledger(strictest="supported", kindest="supported"))


def test_changed_rules_have_a_table_with_what_why_and_both_verdicts():
    text = chapter(ledger(), CHANGES)
    assert "2 twice too strict contradicted → undecided" in text
    assert "4 no scatter decides too lax the same" in text
    assert "changed after a first run" not in chapter(ledger())
