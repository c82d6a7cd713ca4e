"""States symbol by symbol, and the geometry of a walk known beforehand."""

import numpy as np
import pytest

from hidden_units.sequences.measures.trajectories import (
    states_table,
    step_lengths,
    strings_table,
    walk,
)


def test_states_are_listed_symbol_by_symbol(language, counter):
    table = states_table(counter, language, [[2], [1, 1]])
    assert table["example"].value_counts().to_dict() == {0: 7, 1: 7}
    first = table[table["example"] == 0]
    assert "".join(first["letter"].fillna("-")) == "-AABBBB"
    assert "".join(first["next_letter"]) == "AABBBBA"
    assert first["c1"].to_numpy() == pytest.approx([0, 0.8, 1.6, 1.2, 0.8, 0.4, 0.0], abs=1e-9)
    assert first["count"].tolist() == [0, 1, 2, 2, 1.5, 1, 0]
    assert (first["p_A"] + first["p_B"]).to_numpy() == pytest.approx(np.ones(7))
    deterministic = table[table["deterministic"]]
    assert set(deterministic["letter"]) == {"B"}
    assert deterministic["correct"].all()
    assert table.loc[~table["deterministic"], "correct"].isna().all()


def test_every_string_begins_where_the_network_does(language, counter):
    table = strings_table(counter, language, 6)
    parts = table.groupby("string")
    assert ["".join(part["letter"].fillna("-")) for _, part in parts] == [
        "-" + "A" * n + "B" * 2 * n for n in range(1, 7)
    ]
    # A counter that is never reset returns to zero by itself, beyond the sizes of training too.
    assert parts["c1"].first().to_numpy() == pytest.approx(np.zeros(6))
    assert parts["c1"].max().to_numpy() == pytest.approx(0.8 * np.arange(1, 7))
    assert parts["c1"].last().to_numpy() == pytest.approx(np.zeros(6), abs=1e-9)


def test_walk_of_the_perfect_counter_is_out_and_back(language, counter):
    found = walk(counter, language)
    # One hidden unit: the turn is a full one, and all strings end where the walk began.
    assert found["turn_degrees"] == pytest.approx(180)
    assert found["home_spread"] == pytest.approx(0, abs=1e-9)
    assert found["home_offset"] == pytest.approx(0, abs=1e-9)
    assert found["home_gap"] == pytest.approx(np.tanh(0.4), abs=1e-9)
    assert found["other_spread"] == pytest.approx(0, abs=1e-9)
    counts = np.concatenate([np.arange(1, n + 1) for n in language.fixed_set().ravel()])
    assert found["count_correlation"] == pytest.approx(np.corrcoef(np.tanh(0.8 * counts), counts)[0, 1])
    a_lengths = np.diff(np.tanh(0.8 * np.arange(5)))
    b_lengths = -np.diff(np.tanh(0.4 * np.arange(8, -1, -1)))
    assert found["step_ratio_longest"] == pytest.approx(b_lengths[1:].mean() / a_lengths[1:].mean())


def test_walk_of_equal_steps_has_ratio_one_half(language, linear):
    """A adds 2 steps, B takes 1 back."""
    found = walk(linear([2e-4], [-1e-4]), language)
    for name in ("step_ratio", "step_ratio_within", "step_ratio_longest"):
        assert found[name] == pytest.approx(0.5, abs=1e-4)
    assert found["a_step_growth"] == pytest.approx(1, abs=1e-4)
    assert found["b_step_growth"] == pytest.approx(1, abs=1e-4)
    assert found["count_proportional"] == pytest.approx(1, abs=1e-6)
    assert found["turn_degrees_all"] == pytest.approx(180)


def test_walk_round_a_corner_turns_by_a_right_angle(language, linear):
    """A's go east, B's north and three times as far."""
    step = 1e-5
    found = walk(linear([step, 0.0], [0.0, 3 * step]), language)
    assert found["turn_degrees"] == pytest.approx(90, abs=1e-3)
    assert found["turn_degrees_all"] == pytest.approx(90, abs=1e-3)
    for name in ("step_ratio", "step_ratio_within", "step_ratio_longest"):
        assert found[name] == pytest.approx(3, rel=1e-4)
    assert found["a_step"] == pytest.approx(step, rel=1e-4)


def test_growth_of_a_shrinking_walk_is_its_factor(language, linear):
    """A halves the distance to 1e-3: steps halve too."""
    network = linear([0.5e-3], [0.0], keeps=0.5)
    assert walk(network, language)["a_step_growth"] == pytest.approx(0.5, abs=1e-4)


def test_step_lengths_are_those_of_the_single_strings(language, counter):
    steps = step_lengths(counter, language)
    assert len(steps) == 3 * (1 + 2 + 3 + 4)
    last = steps[steps["n"] == 4].iloc[-1]
    assert last["distance"] == pytest.approx(0, abs=1e-9)
    assert last["length"] == pytest.approx(np.tanh(0.4), abs=1e-9)
