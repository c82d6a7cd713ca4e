"""What the data of the characters study show, in sentences: computed, so that they hold on any data.

Each function returns an empty sentence where its data are missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from hidden_units.report.wording import (
    amount,
    class_name,
    count,
    decimal,
    family_of,
    interval_is_known,
    listing,
    percent_in_text,
    points,
    probability,
)

Rows = Sequence[Mapping[str, Any]]


def learning(history: Rows) -> str:
    """From which epoch on the networks rank as at the end, and what the last epoch still brought.

    Args:
        history: rows of the learning curves: model, seed, epoch, accuracy.
    """
    if not history:
        return ""
    means = pd.DataFrame(history).pivot_table(index="epoch", columns="model", values="accuracy", sort=False)
    means = means.sort_index()
    ranks = means.rank(axis="columns")
    settled = (ranks == ranks.iloc[-1]).all(axis="columns")
    # The last run of epochs that all rank as the last one does.
    first = settled.index[::-1][settled.to_numpy()[::-1].cumprod().sum() - 1]
    sentences = []
    if means.shape[1] > 1:
        order = listing(family_of(model) for model in means.iloc[-1].sort_values(kind="stable").index)
        sentences.append(
            f"The mean accuracies stand in their final order ({order}, lowest first) from epoch {first} on."
        )
    if len(means) > 1:
        gains = listing(
            f"{family_of(model)} {points(gain)}" for model, gain in (means.iloc[-1] - means.iloc[-2]).items()
        )
        sentences.append(f"The last epoch changed them by, in points: {gains}.")
    return " ".join(sentences)


def sweep(widths: Rows) -> str:
    """Which hidden size is best in the mean, how far the others lie, and whether intervals tell them apart.

    Args:
        widths: summaries of NetFull, narrowest first.
    """
    if not widths:
        return ""
    best = max(widths, key=lambda row: row["accuracy_mean"])
    sentence = (
        f"The highest mean is {percent_in_text(best['accuracy_mean'])} at "
        f"{amount(int(best['hidden']), 'hidden unit')}"
    )
    if len(widths) == 1:
        return f"{sentence}."
    means = [row["accuracy_mean"] for row in widths]
    sentence += (
        f"; between {count(widths[0]['hidden'])} and {count(widths[-1]['hidden'])} units the means span "
        f"{decimal(100 * (max(means) - min(means)), 2)} points."
    )
    if any(row["seeds"] < 2 for row in widths):
        return f"{sentence} With one seed a size there is no interval."
    alike = [row for row in widths if not interval_is_known(row)]
    if alike:
        return (
            f"{sentence} All seeds gave the same at {listing(count(row['hidden']) for row in alike)}, so "
            "that nothing is known of how others would scatter there."
        )
    close = [row for row in widths if row is not best and row["accuracy_high"] >= best["accuracy_low"]]
    others = len(widths) - 1
    if not close:
        return f"{sentence} No other size has an interval that reaches that of the best."
    every = "all of the" if len(close) == others else f"{count(len(close))} of the"
    return f"{sentence} The intervals of {every} {amount(others, 'other size')} overlap that of the best."


def shown_intervals(widths: Rows) -> str:
    """What the sweep's intervals are and how they are drawn: a band where all are known, else bars."""
    known = sum(map(interval_is_known, widths))
    if not known:
        return ""
    shape = "band is the interval" if known == len(widths) else "bars are the intervals"
    return f" The {shape} of the mean for other seeds."


def confusion(pairs: Rows, classes: Rows) -> str:
    """Which class is most often taken for which other.

    Args:
        pairs: ranked pairs of one model, the most often confused first.
    """
    if not pairs:
        return ""
    if not pairs[0]["count_mean"]:
        return "No image was mistaken."
    here, mean = max(pairs, key=lambda row: row["count_representative"]), pairs[0]
    in_the_mean = (
        f"{decimal(mean['count_mean'], 1)} images, {percent_in_text(mean['rate'], 1)} of the class, in the "
        "mean over seeds"
    )
    taken = f"{name_of(here, 'target', classes)} is taken for {name_of(here, 'chosen', classes)}"
    if here is mean:
        return f"Most often {taken}: {amount(here['count_representative'], 'image')} here, {in_the_mean}."
    return (
        f"Most often {taken} here ({amount(here['count_representative'], 'image')}); over all seeds it is "
        f"{name_of(mean, 'target', classes)} for {name_of(mean, 'chosen', classes)} ({in_the_mean})."
    )


def name_of(row: Mapping[str, Any], role: str, classes: Rows) -> str:
    """The name of the class that a row's column `target` or `chosen` holds."""
    return class_name(classes[row[role]])


def per_class(table: Rows, models: Sequence[str], classes: Rows) -> str:
    """The class with the lowest recall under each model."""
    lowest: dict[str, list[str]] = {}
    for model in models:
        own = [row for row in table if row["model"] == model]
        if own:
            row = min(own, key=lambda row: row["recall"])
            found = lowest.setdefault(class_name(classes[row["label"]]), [])
            found.append(f"{family_of(model)} ({percent_in_text(row['recall'], 1)})")
    where = listing(f"{name} under {listing(found)}" for name, found in lowest.items())
    return f"Recall is lowest for {where}." if lowest else ""


def likeness(table: Rows, classes: Rows) -> str:
    """The two classes whose means are most alike.

    Args:
        table: ordered pairs with their similarity, the diagonal included.
    """
    pairs = [row for row in table if row["target"] < row["chosen"] and row["similarity"] is not None]
    if not pairs or not classes:
        return ""
    most = max(pairs, key=lambda row: row["similarity"])
    names = listing(name_of(most, role, classes) for role in ("target", "chosen"))
    return f"The means most alike are {names} (correlation {decimal(most['similarity'], 2)})."


def correlations(rows: Rows) -> str:
    """Spearman’s rank correlations of likeness and confusion."""
    known = [row for row in rows if row["spearman"] is not None]
    if not known:
        return ""
    values = listing(f"{decimal(row['spearman'], 2)} for {family_of(row['model'])}" for row in known)
    return (
        f"Over the {count(known[0]['pairs'])} pairs of classes, Spearman’s rank correlation between likeness "
        f"and confusion is {values}."
    )


def mistakes(table: Rows, classes: Rows) -> str:
    """The mistake that a network was surest of.

    Args:
        table: mistakes, the surest first.
    """
    if not table or not classes:
        return ""
    first = table[0]
    taken = f"{name_of(first, 'target', classes)} taken for {name_of(first, 'chosen', classes)}"
    return f"The surest of all: {taken} with {probability(first['probability'])}."
