"""Medians with intervals, the table of losses, plain values, and what pictures show of the data."""

import json

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Circle, FancyArrowPatch
from scipy import stats

from hidden_units.sequences.figures.automaton import automaton_figure, transition_totals
from hidden_units.sequences.figures.restarts import task_title
from hidden_units.sequences.measures.automata import extract
from hidden_units.sequences.measures.decoding import decoding_table
from hidden_units.sequences.measures.dynamics import dynamics_table
from hidden_units.sequences.measures.summaries import (
    cell_table,
    loss_table,
    median_interval,
    plain,
    srn_summary,
)
from hidden_units.sequences.measures.trajectories import walk_table
from hidden_units.sequences.networks import SRN


@pytest.mark.parametrize("count", range(8))
def test_a_median_of_fewer_than_six_values_has_no_interval(count):
    found = median_interval(np.arange(count))
    assert (found["low"] is None) == (found["high"] is None) == (count < 6)
    assert (found["count"], found["greatest"]) == (count, count - 1 if count else None)
    assert found["median"] == ((count - 1) / 2 if count else None)


@pytest.mark.parametrize("count", [9, 25, 101])
def test_interval_of_a_median_is_between_the_order_statistics_of_the_exact_bootstrap(count):
    """Resampled medians of an odd number of values are values: the k-th or a lower one comes up where at
    least half of the draws are among the k lowest (Efron, 1979)."""
    values = np.sort(np.random.default_rng(2).normal(size=count))
    lowest = np.arange(1, count + 1)
    up_to = stats.binom.sf(count // 2, count, lowest / count)  # P(resampled median <= k-th value)
    low, high = (values[np.searchsorted(up_to, tail)] for tail in (0.025, 0.975))
    found = median_interval(values)
    assert (found["low"], found["high"]) == pytest.approx((low, high))
    # Near the order statistics between which the binomial has 95 % of its weight (Thompson, 1936).
    nearly = [int(stats.binom.ppf(tail, count, 0.5)) for tail in (0.025, 0.975)]
    places = np.searchsorted(values, [found["low"], found["high"]])
    assert np.abs(places - nearly).max() <= 1


def test_losses_are_in_one_table(language):
    restarts = pd.DataFrame(
        {"solved": [True, True, False], "nominal_error": [0.03, 0.04, 0.1], "excess_nll": [0.02, 0.04, 0.3]}
    )
    table = loss_table(restarts, language).set_index("predictor")
    assert list(table.index) == ["count-aware", "constant", "trained, solved", "trained, failed"]
    assert table.loc["trained, solved", "excess_nll"] == pytest.approx(0.03)
    assert table["restarts"].tolist()[2:] == [2, 1]


def test_plain_values_are_those_of_json():
    content = {4: (np.nan, pd.NA, np.float64(1.5), np.int64(3), np.bool_(True)), "5": np.eye(1)}
    assert json.loads(json.dumps(plain(content), allow_nan=False)) == {
        "4": [None, None, 1.5, 3, True],
        "5": [[1.0]],
    }


def test_summary_of_srns_counts_types_of_all_and_ratios_of_the_solved(language):
    vectors = np.random.default_rng(2).normal(0, 1.5, (6, 18))
    networks = {seed: SRN.from_vector(vector, 2, 2) for seed, vector in enumerate(vectors)}
    dynamics = dynamics_table(networks, language)
    restarts = pd.DataFrame({"seed": range(6), "solved": [True, False] * 3})
    found = srn_summary(dynamics, walk_table(networks, language), restarts, language)
    assert sum(row["seeds"] for row in found["types"]) == 6
    assert sum(row["seeds"] for row in found["types"] if row["solved"]) == 3
    assert found["ratio"]["solved"] == 3
    assert found["ratio"]["count"] == dynamics.loc[restarts["solved"], "ratio"].notna().sum()
    assert found["ratio"]["theory"] == 0.5
    assert found["walk"]["step_ratio"]["count"] == 3


def test_cell_table_has_a_row_a_seed(language, counter):
    row = cell_table({9: counter}, language, {9: decoding_table(counter, language)}).iloc[0]
    assert row["seed"] == 9
    assert row["monotone_cells"] == 1
    assert row["residual_B"] == pytest.approx(0, abs=1e-9)
    assert row["explained_A-B"] == pytest.approx(1)
    assert (row["follows_cell"], row["follows_hidden"]) == (1, 0)
    assert row["beyond_c_B_remaining"] == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    ("task", "title"),
    [
        ("srn-anb2n", "SRN, aⁿb²ⁿ"),
        ("lstm-anb2nc3n", "LSTM, aⁿb²ⁿc³ⁿ"),
        ("srn-anbn-to10", "SRN, aⁿbⁿ, n to 10"),
    ],
)
def test_tasks_are_titled_as_written_by_hand(task, title):
    assert task_title(task) == title


def test_automaton_picture_has_a_node_a_state_and_an_arrow_a_transition(language, remembering_counter):
    extraction = extract(remembering_counter, language)
    figure = automaton_figure(extraction, language)
    patches = figure.axes[0].patches
    assert sum(isinstance(patch, Circle) for patch in patches) == 12
    arrows = [patch for patch in patches if isinstance(patch, FancyArrowPatch)]
    # 4 A-arrows, 4 first B's, 7 from each B to the next.
    assert len(arrows) == len(transition_totals(extraction)) == 15
    plt.close(figure)
