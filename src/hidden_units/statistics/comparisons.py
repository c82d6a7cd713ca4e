"""Comparisons of two classifiers: over other seeds, over other test images, and corrected for their number.

A difference is always b - a. Which question an interval answers depends on what is resampled: seeds, for
what another training would give; images, for what these trained networks would do on another test set.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from hidden_units.statistics.intervals import CONFIDENCE, RESAMPLES, Interval, bootstrap_interval, scatters

# How near the ends of 0..1 a root is looked for.
NEARLY = 1e-9

Values = Sequence[float] | np.ndarray


@dataclass(frozen=True)
class Comparison:
    """A difference b - a; its interval and p-value are None where the data do not allow them."""

    difference: float
    low: float | None = None
    high: float | None = None
    p: float | None = None  # two-sided, of no difference
    bootstrap: Interval | None = None  # of the same difference, as a second method


@dataclass(frozen=True)
class Outperformance:
    """Probability that a run of b beats a run of a, ties counting half."""

    probability_b_better: float
    low: float
    high: float


def paired_over_seeds(
    a: Values, b: Values, resamples: int = RESAMPLES, confidence: float = CONFIDENCE
) -> Comparison:
    """Compare two settings whose k-th runs share what their seed fixes, such as initial weights.

    The interval and p are Student's t of the differences, which holds for few seeds better than the
    bootstrap (BCa, over the differences), which is given too. Fewer than two pairs, or differences that are
    all equal, give the difference alone: nothing is known of how others would scatter.

    Args:
        a, b: (seeds,) results in the same order of seeds.

    Raises:
        ValueError: a and b differ in length.
    """
    if len(a) != len(b):
        raise ValueError(f"pairs need as many values in a as in b, found {len(a)} and {len(b)}")
    differences = np.asarray(b, dtype=float) - np.asarray(a, dtype=float)
    if len(differences) < 2 or not scatters(differences):
        return Comparison(float(differences.mean()))
    bootstrap = bootstrap_interval(differences, confidence=confidence, resamples=resamples)
    test = scipy.stats.ttest_1samp(differences, 0)
    return Comparison(
        float(differences.mean()),
        *map(float, test.confidence_interval(confidence)),
        float(test.pvalue),
        bootstrap,
    )


def unpaired_over_seeds(
    a: Values, b: Values, resamples: int = RESAMPLES, confidence: float = CONFIDENCE
) -> Comparison:
    """Compare the means of two settings whose runs share nothing, such as networks of different shapes.

    The interval and p are Welch's (1947), which needs no equal variances; the bootstrap (BCa) resamples the
    seeds of each on their own. Samples without any spread are treated as in `paired_over_seeds`.

    Args:
        a, b: (seeds_a,) and (seeds_b,) results.
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if min(len(a), len(b)) < 2 or not (scatters(a) or scatters(b)):
        return Comparison(float(b.mean() - a.mean()))
    bootstrap = bootstrap_interval(
        a,
        b,
        statistic=lambda a, b, axis: b.mean(axis=axis) - a.mean(axis=axis),
        confidence=confidence,
        resamples=resamples,
    )
    with warnings.catch_warnings():
        # scipy warns where one of the two samples does not scatter, which is no harm.
        warnings.simplefilter("ignore", RuntimeWarning)
        test = scipy.stats.ttest_ind(b, a, equal_var=False)
    return Comparison(
        float(b.mean() - a.mean()),
        *map(float, test.confidence_interval(confidence)),
        float(test.pvalue),
        bootstrap,
    )


def paired_over_images(
    a_correct: np.ndarray, b_correct: np.ndarray, resamples: int = RESAMPLES
) -> Comparison:
    """Compare two trained networks on the same images: the difference of their accuracies on other images.

    p is McNemar's (1947), exact and two-sided, that both are right equally often: only the images on which
    they differ count, under the hypothesis each a fair coin's; 1 where none is.

    The interval is the percentile bootstrap over images. An image brings +1, 0 or
    -1, so that a resample is one draw of three counts from a multinomial distribution: the same
    distribution as drawing images one by one. Where every image brings the same there is no interval, for
    they say nothing of how others would scatter.

    Args:
        a_correct, b_correct: (images,) bool, whether each is right.

    Raises:
        ValueError: the two differ in length.
    """
    if len(a_correct) != len(b_correct):
        raise ValueError(f"the same images are needed in both, found {len(a_correct)} and {len(b_correct)}")
    images = len(a_correct)
    only_b, only_a = int(np.sum(b_correct & ~a_correct)), int(np.sum(a_correct & ~b_correct))
    difference = (only_b - only_a) / images
    p = float(scipy.stats.binomtest(only_b, only_a + only_b).pvalue) if only_a + only_b else 1.0
    counts = np.array([only_b, only_a, images - only_a - only_b])
    if counts.max() == images:
        return Comparison(difference, p=p)
    drawn = np.random.default_rng(0).multinomial(images, counts / images, size=resamples)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile((drawn[:, 0] - drawn[:, 1]) / images, [tail, 1 - tail])
    return Comparison(difference, float(low), float(high), p)


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """p-values corrected for their number, so that all statements of a family hold at once (Holm, 1979).

    A None has no test: it stays None and is not counted.
    """
    known = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    corrected: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, place) in enumerate(known):
        highest = max(highest, min(1.0, (len(known) - rank) * p))
        corrected[place] = highest
    return corrected


def outperformance(a: Values, b: Values) -> Outperformance | None:
    """Probability that a run of b beats a run of a, over all pairs of their seeds; None under two seeds.

    The estimate is Mann and Whitney's (1947) U over the number of pairs; as a measure for comparing learning
    methods it is due to Bouthillier et al. (2021). The interval is Newcombe's (2006, method 5), which, unlike
    a bootstrap, does not shrink to a point where every run of one beats every run of the other.
    """
    if min(len(a), len(b)) < 2:
        return None
    pairs = len(a) * len(b)
    # From the pairs themselves: scipy's function has the same U and a p-value that is not wanted here.
    ahead = np.subtract.outer(np.asarray(b, dtype=float), np.asarray(a, dtype=float))
    probability = float((np.sum(ahead > 0) + np.sum(ahead == 0) / 2) / pairs)
    z = float(scipy.stats.norm.ppf((1 + CONFIDENCE) / 2))

    def excess(theta: float) -> float:
        return abs(probability - theta) - z * math.sqrt(outperformance_variance(theta, len(a), len(b)))

    # An estimate of 0 or 1 solves the equation too, for the variance is 0 there; the other root is wanted.
    low = scipy.optimize.brentq(excess, 0, min(probability, 1 - NEARLY)) if probability > 0 else 0.0
    high = scipy.optimize.brentq(excess, max(probability, NEARLY), 1) if probability < 1 else 1.0
    return Outperformance(probability, float(low), float(high))


def outperformance_variance(theta: float, size_a: int, size_b: int) -> float:
    """Variance of U / (size_a size_b): Hanley and McNeil's (1982), symmetrised by Newcombe (2006)."""
    others = (size_a + size_b) / 2 - 1
    spread = 1 + others * (1 - theta) / (2 - theta) + others * theta / (1 + theta)
    return max(0.0, theta * (1 - theta) * spread / (size_a * size_b))
