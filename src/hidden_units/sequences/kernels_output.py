"""The part of the compiled kernels that SRN and LSTM share: the output layer and its errors.

In all kernels `hidden` and `symbols` are tuples whose *lengths* are the sizes: a tuple's length is part of
its type, so that the compiler knows it and unrolls the inner loops. Weights are one flat vector, in the
order of `networks`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hidden_units.sequences.compilation import compiled, exponential


class Workspace(NamedTuple):
    """Arrays that a kernel writes to, made once a restart; T is the length of the longest example."""

    sequence: np.ndarray  # symbols of the example, int64 (T + 1,)
    states: np.ndarray  # h_0 ... h_T, (T + 1, hidden)
    cells: np.ndarray  # c_0 ... c_T, (T + 1, hidden)
    gates: np.ndarray  # activations of i, f, g, o, (T, 4 hidden)
    squashed: np.ndarray  # tanh(c_t), (T, hidden)
    errors: np.ndarray  # d loss / d logits, (T, symbols)
    gradient: np.ndarray  # d loss / d weights
    sum_errors: np.ndarray  # d loss / d sums that enter the gates, (4 hidden,)
    state_errors: np.ndarray  # d loss / d h, (hidden,)
    cell_errors: np.ndarray  # d loss / d c, (hidden,)


def workspace(hidden: int, symbols: int, longest: int, parameters: int) -> Workspace:
    """Room for one restart."""
    return Workspace(
        np.zeros(longest + 1, np.int64),
        np.zeros((longest + 1, hidden)),
        np.zeros((longest + 1, hidden)),
        np.zeros((longest, 4 * hidden)),
        np.zeros((longest, hidden)),
        np.zeros((longest, symbols)),
        np.zeros(parameters),
        np.zeros(4 * hidden),
        np.zeros(hidden),
        np.zeros(hidden),
    )


@compiled
def output_errors(hidden, symbols, output, output_bias, length, work):
    """Fill work.errors with (softmax - target) / length; the targets are the next symbols."""
    n_hidden, n_symbols = len(hidden), len(symbols)
    states, errors = work.states, work.errors
    for t in range(length):
        for s in range(n_symbols):
            total = output_bias[s]
            for i in range(n_hidden):
                total += states[t + 1, i] * output[i * n_symbols + s]
            errors[t, s] = total
    # A loop of its own: here the compiler computes exponentials of several time steps at once.
    for t in range(length):
        largest = errors[t, 0]
        for s in range(1, n_symbols):
            largest = max(largest, errors[t, s])
        for s in range(n_symbols):
            errors[t, s] = exponential(errors[t, s] - largest)
    share = 1.0 / length
    for t in range(length):
        total = 0.0
        for s in range(n_symbols):
            total += errors[t, s]
        scale = share / total
        for s in range(n_symbols):
            errors[t, s] *= scale
        errors[t, work.sequence[t + 1]] -= share


@compiled
def output_gradient(hidden, symbols, output_gradient, bias_gradient, length, work):
    """Add the gradient of the output layer to two parts of the gradient."""
    n_hidden, n_symbols = len(hidden), len(symbols)
    for t in range(length):
        for s in range(n_symbols):
            bias_gradient[s] += work.errors[t, s]
        for i in range(n_hidden):
            for s in range(n_symbols):
                output_gradient[i * n_symbols + s] += work.states[t + 1, i] * work.errors[t, s]
