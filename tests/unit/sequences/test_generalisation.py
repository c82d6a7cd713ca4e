"""Strings beyond training, the ends of counting, and the ways to fail."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from hidden_units.sequences.languages import Language
from hidden_units.sequences.measures.failures import (
    KINDS,
    SOLVED,
    failure_summary,
    failure_table,
    first_wrong_table,
    kind_of,
    outcome,
    success_summary,
    survival_curve,
)
from hidden_units.sequences.measures.generalisation import (
    correct_in_company,
    generalisation_table,
    largest_n,
    string_correct,
)
from hidden_units.sequences.networks import LSTM, NETWORKS
from hidden_units.statistics.intervals import success_rate


@pytest.mark.parametrize(("kind", "times"), [("srn", (1, 2)), ("lstm", (1, 2, 3))])
def test_all_sizes_at_once_equal_one_at_a_time(kind, times):
    language = Language(times)
    vectors = np.random.default_rng(3).normal(0, 2, (12, NETWORKS[kind].parameters(2, language.symbols)))
    network = NETWORKS[kind].from_vector(vectors, 2, language.symbols)
    found = string_correct(network, language, 6)
    for k, vector in enumerate(vectors):
        alone = NETWORKS[kind].from_vector(vector, 2, language.symbols)
        assert found[k].tolist() == [outcome(alone, language, n)[0] == "R" for n in range(1, 7)]


def test_perfect_counter_counts_to_a_hundred(language, counter):
    assert string_correct(counter, language, 100).all()
    assert correct_in_company(counter, language, 100).all()


def test_largest_n_ends_at_the_first_wrong_string():
    rows = [[True, True, False, True], [False, True, True, True], [True] * 4]
    assert largest_n(np.array(rows)).tolist() == [2, 0, 4]


def test_generalisation_is_over_solved_restarts_only(runs_of, counter, untrained):
    runs = runs_of(counter, counter, untrained)
    table = generalisation_table(runs, [True, True, False], 8)
    assert table["correct"].tolist() == [1.0] * 8
    assert table["trained"].tolist() == [True] * 4 + [False] * 4
    assert (table["low"] < 1).all()
    assert generalisation_table(runs, [False] * 3, 8)["correct"].isna().all()


def biased(counter, towards_a: float) -> LSTM:
    """The counter with a preference for A, or where negative for B."""
    return replace(counter, output_bias=counter.output_bias + np.array([towards_a, -towards_a]))


def test_outcomes_are_right_early_or_late(language, counter):
    assert outcome(counter, language, 3) == ("R", "BBBBBBBBA")
    assert outcome(biased(counter, 100), language, 2)[0] == "E"
    assert outcome(biased(counter, -100), language, 2)[0] == "L"


def test_each_signature_has_its_kind():
    signatures = {
        "RRRR": "right alone, wrong in some company",
        "LLLL": "never ends a string",
        "RRLE": "right for short strings only",
        "ELRR": "right for long strings only",
        "LLRE": "late for short strings, early for long ones",
        "LLLE": "late for short strings, early for long ones",
        "RERE": "wrong at scattered sizes",
        "EEEE": "wrong at scattered sizes",
    }
    assert {signature: kind_of(signature, False) for signature in signatures} == signatures
    assert kind_of("RRRR", True) == SOLVED
    assert {*signatures.values(), SOLVED} == set(KINDS)


def test_failures_are_counted_by_kind(runs_of, counter):
    late = biased(counter, -100)
    runs = runs_of(counter, late, late)
    restarts = pd.DataFrame(
        {
            "seed": [0, 1, 2],
            "solved": [True, False, False],
            "first_step": pd.array([500, 300, None], "Int64"),
            "right_strings": [1.0, 0.0, 0.0],
            "n_max": [100, 0, 0],
        }
    )
    summary = failure_summary(failure_table(runs, restarts)).set_index("kind")
    assert summary["restarts"].to_dict() == {"never ends a string": 2, SOLVED: 1}
    assert summary.loc["never ends a string", "once_solved"] == 1
    assert summary.loc["never ends a string", "predictions"].split() == ["B" * 3 * n for n in range(1, 5)]
    wrong = first_wrong_table(runs, restarts.assign(n_max=[3, 0, 0]))
    assert wrong["seed"].tolist() == [0]


def test_success_is_counted_with_wilson_s_interval():
    steps = pd.array([400, 200, None, 300], "Int64")
    restarts = pd.DataFrame({"seed": range(4), "solved": [True, True, False, False], "first_step": steps})
    found = success_summary(restarts)
    assert (found["solved"], found["ever_solved"], found["lost"]) == (2, 3, 1)
    assert success_rate(2, 4).items() <= found.items()
    assert found["median_first_step"] == 300
    curve = survival_curve(restarts, [0, 200, 300, 1000])
    assert curve["unsolved"].tolist() == [1.0, 0.75, 0.5, 0.25]
