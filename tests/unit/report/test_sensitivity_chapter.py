"""The chapter on sensitivity: which ablations are significant, and how that is said."""

from __future__ import annotations

import pytest
from one_chapter import words_of

from hidden_units.report.chapters.sensitivity import by_outcome


def ablation(variant="shuffled", difference=0.0012, low=None, high=None, p=None, seeds=5):
    """A row of characters/sensitivity.csv."""
    row = {"variant": variant, "model": "netlin", "seeds": seeds, "difference": difference}
    return row | {"low": low, "high": high, "p": p, "p_holm": p}


SIGNIFICANT = ablation(difference=0.0041, low=0.0035, high=0.0047, p=0.00012)
NOT_SIGNIFICANT = ablation("bfloat16", difference=-0.0003, low=-0.0031, high=0.0025, p=0.78)
SHIFTED = ablation(difference=0.002)
UNMOVED = ablation("bfloat16", difference=0.0)


def chapter(*rows):
    """The words of the chapter about some ablations."""
    asked = {"order": True, "precision": True}
    facts = {"asked": asked, "rows": rows, "groups": by_outcome(rows), "largest_possible": 0.0031}
    return words_of("sensitivity", {}, low_precision="bfloat16", level=0.05, **facts)


def test_ablations_are_grouped_by_their_tests():
    rows = [SIGNIFICANT, NOT_SIGNIFICANT, SHIFTED, UNMOVED]
    names = "significant", "not_significant", "shifted", "unmoved"
    assert by_outcome(rows) == {name: [row] for name, row in zip(names, rows, strict=True)}


@pytest.mark.parametrize("p, group", [(0.0499, "significant"), (0.05, "not_significant")])
def test_a_difference_is_significant_below_the_level(p, group):
    row = ablation(p=p)
    assert by_outcome([row])[group] == [row]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (SIGNIFICANT, "shuffling under NetLin."),
        (NOT_SIGNIFICANT, "A change of up to 0.31 points is still compatible"),
        (SHIFTED, "which allows no test: shuffling under NetLin."),
        (UNMOVED, "Identical in every seed: bfloat16 under NetLin."),
        (ablation(seeds=1), "One seed allows no interval."),
    ],
)
def test_each_outcome_is_said_with_its_difference(row, said):
    assert said in chapter(row)
