"""From single runs to statements: the representative seed, summaries over seeds, the sweep."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hidden_units.statistics.intervals import bootstrap_interval, mean_over_seeds
from hidden_units.statistics.scatter import compare_scatter


def hidden_size(model: str) -> int | None:
    """The width in the name of a NetFull, None for any other model."""
    name, _, width = model.partition("-")
    return int(width) if name == "netfull" else None


def summarise(
    runs: pd.DataFrame, baselines: pd.DataFrame, reported: Mapping[str, float] | None
) -> pd.DataFrame:
    """One row for each model: mean, standard deviation and t interval of the accuracy over its seeds.

    Args:
        runs: a row for each run with columns model, seed, parameters, accuracy, loss.
        baselines: columns model and accuracy; they have no seeds and no interval.
        reported: the published accuracy by model; None where the data are not the published study's.

    Returns:
        The columns of characters/summary.csv, models in the order in which they first appear.
    """
    rows = []
    for model, group in runs.groupby("model", sort=False):
        interval = mean_over_seeds(group["accuracy"])
        rows.append(
            {
                "model": model,
                "hidden": hidden_size(model),
                "parameters": group["parameters"].iloc[0],
                "seeds": len(group),
                "accuracy_mean": group["accuracy"].mean(),
                "accuracy_sd": group["accuracy"].std(ddof=1),
                "accuracy_low": interval.low,
                "accuracy_high": interval.high,
                "loss_mean": group["loss"].mean(),
                "reported": (reported or {}).get(model),
            }
        )
    rows += [{"model": row.model, "accuracy_mean": row.accuracy} for row in baselines.itertuples(index=False)]
    return pd.DataFrame(rows).astype({"hidden": "Int64", "parameters": "Int64", "seeds": "Int64"})


def means_over_seeds(runs: pd.DataFrame, resamples: int) -> pd.DataFrame:
    """Mean, standard deviation (ddof 1) and two intervals of the mean of each model's accuracy and loss.

    Both answer what other seeds would give, on the same images: Student's t, and the bootstrap (BCa), which
    assumes no normal distribution but is too narrow for few seeds. Both are empty for one seed, and for
    seeds that do not scatter.

    Args:
        runs: a row for each run with columns model, accuracy, loss.
        resamples: of each bootstrap.

    Returns:
        The columns of characters/means.csv, a row for each model and measure, models in the order in which
        they first appear.
    """
    rows = []
    for model, group in runs.groupby("model", sort=False):
        for measure in ("accuracy", "loss"):
            student = mean_over_seeds(group[measure])
            bootstrap = bootstrap_interval(group[measure], resamples=resamples)
            rows.append(
                {
                    "model": model,
                    "measure": measure,
                    "seeds": len(group),
                    "mean": group[measure].mean(),
                    "sd": group[measure].std(ddof=1),
                    "low": student.low,
                    "high": student.high,
                    "bootstrap_low": bootstrap.low if bootstrap else None,
                    "bootstrap_high": bootstrap.high if bootstrap else None,
                }
            )
    return pd.DataFrame(rows)


def scatter_of_widths(runs: pd.DataFrame) -> pd.DataFrame:
    """The rows of characters/scatter.csv: each NetFull's scatter over its seeds against the other widths'.

    Args:
        runs: a row for each run with columns model, accuracy.

    Returns:
        model, and the columns of `compare_scatter`.
    """
    own = runs[runs["model"].map(hidden_size).notna()]
    samples = {model: group.tolist() for model, group in own.groupby("model", sort=False)["accuracy"]}
    return compare_scatter(samples).rename_axis("model").reset_index()


def sweep(runs: pd.DataFrame, summary: pd.DataFrame) -> pd.DataFrame:
    """The runs of every NetFull, narrowest first, each with the mean and interval of its width.

    Where the runs have a `validation_accuracy`, so has the table, for choosing a width.
    """
    widths = summary.dropna(subset="hidden")[
        ["model", "hidden", "accuracy_mean", "accuracy_low", "accuracy_high", "reported"]
    ]
    measured = [name for name in ["accuracy", "loss", "validation_accuracy"] if name in runs.columns]
    own = runs[["model", "seed", "parameters", *measured]]
    table = own.merge(widths, on="model").sort_values(["hidden", "seed"], kind="stable", ignore_index=True)
    table.insert(0, "hidden", table.pop("hidden"))
    return table.drop(columns="model")


def summarise_shifts(runs: pd.DataFrame) -> pd.DataFrame:
    """Mean accuracy over seeds with its t interval, a row for each model and distance.

    Args:
        runs: columns model, seed, pixels, accuracy.

    Returns:
        Columns model, pixels, seeds, accuracy_mean, accuracy_low, accuracy_high; in the order of the runs.
    """
    rows = []
    for (model, pixels), group in runs.groupby(["model", "pixels"], sort=False):
        interval = mean_over_seeds(group["accuracy"])
        mean = {"accuracy_mean": group["accuracy"].mean()}
        ends = {"accuracy_low": interval.low, "accuracy_high": interval.high}
        rows.append({"model": model, "pixels": pixels, "seeds": len(group), **mean, **ends})
    return pd.DataFrame(rows)
