"""Intervals: for one run's accuracy over other test images, and for a mean over other seeds."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Interval:
    """A closed interval; nan at both ends where the data do not allow one."""

    low: float
    high: float


def wilson(successes: int, trials: int, confidence: float = 0.95) -> Interval:
    """Score interval of a proportion (Wilson, 1927): where it may lie for other draws of the same size.

    Raises:
        ValueError: no trials, or successes outside 0..trials.
    """
    bounds = stats.binomtest(successes, trials).proportion_ci(confidence, method="wilson")
    return Interval(float(bounds.low), float(bounds.high))


def mean_over_seeds(values: np.ndarray, confidence: float = 0.95) -> Interval:
    """Student's t interval of a mean over independent seeds; nan for fewer than two values."""
    values = np.asarray(values, dtype=float)
    if len(values) < 2:
        return Interval(math.nan, math.nan)
    half_width = stats.t.ppf((1 + confidence) / 2, len(values) - 1) * stats.sem(values)
    mean = values.mean()
    return Interval(float(mean - half_width), float(mean + half_width))
