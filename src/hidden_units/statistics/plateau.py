"""How wide is wide enough: the smallest width that is as good as the best, within a margin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from hidden_units.statistics.intervals import CONFIDENCE, RESAMPLES, scatters

# Means that differ by less are equal.
ROUNDING = 1e-12


@dataclass(frozen=True)
class Width:
    """A width of the sweep against the best one; bounds are one-sided, each at the given confidence.

    They are None where neither the seeds of this width nor those of the best scatter.
    """

    hidden: int
    accuracy_mean: float
    difference: float  # mean of the best width minus this one's
    lower: float | None  # bound of the difference from below
    upper: float | None  # and from above
    equivalent: bool
    worse: bool  # undecided where it is neither
    share_best: float  # of the resamples in which it has the highest mean
    share_chosen: float  # of those in which it is the smallest within the margin of the highest


@dataclass(frozen=True)
class Plateau:
    """What a sweep says about the smallest width that is equivalent to the best."""

    verdict: str  # 'width', 'undecided', 'one width', 'one seed' or 'no scatter'
    best: int  # width with the highest mean, the smallest of equals
    smallest_equivalent: int | None  # None also where the verdict allows none
    one_standard_error: int | None
    widths: tuple[Width, ...]  # smallest first; empty unless the verdict is one of the first two


def find_plateau(
    accuracies: Mapping[int, Sequence[float]],
    margin: float,
    resamples: int = RESAMPLES,
    confidence: float = CONFIDENCE,
) -> Plateau:
    """Find the smallest width whose accuracy is equivalent to the best's within a margin.

    In each bootstrap resample the seeds of every width are resampled on their own, and the best width is
    chosen again; the difference of a width is that best mean minus its own. A resample of n seeds scatters
    too little, by the factor sqrt((n - 1) / n); its deviation from the mean is widened by as much
    (Hesterberg, 2015, on the narrowness of the bootstrap for small samples).

    A width is
        *equivalent*  where the upper bound of its difference, a quantile over the resamples, is below the
                      margin (non-inferiority to the best; Wellek, 2010);
        *worse*       where the lower bound is above the margin. The best of several means is too high by
                      chance, so this bound lets every other width lead by as much as it may be overstated,
                      all at once (multiple comparisons with the best; Hsu, 1984);
        *undecided*   otherwise, and where neither its seeds nor the best's scatter, for these say nothing of
                      how others would.
    Each statement on its own is a one-sided test at `confidence`.

    The verdict is
        'width'      the smallest equivalent width is the answer, for every narrower one is shown worse;
        'undecided'  no width is equivalent, or one narrower than the smallest equivalent is neither shown
                     worse nor equivalent: more seeds could make it the answer;
        'one width'  there is nothing to compare;
        'one seed'   a width has fewer than two seeds, so that nothing is known of their scatter;
        'no scatter' the seeds of no width differ, so that nothing is known of how others would.

    It is given with the one-standard-error rule (Breiman et al., 1984): the smallest width whose mean is no
    more than one standard error of the best mean below it. It is a habit for choosing, not a test.

    Args:
        accuracies: fractions of every seed by width.
        margin: difference, as a fraction, that does not matter.
    """
    hidden = sorted(accuracies)
    samples = [np.asarray(accuracies[width], dtype=float) for width in hidden]
    means = np.array([sample.mean() for sample in samples])
    best = int(means.argmax())
    if min(map(len, samples)) < 2:
        return Plateau("one seed", hidden[best], None, None, ())
    if len(hidden) == 1:
        return Plateau("one width", hidden[best], None, None, ())
    known = [scatters(sample) or scatters(samples[best]) for sample in samples]
    if not any(known):
        return Plateau("no scatter", hidden[best], None, None, ())
    drawn = resampled_means(samples, resamples)
    short_of_best = drawn.max(axis=1, keepdims=True) - drawn
    difference = means[best] - means
    upper = np.quantile(short_of_best, confidence, axis=0)
    # By how much the lead of any other width over each one was overstated in each resample.
    deviations = drawn - means
    overstated = deviations.max(axis=1, keepdims=True) - deviations
    lower = difference - np.quantile(overstated, confidence, axis=0)
    # Means that are equal but for rounding are a tie, which goes to the narrowest.
    highest = np.argmax(short_of_best < ROUNDING, axis=1)
    chosen = np.argmax(short_of_best <= margin, axis=1)
    widths = tuple(
        Width(
            hidden=width,
            accuracy_mean=float(means[place]),
            difference=float(difference[place]),
            lower=float(max(lower[place], 0.0)) if known[place] else None,
            upper=float(upper[place]) if known[place] else None,
            equivalent=bool(known[place] and upper[place] < margin),
            worse=bool(known[place] and lower[place] > margin and upper[place] >= margin),
            share_best=float(np.mean(highest == place)),
            share_chosen=float(np.mean(chosen == place)),
        )
        for place, width in enumerate(hidden)
    )
    equivalent = next((width for width in widths if width.equivalent), None)
    decided = equivalent and all(width.worse for width in widths if width.hidden < equivalent.hidden)
    enough = means[best] - scipy.stats.sem(samples[best])
    return Plateau(
        verdict="width" if decided else "undecided",
        best=hidden[best],
        smallest_equivalent=equivalent.hidden if equivalent else None,
        one_standard_error=hidden[int(np.argmax(means >= enough))],
        widths=widths,
    )


def resampled_means(samples: Sequence[np.ndarray], resamples: int) -> np.ndarray:
    """Means (resamples, samples) of resampled samples, each on its own; see `find_plateau`."""
    generator = np.random.default_rng(0)
    columns = []
    for sample in samples:
        size, mean = len(sample), sample.mean()
        resampled = sample[generator.integers(size, size=(resamples, size))].mean(axis=1)
        columns.append(mean + np.sqrt(size / (size - 1)) * (resampled - mean))
    return np.stack(columns, axis=1)
