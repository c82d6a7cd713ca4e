"""Which pair of classes a network confuses most, seed by seed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd


def rank_pairs(confusion: np.ndarray) -> pd.DataFrame:
    """The pairs of different classes of one matrix, most often confused first.

    A pair counts by the larger of its two directions.

    Args:
        confusion: counts (classes, classes), rows targets, columns the class chosen.

    Returns:
        Columns first, second (first < second), target, chosen (of the larger direction), count, both (the sum
        of the two directions), rank: how many pairs have as large a count or a larger one, itself included,
        so that of two pairs that share the first place neither has rank 1.
    """
    first, second = np.triu_indices(len(confusion), 1)
    there, back = confusion[first, second], confusion[second, first]
    table = pd.DataFrame(
        {
            "first": first,
            "second": second,
            "target": np.where(there >= back, first, second),
            "chosen": np.where(there >= back, second, first),
            "count": np.maximum(there, back),
            "both": there + back,
        }
    ).sort_values("count", ascending=False, kind="stable", ignore_index=True)
    return table.assign(rank=table["count"].rank(ascending=False, method="max").astype(int))


def pairs_by_seed(confusions: Mapping[str, Mapping[int, np.ndarray]]) -> pd.DataFrame:
    """`rank_pairs` of the matrices (classes, classes) of each model and seed, which are its first columns."""
    tables = {
        (model, seed): rank_pairs(matrix)
        for model, runs in confusions.items()
        for seed, matrix in runs.items()
    }
    return pd.concat(tables, names=["model", "seed"]).reset_index(["model", "seed"])
