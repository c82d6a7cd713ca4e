"""Intervals: for one run's accuracy over other test images, and for a mean over other seeds."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy

RESAMPLES = 10_000
CONFIDENCE = 0.95
# Accuracies are counts over a number of images: what differs by less is one number, rounded twice.
ROUNDING = 1e-12


@dataclass(frozen=True)
class Interval:
    """A closed interval; nan at both ends where the data do not allow one."""

    low: float
    high: float


def wilson(successes: int, trials: int, confidence: float = CONFIDENCE) -> Interval:
    """Score interval of a proportion (Wilson, 1927): where it may be for other draws of the same size.

    Raises:
        ValueError: no trials, or successes outside 0..trials.
    """
    bounds = scipy.stats.binomtest(successes, trials).proportion_ci(confidence, method="wilson")
    return Interval(float(bounds.low), float(bounds.high))


def success_rate(successes: int, runs: int, confidence: float = CONFIDENCE) -> dict[str, float]:
    """The columns rate, low and high of a success rate over independent runs, with Wilson's interval.

    It is nan for a single run, which says nothing of how runs scatter, though the formula has an answer.
    """
    interval = Interval(math.nan, math.nan) if runs < 2 else wilson(successes, runs, confidence)
    return {"rate": successes / runs, "low": interval.low, "high": interval.high}


def fewest_for_median(confidence: float = CONFIDENCE) -> int:
    """The fewest values from which an interval of a median can have so much confidence: 6 at 95 %.

    Even the widest interval, from the least to the greatest of n values, leaves the median out wherever all
    fall on one side of it, which happens in 2 of 2^n cases.
    """
    return math.ceil(1 - math.log2(1 - confidence))


def scatters(values: np.ndarray) -> bool:
    """Whether values differ by more than rounding."""
    return bool(np.ptp(values) > ROUNDING)


def mean_over_seeds(values: np.ndarray, confidence: float = CONFIDENCE) -> Interval:
    """Student's t interval of a mean over independent seeds.

    nan for fewer than two values, and for values that do not scatter, which say nothing of how others would:
    an interval of no width would be certainty.
    """
    values = np.asarray(values, dtype=float)
    if len(values) < 2 or not scatters(values):
        return Interval(math.nan, math.nan)
    half_width = scipy.stats.t.ppf((1 + confidence) / 2, len(values) - 1) * scipy.stats.sem(values)
    mean = values.mean()
    return Interval(float(mean - half_width), float(mean + half_width))


def prediction_of_one_more(
    mean: float, sd: float, count: int, confidence: float = CONFIDENCE
) -> Interval | None:
    """Where one further run may fall, given `count` runs with this mean and standard deviation (ddof 1).

    It is wider than the interval of the mean, for a single run scatters too (Student's t, normal runs; see
    Hahn and Meeker, 1991). None for fewer than two runs, and for runs that do not scatter, which say nothing
    of how one more would.
    """
    if count < 2 or sd <= ROUNDING:
        return None
    half_width = float(scipy.stats.t.ppf((1 + confidence) / 2, count - 1)) * sd * math.sqrt(1 + 1 / count)
    return Interval(float(mean - half_width), float(mean + half_width))


def bootstrap_interval(
    *samples: Sequence[float] | np.ndarray,
    statistic: Callable[..., np.ndarray] = np.mean,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
) -> Interval | None:
    """Bias-corrected and accelerated bootstrap interval (BCa; Efron, 1987), the same each time it is called.

    Args:
        samples: independent samples, each resampled on its own.
        statistic: of the samples, with the keyword `axis` as numpy's have it.

    Returns:
        None where a sample has fewer than two values, and where none scatters. Where the acceleration does
        not exist, the percentile interval of the same resamples.
    """
    arrays = [np.asarray(sample, dtype=float) for sample in samples]
    if min(map(len, arrays)) < 2 or not any(map(scatters, arrays)):
        return None
    with warnings.catch_warnings():
        # scipy warns of a distribution in one point and of a missing acceleration; both are handled below.
        warnings.simplefilter("ignore")
        result = scipy.stats.bootstrap(
            arrays,
            statistic,
            confidence_level=confidence,
            n_resamples=resamples,
            method="BCa",
            vectorized=True,
            axis=-1,
            rng=np.random.default_rng(0),
        )
    low, high = (float(bound) for bound in result.confidence_interval)
    if not math.isfinite(low + high):
        tail = (1 - confidence) / 2
        low, high = (float(bound) for bound in np.quantile(result.bootstrap_distribution, [tail, 1 - tail]))
    return Interval(low, high)
