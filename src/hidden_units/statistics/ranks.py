"""What ranks say: the seed in the middle, and a value's place among others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import scipy


def median_seed(values: Mapping[int, float]) -> int:
    """The seed with the median value, the lower of two medians; the lowest seed among equals.

    Raises:
        ValueError: no seeds.
    """
    if not values:
        raise ValueError("a median needs at least one seed")
    middle = sorted(values.values())[(len(values) - 1) // 2]
    return min(seed for seed, value in values.items() if value == middle)


def percentile(value: float, values: Sequence[float]) -> float:
    """The share of values below one of them, equal ones counted half: 0.5 is in the middle."""
    return scipy.stats.percentileofscore(values, value, kind="mean") / 100
