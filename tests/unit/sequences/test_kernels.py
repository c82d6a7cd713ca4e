"""The compiled kernels against autograd and the optimisers of torch, on the same examples."""

import numpy as np
import pytest

from benchmarks.autograd import MODULES, train
from hidden_units.compilation import exponential, hyperbolic_tangent, logistic, numba
from hidden_units.sequences.languages import EXAMPLE_STREAM, WEIGHT_STREAM, Language, generator
from hidden_units.sequences.networks import initial_weights
from hidden_units.sequences.training import Training, train_restart
from tests import published

TASKS = [("srn", 2, (1, 2)), ("lstm", 3, (1, 2, 3))]


@pytest.mark.parametrize(
    ("kind", "hidden", "times", "optimiser", "learning_rate"),
    [
        *((*task, "sgd", 0.05) for task in TASKS),
        *((*task, "adam", 0.01) for task in TASKS),
        # Other languages, in the shapes that are compiled for the two above.
        ("lstm", 2, (2, 1), "sgd", 0.05),
        ("srn", 3, (1, 2, 3), "sgd", 0.05),
    ],
)
def test_two_hundred_updates_equal_those_of_torch(kind, hidden, times, optimiser, learning_rate):
    language = Language(times)
    # The published first weights of the SRN are so small that nothing would move in 200 steps.
    training = Training(
        200, 100, learning_rate=learning_rate, weight_decay=1e-3, optimiser=optimiser, initial_sd=0.5
    )
    snapshots = train_restart(kind, language, hidden, 5, training)
    module = MODULES[kind](hidden, language.symbols)
    start = initial_weights(kind, hidden, language, generator(5, WEIGHT_STREAM), 0.5)
    module.load_vector(start)
    train(module, language, language.draw(5, 200, EXAMPLE_STREAM), learning_rate, 1e-3, optimiser)
    assert np.array_equal(snapshots[0], start)
    assert np.abs(snapshots[-1] - start).max() > 0.1
    assert np.abs(snapshots[-1] - module.to_vector()).max() < 1e-8


def test_snapshots_are_those_of_shorter_runs(language):
    long = train_restart("srn", language, 2, 0, published.sequences(steps=300, interval=100))
    short = train_restart("srn", language, 2, 0, published.sequences(steps=200, interval=200))
    assert long.shape == (4, 18)
    assert np.array_equal(long[[0, 2]], short)


@numba.njit
def apply(x, exponentials, logistics, tangents):
    for k in range(x.size):
        exponentials[k] = exponential(x[k])
        logistics[k] = logistic(x[k])
        tangents[k] = hyperbolic_tangent(x[k])


def test_own_exponential_is_exact_to_the_last_place():
    x = np.concatenate([np.linspace(-690, 690, 20001), np.linspace(-1, 1, 20001), [0.0]])
    exponentials, logistics, tangents = np.empty((3, x.size))
    apply(x, exponentials, logistics, tangents)
    assert np.abs(exponentials / np.exp(x) - 1).max() < 3e-16
    assert np.abs(tangents - np.tanh(x)).max() < 5e-16
    assert np.abs(logistics - 1 / (1 + np.exp(-x))).max() < 3e-16
    assert exponentials[-1] == 1.0


def test_own_exponential_survives_what_is_out_of_range():
    x = np.array([1e9, -1e9, np.nan])
    exponentials, logistics, tangents = np.empty((3, 3))
    apply(x, exponentials, logistics, tangents)
    assert exponentials[0] > 1e300
    assert 0 < exponentials[1] < 1e-300
    assert np.isnan(exponentials[2])
    assert logistics[:2] == pytest.approx([1, 0])
    assert tangents[:2] == pytest.approx([1, -1])
