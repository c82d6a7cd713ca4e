"""Automata: the minimal ones, merging, matching, extraction from a network that counts."""

import numpy as np
import pytest

from hidden_units.sequences.languages import Language
from hidden_units.sequences.measures.automata import (
    Automaton,
    automaton_table,
    cluster_table,
    extract,
    matching,
    minimal_automaton,
    predicts_all,
    reduce,
    state_tree,
)
from hidden_units.sequences.networks import LSTM


@pytest.mark.parametrize(
    ("times", "largest", "states"),
    [
        ((1, 2), 4, 1 + 4 + 7),  # S0, A1-A4, 1 ... 7 B's due
        ((1, 1), 4, 1 + 4 + 3),
        ((1, 2), 10, 1 + 10 + 19),
        # For each n its own B's, 2n - 1 ... 1 due; then C's, 12 ... 1 due, whatever n was.
        ((1, 2, 3), 4, 1 + 4 + (1 + 3 + 5 + 7) + 12),
    ],
)
def test_minimal_automaton_has_as_many_states_as_counting_needs(times, largest, states):
    language = Language(times, largest)
    automaton = minimal_automaton(language)
    assert automaton.states == states
    assert predicts_all(automaton, language)
    merged, _ = reduce(automaton)
    assert merged.states == states


def test_copies_of_states_are_merged_again(language):
    minimal = minimal_automaton(language)
    size = minimal.states
    # Two copies of everything; each arrow leads to the other copy.
    shifted = np.where(minimal.transitions < 0, -1, minimal.transitions + size)
    doubled = Automaton(
        np.vstack([shifted, minimal.transitions]), np.tile(minimal.predicts, 2), minimal.names * 2, 0
    )
    merged, group = reduce(doubled)
    assert merged.states == size
    assert np.array_equal(group[:size], group[size:])
    partner = matching(merged, minimal)
    assert partner is not None
    assert [merged.names[k] for k in partner] == [minimal.names[partner[k]] for k in partner]


def test_one_redirected_arrow_is_noticed(language):
    minimal = minimal_automaton(language)
    transitions = minimal.transitions.copy()
    due = minimal.names.index("B7")
    transitions[due, 1] = minimal.names.index("B5")
    wrong = Automaton(transitions, minimal.predicts, minimal.names, minimal.start)
    assert matching(wrong, minimal) is None
    assert not predicts_all(wrong, language)


def test_tree_holds_each_state_once(language, counter):
    tree = state_tree(counter, language, blocks=2)
    # The start, then after it and after each of 4 strings: 4 A's and 2 + 4 + 6 + 8 B's.
    assert len(tree.points) == 1 + 5 * 24
    assert tree.nodes["parent"].iloc[1:].lt(np.arange(1, 121)).all()


def test_counter_is_found_to_be_the_minimal_automaton(language, remembering_counter):
    found = extract(remembering_counter, language)
    assert (found.determinism, found.purity) == (1, 1)
    assert found.equivalent
    assert found.predicts_all
    assert found.clusters == 12
    assert found.reduced.states == 12
    table = cluster_table(remembering_counter, language, found)
    due = table[(table["letter"] == "B") & (table["due"] > 0)]
    assert (due["state_name"] == "B" + due["due"].astype(str)).all()
    assert found.counts["count"].sum() == len(table) - 1


def test_only_the_network_that_counts_is_found_to_be_a_counting_automaton(language, remembering_counter):
    blank = LSTM.from_vector(np.zeros(LSTM.parameters(2, 2)), 2, 2)
    table = automaton_table({5: remembering_counter, 6: blank}, language)
    assert table["seed"].tolist() == [5, 6]
    assert table["equivalent"].tolist() == table["predicts_all"].tolist() == [True, False]
    assert table["states"].iloc[0] == 12
