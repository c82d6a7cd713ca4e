"""Sensitivity: what one changed setting of the training changes, seed by seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hidden_units.report.elements import Figure, figure
from hidden_units.report.evidence import Study
from hidden_units.report.wording import (
    NO_BREAK,
    confidence,
    count,
    decimal,
    family_of,
    is_absent,
    listing,
    percent_in_text,
    points,
    points_interval,
)
from hidden_units.statistics.comparisons import paired_over_seeds

# Largest p, corrected for the number of comparisons, at which a difference is told apart from none.
LEVEL = 0.05
# What was changed, as sentences and as the table name it.
CHANGES = {
    "shuffled": ("shuffling", "shuffled, not in file order"),
    "bfloat16": ("bfloat16", "bfloat16, not float32"),
}

Rows = Sequence[Mapping[str, Any]]


def context(study: Study) -> dict[str, Any] | None:
    """What the chapter on sensitivity shows; None where the configuration asks for no ablation."""
    asked = study.config["sensitivity"]
    if asked["seeds"] == 0 or not (asked["order"] or asked["precision"]):
        return None
    rows = study.evidence.rows("characters/sensitivity.csv")
    finding = findings(rows)
    return {
        "asked": asked,
        "low_precision": "bfloat16",
        "rows": [{**row, "change": CHANGES[row["variant"]][1]} for row in rows],
        "points_interval": points_interval,
        "p_value": p_value,
        "confidence": confidence(paired_over_seeds),
        "resamples": study.config["statistics"]["resamples"],
        "finding": finding,
        "figure": paired_figure(study, finding),
    }


def p_value(p: float | None) -> str:
    """A p-value to three decimals, never rounded to nought."""
    return "<0.001" if not is_absent(p) and p < 0.001 else decimal(p, 3)


def findings(rows: Rows) -> str:
    """Which changes are told apart from none, and how large the others may still be; empty without rows.

    Args:
        rows: of characters/sensitivity.csv.
    """
    if not rows:
        return ""
    if any(row["seeds"] < 2 for row in rows):
        differences = listing(f"{change_of(row)} {points(row['difference'])}" for row in rows)
        return f"One seed allows no interval; it gives differences of, in points: {differences}."
    tested = [row for row in rows if not is_absent(row["p_holm"])]
    told = [row for row in tested if row["p_holm"] < LEVEL]
    untold = [row for row in tested if row not in told]
    # Without scatter there is no test, whatever the difference is.
    unmoved = [row for row in rows if row not in tested and not row["difference"]]
    shifted = [row for row in rows if row not in tested and row["difference"]]
    sentences = []
    if told:
        changes = listing(f"{change_of(row)} {with_interval(row)}" for row in told)
        family = "" if len(tested) == 1 else f" over all {count(len(tested))} comparisons at once"
        sentences.append(
            f"Told apart from no change, at {percent_in_text(LEVEL, 0)}{family}, in points: {changes}."
        )
    if untold:
        changes = listing(f"{change_of(row)} {with_interval(row)}" for row in untold)
        largest = max(abs(row[end]) for row in untold for end in ("low", "high"))
        sentences.append(
            f"Not told apart from no change, in points: {changes}; these seeds leave room for a change of "
            f"up to {decimal(100 * largest, 2)} points."
        )
    if shifted:
        changes = listing(f"{change_of(row)} {points(row['difference'])}" for row in shifted)
        sentences.append(f"The same difference in every seed, so without a test, in points: {changes}.")
    if unmoved:
        sentences.append(f"Alike in every seed: {listing(map(change_of, unmoved))}.")
    return " ".join(sentences)


def change_of(row: Mapping[str, Any]) -> str:
    """A change and the network that it was tried on: `shuffling under NetLin`."""
    return f"{CHANGES[row['variant']][0]} under {family_of(row['model'])}"


def with_interval(row: Mapping[str, Any]) -> str:
    """A difference in points with its interval: `+0.12 [−0.05, +0.29]`."""
    return f"{points(row['difference'])}{NO_BREAK}{points_interval(row['low'], row['high'], row['seeds'])}"


def paired_figure(study: Study, finding: str) -> Figure:
    """The paired accuracies of every seed."""
    return figure(
        study.evidence,
        "sensitivity",
        "characters/figures/sensitivity.svg",
        "Panels with two columns of points, test accuracy before and after the change, the two runs of each "
        f"seed joined by a line. {finding}".strip(),
        "Test accuracy of the same seeds without and with the change: a thin line joins the two runs of a "
        "seed, the black one the means. All panels span the same number of points, so that slopes compare; "
        "above each stands the mean difference.",
    )
