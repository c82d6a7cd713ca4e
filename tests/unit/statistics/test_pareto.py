import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hidden_units.statistics.pareto import pareto_front


def test_many_fronts_at_once_are_each_their_own():
    values = np.array([[0.5, 0.6], [0.6, 0.5]])
    assert pareto_front(np.array([1, 2]), values).tolist() == [[True, True], [True, False]]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=10))
def test_the_front_is_what_a_sweep_from_the_cheapest_keeps(solutions):
    costs, values = zip(*solutions, strict=True)
    kept, best = set(), -1
    for cost, value in sorted(set(solutions), key=lambda solution: (solution[0], -solution[1])):
        if value > best:
            kept.add((cost, value))
            best = value
    assert pareto_front(costs, values).tolist() == [solution in kept for solution in solutions]
