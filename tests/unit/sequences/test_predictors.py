"""The exact optimum, and how the published loss misleads."""

import numpy as np
import pytest

from hidden_units.sequences.languages import Language, parse_language
from hidden_units.sequences.measures.predictors import _another_a, conditional_nll, optimum, reference_losses


def count_aware(language: Language, sizes: np.ndarray) -> np.ndarray:
    """Probabilities of the perfect predictor at each input of one example, (length, symbols)."""
    positions = language.positions(sizes)
    probabilities = np.eye(language.symbols)[positions["next_symbol"]]
    after_a = (positions["symbol"] == 0).to_numpy()
    goes_on = _another_a(language)[positions["position"].to_numpy()[after_a] - 1]
    probabilities[after_a] = 0.0
    probabilities[after_a, 0], probabilities[after_a, 1] = goes_on, 1 - goes_on
    return probabilities


@pytest.mark.parametrize(
    ("name", "nats"),
    [("anb2n", 0.19321), ("anb2nc3n", 0.09661), ("anbn", 0.19321 * 1.5), ("anbncn", 0.19321)],
)
def test_optimum_is_the_known_one(name, nats):
    assert optimum(parse_language(name)).conditional == pytest.approx(nats, abs=1e-5)


@pytest.mark.parametrize(("name", "error"), [("anb2n", 0.02742), ("anb2nc3n", 0.00914)])
def test_published_loss_of_the_perfect_predictor_is_the_known_one(name, error):
    losses = reference_losses(parse_language(name)).set_index("predictor")
    assert losses.loc["count-aware", "nominal_error"] == pytest.approx(error, abs=1e-5)
    assert losses.loc["count-aware", "excess_nll"] == 0


def test_published_loss_prefers_a_worse_predictor(language):
    losses = reference_losses(language).set_index("predictor")
    assert losses.loc["constant", "nominal_error"] < losses.loc["count-aware", "nominal_error"]
    assert losses.loc["constant", "excess_nll"] > 0.05


@pytest.mark.parametrize("language", [Language((1, 2), 3, 2), Language((1, 2, 3), 3, 2)])
def test_losses_equal_those_of_the_predictors_example_by_example(language):
    perfect, nominal, constant = [], [], []
    for sizes in language.all_examples():
        example = language.example(sizes)
        ideal, here = count_aware(language, sizes), np.arange(len(example) - 1)
        after_a = np.append((0.8, 0.2), np.zeros(language.symbols - 2))
        target = np.where((example[:-1] == 0)[:, None], after_a, np.eye(language.symbols)[example[1:]])
        perfect.append(-np.log(ideal[here, example[1:]]).mean())
        nominal.append(((ideal - target) ** 2).mean())
        constant.append(-np.log(target[here, example[1:]]).mean())
    best = optimum(language).conditional
    assert best == pytest.approx(np.mean(perfect), abs=1e-14)
    few = conditional_nll(language, language.all_examples()[:2])
    assert few == pytest.approx(np.mean(perfect[:2]), abs=1e-14)
    losses = reference_losses(language).set_index("predictor")
    assert losses.loc["count-aware", "nominal_error"] == pytest.approx(np.mean(nominal), abs=1e-14)
    assert losses.loc["constant", "excess_nll"] == pytest.approx(np.mean(constant) - best, abs=1e-14)


def test_averaging_over_time_lets_the_training_loss_go_a_little_lower():
    for name in ("anb2n", "anb2nc3n"):
        found = optimum(parse_language(name))
        assert 0 < found.conditional - found.time_averaged < 0.001


def test_one_string_of_one_size_leaves_nothing_to_guess():
    assert optimum(Language((1, 2), largest=1, blocks=1)).conditional == 0
