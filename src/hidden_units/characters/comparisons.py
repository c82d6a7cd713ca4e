"""Tables of comparisons: networks and widths against each other, accuracy against size, measured against
reported confusions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pandas as pd

from hidden_units.names import is_own_name
from hidden_units.statistics.comparisons import (
    holm,
    outperformance,
    paired_over_images,
    unpaired_over_seeds,
)
from hidden_units.statistics.intervals import scatters
from hidden_units.statistics.pareto import pareto_front
from hidden_units.statistics.plateau import Plateau, Width, find_plateau, resampled_means

COMPARISON_COLUMNS = [
    "family",
    "question",
    "a",
    "b",
    "difference",
    "low",
    "high",
    "method",
    "p",
    "p_holm",
    "probability_b_better",
    "seeds",
]
OUTPERFORMANCE_COLUMNS = ["family", "a", "b", "probability_b_better", "low", "high", "seeds"]
PLATEAU_COLUMNS = [field.name for field in fields(Width)]
OTHER_SEEDS, OTHER_IMAGES = "other seeds", "other test images"
WELCH, BOOTSTRAP, MCNEMAR = "Welch", "bootstrap", "paired bootstrap, McNemar"
PIXELS = 28 * 28


def compare_models(
    accuracies: Mapping[str, Sequence[float]],
    correct: Mapping[str, np.ndarray],
    networks: Sequence[str],
    widths: Sequence[str],
    resamples: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare the networks pair by pair over seeds and over images, and each width with the next over seeds.

    Args:
        accuracies: of every seed, by model.
        correct: (images,) whether the representative seed is right, by model; of the networks.
        networks: those to compare with each other.
        widths: models of the sweep, narrowest first.
        resamples: of each bootstrap.

    Returns:
        The rows of characters/comparisons.csv, corrected by Holm inside each family and question; and those
        of characters/outperformance.csv, which give the probability that b beats a its interval.
    """
    pairs_of_networks = list(combinations(networks, 2))
    # Those with a network of the user's own are a family apart, so that the others' corrections stay.
    own = [pair for pair in pairs_of_networks if any(map(is_own_name, pair))]
    families = {
        "networks": [pair for pair in pairs_of_networks if pair not in own],
        "own networks": own,
        "widths": list(pairwise(widths)),
    }
    over_seeds = {
        family: [row for a, b in pairs for row in rows_over_seeds(family, a, b, accuracies, resamples)]
        for family, pairs in families.items()
    }
    over_images = {
        family: [
            {
                "family": family,
                "question": OTHER_IMAGES,
                "a": a,
                "b": b,
                "method": MCNEMAR,
                "seeds": 1,
                **asdict(paired_over_images(correct[a], correct[b], resamples)),
            }
            for a, b in families[family]
        ]
        for family in ("networks", "own networks")
    }
    groups = [group for family in families for group in (over_seeds[family], over_images.get(family, []))]
    # Holm's correction is for the tests of one family and question.
    corrected = [p for group in groups for p in holm([row["p"] for row in group])]
    rows = [row for group in groups for row in group]
    comparisons = pd.DataFrame(rows, columns=COMPARISON_COLUMNS).assign(p_holm=corrected)
    better = [row | asdict(row["better"]) for row in rows if row.get("better")]
    return comparisons, pd.DataFrame(better, columns=OUTPERFORMANCE_COLUMNS)


def rows_over_seeds(
    family: str, a: str, b: str, accuracies: Mapping[str, Sequence[float]], resamples: int
) -> list[dict]:
    """Two models over seeds: a row by Welch and one by the bootstrap; of single runs the difference alone."""
    comparison = unpaired_over_seeds(accuracies[a], accuracies[b], resamples)
    better = outperformance(accuracies[a], accuracies[b])
    row = {
        "family": family,
        "question": OTHER_SEEDS,
        "a": a,
        "b": b,
        "method": WELCH,
        "probability_b_better": better and better.probability_b_better,
        "seeds": min(len(accuracies[a]), len(accuracies[b])),
        "better": better,
        **asdict(comparison),
    }
    if comparison.bootstrap is None:
        return [row]
    without = {"p": None, "probability_b_better": None, "better": None}
    return [row, row | {"method": BOOTSTRAP, **asdict(comparison.bootstrap)} | without]


def plateau_table(plateau: Plateau) -> pd.DataFrame:
    """The rows of characters/plateau.csv, narrowest first; none where nothing could be compared."""
    return pd.DataFrame([asdict(width) for width in plateau.widths], columns=PLATEAU_COLUMNS)


def choosing_accuracies(sweep: pd.DataFrame) -> tuple[str, dict[int, list[float]]]:
    """The accuracies by which a width is chosen: on the images held out where there are any.

    Args:
        sweep: characters/sweep.csv.

    Returns:
        `validation images` or `test images`, and the accuracy of every seed by width.
    """
    held_out = "validation_accuracy" in sweep
    column = "validation_accuracy" if held_out else "accuracy"
    accuracies = {int(hidden): list(group) for hidden, group in sweep.groupby("hidden")[column]}
    return "validation images" if held_out else "test images", accuracies


def plateau_answer(sweep: pd.DataFrame, margin: float, resamples: int) -> tuple[dict[str, Any], pd.DataFrame]:
    """Which width is wide enough, see `statistics.plateau.find_plateau`.

    Args:
        sweep: characters/sweep.csv.

    Returns:
        The content of characters/plateau.json, `test_accuracy` being that of the width that is named, None
        where none is; and the rows of characters/plateau.csv.
    """
    chosen_on, accuracies = choosing_accuracies(sweep)
    plateau = find_plateau(accuracies, margin, resamples)
    named = plateau.smallest_equivalent if plateau.verdict == "width" else None
    answer = {
        "margin": margin,
        "best": plateau.best,
        "smallest_equivalent": plateau.smallest_equivalent,
        "verdict": plateau.verdict,
        "one_standard_error": plateau.one_standard_error,
        "seeds": min(map(len, accuracies.values())),
        "resamples": resamples,
        "chosen_on": chosen_on,
        "test_accuracy": float(sweep.groupby("hidden")["accuracy"].mean()[named]) if named else None,
    }
    return answer, plateau_table(plateau)


