import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hidden_units.statistics.comparisons import (
    Comparison,
    holm,
    outperformance,
    outperformance_variance,
    paired_over_images,
    paired_over_seeds,
    unpaired_over_seeds,
)

# Student (1908): additional hours of sleep of ten patients under two drugs; R's data set `sleep`.
DRUG_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
DRUG_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

accuracies = st.lists(st.integers(0, 50).map(lambda value: value / 50), min_size=2, max_size=7)


def test_paired_comparison_of_students_sleep_data_is_rs():
    comparison = paired_over_seeds(DRUG_1, DRUG_2)
    assert comparison.difference == pytest.approx(1.58)
    assert (comparison.low, comparison.high) == pytest.approx((0.7001142, 2.4598858), abs=1e-7)
    assert comparison.p == pytest.approx(0.002833, abs=1e-6)


def test_unpaired_comparison_of_students_sleep_data_is_rs_welch_test():
    comparison = unpaired_over_seeds(DRUG_1, DRUG_2)
    assert (comparison.low, comparison.high) == pytest.approx((-0.2054832, 3.3654832), abs=1e-7)
    assert comparison.p == pytest.approx(0.07939, abs=1e-5)


@pytest.mark.parametrize("compare", [paired_over_seeds, unpaired_over_seeds])
def test_one_seed_or_seeds_without_spread_give_a_difference_without_interval(compare):
    assert compare([0.5], [0.75]) == Comparison(0.25)
    assert compare([0.5, 0.5, 0.5], [0.75, 0.75, 0.75]) == Comparison(0.25)
    # 0.3 - 0.1 and 0.8 - 0.6 differ in the last bit, which is no spread.
    assert paired_over_seeds([0.1, 0.6], [0.3, 0.8]).low is None


def test_bootstrap_of_two_samples_by_the_formulas_of_bca():
    """Efron and Tibshirani (1993), equations 14.9 to 14.15, the acceleration over both samples' jackknife."""
    generator = np.random.default_rng(1)
    a, b = generator.gamma(2, 1, 9), generator.gamma(4, 1, 13)
    difference = b.mean() - a.mean()
    drawn = b[generator.integers(13, size=(60_000, 13))].mean(1) - a[
        generator.integers(9, size=(60_000, 9))
    ].mean(1)
    # Leaving out a value moves a mean by its deviation over n - 1; a weighs in with the other sign.
    influence = [-(a - a.mean()) / len(a), (b - b.mean()) / len(b)]
    skewed = sum((part**3).sum() for part in influence)
    acceleration = skewed / (6 * sum((part**2).sum() for part in influence) ** 1.5)
    bias = stats.norm.ppf(np.mean(drawn < difference))
    z = bias + stats.norm.ppf([0.025, 0.975])
    bounds = np.quantile(drawn, stats.norm.cdf(bias + z / (1 - acceleration * z)))
    found = unpaired_over_seeds(a, b, resamples=60_000).bootstrap
    assert (found.low, found.high) == pytest.approx(bounds, abs=0.04)


@settings(max_examples=50, deadline=None)
@given(accuracies, accuracies)
def test_whatever_the_seeds_no_comparison_holds_a_nan(a, b):
    size = min(len(a), len(b))
    for comparison in (
        unpaired_over_seeds(a, b, resamples=100),
        paired_over_seeds(a[:size], b[:size], resamples=100),
    ):
        if comparison.low is None:
            assert comparison == Comparison(comparison.difference) and math.isfinite(comparison.difference)
            continue
        values = [comparison.difference, comparison.low, comparison.high, comparison.p]
        assert all(map(math.isfinite, [*values, comparison.bootstrap.low, comparison.bootstrap.high]))
        assert comparison.low <= comparison.difference <= comparison.high


def outcomes(both: int, only_a: int, only_b: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    counts = [both, only_a, only_b, neither]
    return np.repeat([True, True, False, False], counts), np.repeat([True, False, True, False], counts)


def test_exact_mcnemar_by_hand():
    # Of ten images on which they differ, two speak for a: 2 (1 + 10 + 45) / 2^10.
    assert paired_over_images(*outcomes(40, 2, 8, 5)).p == pytest.approx(2 * 56 / 1024)
    assert paired_over_images(*outcomes(40, 5, 5, 0)).p == 1
    assert paired_over_images(*outcomes(90, 0, 0, 10)) == Comparison(0.0, p=1.0)


def test_networks_that_differ_on_every_image_have_no_interval_either():
    comparison = paired_over_images(*outcomes(0, 0, 9, 0))
    assert abs(comparison.difference) == 1 and (comparison.low, comparison.high) == (None, None)
    assert comparison.p == pytest.approx(2**-8)


def test_the_bootstrap_of_three_counts_is_that_of_single_images():
    a, b = outcomes(700, 60, 100, 140)
    comparison = paired_over_images(a, b)
    assert comparison.difference == pytest.approx(0.04)
    values = b.astype(int) - a.astype(int)
    generator = np.random.default_rng(3)
    means = [values[generator.integers(1000, size=1000)].mean() for _ in range(10_000)]
    assert (comparison.low, comparison.high) == pytest.approx(np.quantile(means, [0.025, 0.975]), abs=0.0015)


def test_pairs_of_different_number_are_refused():
    with pytest.raises(ValueError, match="as many values"):
        paired_over_seeds([1], [1, 2, 3])
    with pytest.raises(ValueError, match="same images"):
        paired_over_images(np.ones(1, bool), np.ones(4, bool))


def test_holm_of_a_worked_example_is_rs_p_adjust():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_leaves_out_what_has_no_test():
    assert holm([0.01, None, 0.04]) == [0.02, None, 0.04]
    assert holm([]) == [] and holm([None]) == [None]


@settings(deadline=None)
@given(accuracies, accuracies)
def test_outperformance_is_mann_and_whitneys_u_and_turns_round_with_its_arguments(a, b):
    forward, backward = outperformance(a, b), outperformance(b, a)
    assert forward.probability_b_better == pytest.approx(
        stats.mannwhitneyu(b, a).statistic / (len(a) * len(b))
    )
    assert 0 <= forward.low <= forward.probability_b_better <= forward.high <= 1
    assert (forward.low, forward.high) == pytest.approx((1 - backward.high, 1 - backward.low), abs=1e-6)


def test_variance_of_hanley_and_mcneils_worked_example():
    # Hanley and McNeil (1982), 51 abnormal and 58 normal images: area 0.893, standard error 0.032.
    assert math.sqrt(outperformance_variance(0.893, 51, 58)) == pytest.approx(0.032, abs=5e-4)


def test_complete_separation_of_few_seeds_is_no_certainty_and_one_seed_says_nothing():
    assert outperformance([1, 2], [3]) is None
    sure = outperformance([1, 2, 3, 4, 5], [6, 7, 8, 9, 10])
    assert sure.probability_b_better == sure.high == 1 and 0.6 < sure.low < 0.7
    # The bound is where the estimate lies 1.96 standard errors away.
    error = math.sqrt(outperformance_variance(sure.low, 5, 5))
    assert (1 - sure.low) / error == pytest.approx(1.959964, rel=1e-5)
