"""The chapters of the article: rules of their own, and what they say of runs that leave something open."""

from __future__ import annotations

import pytest
from one_chapter import words_of

from hidden_units.report.chapters import article
from hidden_units.report.chapters.findings import LEFT_OUT, NOT_SEEN, SEEN, UNDECIDED


def bounds(low, high):
    """The summary of a network."""
    return {"accuracy_low": low, "accuracy_high": high}


@pytest.mark.parametrize(
    ("widths", "other", "outcome"),
    [
        ([(0.78, 0.79), (0.79, 0.80)], (0.95, 0.96), SEEN),
        ([(0.78, 0.79), (0.79, 0.80)], (0.81, 0.82), UNDECIDED),
        ([(0.50, 0.51), (0.79, 0.80)], (0.81, 0.82), NOT_SEEN),
        ([(0.78, 0.79), (0.79, 0.80)], (0.60, 0.61), UNDECIDED),
        ([(0.50, 0.51), (0.79, 0.80)], (0.60, 0.61), NOT_SEEN),
        ([(0.78, None), (0.79, 0.80)], (0.95, 0.96), UNDECIDED),
        ([(0.78, 0.79)], (0.95, 0.96), LEFT_OUT),
    ],
)
def test_shape_is_worth_more_than_width_where_that_is_sure(widths, other, outcome):
    assert article.width_against_shape([bounds(*row) for row in widths], bounds(*other)) == outcome


@pytest.mark.parametrize(("spearman", "outcome"), [(0.5, SEEN), (0.49, NOT_SEEN), (-0.9, NOT_SEEN)])
def test_look_alikes_are_confused_where_the_rank_correlation_is_strong(spearman, outcome):
    rows = [{"model": "netconv", "spearman": 0.9}, {"model": "netlin", "spearman": spearman}]
    assert article.alike_are_confused(rows, "netlin")["outcome"] == outcome
    assert article.alike_are_confused(rows[:1], "netlin")["outcome"] == LEFT_OUT


def shares(board, encoder, *counting):
    """What the first page says of the other studies."""
    return {
        "checkerboard": board and {"solved": board[0], "restarts": board[1]},
        "encoder": encoder and {"solved": encoder[0], "seeds": encoder[1]},
        "counting": [{"solved": solved, "restarts": runs} for solved, runs in counting],
    }


@pytest.mark.parametrize(
    ("others", "mixed"),
    [
        (shares((3, 5), None, (0, 2)), True),
        (shares(None, (1, 2), (2, 2)), True),
        (shares((5, 5), (0, 2), (0, 2), (2, 2)), False),
    ],
)
def test_one_run_would_have_misled_where_runs_of_a_kind_end_differently(others, mixed):
    found = article.one_run({"others": others}, sequences={}, claims={"claims": []})
    assert found["mixed"] == mixed


FINDINGS = {
    "design": {"outcome": UNDECIDED, "solved": 0},
    "drawing": {"outcome": LEFT_OUT},
    "limit": {"outcome": LEFT_OUT},
    "counting": {"outcome": LEFT_OUT, "solved": 0, "stopped": 0},
    "shape": {"outcome": LEFT_OUT},
}


@pytest.mark.parametrize(
    ("chapter", "said"),
    [
        ("by-hand", "None did, so there is nothing to compare."),
        ("drawing-board", "Dots and lines are all there is"),
        ("counting", "No SRN of this run learned its task, so none could be asked."),
        ("reading", "Who reads what"),
    ],
)
def test_a_chapter_says_so_where_nothing_was_solved(chapter, said):
    assert said in words_of(chapter, {}, findings=FINDINGS)
