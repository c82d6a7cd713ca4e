"""Whether a few seeds scatter far less than their neighbours, which is luck rather than precision."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import scipy

from hidden_units.statistics.comparisons import holm
from hidden_units.statistics.intervals import CONFIDENCE, scatters

COLUMNS = ["seeds", "mean", "sd", "pooled_sd", "p", "p_holm", "is_lucky", "pooled_low", "pooled_high"]


def compare_scatter(
    samples: Mapping[str, Sequence[float]], level: float = 0.05, confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """Each sample's variance against that pooled over all the others, which are taken to scatter alike.

    The test is the one-sided F test of a variance ratio, corrected for the number of samples (Holm). It
    supposes normal runs, and is used to place a mark, not to drop anything.

    Args:
        samples: by name the results of the seeds.
        level: of Holm's p, at or below which a scatter is called lucky.

    Returns:
        a row a sample, indexed by name: seeds, mean, sd (ddof 1), pooled_sd (of the others), p, p_holm,
        is_lucky, and pooled_low, pooled_high: the t interval of its mean from the pooled scatter. Empty where
        a sample has fewer than two seeds, or there are fewer than three samples.
    """
    arrays = {name: np.asarray(values, float) for name, values in samples.items()}
    if len(arrays) < 3 or min(map(len, arrays.values())) < 2:
        return pd.DataFrame(columns=COLUMNS)
    rows = [(len(values), values.mean(), values.std(ddof=1)) for values in arrays.values()]
    table = pd.DataFrame(rows, index=list(arrays), columns=["seeds", "mean", "sd"])
    freedom = table["seeds"] - 1
    squares = freedom * table["sd"] ** 2
    others = freedom.sum() - freedom
    table["pooled_sd"] = np.sqrt((squares.sum() - squares) / others)
    known = table["pooled_sd"].map(lambda sd: scatters(np.array([0, sd])))
    # Seeds that all gave the same have no interval that could show off; counts of images may well be equal.
    known &= table["sd"].map(lambda sd: scatters(np.array([0, sd])))
    table["p"] = scipy.stats.f.cdf((table["sd"] / table["pooled_sd"].where(known)) ** 2, freedom, others)
    table["p_holm"] = holm([None if math.isnan(p) else p for p in table["p"]])
    table["is_lucky"] = table["p_holm"].astype(float) <= level
    half = scipy.stats.t.ppf((1 + confidence) / 2, others) * table["pooled_sd"] / np.sqrt(table["seeds"])
    table["pooled_low"], table["pooled_high"] = table["mean"] - half, table["mean"] + half
    return table[COLUMNS]
