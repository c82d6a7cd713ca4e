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
    Finding,
    MissingEvidence,
    above,
    share,
)

PAIRS = "characters/pairs_by_seed.csv"
REPRESENTATIVES = "characters/representatives.json"
SHOWN = 3


def confusions_published(material: Material, claim: Claim) -> Finding:
    """The place of the named pairs in the printed matrix."""
    ranked = rank_pairs(material.published.matrices[claim.model])
    verdict = SUPPORTED if come_first(ranked, claim.pairs) else CONTRADICTED
    both = ranked.sort_values("both", ascending=False, kind="stable").iloc[0]
    return Finding(
        verdict,
        {
            "first": ranked.head(SHOWN).to_dict("records"),
            "both": both[["first", "second", "both"]].to_dict(),
        },
    )


def come_first(ranked: pd.DataFrame, pairs: Sequence[tuple[int, int]]) -> bool:
    """Whether the pairs take the first places in their order, each alone.

    Args:
        ranked: of one matrix, see `pair_ranks.rank_pairs`; pairs: of classes, the lower first.
    """
    places = {(row.first, row.second): row.rank for row in ranked.itertuples()}
    return all(places[pair] == place for place, pair in enumerate(pairs, start=1))


def confusions_measured(material: Material, claim: Claim) -> Finding:
    """The share of seeds in whose matrix the named pairs come first."""
    table = material.files.table(PAIRS)
    require_models([claim.model], table["model"])
    own = table[table["model"] == claim.model]
    seeds = own["seed"].nunique()
    means = own.groupby(["first", "second"])["count"].mean().sort_values(ascending=False, kind="stable")
    require_seeds(seeds)
    if not {*claim.pairs} <= {*means.index}:
        classes = own["second"].max() + 1
        raise MissingEvidence(
            f"The claim names classes that these images, of {classes} classes, do not have."
        )
    right = sum(come_first(ranked, claim.pairs) for _, ranked in own.groupby("seed"))
    found, words = share(right, seeds, claim.thresholds["confidence_percent"])
    shown = means.head(SHOWN)
    leading = [{"first": a, "second": b, "mean": mean} for (a, b), mean in shown.items()]
    # As often as the last one shown; of many classes and few images there are dozens.
    others = int((means >= shown.min()).sum()) - len(shown)
    verdict = above(found.low, found.high, claim.thresholds["most"])
    return Finding(verdict, {"leading": leading, "others": others, "share": words})


def matrices_published(material: Material, claim: Claim) -> Finding:
    """Rows and traces of the printed matrices."""
    published, thresholds = material.published, claim.thresholds
    wrong = []
    for model, matrix in published.matrices.items():
        rows = np.flatnonzero(matrix.sum(axis=1) != thresholds["images_per_class"])
        wrong += [{"model": model, "row": row, "sum": matrix[row].sum()} for row in rows]
        trace = np.trace(matrix) / matrix.sum()
        if not agrees(trace, published.accuracy[model], thresholds["rounding_points"] / 100):
            wrong.append({"model": model, "trace": trace})
    facts = {
        "wrong": wrong,
        "rows": sum(len(matrix) for matrix in published.matrices.values()),
        "traces": {model: np.trace(matrix) for model, matrix in published.matrices.items()},
    }
    return Finding(CONTRADICTED if wrong else SUPPORTED, facts)


def matrices_measured(material: Material, claim: Claim) -> Finding:
    """Rows and traces of this run's matrices."""
    expected = np.array(material.files.json("data/dataset.json")["counts"]["test_per_class"])
    seeds = material.files.json(REPRESENTATIVES)
    wrong, traces, rows = [], {}, 0
    for model in material.networks:
        matrix = material.files.table(f"characters/{model}/confusion.csv").to_numpy()
        metrics = material.files.json(f"characters/{model}/seed-{seeds[model]}/metrics.json")
        rows += len(matrix)
        odd = np.flatnonzero(matrix.sum(axis=1) != expected)
        wrong += [
            {"model": model, "row": row, "sum": matrix[row].sum(), "expected": expected[row]} for row in odd
        ]
        traces[model] = np.trace(matrix)
        if traces[model] != metrics["correct"]:
            wrong.append({"model": model, "trace": traces[model], "correct": metrics["correct"]})
    images = sorted({int(value) for value in expected})
    facts = {"wrong": wrong, "rows": rows, "traces": traces, "images": images}
    if wrong:
        return Finding(CONTRADICTED, facts)
    claimed = images == [int(claim.thresholds["images_per_class"])]
    return Finding(SUPPORTED if claimed else NOT_COMPARABLE, facts)
