"""Sensitivity: what one changed setting of the training changes, seed by seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hidden_units.report.evidence import Study
from hidden_units.report.wording import confidence, is_absent
from hidden_units.statistics.comparisons import paired_over_seeds

# Largest p, corrected for the number of comparisons, at which a difference is significant.
LEVEL = 0.05


def context(study: Study) -> dict[str, Any] | None:
    """What the chapter on sensitivity shows; None where the configuration has no ablation."""
    asked = study.config["sensitivity"]
    if asked["seeds"] == 0 or not (asked["order"] or asked["precision"]):
        return None
    rows = study.evidence.rows("characters/sensitivity.csv")
    groups = by_outcome(rows)
    return {
        "asked": asked,
        "low_precision": "bfloat16",
        "rows": rows,
        "level": LEVEL,
        "groups": groups,
        "largest_possible": max(
            (min(abs(row[end]), 1.0) for row in groups["not_significant"] for end in ("low", "high")),
            default=None,
        ),
        "confidence": confidence(paired_over_seeds),
        "resamples": study.config["statistics"]["resamples"],
        "figure": study.figure("characters", "sensitivity"),
    }


def by_outcome(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """The ablations by what their test says.

    Args:
        rows: of characters/sensitivity.csv.

    Returns:
        `significant` and `not_significant` of those tested; without a test, for one seed or no scatter,
        `shifted` where the means differ and `unmoved` where they do not.
    """
    tested = [row for row in rows if not is_absent(row["p_holm"])]
    untested = [row for row in rows if is_absent(row["p_holm"])]
    return {
        "significant": [row for row in tested if row["p_holm"] < LEVEL],
        "not_significant": [row for row in tested if row["p_holm"] >= LEVEL],
        "shifted": [row for row in untested if row["difference"]],
        "unmoved": [row for row in untested if not row["difference"]],
    }
