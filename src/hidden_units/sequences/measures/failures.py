"""What the restarts that failed do instead: each string's first error, and runs grouped by them.

Every string of n = 1..largest, read from the initial state, is *right*, or its first error is *early* (a
later symbol, or the closing A, is predicted while the segment goes on) or *late* (the segment is over and
more of it is predicted). A run's signature is one letter for each n, R, E or L, and its kind follows from
that by rule.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from hidden_units.sequences.languages import LETTERS, Language
from hidden_units.sequences.networks import Network
from hidden_units.sequences.runs import Runs
from hidden_units.statistics.intervals import success_rate

RIGHT, EARLY, LATE = "R", "E", "L"
SOLVED = "solved"
KINDS = (
    SOLVED,
    "right alone, wrong in some company",
    "never ends a string",
    "right for short strings only",
    "right for long strings only",
    "late for short strings, early for long ones",
    "wrong at scattered sizes",
)


def outcome(network: Network, language: Language, n: int) -> tuple[str, str]:
    """What a network does with the string of n, read from the initial state.

    Returns:
        'R', 'E' or 'L' for its first error, and its predictions as letters.
    """
    symbols = language.string(n)
    following = np.append(symbols[1:], 0)
    predicted = network.logits(network.run(symbols)[1:]).argmax(axis=-1)
    letters = "".join(LETTERS[k] for k in predicted)
    wrong = np.flatnonzero((symbols != 0) & (predicted != following))
    if not len(wrong):
        return RIGHT, letters
    first = wrong[0]
    # More of the same symbol is wrong only where its segment is over.
    return LATE if predicted[first] == symbols[first] else EARLY, letters


def kind_of(signature: str, solved: bool) -> str:
    """Name of a way to fail, from the outcomes of n = 1, 2, ... in order; one of `KINDS`."""
    if solved:
        return SOLVED
    for pattern, kind in zip(("R+", "L+", "R+[EL]+", "[EL]+R+", "L+R*E+"), KINDS[1:], strict=False):
        if re.fullmatch(pattern, signature):
            return kind
    return KINDS[-1]


def failure_table(runs: Runs, restarts: pd.DataFrame) -> pd.DataFrame:
    """Signature and kind of each restart; `restarts` is from `restarts_table`.

    Columns: seed, kind, signature, once_solved (every example was right at an earlier logged step),
    right_strings, predictions (letters predicted along the strings of 1..largest, apart by spaces).
    """
    rows = []
    for restart in restarts.itertuples():
        network, largest = runs.network(restart.seed), runs.language.largest
        outcomes = [outcome(network, runs.language, n) for n in range(1, largest + 1)]
        signature = "".join(letter for letter, _ in outcomes)
        rows.append(
            {
                "seed": restart.seed,
                "kind": kind_of(signature, restart.solved),
                "signature": signature,
                "once_solved": not pd.isna(restart.first_step),
                "right_strings": restart.right_strings,
                "predictions": " ".join(letters for _, letters in outcomes),
            }
        )
    return pd.DataFrame(rows)


def first_wrong_table(runs: Runs, restarts: pd.DataFrame) -> pd.DataFrame:
    """Where the counting of each solved restart ends.

    Columns: seed, n_max, outcome ('early' or 'late' at n_max + 1; empty if all tested sizes are right).
    """
    solved = restarts.loc[restarts["solved"], ["seed", "n_max"]]
    ends = [
        outcome(runs.network(seed), runs.language, n + 1)[0] for seed, n in solved.itertuples(index=False)
    ]
    return solved.assign(outcome=[{EARLY: "early", LATE: "late"}.get(end) for end in ends])


def failure_summary(failures: pd.DataFrame) -> pd.DataFrame:
    """Restarts counted by kind, most frequent first.

    Columns: kind, restarts, once_solved (how many had solved the task before), right_strings (median
    fraction), signature and predictions (the most frequent of the kind, as an example), seed (the first
    with them).
    """
    rows = []
    for kind, group in failures.groupby("kind"):
        typical = group.groupby(["signature", "predictions"])["seed"].agg(["size", "min"])
        signature, predictions = typical.sort_values(["size", "min"], ascending=[False, True]).index[0]
        rows.append(
            {
                "kind": kind,
                "restarts": len(group),
                "once_solved": int(group["once_solved"].sum()),
                "right_strings": group["right_strings"].median(),
                "signature": signature,
                "predictions": predictions,
                "seed": int(group.loc[group["predictions"] == predictions, "seed"].min()),
            }
        )
    table = pd.DataFrame(rows)
    return table.sort_values(["restarts", "kind"], ascending=[False, True], ignore_index=True)


def success_summary(restarts: pd.DataFrame) -> dict[str, float]:
    """Success over restarts: counts, rate with Wilson's interval, first steps.

    Returns:
        restarts, solved, rate, low, high (Wilson 1927), ever_solved, lost (solved at some logged step, not
        at the last), median_first_step (over those that ever solved it; NaN if none).
    """
    solved = int(restarts["solved"].sum())
    ever = restarts["first_step"].notna()
    return {
        "restarts": len(restarts),
        "solved": solved,
        **success_rate(solved, len(restarts)),
        "ever_solved": int(ever.sum()),
        "lost": int((ever & ~restarts["solved"]).sum()),
        "median_first_step": float(restarts["first_step"].median()) if ever.any() else float("nan"),
    }


def survival_curve(restarts: pd.DataFrame, steps: Sequence[int] | np.ndarray) -> pd.DataFrame:
    """Fraction of restarts that have not solved the task yet, step by step, with Wilson's band.

    It is the estimate of Kaplan and Meier (1958), since all restarts are watched to the last step.
    Columns: step, unsolved (fraction), low, high.
    """
    first = restarts["first_step"].astype("float").fillna(np.inf).to_numpy()
    rows = [{"step": int(step), **success_rate(int((first > step).sum()), len(first))} for step in steps]
    return pd.DataFrame(rows).rename(columns={"rate": "unsolved"})
