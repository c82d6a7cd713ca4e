"""Numbers and findings in words."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from hidden_units.report import wording
from hidden_units.report.chapters.data import balance
from hidden_units.report.chapters.summary import order_of_accuracies
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


def row(model, mean, half=0.01, seeds=5):
    low, high = (None, None) if half is None else (mean - half, mean + half)
    ends = {"accuracy_low": low, "accuracy_high": high}
    return {"model": model, "hidden": 1, "seeds": seeds, "accuracy_mean": mean, **ends}


def test_the_order_of_the_networks_holds_where_the_means_rise():
    finding = order_of_accuracies([row("netlin", 0.7), row("netfull-5", 0.8), row("netconv", 0.9)])
    assert "NetLin < NetFull < NetConv holds" in finding
    assert "No two of the intervals overlap" in finding


def test_the_order_of_the_networks_does_not_hold_where_two_change_places():
    finding = order_of_accuracies([row("netlin", 0.7), row("netfull-5", 0.695), row("netconv", 0.9)])
    assert "does not hold" in finding
    assert "The intervals of NetFull and NetLin overlap" in finding


def test_a_wide_interval_overlaps_those_that_are_not_its_neighbours_too():
    rows = [row("netlin", 0.7, 0.001), row("netfull-5", 0.8, 0.001), row("netconv", 0.9, 0.3)]
    finding = order_of_accuracies(rows)
    assert "The intervals of NetLin and NetConv and those of NetFull and NetConv overlap" in finding


def test_equal_means_are_no_order():
    finding = order_of_accuracies([row("netlin", 0.7), row("netfull-5", 0.7)])
    assert "does not hold" in finding


def test_one_seed_gives_the_order_of_single_runs():
    finding = order_of_accuracies([row("netlin", 0.7, None, 1), row("netfull-5", 0.8, None, 1)])
    assert "no interval" in finding


def test_seeds_that_all_gave_the_same_are_not_called_one_seed():
    finding = order_of_accuracies([row("netlin", 0.7, None), row("netfull-5", 0.8)])
    assert "All seeds of NetLin gave the same accuracy" in finding and "one seed" not in finding


def test_balance_says_how_evenly_the_classes_are_filled():
    counts = {"train_per_class": [5, 7], "test_per_class": [4, 4]}
    assert balance({"counts": counts}) == (
        "the classes have between 5 and 7 training images and every class has 4 test images"
    )
