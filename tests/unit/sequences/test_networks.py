"""The networks as arrays: sizes, equality with torch, derivatives, leading axes."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from benchmarks.autograd import MODULES, LSTMModule
from hidden_units.errors import StudyError
from hidden_units.sequences.networks import FEW_SUMS, LSTM, NETWORKS, SRN, initial_weights, weighted_sums


@pytest.mark.parametrize(("kind", "hidden", "symbols", "count"), [("srn", 2, 2, 18), ("lstm", 3, 3, 96)])
def test_parameter_counts_are_the_published_ones(kind, hidden, symbols, count):
    assert NETWORKS[kind].parameters(hidden, symbols) == count
    assert sum(p.numel() for p in MODULES[kind](hidden, symbols).parameters()) == count


@pytest.mark.parametrize("kind", ["srn", "lstm"])
@pytest.mark.parametrize(("hidden", "symbols"), [(2, 2), (3, 3), (5, 4)])
def test_arrays_give_the_same_logits_as_torch(kind, hidden, symbols):
    rng = np.random.default_rng(hidden)
    module = MODULES[kind](hidden, symbols)
    vector = rng.normal(0, 0.8, NETWORKS[kind].parameters(hidden, symbols))
    module.load_vector(vector)
    assert np.array_equal(module.to_vector(), vector)
    sequence = rng.integers(0, symbols, 30)
    network = NETWORKS[kind].from_vector(vector, hidden, symbols)
    with torch.no_grad():
        expected = module(functional.one_hot(torch.as_tensor(sequence), symbols).double()).numpy()
    assert network.logits(network.run(sequence)[1:]) == pytest.approx(expected, abs=1e-13)


def test_lstm_is_the_framework_lstm():
    rng = np.random.default_rng(0)
    module, peer = LSTMModule(4, 3), torch.nn.LSTM(3, 4).double()
    vector = rng.normal(0, 0.7, LSTM.parameters(4, 3))
    module.load_vector(vector)
    arrays = LSTM.from_vector(vector, 4, 3)
    with torch.no_grad():
        peer.weight_ih_l0.copy_(torch.as_tensor(arrays.input.T))
        peer.weight_hh_l0.copy_(torch.as_tensor(arrays.recurrent.T))
        peer.bias_ih_l0.copy_(torch.as_tensor(arrays.bias))
        peer.bias_hh_l0.zero_()
        inputs = functional.one_hot(torch.as_tensor(rng.integers(0, 3, 20)), 3).double()
        expected = peer(inputs)[0] @ module.output + module.output_bias
        assert torch.allclose(module(inputs), expected, atol=1e-14)


def test_leading_axes_are_networks_of_their_own():
    vectors = np.random.default_rng(1).normal(0, 0.8, (4, LSTM.parameters(3, 3)))
    together = LSTM.from_vector(vectors, 3, 3)
    state = together.initial_state()
    symbols = np.array([0, 2, 1, 1])
    for symbol in (0, 1, symbols):
        state = together.step(state, symbol)
    for k in range(4):
        alone = LSTM.from_vector(vectors[k], 3, 3)
        assert state[k] == pytest.approx(alone.run([0, 1, symbols[k]])[-1], abs=1e-15)


@pytest.mark.parametrize("sums", [1, FEW_SUMS, FEW_SUMS + 1])
@pytest.mark.parametrize("lead", [(), (4,)])
def test_weighted_sums_are_a_product_and_a_bias(sums, lead):
    rng = np.random.default_rng(2)
    state = rng.normal(size=(*lead, 5, 3))
    matrix, bias = rng.normal(size=(*lead, 1, 3, sums)), rng.normal(size=(*lead, 1, sums))
    expected = np.einsum("...f,...ft->...t", state, matrix) + bias
    assert weighted_sums(state, matrix, bias) == pytest.approx(expected, abs=1e-14)


def test_jacobian_is_the_derivative_of_a_step():
    rng = np.random.default_rng(2)
    network = SRN.from_vector(rng.normal(size=SRN.parameters(3, 2)), 3, 2)
    state = rng.uniform(-1, 1, 3)
    for symbol in (0, 1):
        numeric = [
            (network.step(state + nudge, symbol) - network.step(state - nudge, symbol)) / 2e-6
            for nudge in 1e-6 * np.eye(3)
        ]
        assert network.jacobian(state, symbol) == pytest.approx(np.transpose(numeric), abs=1e-8)


def test_first_weights_are_spread_as_published(language):
    srn = initial_weights("srn", 40, language, np.random.default_rng(0), 0.001)
    assert srn.std() == pytest.approx(0.001, rel=0.05)
    lstm = initial_weights("lstm", 40, language, np.random.default_rng(0), 0.001)
    assert np.abs(lstm).max() <= 40**-0.5
    assert lstm.std() == pytest.approx((40 * 3) ** -0.5, rel=0.05)


def test_weights_of_another_network_are_refused():
    with pytest.raises(StudyError, match="weights: found 17 numbers, expected 18"):
        SRN.from_vector(np.zeros(17), 2, 2)