def stored_numbers(baseline: str, train_images: int, components: int) -> int:
    """How many numbers a nearest-neighbour classifier must keep to answer: images and labels, and the PCA."""
    if baseline.startswith("pca"):
        kept = min(components, PIXELS, train_images)
        # Each image by its components and label; each component and the mean image by their pixels.
        return train_images * (kept + 1) + PIXELS * (kept + 1)
    return train_images * (PIXELS + 1)


def pareto_table(
    summary: pd.DataFrame,
    accuracies: Mapping[str, Sequence[float]],
    train_images: int,
    components: int,
    resamples: int,
) -> pd.DataFrame:
    """Accuracy against the numbers that a classifier keeps: its parameters, or a baseline's training images.

    Args:
        summary: characters/summary.csv.
        accuracies: of every seed, by trained model.
        train_images: that a baseline keeps.
        components: principal components of the baseline that has them.

    Returns:
        The columns of characters/economy.csv, in the order of the summary. `on_front` is by the means over
        seeds; `share_on_front` the share of bootstrap resamples of the seeds in which it holds, empty where
        a network has one seed or the seeds of none scatter; `share_ahead` and `share_behind` as in
        `shares_among_networks`, empty too where they do not apply; `points_per_thousand` the accuracy in
        points over the thousands of numbers stored; `gain_per_thousand` the points gained over the next
        smaller classifier on the front, over the thousands of numbers more, empty off the front and for its
        smallest.
    """
    table = summary[["model", "parameters"]].copy()
    table["stored_numbers"] = [
        int(row.parameters)
        if pd.notna(row.parameters)
        else stored_numbers(row.model, train_images, components)
        for row in table.itertuples()
    ]
    table["accuracy_mean"] = summary["accuracy_mean"]
    numbers_kept, means = table["stored_numbers"].to_numpy(), table["accuracy_mean"].to_numpy()
    table["on_front"] = pareto_front(numbers_kept, means)
    table[["share_on_front", "share_ahead", "share_behind"]] = np.nan
    trained = table["model"].isin(list(accuracies)).to_numpy()
    samples = [np.asarray(accuracies[model]) for model in table.loc[trained, "model"]]
    if min(map(len, samples), default=0) > 1 and any(map(scatters, samples)):
        drawn = resampled_means(samples, resamples)
        values = np.tile(means.astype(float), (resamples, 1))
        values[:, trained] = drawn
        table["share_on_front"] = pareto_front(numbers_kept, values).mean(axis=0)
        sizes = table.loc[trained, "parameters"].to_numpy(dtype=int)
        # Claims judge by these, so the user's own networks have no part in them.
        ours = ~table.loc[trained, "model"].map(is_own_name).to_numpy()
        judged = trained & ~table["model"].map(is_own_name).to_numpy()
        table.loc[judged, ["share_ahead", "share_behind"]] = shares_among_networks(
            sizes[ours], drawn[:, ours]
        )
    table["points_per_thousand"] = 100 * means / (numbers_kept / 1000)
    front = table[table["on_front"]].sort_values("stored_numbers", kind="stable")
    gains = 100 * front["accuracy_mean"].diff() / (front["stored_numbers"].diff() / 1000)
    table["gain_per_thousand"] = gains.where(np.isfinite(gains))
    return table.astype({"parameters": "Int64"})


def shares_among_networks(parameters: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """How surely each trained network is ahead of the others, or behind one, whichever seeds are drawn.

    A network is *behind* where another is at least as accurate with no more parameters. It is *ahead* where
    it is not behind, and at least as accurate as every network with at least as many parameters: better than
    all that are smaller, and not beaten by size.

    Args:
        parameters: (networks,) their numbers.
        drawn: (resamples, networks) mean accuracies.

    Returns:
        (networks, 2): the share of resamples in which each is ahead (nan for a network than which none is
        larger), and in which it is behind.
    """
    shares = []
    for place, size in enumerate(parameters):
        others = np.arange(len(parameters)) != place
        smaller, larger = others & (parameters <= size), others & (parameters >= size)
        own = drawn[:, [place]]
        behind = (drawn[:, smaller] >= own).any(axis=1)
        ahead = ~behind & (own >= drawn[:, larger]).all(axis=1)
        shares.append((ahead.mean() if larger.any() else np.nan, behind.mean()))
    return np.array(shares)


def confusion_difference(rates: pd.DataFrame, published: np.ndarray) -> pd.DataFrame:
    """Measured rates of confusion minus the published ones.

    Args:
        rates: columns target, chosen, rate, of all pairs of different classes, in the mean over seeds.
        published: counts (classes, classes), rows targets, columns the class chosen.

    Returns:
        A row a cell, the diagonal included: target, chosen, measured, published, difference; fractions of the
        images of the target.
    """
    measured = np.zeros(published.shape)
    measured[rates["target"], rates["chosen"]] = rates["rate"]
    np.fill_diagonal(measured, 1 - measured.sum(axis=1))
    reported = published / published.sum(axis=1, keepdims=True)
    target, chosen = np.indices(published.shape).reshape(2, -1)
    table = {"target": target, "chosen": chosen, "measured": measured.ravel(), "published": reported.ravel()}
    return pd.DataFrame(table).assign(difference=(measured - reported).ravel())
