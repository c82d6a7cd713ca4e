"""A scatter that is far below that of its neighbours is marked, with an interval from the pooled scatter."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from hidden_units.statistics.scatter import compare_scatter

STEADY = [3174, 3174, 3172, 3172, 3172]


def neighbours(sd: float = 16, seed: int = 0) -> dict[str, list[float]]:
    rng = np.random.default_rng(seed)
    return {f"width {k}": list(rng.normal(3170, sd, 5)) for k in range(7)}


def test_five_seeds_that_hardly_differ_are_lucky_among_seven_widths_that_do():
    table = compare_scatter({**neighbours(), "steady": STEADY})
    assert table.index[table["is_lucky"]].tolist() == ["steady"]
    row = table.loc["steady"]
    pooled = np.sqrt(np.mean([np.var(values, ddof=1) for values in neighbours().values()]))
    assert row["pooled_sd"] == pytest.approx(pooled)
    assert row["p"] == pytest.approx(stats.f.cdf(np.var(STEADY, ddof=1) / pooled**2, 4, 28))
    half = stats.t.ppf(0.975, 28) * pooled / np.sqrt(5)
    assert (row["pooled_low"], row["pooled_high"]) == pytest.approx((row["mean"] - half, row["mean"] + half))


def test_widths_that_scatter_alike_are_rarely_marked():
    marked = [compare_scatter(neighbours(seed=seed))["is_lucky"].any() for seed in range(200)]
    assert np.mean(marked) < 0.09


def test_seeds_that_do_not_scatter_at_all_have_no_interval_to_mark():
    table = compare_scatter({**neighbours(), "none": [3170] * 5})
    assert np.isnan(table.loc["none", "p"]) and not table["is_lucky"].any()
    assert not compare_scatter({name: [1, 1, 1] for name in "abcd"})["is_lucky"].any()


@pytest.mark.parametrize("samples", [{}, {"a": [1, 2], "b": [1, 3]}, {"a": [1], "b": [1, 2], "c": [2, 3]}])
def test_too_few_seeds_or_widths_are_not_compared(samples):
    assert compare_scatter(samples).empty
