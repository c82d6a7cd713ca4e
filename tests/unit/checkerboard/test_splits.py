"""Is four the fewest? The exhaustive search against second methods."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

from hidden_units.checkerboard.models import POINTS, TARGETS
from hidden_units.checkerboard.splits import (
    arrangement,
    codes,
    distinct_splits,
    fewest_units_table,
    line_splits,
    splits_up_to_sign,
    threshold_functions,
)


def separable(points, labels):
    """Whether a hyperplane parts the labels strictly, by linear programming."""
    signs = np.where(np.asarray(labels) == 1, 1.0, -1.0)
    rows = -signs[:, None] * np.column_stack([points, np.ones(len(points))])
    bounds = [(None, None)] * rows.shape[1]
    return linprog(np.zeros(rows.shape[1]), A_ub=rows, b_ub=-np.ones(len(points)), bounds=bounds).status == 0


def test_line_splits_are_exactly_the_separable_ones_of_all_512_labelings():
    by_programming = {labels for labels in itertools.product((0, 1), repeat=9) if separable(POINTS, labels)}
    assert {*line_splits()} == by_programming
    assert len(line_splits()) == 58


def test_each_split_is_what_its_line_does():
    for sides, (w1, w2, bias) in line_splits().items():
        values = [w1 * x1 + w2 * x2 + bias for x1, x2 in POINTS.tolist()]
        assert 0 not in values
        assert tuple(int(value > 0) for value in values) == sides


def test_splits_up_to_sign_are_half_of_all():
    chosen = {*splits_up_to_sign()}
    opposite = {tuple(1 - side for side in sides) for sides in chosen}
    assert len(chosen) == 29
    assert chosen | opposite == {*line_splits()}
    assert (0,) * 9 in chosen | opposite


@pytest.mark.parametrize(("inputs", "count"), [(1, 4), (2, 14), (3, 104), (4, 1882)])
def test_threshold_functions_are_as_many_as_known(inputs, count):
    assert len(threshold_functions(inputs)) == count
    for values, (weights, bias) in threshold_functions(inputs).items():
        np.testing.assert_array_equal(codes(inputs) @ np.array(weights) + float(bias) >= 0, values)


def test_table_of_fewest_units(searches):
    table = fewest_units_table(searches.values())
    assert list(table.columns) == ["hidden", "splits", "arrangements", "best_correct", "arrangements_at_best"]
    assert table.to_numpy().tolist() == [
        [1, 58, 29, 6, 4],
        [2, 58, 29 * 28 // 2, 7, 6],
        [3, 58, 29 * 28 * 27 // 6, 8, 8],
        [4, 58, 29 * 28 * 27 * 26 // 24, 9, 3],
    ]


def test_solutions_get_as_many_points_right_as_claimed(searches):
    for found in searches.values():
        for network in found.solutions:
            assert network.hidden_size == found.hidden
            assert (network.output() == TARGETS).sum() == found.best_correct


def test_best_of_two_units_by_a_second_method(searches):
    """Two bits have fourteen threshold functions: all but exclusive or and its opposite."""
    functions = [f for f in itertools.product((0, 1), repeat=4) if f not in {(0, 1, 1, 0), (1, 0, 0, 1)}]
    scores = []
    for a, b in itertools.combinations(splits_up_to_sign(), 2):
        code = [2 * i + j for i, j in zip(a, b, strict=True)]
        scores.append(max(sum(f[c] == t for c, t in zip(code, TARGETS, strict=True)) for f in functions))
    assert max(scores) == searches[2].best_correct
    assert scores.count(max(scores)) == len(searches[2].solutions)


def arrangements_that_part_the_classes(hidden):
    """Choices of splits under which no code is shared by points of both classes, found point by point."""
    parting = []
    for chosen in itertools.combinations(splits_up_to_sign(), hidden):
        code = list(zip(*chosen, strict=True))
        ones = {c for c, target in zip(code, TARGETS.tolist(), strict=True) if target == 1}
        if ones.isdisjoint(c for c, target in zip(code, TARGETS.tolist(), strict=True) if target == 0):
            parting.append((code, ones))
    return parting


def test_no_function_at_all_of_three_splits_solves_all_nine():
    assert arrangements_that_part_the_classes(3) == []


def test_solutions_with_four_units_by_a_second_method(searches):
    """Of the arrangements of four that part the classes, those whose codes a hyperplane parts too."""
    solving = [
        code
        for code, ones in arrangements_that_part_the_classes(4)
        if separable(np.array(code), [c in ones for c in code])
    ]
    assert len(solving) == len(searches[4].solutions)


def test_arrangement_by_hand_is_one_of_the_three_that_solve_it_with_four(searches, by_hand):
    np.testing.assert_array_equal(by_hand.output(), TARGETS)
    number = arrangement(by_hand.sides(), searches[4].solutions)
    lines = {tuple(abs(value) for value in line) for line in searches[4].solutions[number - 1].lines}
    assert lines == {(1, 1, Fraction(5, 2)), (1, 1, Fraction(1, 2)), (1, 1, Fraction(3, 2))}


def test_matching_ignores_sign_order_and_further_units_and_knows_strangers(searches):
    sides = searches[4].solutions[2].sides()
    turned = np.column_stack([1 - sides[:, 2], sides[:, 0], sides[:, 3], 1 - sides[:, 1]])
    stranger = np.array([0, 0, 0, 0, 1, 0, 0, 0, 0])
    assert arrangement(np.column_stack([stranger, turned]), searches[4].solutions) == 3
    assert arrangement(np.column_stack([stranger, turned[:, :3]]), searches[4].solutions) is None


def test_splits_are_counted_without_sign_repetition_and_units_that_part_nothing():
    one = np.array([1, 1, 0, 0, 0, 0, 0, 0, 0])
    other = np.array([0, 1, 0, 0, 0, 0, 0, 0, 0])
    always, never = np.ones(9, dtype=int), np.zeros(9, dtype=int)
    found = distinct_splits(np.column_stack([one, 1 - one, other, one, always, never]))
    assert found == {tuple(1 - one), tuple(other)}
