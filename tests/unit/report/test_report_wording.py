"""Numbers and findings in words."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hidden_units.report import wording
from hidden_units.report.claims.verdicts import with_interval
from hidden_units.rounding import rounded
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
    assert wording.interval(nothing, 0.5, run="restart", runs=2) == "both restarts gave the same"


def test_an_interval_ends_where_its_quantity_does():
    assert wording.interval(-0.21, 0.4) == "[0.00,\N{NO-BREAK SPACE}40.00]"
    assert wording.estimate(0.83, 0.6182, 1.0418) == "83.00\N{NO-BREAK SPACE}[61.82,\N{NO-BREAK SPACE}100.00]"
    assert wording.interval(-1.3267, 1.55, shown="points") == "[−100.00,\N{NO-BREAK SPACE}+100.00]"
    assert wording.interval(-0.1389, 1.2289, 4, shown="nats") == "[0.0000,\N{NO-BREAK SPACE}1.2289]"
    assert wording.interval(-1.5, 2.5, shown="decimal") == "[−1.50,\N{NO-BREAK SPACE}2.50]"


def test_numbers_are_written_alike():
    assert wording.count(184586.0) == "184,586"
    assert wording.percent(0.69574) == "69.57"
    assert wording.interval(0.5, 0.62345) == "[50.00,\N{NO-BREAK SPACE}62.35]"
    assert wording.points(0.0012) == "+0.12"
    assert wording.points(-0.0012) == "−0.12"
    assert wording.points(-0.00001) == "0.00"
    assert wording.decimal(-0.25, 1) == "−0.3"
    assert wording.decimal(-0.001, 2) == "0.00"
    assert wording.decimal(1234.25, 1) == "1,234.3" and wording.decimal(-12345.6, 0) == "−12,346"


def test_ties_are_rounded_one_way_whatever_the_noise_of_floats():
    accuracies = [0.79485, 0.78975, 0.72165, 0.78765, 0.79555]
    assert [wording.percent(value) for value in accuracies] == ["79.49", "78.98", "72.17", "78.77", "79.56"]
    assert [wording.percent(np.mean([value] * 5)) for value in accuracies] == [
        wording.percent(value) for value in accuracies
    ]
    # 3,174 and 3,172 of 4,000 in five runs.
    assert wording.percent(np.mean([0.7935, 0.7935, 0.7930, 0.7930, 0.7930])) == "79.32"
    assert wording.points(0.79485 - 0.72165) == "+7.32"
    assert wording.points(-0.000005, 3) == "−0.001" and wording.points(-0.000004, 3) == "0.000"


def test_a_bound_is_rounded_to_its_safe_side():
    assert wording.at_most(0.00143, 4) == "0.0015" and wording.at_most(1.9804, 2) == "1.99"
    assert wording.at_least(0.9996, 3) == "0.999" and wording.at_least(-0.0004, 3) == "−0.001"
    assert wording.at_most(0.5, 1) == wording.at_least(0.5, 1) == "0.5"
    # What is noise does not count.
    assert wording.at_most(0.1 + 0.2, 1) == "0.3"


@given(st.floats(-1e6, 1e6), st.integers(0, 4))
def test_rounding_is_within_half_a_digit_and_bounds_enclose(value, digits):
    low, middle, high = (
        float(function(value, digits).replace(",", "").replace("−", "-"))
        for function in (wording.at_least, rounded, wording.at_most)
    )
    noise = 1e-9 * (1 + abs(value))
    assert low - noise <= value <= high + noise and low <= middle <= high
    assert abs(middle - value) <= 0.5 * 10**-digits + noise


@pytest.mark.parametrize(
    ("value", "low", "high", "digits", "shown"),
    [
        (0.2, 0.195, 0.204, 2, "0.200 [0.195, 0.204]"),
        (0.9991, 0.9987, 0.9993, 2, "0.9991 [0.9987, 0.9993]"),
        (0.81, 0.8, 0.82, 2, "0.81 [0.80, 0.82]"),
        (0.0, 0.0, 0.0, 3, "0.000 (the same in every resample)"),
    ],
)
def test_no_interval_is_printed_with_equal_ends(value, low, high, digits, shown):
    median = {"median": value, "low": low, "high": high}
    found = {wording.estimate(value, low, high, "decimal", digits), with_interval(median, digits)}
    assert {each.replace("\N{NO-BREAK SPACE}", " ") for each in found} == {shown}


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
