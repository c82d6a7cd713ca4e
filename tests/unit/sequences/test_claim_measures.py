"""What the claims ask of counting networks, on networks whose walk is known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from hidden_units.sequences.languages import Language
from hidden_units.sequences.measures.claims import (
    SRN_COLUMNS,
    along_examples,
    cell_claims,
    srn_claims,
)
from hidden_units.sequences.measures.trajectories import walk_table
from hidden_units.sequences.networks import SRN


@pytest.fixture
def equal_steps(linear):
    """Networks in which each A adds and each B takes back, and which always give B three quarters."""

    def build(out: float = 2.0, back: float = 1.0) -> SRN:
        walker = linear([1e-4 * out], [-1e-4 * back])
        return replace(walker, output=np.zeros((1, 2)), output_bias=np.log([0.25, 0.75]))

    return build


def test_equal_steps_are_proportional_and_come_back(language, equal_steps):
    found = along_examples(equal_steps(), language)
    assert found["distance_exponent"] == pytest.approx(1, abs=1e-3)
    assert found["return_fraction"] == pytest.approx(0, abs=1e-3)


def test_a_walk_that_comes_half_way_back_has_half_left(language, equal_steps):
    # A single string: 4 A's out, 8 B's of a quarter of their length back.
    network = equal_steps(out=1, back=1 / 4)
    states = network.run(language.string(3))[:, 0]
    assert abs(states[-1]) / abs(states).max() == pytest.approx(0.5, abs=1e-3)
    found = along_examples(network, Language((1, 2), blocks=1))
    assert found["return_fraction"] == pytest.approx(0.5, abs=1e-3)


def test_probabilities_of_what_is_due_are_split_by_symbol(language, equal_steps):
    # This network always gives B three quarters.
    found = along_examples(equal_steps(), language)
    assert found["least_due_b"] == pytest.approx(0.75)
    assert found["least_due"] == found["least_due_a"] == pytest.approx(0.25)
    sizes = language.fixed_set()
    later_b, closing_a = 2 * sizes.sum() - sizes.size, sizes.size
    mean = (0.75 * later_b + 0.25 * closing_a) / (later_b + closing_a)
    assert found["mean_due"] == pytest.approx(mean)


def test_the_perfect_counter_is_sure_of_all_that_is_due(language, counter):
    found = along_examples(counter, language)
    assert found["least_due"] > 0.99
    # Distances are tanh of the count.
    counts = np.concatenate([np.arange(1, n + 1) for n in language.fixed_set().ravel()])
    expected = np.polyfit(np.log(counts), np.log(np.tanh(0.8 * counts)), 1)[0]
    assert found["distance_exponent"] == pytest.approx(expected)
    assert found["return_fraction"] == pytest.approx(0, abs=1e-8)


def test_the_radius_of_home_is_its_larger_reach_over_the_nearest_stranger(language, equal_steps):
    walks = pd.DataFrame(
        {"seed": [4, 7], "home_offset": [0.1, 0.3], "home_spread": [0.2, 0.1], "home_gap": [0.4, 0.2]}
    )
    table = srn_claims(language, walks, {7: equal_steps(), 4: equal_steps()})
    assert list(table) == SRN_COLUMNS
    assert dict(zip(table["seed"], table["home_radius"], strict=True)) == pytest.approx({7: 1.5, 4: 0.5})


def test_a_network_that_does_not_move_has_no_measures_and_stops_nothing(language, equal_steps):
    still = equal_steps(out=0, back=0)
    walks = walk_table({0: still}, language)
    assert walks["a_step"].iloc[0] == 0
    assert walks[["step_ratio", "a_step_growth", "turn_degrees"]].isna().all(axis=None)
    row = srn_claims(language, walks, {0: still}).iloc[0]
    assert np.isnan(row["distance_exponent"]) and np.isnan(row["return_fraction"])


def test_the_counters_cell_counts_up_and_down(language, counter):
    row = cell_claims(language, {3: counter}).iloc[0]
    assert row[["seed", "cell", "one_way_in_a", "other_way_after"]].tolist() == [3, 1, 1, 1]
    assert row["one_way_in_a_within"] == row["other_way_after_within"] == 1


def test_the_first_step_of_a_phase_can_be_left_out(language, remembering_counter):
    """The cell that holds the last symbol moves with the first symbol of a phase, then does not move."""
    table = cell_claims(language, {0: remembering_counter}).set_index("cell")
    sizes = language.fixed_set()
    assert table.loc[2, "one_way_in_a"] == pytest.approx(sizes.size / sizes.sum())
    assert table.loc[2, "one_way_in_a_within"] == 0
