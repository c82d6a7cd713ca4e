"""Cells as counters, linear read-outs and separation, on a counter known by hand and on plain arrays."""

import numpy as np
import pandas as pd
import pytest

from hidden_units.sequences.languages import Language
from hidden_units.sequences.measures.cells import (
    cell_steps,
    combination_table,
    counter_patterns,
    intervention_table,
    monotone_cells,
    phase_table,
    residual_table,
)
from hidden_units.sequences.measures.decoding import decoding_table, place, separation_table


def test_increments_of_the_counter_are_the_weights_it_was_given(language, counter):
    phases = phase_table(cell_steps(counter, language)).set_index("letter")
    assert phases["increment"].to_dict() == pytest.approx({"A": 0.8, "B": -0.4})
    assert phases["increment_sd"].to_dict() == pytest.approx({"A": 0, "B": 0}, abs=1e-12)
    assert phases["forget_gate"].to_dict() == pytest.approx({"A": 1, "B": 1})
    assert phases["forget_saturated"].tolist() == [1, 1]
    assert phases.loc["A", ["rising", "falling"]].tolist() == [1, 0]
    assert phases.loc["B", ["rising", "falling"]].tolist() == [0, 1]


def test_residual_is_zero_for_a_counter_and_one_for_a_cell_that_only_rises(language, two_cells):
    residuals = residual_table(phase_table(cell_steps(two_cells, language)), language).set_index("cell")
    assert residuals["residual"].to_dict() == pytest.approx({1: 0, 2: 0.1 + 2 * 0.3}, abs=1e-9)
    assert residuals["relative"].to_dict() == pytest.approx({1: 0, 2: 1}, abs=1e-9)


def test_best_combination_finds_the_counter_among_the_cells(language, two_cells):
    row = combination_table(cell_steps(two_cells, language), language).iloc[0]
    assert row["counter"] == "A-B"
    assert (row["dA"], row["dB"]) == pytest.approx((2, -1))
    assert row["w1"] == pytest.approx(2.5)
    assert row["w2"] == pytest.approx(0, abs=1e-9)
    assert row["explained"] == pytest.approx(1)
    assert row["relative_residual"] == pytest.approx(0, abs=1e-9)


def test_patterns_of_three_symbols_are_those_of_theory():
    patterns = counter_patterns(Language((1, 2, 3)))
    assert {name: pattern.tolist() for name, pattern in patterns.items()} == {
        "A-B": [2, -1, 0],
        "A-C": [3, 0, -1],
        "B-C": [0, 3, -2],
    }


def test_only_the_counter_turns_round(language, two_cells):
    assert monotone_cells(phase_table(cell_steps(two_cells, language)))["monotone"].tolist() == [True, False]


def test_state_put_in_decides_how_many_symbols_follow(language, counter):
    table = intervention_table(counter, language)
    assert len(table) == 4 * 16
    followed = table.groupby("replaced").apply(
        lambda part: (
            (part["followed"] == part["expected_by_n"]).all(),
            (part["followed"] == part["expected_by_put_in"]).all(),
        ),
        include_groups=False,
    )
    # Nothing is fed back from h in this network, so the cell decides alone.
    assert followed["none"] == (True, False)
    assert followed["hidden"] == (True, False)
    assert followed["cell"] == (False, True)
    assert followed["both"] == (False, True)


def test_linear_counter_can_be_read_beyond_training_and_a_squashed_one_less(language, counter):
    table = decoding_table(counter, language).set_index(["source", "letter", "target"])
    assert table.loc[("c", "A", "position"), "r2_beyond"] == pytest.approx(1, abs=1e-3)
    assert table.loc[("c", "B", "remaining"), "r2_trained"] == pytest.approx(1, abs=1e-3)
    assert table.loc[("c", "B", "remaining"), "r2_beyond"] == pytest.approx(1, abs=1e-3)
    # h = tanh(c) is flat where c is large.
    assert table.loc[("h", "A", "position"), "r2_beyond"] < 0.5
    # What is still due says little of how long the string is.
    assert table.loc[("c", "B", "n"), "r2_trained"] < 0.7


def test_separation_compares_hidden_and_cell_states(language, counter):
    table = separation_table(counter, language).set_index("source")
    assert list(table.index) == ["h", "c"]
    assert table["silhouette"].between(-1, 1).all()
    # The cell's states are multiples of 0.4, so no edge is longer; steps are 0.8 and 0.4.
    steps = np.concatenate(
        [np.abs(np.diff(counter.run(language.example(s)[:-1])[1:, 1])) for s in language.fixed_set()[:10]]
    )
    assert table.loc["c", "path_gap"] == pytest.approx(0.4 / steps.mean(), rel=1e-6)


class Placed:
    """Something like a network, whose state is a given function of symbol and place in the segment."""

    hidden, sources = 2, ("h",)

    def __init__(self, state):
        self.state = state

    def run_all(self, examples):
        runs = []
        for symbols in examples:
            states, position, before = [(0, 0)], 0, None
            for symbol in symbols:
                position = position + 1 if symbol == before else 1
                states.append(self.state(symbol, position))
                before = symbol
            runs.append(np.array(states, dtype=float))
        return runs


def test_neighbours_are_looked_for_at_other_places_so_that_segments_can_be_seen_to_mix(language):
    apart = separation_table(Placed(lambda symbol, position: (100 * symbol, position)), language)
    assert apart["nearest_other_phase"].tolist() == [0]
    # Every A is next to the B's of its position, and those coincide, whichever n they are of.
    side_by_side = separation_table(Placed(lambda symbol, position: (0.1 * symbol, position)), language)
    assert side_by_side["nearest_other_phase"].tolist() == [pytest.approx(1 / 3)]


def test_a_place_is_what_of_its_string_was_read(language):
    states = pd.concat([language.positions([2, 1]), language.positions([2, 2])], ignore_index=True)
    states = states.assign(place=place(states))
    first, second = states.iloc[:9], states.iloc[9:]
    assert first["place"].iloc[:6].tolist() == second["place"].iloc[:6].tolist()
    a_b_b = first["place"].iloc[6:].tolist()
    assert a_b_b[0] == first["place"].iloc[0]  # an A before it is known how many there are
    assert set(a_b_b[1:]).isdisjoint(second["place"])
