"""The first page: the order of the networks, and a line for each of the other studies."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from one_chapter import words_of

from hidden_units.report.chapters.claims import MARKS
from hidden_units.report.chapters.summary import best_of_size, first_to_fail, order_of_accuracies
from hidden_units.report.comparability import Comparability

CONFIG = {"characters": {"hidden": 5}, "training": {"epochs": 1, "validation": 0}, "run": "some"}
COUNTS = {"train": 100, "test": 50}
COMPARABLE = Comparability(comparable=True, shown=True, data_reason="", deviations=())
NOTHING = {"checkerboard": None, "encoder": None, "counting": [], "step_ratio": None}


def row(model, mean, half=0.01):
    """The summary of a network; without `half` it has no interval."""
    low, high = (None, None) if half is None else (mean - half, mean + half)
    return {
        "model": model, "parameters": 7850, "seeds": 5, "accuracy_mean": mean, "accuracy_low": low,
        "accuracy_high": high, "loss_mean": 1.1, "reported_accuracy": 0.7, "reported_loss": 1.0,
        "difference": mean - 0.7,
    }  # fmt: skip


ONE = [row("netlin", 0.7)]


def page(rows=ONE, seeds=5, others=NOTHING, comparability=COMPARABLE):
    """The words of the first page."""
    facts = {
        "rows": rows,
        "order": order_of_accuracies(rows),
        "others": others,
        "comparability": comparability,
    }
    facts |= {
        "confidence": "95 %",
        "marks": MARKS,
        "paragraphs": [],
        "commit": SimpleNamespace(is_known=False),
    }
    facts["dataset"] = {"classes": "ab", "title": "Images", "counts": COUNTS, "synthetic": False}
    facts["tallies"] = [{"judged": "what was measured here", "counts": {"supported": 3, "undecided": 0}}]
    return words_of("summary", CONFIG | {"seeds": seeds}, **facts)


@pytest.mark.parametrize(
    "means, holds", [((0.7, 0.8, 0.9), True), ((0.7, 0.695, 0.9), False), ((0.7, 0.7), False)]
)
def test_the_order_of_the_networks_holds_where_the_means_rise(means, holds):
    found = order_of_accuracies(
        [row(model, mean) for model, mean in zip(("netlin", "netfull-5", "netconv"), means, strict=False)]
    )
    assert found["holds"] == holds
    assert [each["accuracy_mean"] for each in found["ranked"]] == sorted(means)


def test_a_wide_interval_overlaps_those_that_are_not_its_neighbours_too():
    lin, full, conv = rows = [
        row("netlin", 0.7, 0.001),
        row("netfull-5", 0.8, 0.001),
        row("netconv", 0.9, 0.3),
    ]
    assert order_of_accuracies(rows)["overlapping"] == [(lin, conv), (full, conv)]
    assert "The intervals of NetLin and NetConv and those of NetFull and NetConv overlap" in page(rows)


def test_without_scatter_or_with_one_seed_no_interval_is_compared():
    alike = [row("netlin", 0.7, None), row("netfull-5", 0.8)]
    assert order_of_accuracies(alike)["overlapping"] == []
    assert "All seeds of NetLin gave the same accuracy" in page(alike)
    assert "this is the order of single runs" in page(alike, seeds=1)
    assert "Intervals from two seeds are wide" in page(alike, seeds=2)


def test_the_checkerboard_is_shown_at_the_rate_at_which_most_restarts_of_a_size_solve_it():
    settings = [
        {"hidden": hidden, "learning_rate": learning_rate, "rate": rate}
        for hidden, learning_rate, rate in [(4, 0.001, 0.4), (4, 0.01, 0.6), (5, 0.01, 0.9)]
    ]
    assert best_of_size(settings, 4) == settings[1]
    assert best_of_size(settings, 9) is None


def test_the_smallest_one_hot_table_on_which_a_seed_fails_is_shown_else_the_largest():
    _, small, middle, picture = overview = [
        {"table": table, "rows": rows, "seeds": 20, "solved": solved}
        for table, rows, solved in [
            ("identity-24", 24, 0), ("identity-9", 9, 20), ("identity-16", 16, 5), ("heart", 8, 1),
        ]
    ]  # fmt: skip
    assert first_to_fail(overview) == middle
    assert first_to_fail([small, picture]) == small
    assert first_to_fail([picture]) is None


def test_results_that_a_run_does_not_have_are_left_out_and_others_have_their_intervals():
    counting = [
        {"network": "SRN", "restarts": 200, "solved": 124, "low": 0.5511, "high": 0.6844},
        {"network": "LSTM", "restarts": 1, "solved": 1, "low": None, "high": None},
    ]
    ratio = {"median": 2.4502, "low": None, "high": None}
    said = page(others=NOTHING | {"counting": counting, "step_ratio": ratio})
    assert "SRNs that count without an error in any example 124 of 200 (62 %) [55, 68]" in said
    assert "1 of 1 (100 %) one restart: no interval" in said and "2.45 too few" in said
    assert "encoders that learn" not in said and "trained to solve it" not in said
