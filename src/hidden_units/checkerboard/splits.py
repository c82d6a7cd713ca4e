"""Is four the fewest? Every network of a few hidden step units on the nine points, one by one.

A hidden step unit does nothing but split the nine points by a line, and there are few ways to do that. The
output unit sees only the hidden code, and computes a threshold function of it. So a finite search over
splits and threshold functions covers every network of that shape, whatever its real weights.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
import pandas as pd

from hidden_units.checkerboard.models import POINTS, TARGETS, StepNetwork

# Integer weights up to these suffice for every threshold function of so many inputs (Muroga, 1971); the
# tests count them: 4, 14, 104, 1,882.
LARGEST_OUTPUT_WEIGHT = {1: 1, 2: 1, 3: 2, 4: 3}
CHUNK = 2000


Sides = tuple[int, ...]


@dataclass(frozen=True)
class Search:
    """What an exhaustive search over networks of `hidden` step units found.

    Attributes:
        arrangements: unordered choices of `hidden` among the splits that differ by more than their sign.
        best_correct: the most points that any network gets right.
        solutions: for each of the arrangements that reach it with some threshold output, one such network.
    """

    hidden: int
    arrangements: int
    best_correct: int
    solutions: tuple[StepNetwork, ...]


@cache
def line_splits() -> dict[Sides, tuple[Fraction, Fraction, Fraction]]:
    """Every ordered dichotomy of the nine points by a line (w1, w2, bias), the trivial ones included.

    The sides of a point are 1 where w1 x1 + w2 x2 + bias >= 0.

    While a line's normal turns, the order in which the line meets the points changes only where the normal is
    perpendicular to a line through two of them: at (1, 0), (1, 1), (2, 1) and their mirror images. (3, 1) and
    (3, 2) lie between these, so that whole-numbered normals up to 3, moved across the grid, find every
    dichotomy. Each keeps the line of the smallest normal, halfway between the points that it parts.
    """
    points = POINTS.tolist()
    normals = sorted(
        itertools.product(range(-3, 4), repeat=2), key=lambda n: (abs(n[0]) + abs(n[1]), -n[0], -n[1])
    )
    found: dict[Sides, tuple[Fraction, Fraction, Fraction]] = {}
    for w1, w2 in normals[1:]:  # the first is (0, 0)
        heights = sorted({w1 * x1 + w2 * x2 for x1, x2 in points})
        for low, high in itertools.pairwise([heights[0] - 1, *heights, heights[-1] + 1]):
            cut = Fraction(low + high, 2)
            sides = tuple(int(w1 * x1 + w2 * x2 > cut) for x1, x2 in points)
            found.setdefault(sides, (Fraction(w1), Fraction(w2), -cut))
    return found


def splits_up_to_sign() -> list[Sides]:
    """One of each pair of opposite dichotomies: the one with fewer points on its positive side."""
    # Of nine points the two sides are never as many.
    return [sides for sides in line_splits() if sum(sides) < len(POINTS) / 2]


def threshold_functions(inputs: int) -> dict[tuple[int, ...], tuple[tuple[int, ...], Fraction]]:
    """Every threshold function of `inputs` (1 to 4) binary inputs: values -> weights and bias.

    The values are in the order of `codes(inputs)`. Weights are small integers and biases odd halves, so
    that no code lies on the boundary; the simplest weights for each function are kept.
    """
    largest = LARGEST_OUTPUT_WEIGHT[inputs]
    grid = codes(inputs)
    choices = itertools.product(range(-largest, largest + 1), repeat=inputs)
    found: dict[tuple[int, ...], tuple[tuple[int, ...], Fraction]] = {}
    for weights in sorted(choices, key=lambda w: (sum(map(abs, w)), tuple(-value for value in w))):
        sums = grid @ np.array(weights)
        for cut in range(int(sums.min()), int(sums.max()) + 2):
            values = tuple((sums >= cut).astype(int).tolist())
            found.setdefault(values, (weights, Fraction(1, 2) - cut))
    return found


def codes(inputs: int) -> np.ndarray:
    """The 2**inputs binary codes, (codes, inputs), the first input slowest."""
    return np.array(list(itertools.product((0, 1), repeat=inputs)))


def search(hidden: int) -> Search:
    """The most points that any network of `hidden` step units (1 to 4) gets right, by exhaustion.

    The sign of a split does not matter (the output weight can take it over), nor does the order of the
    units; a repeated split adds no more than the trivial one, which is among the choices. What an output
    computes on the codes that occur is the part of some threshold function of all codes: a separating line
    can be moved off the codes that do not occur.
    """
    splits = splits_up_to_sign()
    arrangements = np.array(list(itertools.combinations(range(len(splits)), hidden)))
    sides = np.array(splits)
    lines = np.array([line_splits()[split] for split in splits])
    functions = threshold_functions(hidden)
    values = np.array([*functions], dtype=np.float64)
    outputs = [*functions.values()]
    gain = np.where(TARGETS == 1, 1.0, -1.0)

    best = np.empty(len(arrangements), dtype=np.int64)
    best_function = np.empty(len(arrangements), dtype=np.int64)
    place = 2 ** np.arange(hidden - 1, -1, -1)
    for start in range(0, len(arrangements), CHUNK):
        chunk = arrangements[start : start + CHUNK]
        code = np.einsum("ahp,h->ap", sides[chunk], place)
        # Points of a code count +1 where the target is 1 and -1 where it is 0: a function that is 1 there
        # gets them right, or wrong. The points of target 0 are right wherever the function is 0.
        counts = np.zeros((len(chunk), 2**hidden))
        np.add.at(counts, (np.arange(len(chunk))[:, None], code), gain)
        correct = counts @ values.T + np.sum(TARGETS == 0)
        best_function[start : start + CHUNK] = correct.argmax(axis=1)
        best[start : start + CHUNK] = correct.max(axis=1)

    solutions = []
    for arrangement in np.flatnonzero(best == best.max()):
        weights, bias = outputs[best_function[arrangement]]
        chosen = lines[arrangements[arrangement]]
        solutions.append(StepNetwork(chosen[:, :2], chosen[:, 2], np.array([*map(Fraction, weights)]), bias))
    return Search(hidden, len(arrangements), int(best.max()), tuple(solutions))


def distinct_splits(hidden_on: np.ndarray) -> frozenset[tuple[int, ...]]:
    """The different ways in which hidden units part the nine points, sign aside.

    Args:
        hidden_on: (9, h) of 0 and 1: which hidden unit is on (0.5 or more) at which point.

    Returns:
        Each split with its sides exchanged where that lets the first point lie on side 0; a unit that is on
        at all points, or at none, parts nothing and is left out.
    """
    columns = np.asarray(hidden_on, dtype=int).T
    return frozenset(tuple((column ^ column[0]).tolist()) for column in columns if np.ptp(column))


def arrangement(hidden_on: np.ndarray, solutions: Sequence[StepNetwork]) -> int | None:
    """Number, from 1, of the first solution all of whose splits are among those of the given hidden units.

    It is None where the units part the points in other ways.

    Args:
        hidden_on: as for `distinct_splits`; units beyond those of the solution may part the points anyhow.
        solutions: step networks, such as `Search.solutions`.
    """
    held = distinct_splits(hidden_on)
    for number, network in enumerate(solutions, start=1):
        if distinct_splits(network.sides()) <= held:
            return number
    return None


def fewest_units_table(searches: Iterable[Search]) -> pd.DataFrame:
    """The table hidden, splits, arrangements, best_correct, arrangements_at_best.

    `splits` counts the ordered dichotomies of the nine points by a line, the two trivial ones included.
    """
    rows = [
        (found.hidden, len(line_splits()), found.arrangements, found.best_correct, len(found.solutions))
        for found in searches
    ]
    columns = ["hidden", "splits", "arrangements", "best_correct", "arrangements_at_best"]
    return pd.DataFrame(rows, columns=columns)
