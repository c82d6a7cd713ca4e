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


def test_optimum_equals_the_loss_of_the_perfect_predictor_example_by_example():
    language = Language((1, 2, 3), largest=3, blocks=2)
    losses = []
    for sizes in language.all_examples():
        following = language.example(sizes)[1:]
        losses.append(-np.log(count_aware(language, sizes)[np.arange(len(following)), following]).mean())
    assert optimum(language).conditional == pytest.approx(np.mean(losses), abs=1e-14)
    assert conditional_nll(language, language.all_examples()[:2]) == pytest.approx(
        np.mean(losses[:2]), abs=1e-14
    )


def test_reference_losses_equal_those_of_the_predictors_example_by_example():
    language = Language((1, 2), largest=3, blocks=2)
    nominal, constant = [], []
    for sizes in language.all_examples():
        example = language.example(sizes)
        ideal = count_aware(language, sizes)
        target = np.where((example[:-1] == 0)[:, None], (0.8, 0.2), np.eye(2)[example[1:]])
        nominal.append(((ideal - target) ** 2).mean())
        constant.append(-np.log(target[np.arange(len(target)), example[1:]]).mean())
    losses = reference_losses(language).set_index("predictor")
    assert losses.loc["count-aware", "nominal_error"] == pytest.approx(np.mean(nominal), abs=1e-14)
    expected = np.mean(constant) - optimum(language).conditional
    assert losses.loc["constant", "excess_nll"] == pytest.approx(expected, abs=1e-14)


def test_averaging_over_time_lets_the_training_loss_go_a_little_lower():
    for name in ("anb2n", "anb2nc3n"):
        found = optimum(parse_language(name))
        assert 0 < found.conditional - found.time_averaged < 0.001


def test_one_string_of_one_size_leaves_nothing_to_guess():
    assert optimum(Language((1, 2), largest=1, blocks=1)).conditional == 0
