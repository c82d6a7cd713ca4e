"""What the tables of the characters study show: facts, for the template to put into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from hidden_units.report.wording import interval_is_known

Row = Mapping[str, Any]


def learning(history: Sequence[Row]) -> dict[str, Any]:
    """From which epoch on the networks rank as at the end, and what the last epoch changed.

    Args:
        history: rows of the learning curves: model, seed, epoch, accuracy.

    Returns:
        order (models, lowest mean accuracy first), settled (the first of the last epochs that all have this
        order) and gains (change of the mean in the last epoch by model; empty if there is only one epoch).
    """
    means = pd.DataFrame(history).pivot_table(index="epoch", columns="model", values="accuracy", sort=False)
    means = means.sort_index()
    ranks = means.rank(axis="columns")
    as_at_the_end = (ranks == ranks.iloc[-1]).all(axis="columns").to_numpy()
    return {
        "order": list(means.iloc[-1].sort_values(kind="stable").index),
        "settled": int(means.index[::-1][as_at_the_end[::-1].cumprod().sum() - 1]),
        "gains": dict(means.iloc[-1] - means.iloc[-2]) if len(means) > 1 else {},
    }


def sweep(widths: Sequence[Row]) -> dict[str, Any]:
    """Which hidden size has the best mean, and how the others compare.

    Args:
        widths: summaries of NetFull, narrowest first.

    Returns:
        best (its row), span (of all means), unknown (rows without an interval) and overlapping (other rows
        with an interval that reaches that of the best, if all are known).
    """
    best = max(widths, key=lambda row: row["accuracy_mean"])
    means = [row["accuracy_mean"] for row in widths]
    unknown = [row for row in widths if not interval_is_known(row)]
    return {
        "best": best,
        "span": max(means) - min(means),
        "unknown": unknown,
        "overlapping": [
            row
            for row in widths
            if not unknown and row is not best and row["accuracy_high"] >= best["accuracy_low"]
        ],
    }


def most_confused(pairs: Sequence[Row]) -> dict[str, Row]:
    """The pairs most often confused: `here`, by the representative seed, and in the `mean` over seeds.

    Args:
        pairs: ranked pairs of one model, the most often confused first.
    """
    return {"here": max(pairs, key=lambda row: row["count_representative"]), "mean": pairs[0]}


def lowest_recall(table: Sequence[Row], models: Sequence[str]) -> dict[int, list[Row]]:
    """The rows with the lowest recall of each model, by the label of their class."""
    lowest: dict[int, list[Row]] = {}
    for model in models:
        row = min((row for row in table if row["model"] == model), key=lambda row: row["recall"])
        lowest.setdefault(row["label"], []).append(row)
    return lowest


def most_alike(table: Sequence[Row]) -> Row | None:
    """The two classes whose means are most alike; None where no two means can be correlated.

    Args:
        table: ordered pairs with their similarity, the diagonal included.
    """
    pairs = [row for row in table if row["target"] < row["chosen"] and row["similarity"] is not None]
    return max(pairs, key=lambda row: row["similarity"], default=None)
