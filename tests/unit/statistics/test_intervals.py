import math

import numpy as np
import pytest

from hidden_units.statistics.intervals import (
    Interval,
    bootstrap_interval,
    fewest_for_median,
    mean_over_seeds,
    prediction_of_one_more,
    success_rate,
    wilson,
)


def test_wilson_interval_of_a_textbook_example():
    # Newcombe (1998), Statistics in Medicine 17, table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for successes, trials, low, high in [
        (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718),
    ]:  # fmt: skip
        interval = wilson(successes, trials)
        assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@pytest.mark.parametrize(("successes", "runs"), [(0, 1), (1, 1)])
def test_a_single_run_gives_no_interval_of_a_success_rate(successes, runs):
    found = success_rate(successes, runs)
    assert found["rate"] == successes and math.isnan(found["low"]) and math.isnan(found["high"])
    assert success_rate(1, 2) == {"rate": 0.5, "low": wilson(1, 2).low, "high": wilson(1, 2).high}


@pytest.mark.parametrize(("confidence", "fewest"), [(0.95, 6), (0.9, 5), (0.99, 8), (0.9375, 5), (0.5, 2)])
def test_fewest_values_for_an_interval_of_a_median_by_the_binomial(confidence, fewest):
    """From the least to the greatest of n values the median is held in 1 - 2 / 2^n of the cases."""
    assert fewest_for_median(confidence) == fewest
    assert 1 - 2 * 0.5**fewest >= confidence > 1 - 2 * 0.5 ** (fewest - 1)


def test_t_interval_of_five_values_by_a_printed_table():
    values = [2.0, 4.0, 4.0, 5.0, 5.0]  # mean 4, variance 1.5; t(0.975, 4) = 2.776445
    interval = mean_over_seeds(values)
    half = 2.776445 * math.sqrt(1.5 / 5)
    assert (interval.low, interval.high) == pytest.approx((4 - half, 4 + half), rel=1e-6)


@pytest.mark.parametrize("values", [[], [0.9], [0.9, 0.9, 0.9], [0.3, 0.1 + 0.2]])
def test_fewer_than_two_seeds_or_seeds_that_are_all_alike_give_no_interval(values):
    interval = mean_over_seeds(np.array(values))
    assert math.isnan(interval.low) and math.isnan(interval.high)


def test_bca_interval_of_efron_and_tibshiranis_spatial_test():
    # Efron and Tibshirani (1993), chapter 14: test A of 26 children, variance 171.5; their 2,000 resamples
    # gave a 90 % BCa interval of [115.8, 259.6].
    test_a = [
        48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41,
    ]  # fmt: skip
    assert np.var(test_a) == pytest.approx(171.5, abs=0.05)
    interval = bootstrap_interval(test_a, statistic=np.var, confidence=0.9)
    assert (interval.low, interval.high) == pytest.approx((115.8, 259.6), abs=4)


@pytest.mark.parametrize(
    "samples", [([],), ([0.9],), ([0.9, 0.8], [0.7]), ([0.9, 0.9, 0.9],), ([0.3, 0.1 + 0.2],)]
)
def test_a_bootstrap_of_fewer_than_two_seeds_or_of_equal_ones_is_none(samples):
    assert bootstrap_interval(*samples, statistic=lambda *values, axis: values[0].mean(axis=axis)) is None


def test_a_bootstrap_without_an_acceleration_is_the_percentile_interval():
    # Leaving out any one of four zeros and ones leaves this median as it is.
    values = [0, 0, 0, 0, 0, 1]
    assert bootstrap_interval(values, statistic=np.median) == Interval(0.0, 0.5)


def test_one_more_run_by_a_printed_table():
    # Five runs: t(0.975, 4) = 2.776445.
    half = 2.776445 * 0.01 * math.sqrt(6 / 5)
    interval = prediction_of_one_more(0.8, 0.01, 5)
    assert (interval.low, interval.high) == pytest.approx((0.8 - half, 0.8 + half), rel=1e-6)
    # A single run, and runs that do not scatter, say nothing of one more.
    assert prediction_of_one_more(0.8, math.nan, 1) is None
    assert prediction_of_one_more(0.3, float(np.std([0.3, 0.1 + 0.2], ddof=1)), 2) is None
