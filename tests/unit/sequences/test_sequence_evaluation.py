"""Evaluation over all examples, learning curves, the table of restarts."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from hidden_units.sequences.languages import Language
from hidden_units.sequences.measures.evaluation import (
    evaluate_all,
    evaluate_examples,
    first_solved,
    learning_curves,
    representative_seed,
    restarts_table,
)
from hidden_units.sequences.measures.predictors import optimum
from hidden_units.sequences.measures.trajectories import states_table
from hidden_units.sequences.networks import NETWORKS, SRN


@pytest.mark.parametrize(("kind", "times"), [("srn", (1, 2)), ("lstm", (2, 1, 1))])
def test_shared_beginnings_give_the_same_as_example_by_example(kind, times):
    language = Language(times, largest=3, blocks=3)
    vectors = np.random.default_rng(0).normal(0, 1.5, (3, NETWORKS[kind].parameters(2, language.symbols)))
    network = NETWORKS[kind].from_vector(vectors, 2, language.symbols)
    shared = evaluate_all(network, language)
    single = evaluate_examples(network, language, language.all_examples())
    for name in ("nll", "nominal_error", "right_examples", "right_strings"):
        assert getattr(shared, name) == pytest.approx(getattr(single, name), abs=1e-13)


def test_network_without_weights_predicts_evenly(language):
    result = evaluate_all(SRN.from_vector(np.zeros(18), 2, 2), language)
    assert result.nll == pytest.approx(np.log(2))
    # 0.3 off after an A, one symbol in three, and 0.5 off elsewhere.
    assert result.nominal_error == pytest.approx((0.3**2 + 2 * 0.5**2) / 3)
    assert not result.solved


def test_perfect_counter_solves_every_example(language, counter):
    result = evaluate_all(counter, language)
    assert result.solved
    assert (result.right_examples, result.right_strings) == (1, 1)
    assert result.nll > optimum(language).conditional


def test_counter_that_drops_its_count_gets_no_string_right(language, counter):
    forgetful = replace(counter, bias=counter.bias - [0, 80, 0, 0])
    result = evaluate_all(forgetful, language)
    assert (result.right_examples, result.right_strings) == (0, 0)


def test_one_miss_a_string_leaves_no_string_right(language, counter):
    # With the bar at tanh(c) = 3 tanh(0.2) it expects the A while one B is still due.
    early = replace(counter, output_bias=counter.output_bias * 3)
    assert evaluate_all(early, language).right_strings == 0
    states = states_table(early, language, [[4, 4, 4, 4, 4]])
    assert (~states["correct"].dropna().astype(bool)).sum() == 5


def test_curves_start_and_end_where_the_networks_do(language, runs_of, counter, untrained):
    curves = learning_curves(runs_of([untrained, counter]))
    assert curves["seed"].tolist() == [0, 0]
    assert curves["step"].tolist() == [0, 500]
    assert curves["right_strings"].tolist() == [0, 1]
    assert curves["right_examples"].tolist() == [0, 1]
    fixed = evaluate_examples(counter, language, language.fixed_set())
    assert curves["nominal_error"].iloc[1] == pytest.approx(float(fixed.nominal_error))


def test_first_solved_skips_what_fails_on_some_example(runs_of, counter, untrained):
    good, bad = counter, untrained
    runs = runs_of([bad, bad, good, good], [good, bad, bad, bad], [bad] * 4)
    assert first_solved(runs, np.ones((3, 4), bool)).tolist() == [2, 0, -1]
    assert first_solved(runs, np.zeros((3, 4), bool)).tolist() == [-1, -1, -1]


def test_restarts_are_solved_lost_or_never_solved(language, runs_of, counter, untrained):
    good, bad = counter, untrained
    runs = runs_of([bad, good, good], [bad, good, bad], [bad, bad, bad])
    table = restarts_table(runs, learning_curves(runs))
    assert table["solved"].tolist() == [True, False, False]
    assert table["first_step"].tolist()[:2] == [500, 500]
    assert pd.isna(table["first_step"].iloc[2])
    assert table["n_max"].tolist() == [100, 0, 0]
    assert table["excess_nll"].iloc[2] == pytest.approx(np.log(2) - optimum(language).conditional)


def test_representative_seed_is_the_solved_one_with_the_median_excess_nll():
    table = pd.DataFrame({"seed": range(5), "solved": [False, True, True, True, True]})
    # The second of four, by the loss and not by the seed.
    assert representative_seed(table.assign(excess_nll=[0.01, 0.05, 0.04, 0.02, 0.03])) == 4
    assert representative_seed(table.assign(solved=False, excess_nll=0.5)) == 0
