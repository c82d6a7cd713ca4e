"""The seed in the middle, and places among others."""

from __future__ import annotations

import pytest

from hidden_units.statistics.ranks import median_seed, percentile


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({0: 0.9, 1: 0.7, 2: 0.8}, 2),  # the median of three
        ({0: 0.9, 1: 0.7, 2: 0.8, 3: 0.6}, 1),  # the lower of two medians
        ({0: 0.5, 1: 0.5, 2: 0.5, 3: 0.5}, 0),  # the lowest seed among equals
        ({0: 0.7935, 1: 0.7935, 2: 0.7930, 3: 0.7930, 4: 0.7930}, 2),  # not the middle of the sorted seeds
        ({7: 0.1}, 7),
    ],
)
def test_the_seed_in_the_middle_is_the_lowest_with_the_lower_median(values, expected):
    assert median_seed(values) == expected


def test_percentiles_count_equal_values_half():
    assert percentile(3, [1, 2, 3, 4, 5]) == pytest.approx(0.5)
    assert percentile(1, [1, 1, 1, 1]) == pytest.approx(0.5)
    assert percentile(1, [1, 2]) == pytest.approx(0.25)
