"""The claims of the published study with their verdicts, rules and evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hidden_units.report.claims.entries import PARTS
from hidden_units.report.claims.verdicts import (
    BETWEEN,
    CONTRADICTED,
    NOT_COMPARABLE,
    NOT_IN_RUN,
    NOT_TESTABLE,
    SUPPORTED,
    UNDECIDED,
)
from hidden_units.report.evidence import Evidence, Study

LEDGER, CHANGES = "claims.csv", "changed_rules.csv"
# Next to the word, for readers who cannot distinguish the colours.
MARKS = {
    SUPPORTED: "✓",
    CONTRADICTED: "×",
    UNDECIDED: "?",
    BETWEEN: "½",
    NOT_COMPARABLE: "≠",
    NOT_TESTABLE: "–",
    NOT_IN_RUN: "·",
}


def context(study: Study) -> dict[str, Any]:
    """What the chapter on the claims shows."""
    rows = ledger_rows(study.evidence)
    return {
        "claims": rows,
        "groups": grouped(rows),
        "marks": MARKS,
        "tallies": tallies(rows),
        "changes": study.evidence.rows(CHANGES),
    }


def ledger_rows(evidence: Evidence) -> list[dict[str, Any]]:
    """The rows of the ledger, `shown_in` as a list."""
    return [{**row, "shown_in": (row["shown_in"] or "").split()} for row in evidence.rows(LEDGER)]


def claims_by_place(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[int]]:
    """The numbers of the claims that rest on each figure or table, by its id."""
    places: dict[str, list[int]] = {}
    for row in rows:
        for place in row["shown_in"]:
            places.setdefault(place, []).append(row["id"])
    return places


def grouped(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The claims by the part of the published study that they are from: id, title, claims."""
    groups = [
        {
            "id": f"claims-{study}",
            "title": study.title(),
            "claims": [row for row in rows if row["section"].startswith(part)],
        }
        for part, study in PARTS.items()
    ]
    return [group for group in groups if group["claims"]]


def shown(verdict: str, reason: str | None) -> str:
    """The verdict as the ledger shows it: what more evidence could not decide is between the limits."""
    return BETWEEN if reason == BETWEEN else verdict


def tallies(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """How many claims have each verdict as it is shown, as measured and as printed.

    Only a run that leaves out studies has claims that are no part of it.
    """
    is_partial = any(row["measured_verdict"] == NOT_IN_RUN for row in rows)
    words = [word for word in MARKS if is_partial or word != NOT_IN_RUN]
    return [
        {
            "judged": judge,
            "counts": {word: [shown(row[column], row[reason]) for row in rows].count(word) for word in words},
        }
        for judge, column, reason in (
            ("what was measured here", "measured_verdict", "reason"),
            ("its own printed numbers", "published_verdict", "published_reason"),
        )
    ]
