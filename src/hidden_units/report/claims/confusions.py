"""Rules for the claims about confusion matrices, 7 to 10; words and numbers in claims.yaml."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hidden_units.characters.pair_ranks import rank_pairs
from hidden_units.report.claims.accuracies import agrees
from hidden_units.report.claims.entries import Claim
from hidden_units.report.claims.material import Material, require_models, require_seeds
from hidden_units.report.claims.verdicts import (
    CONTRADICTED,
    NOT_COMPARABLE,
    SUPPORTED,
    Judgement,
    above,
    called,
    share,
)
from hidden_units.report.wording import NO_BREAK, count, listing, percent_in_text

PAIRS = "characters/pairs_by_seed.csv"
REPRESENTATIVES = "characters/representatives.json"
SHOWN = 3


def confusions_published(material: Material, claim: Claim) -> Judgement:
    """The place of the named pairs in the printed matrix."""
    ranked = rank_pairs(material.published.matrices[claim.model])
    verdict = SUPPORTED if come_first(ranked, claim.pairs) else CONTRADICTED
    first = listing(
        f"{row['target']}{NO_BREAK}→{NO_BREAK}{row['chosen']}{NO_BREAK}({row['count']})"
        for row in ranked.head(SHOWN).to_dict("records")
    )
    both = ranked.sort_values("both", ascending=False, kind="stable").iloc[0]
    return Judgement(
        verdict,
        f"The largest counts of the printed matrix are {first}. With both directions together "
        f"{both['first']} and {both['second']} come first, {both['both']}.",
    )


def come_first(ranked: pd.DataFrame, pairs: Sequence[tuple[int, int]]) -> bool:
    """Whether the pairs take the first places in their order, each alone.

    Args:
        ranked: of one matrix, see `pair_ranks.rank_pairs`; pairs: of classes, the lower first.
    """
    places = {(row.first, row.second): row.rank for row in ranked.itertuples()}
    return all(places[pair] == place for place, pair in enumerate(pairs, start=1))


def confusions_measured(material: Material, claim: Claim) -> Judgement:
    """The share of seeds in whose matrix the named pairs come first."""
    table = material.table(PAIRS)
    require_models([claim.model], table["model"], {claim.model: called(claim.model)})
    own = table[table["model"] == claim.model]
    seeds = own["seed"].nunique()
    means = own.groupby(["first", "second"])["count"].mean().sort_values(ascending=False, kind="stable")
    leading = listing(f"{a} and {b}{NO_BREAK}({mean:.1f})" for (a, b), mean in means.head(SHOWN).items())
    finding = f"Most often confused by {called(claim.model)}, in the mean over seeds: {leading}."
    require_seeds(seeds)
    right = sum(come_first(ranked, claim.pairs) for _, ranked in own.groupby("seed"))
    found, words = share(right, seeds, claim.thresholds["confidence_percent"])
    verdict = above(found.low, found.high, claim.thresholds["most"])
    named = listing((f"{a} and {b}" for a, b in claim.pairs), "then")
    return Judgement(
        verdict, f"{finding} {named[:1].upper()}{named[1:]} come first in {words} of the seeds.", finding
    )


def matrices_published(material: Material, claim: Claim) -> Judgement:
    """Rows and traces of the printed matrices."""
    published, thresholds = material.published, claim.thresholds
    wrong = []
    for model, matrix in published.matrices.items():
        rows = np.flatnonzero(matrix.sum(axis=1) != thresholds["images_per_class"])
        wrong += [f"row {row} of {called(model)} sums to {count(matrix[row].sum())}" for row in rows]
        trace = np.trace(matrix) / matrix.sum()
        if not agrees(trace, published.accuracy[model], thresholds["rounding_points"] / 100):
            wrong.append(f"the trace of {called(model)} is {percent_in_text(trace)}")
    traces = listing(
        f"{count(np.trace(matrix))} ({called(model)})" for model, matrix in published.matrices.items()
    )
    if wrong:
        return Judgement(CONTRADICTED, f"In the printed matrices {listing(wrong)}.")
    rows = sum(len(matrix) for matrix in published.matrices.values())
    return Judgement(
        SUPPORTED,
        f"All {rows} rows sum to {count(thresholds['images_per_class'])}; the traces are {traces}.",
    )


def matrices_measured(material: Material, claim: Claim) -> Judgement:
    """Rows and traces of this run's matrices."""
    expected = np.array(material.json("data/dataset.json")["counts"]["test_per_class"])
    seeds = material.json(REPRESENTATIVES)
    wrong, traces, rows = [], [], 0
    for model in material.networks:
        matrix = material.table(f"characters/{model}/confusion.csv").to_numpy()
        metrics = material.json(f"characters/{model}/seed-{seeds[model]}/metrics.json")
        rows += len(matrix)
        odd = np.flatnonzero(matrix.sum(axis=1) != expected)
        wrong += [
            f"row {row} of {called(model)} sums to {count(matrix[row].sum())}, "
            f"for {count(expected[row])} images"
            for row in odd
        ]
        if np.trace(matrix) != metrics["correct"]:
            wrong.append(
                f"the trace of {called(model)} is {count(np.trace(matrix))}, "
                f"with {count(metrics['correct'])} right"
            )
        traces.append(f"{count(np.trace(matrix))} ({called(model)})")
    if wrong:
        return Judgement(CONTRADICTED, f"In this run’s matrices {listing(wrong)}.")
    images = sorted({int(value) for value in expected})
    each = count(images[0]) if len(images) == 1 else f"{count(images[0])} to {count(images[-1])}"
    evidence = (
        f"All {rows} rows sum to the {each} test images of their class; the traces, {listing(traces)}, are "
        "the images that were right."
    )
    claimed = int(claim.thresholds["images_per_class"])
    if images != [claimed]:
        return Judgement(
            NOT_COMPARABLE, f"{evidence} The claim is about {count(claimed)} test images of each class."
        )
    return Judgement(SUPPORTED, evidence)
