"""Numbers and findings in words."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from hidden_units.report import wording
from hidden_units.statistics.intervals import mean_over_seeds


@pytest.mark.parametrize("nothing", [None, math.nan, pd.NA])
def test_nothing_is_a_dash_never_nan(nothing):
    shown = [
        wording.count(nothing),
        wording.decimal(nothing, 2),
        wording.percent(nothing),
        wording.points(nothing),
    ]
    assert shown == ["–"] * 4
    assert wording.interval(nothing, 0.5) == "one seed: no interval"
    assert wording.interval(nothing, 0.5, runs=5) == "all 5\N{NO-BREAK SPACE}seeds gave the same"


def test_numbers_are_written_alike():
    assert wording.count(184586.0) == "184,586"
    assert wording.percent(0.69574) == "69.57"
    assert wording.interval(0.5, 0.62345) == "[50.00,\N{NO-BREAK SPACE}62.34]"
    assert wording.points(0.0012) == "+0.12"
    assert wording.points(-0.0012) == "−0.12"
    assert wording.points(-0.00001) == "0.00"
    assert wording.decimal(-0.25, 1) == "−0.2"
    assert wording.decimal(-0.001, 2) == "0.00"
    assert wording.decimal(1234.25, 1) == "1,234.2" and wording.decimal(-12345.6, 0) == "−12,346"


def test_a_probability_is_not_rounded_up_to_certainty():
    assert wording.probability(0.999949) == "99.99\N{NO-BREAK SPACE}%"
    assert wording.probability(0.9999999) == ">99.99\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize(
    ("items", "expected"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (list("abc"), "a, b and c")]
)
def test_listing(items, expected):
    assert wording.listing(items) == expected


def test_the_confidence_is_that_of_the_function():
    assert wording.confidence(mean_over_seeds) == "95\N{NO-BREAK SPACE}%"
