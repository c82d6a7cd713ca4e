"""How much one changed setting changes the accuracy, seed by seed."""

from __future__ import annotations

import pandas as pd

from hidden_units.statistics.comparisons import holm, paired_over_seeds
from hidden_units.statistics.intervals import RESAMPLES


def pair_runs(changed: pd.DataFrame, baselines: pd.DataFrame) -> pd.DataFrame:
    """Each changed run with the unchanged one of the same model and seed.

    Args:
        changed: a row for each run, columns variant, model, seed, accuracy.
        baselines: the same without variant; runs without a partner are left out.

    Returns:
        Columns variant, model, seed, baseline, accuracy, in the order of `changed`.

    Raises:
        ValueError: a changed run has no partner, or a baseline occurs twice.
    """
    partners = baselines[["model", "seed", "accuracy"]].rename(columns={"accuracy": "baseline"})
    pairs = changed.merge(partners, on=["model", "seed"], how="left", validate="many_to_one")
    if pairs["baseline"].isna().any():
        raise ValueError("a changed run has no unchanged run of its model and seed to be compared with")
    return pairs[["variant", "model", "seed", "baseline", "accuracy"]]


def compare(pairs: pd.DataFrame, resamples: int = RESAMPLES) -> pd.DataFrame:
    """One row for each variant and model: the mean difference over paired seeds, its t interval and p.

    The paired bootstrap (BCa), which resamples the pairs, is given too. `p_holm` is corrected for all
    rows of the table, which are one family. With one seed, and where the differences do not scatter, both
    intervals and both p are empty.

    Args:
        pairs: see `pair_runs`.
        resamples: of each bootstrap.

    Returns:
        The columns of characters/sensitivity.csv; differences are accuracy minus baseline, fractions.
    """
    rows = []
    for (variant, model), group in pairs.groupby(["variant", "model"], sort=False):
        comparison = paired_over_seeds(group["baseline"], group["accuracy"], resamples)
        rows.append(
            {
                "variant": variant,
                "model": model,
                "seeds": len(group),
                "accuracy_mean": group["accuracy"].mean(),
                "baseline_mean": group["baseline"].mean(),
                "difference": comparison.difference,
                "low": comparison.low,
                "high": comparison.high,
                "p": comparison.p,
                "p_holm": None,  # known with all rows
                "bootstrap_low": comparison.bootstrap.low if comparison.bootstrap else None,
                "bootstrap_high": comparison.bootstrap.high if comparison.bootstrap else None,
            }
        )
    return pd.DataFrame(rows).assign(p_holm=holm([row["p"] for row in rows]))
