"""The first page: the order of the networks, and a line for each of the other studies."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from one_chapter import words_of

from hidden_units.names import STUDIES
from hidden_units.report.chapters.claims import MARKS
from hidden_units.report.chapters.summary import (
    best_of_size,
    first_to_fail,
    order_of_accuracies,
    other_studies,
)

CONFIG = {"characters": {"hidden": 5}, "training": {"epochs": 1, "validation": 0}, "run": "some"}
COUNTS = {"train": 100, "test": 50}


def row(model, mean, half=0.01):
    """The summary of a network; without `half` it has no interval."""
    low, high = (None, None) if half is None else (mean - half, mean + half)
    return {"model": model, "seeds": 5, "accuracy_mean": mean, "accuracy_low": low, "accuracy_high": high}


def page(*rows, seeds=5, **facts):
    """The words of the first page."""
    facts |= {"rows": rows, "order": order_of_accuracies(rows), "dataset": {"title": "", "counts": COUNTS}}
    facts["tallies"] = [{"counts": {"supported": 3, "undecided": 0}}]
    return words_of("summary reading one-run", CONFIG | {"seeds": seeds}, marks=MARKS, **facts)


@pytest.mark.parametrize(
    "means, holds", [((0.7, 0.8, 0.9), True), ((0.7, 0.695, 0.9), False), ((0.7, 0.7), False)]
)
def test_the_order_of_the_networks_holds_where_the_means_rise(means, holds):
    found = order_of_accuracies(
        [row(model, mean) for model, mean in zip(("netlin", "netfull-5", "netconv"), means, strict=False)]
    )
    assert found["holds"] == holds
    assert [each["accuracy_mean"] for each in found["ranked"]] == sorted(means)


def test_networks_of_one_mean_are_called_equal():
    rows = [row("netlin", 0.8), row("netfull-5", 0.2 + 0.4, None), row("netconv", 0.6, None)]
    assert ", but NetFull = NetConv < NetLin. All seeds" in page(*rows)


def test_a_wide_interval_overlaps_those_that_are_not_its_neighbours_too():
    rows = [row("netlin", 0.7, 0.001), row("netfull-5", 0.8, 0.001), row("netconv", 0.9, 0.3)]
    lin, full, conv = rows
    assert order_of_accuracies(rows)["overlapping"] == [(lin, conv), (full, conv)]


def test_without_scatter_or_with_one_seed_no_interval_is_compared():
    alike = [row("netlin", 0.7, None), row("netfull-5", 0.8)]
    assert order_of_accuracies(alike)["overlapping"] == []
    assert "All seeds of NetLin gave the same accuracy" in page(*alike)
    assert "this is the order of single runs" in page(*alike, seeds=1)
    assert "Intervals from two seeds are wide" in page(*alike, seeds=2)


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


def test_results_that_a_run_does_not_have_are_left_out():
    one = {"network": "LSTM", "restarts": 1, "solved": 1, "low": None, "high": None, "steps": 9000}
    said = page(others={"counting": [one]})
    assert "1 of 1 (100 %) one restart: no interval" in said
    assert "encoders that learn" not in said and "trained to solve it" not in said


def test_a_share_of_the_solved_names_the_training_that_it_depends_on(tmp_path):
    share = {"solved": 1, "seeds": 2, "restarts": 2, "low": 0.11, "high": 0.47}
    files = {
        "checkerboard/success": [{"hidden": 2, "learning_rate": 0.01, "rate": 0.6} | share],
        "encoders/overview": [{"table": "identity-9", "rows": 9} | share],
        "encoders/patience": [{"table": f"identity-{n}", "solved": True} for n in (9, 9, 16)],
    }
    empty = {
        "summary": {"walk": {"step_ratio": {"median": None}}},
        "solved": 0,
        "restarts": 9,
        "steps": 70000,
    }
    evidence = SimpleNamespace(rows=lambda name: files[name.removesuffix(".csv")], json=lambda name: empty)
    rates = [{"learning_rate": rate, "max_epochs": most} for rate, most in ((0.001, 90000), (0.01, 30000))]
    board = {"network": {"hidden": {"biases": [0, 0]}}, "training": {"rates": rates}}
    config = {"studies": [*STUDIES], "checkerboard": board, "encoders": {"caps": [1000, 5000]}}
    said = page(others=other_studies(evidence, config))
    assert "trained to solve it, at learning rate 0.01 within 30,000 epochs 1 of 2 (50 %) [11" in said
    assert "within 5,000 epochs; of the same seeds trained for longer, 2 of 2 1 of 2 (50 %) [11, 47]" in said
    assert "in any example of training after 70,000 steps 0 of 9" in said
    assert "length of the SRN’s" not in said and "One run can mislead" not in said
    evidence.json = lambda name: empty | {"solved": 4, "low": 0.2, "high": 0.7}
    assert "One run can mislead: of 9 SRNs that we trained alike, 4 learned" in page(
        others=other_studies(evidence, config)
    ).replace("\N{NO-BREAK SPACE}", " ")
    files["encoders/patience"] = []
    assert "within 5,000 epochs 1 of 2" in page(others=other_studies(evidence, config))
