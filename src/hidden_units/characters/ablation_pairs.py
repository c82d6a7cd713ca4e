"""How much one changed setting changes the accuracy, seed by seed."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from hidden_units.statistics.comparisons import Comparison, holm, paired_over_seeds, unpaired_over_seeds
from hidden_units.statistics.intervals import RESAMPLES, mean_over_seeds

DIFFERENCE = ("difference", "low", "high", "p", "p_holm", "bootstrap_low", "bootstrap_high")


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
        rows.append(
            {
                "variant": variant,
                "model": model,
                "seeds": len(group),
                "accuracy_mean": group["accuracy"].mean(),
                "baseline_mean": group["baseline"].mean(),
                **change(group, paired_over_seeds, resamples),
            }
        )
    return pd.DataFrame(rows).assign(p_holm=holm([row["p"] for row in rows]))


def change(pairs: pd.DataFrame, test: Callable[..., Comparison], resamples: int) -> dict[str, float | None]:
    """The columns of a difference: accuracy minus baseline, both intervals, p."""
    comparison = test(pairs["baseline"], pairs["accuracy"], resamples)
    return {
        "difference": comparison.difference,
        "low": comparison.low,
        "high": comparison.high,
        "p": comparison.p,
        "p_holm": None,  # known with all rows
        "bootstrap_low": comparison.bootstrap.low if comparison.bootstrap else None,
        "bootstrap_high": comparison.bootstrap.high if comparison.bootstrap else None,
    }


def summarise_sweep(
    runs: pd.DataFrame, setting: str, own: float, resamples: int = RESAMPLES
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Each run of a swept setting with the main study's of its network and seed; a row for each value.

    A diverged training has no accuracy: it is counted, and means and differences are those of the other
    seeds. Hidden sizes share nothing through a seed, so they are compared unpaired, by Welch's test. `p_holm`
    is corrected for all rows.

    Args:
        runs: a row for each run, columns value, model, seed, accuracy; all seeds at each value.
        setting: the key that is swept.
        own: the main study's value of it.
        resamples: of each bootstrap.

    Returns:
        The columns of characters/swept_runs.csv and of characters/swept.csv; `seeds` are those with an
        accuracy, and a row at `own` has no difference.
    """
    widths = setting == "hidden"
    runs = runs.assign(accuracy=runs["accuracy"].astype(float), variant=runs["value"])
    if widths:
        runs["model"] = "netfull"
    pairs = pair_runs(runs, runs[runs["value"] == own]).rename(columns={"variant": "value"})
    rows = []
    for (value, model), group in pairs.groupby(["value", "model"], sort=False):
        ended = group.dropna(subset="accuracy")
        interval = mean_over_seeds(ended["accuracy"])
        row = {
            "value": value,
            "model": model,
            "seeds": len(ended),
            "diverged": len(group) - len(ended),
            "accuracy_mean": ended["accuracy"].mean(),
            "accuracy_sd": ended["accuracy"].std(ddof=1),
            "accuracy_low": interval.low,
            "accuracy_high": interval.high,
            **dict.fromkeys(DIFFERENCE),
        }
        if value != own and len(ended):
            row |= change(ended, unpaired_over_seeds if widths else paired_over_seeds, resamples)
        rows.append(row)
    table = pd.DataFrame(rows).assign(p_holm=holm([row["p"] for row in rows]))
    for each in (pairs, table):
        each.insert(0, "setting", setting)
    return pairs, table
