"""First page: what was done on which data, and the headline figures beside the reported ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any

from hidden_units.report.chapters.claims import MARKS, ledger_rows, tallies, tally_finding
from hidden_units.report.chapters.headlines import headlines
from hidden_units.report.comparability import comparability
from hidden_units.report.elements import Figure, figure
from hidden_units.report.evidence import Study, records
from hidden_units.report.wording import (
    confidence,
    family_of,
    interval_is_known,
    listing,
    percent_in_text,
)
from hidden_units.statistics.intervals import mean_over_seeds


def context(study: Study) -> dict[str, Any]:
    """What the first page shows."""
    rows = headline(study)
    return {
        "dataset": study.dataset,
        "comparability": comparability(study),
        "rows": rows,
        "confidence": confidence(mean_over_seeds),
        "finding": order_of_accuracies(rows),
        "headlines": headlines(
            study.evidence, len(study.config["checkerboard"]["network"]["hidden"]["biases"])
        ),
        "few_seeds": few_seeds(study.config["seeds"]),
        "accuracies": accuracies_figure(study, rows),
        **tally_of_claims(study),
        "paragraphs": [
            part.strip() for part in study.config["report"]["notes"].split("\n\n") if part.strip()
        ],
    }


def tally_of_claims(study: Study) -> dict[str, Any]:
    """How many claims of the published study have each verdict."""
    claims = ledger_rows(study.evidence)
    return {"tallies": tallies(claims), "tally_finding": tally_finding(claims), "marks": MARKS}


def headline(study: Study) -> list[dict[str, Any]]:
    """The summaries of the main classifiers, each with the published figures of the same name."""
    published = {row["model"]: row for row in records(study.published)}
    summaries = {row["model"]: row for row in study.evidence.rows("characters/summary.csv")}
    rows = []
    for model in study.main_models:
        if model in summaries:
            reported = published.get(model, {"accuracy": None, "loss": None})
            row = summaries[model] | {
                "reported_accuracy": reported["accuracy"],
                "reported_loss": reported["loss"],
            }
            known = reported["accuracy"] is not None
            row["difference"] = row["accuracy_mean"] - reported["accuracy"] if known else None
            rows.append(row)
    return rows


def order_of_accuracies(rows: Sequence[Mapping[str, Any]]) -> str:
    """Whether accuracy rises from the smallest network to the largest, and how sure that is over seeds."""
    if len(rows) < 2:
        return ""
    expected = " < ".join(family_of(row["model"]) for row in rows)
    ranked = sorted(rows, key=lambda row: row["accuracy_mean"])
    means = listing(f"{family_of(row['model'])} {percent_in_text(row['accuracy_mean'])}" for row in ranked)
    if all(low["accuracy_mean"] < high["accuracy_mean"] for low, high in pairwise(rows)):
        order = f"In the means the order {expected} holds: {means}."
    else:
        order = f"In the means the order {expected} does not hold: from lowest to highest {means}."
    return f"{order} {overlaps(ranked)}"


def few_seeds(seeds: int) -> str:
    """A warning of intervals from two seeds; one seed has none, and `overlaps` says so."""
    if seeds != 2:
        return ""
    return "Intervals from two seeds are wide, for each rests on a single difference; more seeds narrow them."


def overlaps(ranked: Sequence[Mapping[str, Any]]) -> str:
    """Which networks have overlapping intervals, of all pairs of them, lowest mean first."""
    if any(row["seeds"] < 2 for row in ranked):
        return "With one seed there is no interval, so this is the order of single runs."
    alike = [family_of(row["model"]) for row in ranked if not interval_is_known(row)]
    if alike:
        return (
            f"All seeds of {listing(alike)} gave the same accuracy, so that nothing is known of how others "
            "would scatter, nor how sure this order is."
        )
    close = [
        f"{family_of(low['model'])} and {family_of(high['model'])}"
        for low, high in combinations(ranked, 2)
        if low["accuracy_high"] >= high["accuracy_low"]
    ]
    if not close:
        return "No two of the intervals overlap."
    return (
        f"The intervals of {listing(close, 'and those of')} overlap, so these seeds do not settle which of "
        "the two is higher."
    )


def accuracies_figure(study: Study, rows: Sequence[Mapping[str, Any]]) -> Figure:
    """Every seed's accuracy, with the means, intervals and baselines."""
    summary = study.evidence.rows("characters/summary.csv")
    baselines = [row for row in summary if row["parameters"] is None]
    networks = listing(
        f"{family_of(row['model'])} at {percent_in_text(row['accuracy_mean'])}" for row in rows
    )
    alt = f"Dot plot of test accuracy: {networks or 'no network yet'}, each seed a small mark under its mean."
    caption = (
        "Test accuracy of each network after the last epoch: every seed as a small mark, the mean over seeds "
        "as a large one"
    )
    caption += (
        ", with its interval for other seeds as a line."
        if rows and all(map(interval_is_known, rows))
        else "."
    )
    if baselines:
        verb = "is a classifier" if len(baselines) == 1 else "are classifiers"
        caption += (
            f" The vertical {'tick' if len(baselines) == 1 else 'ticks'} below {verb} without training."
        )
    if any(row["reported"] is not None for row in rows):
        caption += " The open diamonds are the reported accuracies."
    return figure(study.evidence, "accuracies", "characters/figures/accuracies.svg", alt, caption)
