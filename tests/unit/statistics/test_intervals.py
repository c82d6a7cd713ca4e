import math

import numpy as np
import pytest

from hidden_units.statistics.intervals import mean_over_seeds, wilson


def test_wilson_interval_of_the_studys_8407_of_10000():
    interval = wilson(8407, 10_000)
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.8334, 0.8477)


def test_wilson_interval_of_a_textbook_example():
    # Newcombe (1998), Statistics in Medicine 17, table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for successes, trials, low, high in [
        (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718),
    ]:  # fmt: skip
        interval = wilson(successes, trials)
        assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_t_interval_of_five_values_by_a_printed_table():
    values = [2.0, 4.0, 4.0, 5.0, 5.0]  # mean 4, variance 1.5; t(0.975, 4) = 2.776445
    interval = mean_over_seeds(values)
    half = 2.776445 * math.sqrt(1.5 / 5)
    assert (interval.low, interval.high) == pytest.approx((4 - half, 4 + half), rel=1e-6)


@pytest.mark.parametrize("values", [[], [0.9]])
def test_fewer_than_two_seeds_give_no_interval(values):
    interval = mean_over_seeds(np.array(values))
    assert math.isnan(interval.low) and math.isnan(interval.high)


def test_t_interval_covers_the_mean_at_its_confidence():
    generator = np.random.default_rng(0)
    covered = [
        interval.low <= 1.5 <= interval.high
        for interval in (mean_over_seeds(generator.normal(1.5, 2, 5)) for _ in range(4000))
    ]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.012)
