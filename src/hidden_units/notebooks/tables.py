"""The tables of the notebooks: numbers from the evidence, put into words cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from hidden_units.characters.comparisons import COMPARISON_COLUMNS, WELCH, corrected, rows_over_seeds
from hidden_units.characters.figures_comparisons import pair_name
from hidden_units.sequences.measures.dynamics import SRNDynamics
from hidden_units.statistics.plateau import Plateau

WORDS_OF_UNITS = {"h": "hidden", "c": "cell"}


def why_none(seeds: int) -> str:
    """Why a mean over seeds has no interval."""
    return "one seed: none" if seeds < 2 else "no scatter: none"


def pairs_table(pairs: pd.DataFrame, model: str, seed: int, names: Sequence[str], count: int) -> pd.DataFrame:
    """The pairs that a model confuses most often.

    Args:
        pairs: characters/confused_pairs.csv.
        seed: the representative one.
        names: of the classes.
        count: rows to show.
    """
    top = pairs[pairs["model"] == model].nsmallest(count, "rank")
    return pd.DataFrame(
        {
            "rank": top["rank"],
            "target": [names[label] for label in top["target"]],
            "taken for": [names[label] for label in top["chosen"]],
            "images, mean over seeds": [f"{images:.1f}" for images in top["count_mean"]],
            "of the target, %": [f"{100 * rate:.1f}" for rate in top["rate"]],
            f"images, seed {seed}": top["count_representative"],
        }
    )


def widths_table(sweep: pd.DataFrame) -> pd.DataFrame:
    """Accuracy of each width over its seeds.

    Args:
        sweep: characters/sweep.csv.
    """
    means = sweep.drop_duplicates("hidden")
    seeds = sweep.groupby("hidden")["accuracy"].agg(["min", "max", "size"]).loc[means["hidden"]]
    return pd.DataFrame(
        {
            "hidden units": means["hidden"],
            "parameters": [f"{count:,}" for count in means["parameters"]],
            "mean accuracy, %": [f"{100 * value:.2f}" for value in means["accuracy_mean"]],
            "lowest seed, %": [f"{100 * value:.2f}" for value in seeds["min"]],
            "highest seed, %": [f"{100 * value:.2f}" for value in seeds["max"]],
            "95 % interval of the mean": [
                f"{100 * low:.2f} to {100 * high:.2f}" if pd.notna(low) else why_none(count)
                for low, high, count in zip(
                    means["accuracy_low"], means["accuracy_high"], seeds["size"], strict=True
                )
            ],
        }
    )


def neighbouring_widths(accuracies: Mapping[int, Sequence[float]], resamples: int) -> pd.DataFrame:
    """Each width against the next, in the columns of characters/comparisons.csv.

    Args:
        accuracies: of every seed by width.
        resamples: of the bootstrap.
    """
    by_model = {f"netfull-{width}": accuracies[width] for width in sorted(accuracies)}
    rows = [
        row for a, b in pairwise(by_model) for row in rows_over_seeds("widths", a, b, by_model, resamples)
    ]
    return pd.DataFrame(corrected(rows), columns=COMPARISON_COLUMNS)


def neighbours_table(comparisons: pd.DataFrame) -> pd.DataFrame:
    """What `neighbouring_widths` found by Welch's test."""
    welch = comparisons[comparisons["method"] == WELCH]
    return pd.DataFrame(
        {
            "step": [pair_name(a, b) for a, b in zip(welch["a"], welch["b"], strict=True)],
            "difference, points": [f"{100 * value:+.2f}" for value in welch["difference"]],
            "95 % interval": [
                f"{100 * low:+.2f} to {100 * high:+.2f}" if pd.notna(low) else why_none(seeds)
                for low, high, seeds in zip(welch["low"], welch["high"], welch["seeds"], strict=True)
            ],
            "p": probabilities(welch["p"]),
            "p, corrected (Holm)": probabilities(welch["p_holm"]),
        }
    )


def probabilities(values: Iterable[float | None]) -> list[str]:
    """p-values with three decimals, never rounded to zero; empty where there is none."""
    return ["" if pd.isna(p) else "<0.001" if p < 0.001 else f"{p:.3f}" for p in values]


def margins_table(answers: Mapping[float, Plateau]) -> pd.DataFrame:
    """What the same seeds say for several margins."""
    return pd.DataFrame(
        {
            "margin, points": [f"{100 * margin:g}" for margin in answers],
            "verdict": [found.verdict for found in answers.values()],
            "smallest width shown to be enough": [
                found.smallest_equivalent or "none" for found in answers.values()
            ],
        }
    )


def symbols_table(states: pd.DataFrame) -> pd.DataFrame:
    """State and prediction after each symbol.

    Args:
        states: of one string, from `sequences.trajectories.states_table`.
    """
    table = pd.DataFrame(
        {
            "symbol": states["letter"].fillna("start"),
            "count": [f"{count:.3g}" for count in states["count"]],
        }
    )
    for name in states:
        if name[0] in WORDS_OF_UNITS and name[1:].isdigit():
            table[f"{WORDS_OF_UNITS[name[0]]} {name[1:]}"] = [f"{value:.3f}" for value in states[name]]
    for name in states:
        if name.startswith("p_"):
            table[f"next {name[2:]}, %"] = [f"{100 * value:.1f}" for value in states[name]]
    table["must come"] = states["next_letter"].where(states["deterministic"], "")
    table["right"] = ["" if pd.isna(right) else "yes" if right else "no" for right in states["correct"]]
    return table


def orbits_table(dynamics: SRNDynamics) -> pd.DataFrame:
    """Fixed points and 2-cycles of both maps of an SRN."""
    orbits = [
        (letter, orbit)
        for letter, found in (("A", dynamics.a), ("B", dynamics.b))
        for orbit in (*found.fixed_points, *found.two_cycles)
    ]
    return pd.DataFrame(
        {
            "reading": [letter for letter, _ in orbits],
            "what": [f"{orbit.type} {'2-cycle' if orbit.period > 1 else 'point'}" for _, orbit in orbits],
            "where": [" and ".join(f"({x:+.2f}, {y:+.2f})" for x, y in orbit.points) for _, orbit in orbits],
            "size of the multipliers": [
                ", ".join(f"{size:.3f}" for size in np.abs(orbit.multipliers)) for _, orbit in orbits
            ],
        }
    )


def cells_table(states: pd.DataFrame) -> pd.DataFrame:
    """How far each cell of an LSTM moves along one string, by the symbol read."""
    cells = [name for name in states if name[0] == "c" and name[1:].isdigit()]
    moves = states[cells].diff().iloc[1:].groupby(states["letter"].iloc[1:]).agg(["mean", "std"])
    table = pd.DataFrame({"reading": moves.index})
    for name in cells:
        table[f"cell {name[1:]}: mean step"] = [f"{value:+.3f}" for value in moves[name]["mean"]]
        table[f"cell {name[1:]}: sd"] = [
            "" if pd.isna(value) else f"{value:.3f}" for value in moves[name]["std"]
        ]
    return table
