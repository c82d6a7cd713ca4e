"""The chapter on sensitivity: which ablations are significant."""

from __future__ import annotations

import pytest

from hidden_units.report.chapters.sensitivity import by_outcome


def ablation(difference=0.0012, p=None):
    """A row of characters/sensitivity.csv."""
    return {"difference": difference, "p_holm": p}


def test_ablations_are_grouped_by_their_tests():
    rows = [ablation(0.0041, 0.00012), ablation(-0.0003, 0.78), ablation(0.002), ablation(0.0)]
    names = "significant", "not_significant", "shifted", "unmoved"
    assert by_outcome(rows) == {name: [row] for name, row in zip(names, rows, strict=True)}


@pytest.mark.parametrize("p, group", [(0.0499, "significant"), (0.05, "not_significant")])
def test_a_difference_is_significant_below_the_level(p, group):
    row = ablation(p=p)
    assert by_outcome([row])[group] == [row]
