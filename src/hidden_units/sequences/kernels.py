"""Compiled training of a whole restart: examples, gradients, updates, snapshots.

In all kernels `hidden` and `symbols` are tuples whose *lengths* are the sizes: a tuple's length is part of
its type, so that the compiler knows it and unrolls the inner loops. Weights are one flat vector, in the
order of `networks`. Gradients are by a forward pass, then full back-propagation through time.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hidden_units.compilation import compiled, exponential, hyperbolic_tangent, logistic

# Weights of the trained networks are of the order of ten; these would never come back.
DIVERGED = 1e6
ADAM_DECAY_1, ADAM_DECAY_2, ADAM_EPSILON = 0.9, 0.999, 1e-8


class Update(NamedTuple):
    """How weights follow gradients: torch.optim.SGD without momentum, or torch.optim.Adam."""

    adam: bool
    learning_rate: float
    weight_decay: float


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
    shapes = [(longest + 1, hidden)] * 2 + [(longest, 4 * hidden), (longest, hidden), (longest, symbols)]
    shapes += [parameters, 4 * hidden, hidden, hidden]
    return Workspace(np.zeros(longest + 1, np.int64), *map(np.zeros, shapes))


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


@compiled
def srn_gradient(hidden, symbols, weights, length, work):
    """Fill work.gradient with the gradient of the loss on the example in work.sequence."""
    n_hidden, n_symbols = len(hidden), len(symbols)
    at_recurrent = n_symbols * n_hidden
    at_bias = at_recurrent + n_hidden * n_hidden
    at_initial = at_bias + n_hidden
    at_output = at_initial + n_hidden
    at_output_bias = at_output + n_hidden * n_symbols
    recurrent = weights[at_recurrent:at_bias]
    bias = weights[at_bias:at_initial]
    output = weights[at_output:at_output_bias]
    sequence, states = work.sequence, work.states

    for j in range(n_hidden):
        states[0, j] = hyperbolic_tangent(weights[at_initial + j])
    for t in range(length):
        row = sequence[t] * n_hidden
        for j in range(n_hidden):
            total = weights[row + j] + bias[j]
            for i in range(n_hidden):
                total += states[t, i] * recurrent[i * n_hidden + j]
            states[t + 1, j] = hyperbolic_tangent(total)
    output_errors(hidden, symbols, output, weights[at_output_bias:], length, work)

    gradient = work.gradient
    gradient[:] = 0.0
    recurrent_gradient = gradient[at_recurrent:at_bias]
    bias_gradient = gradient[at_bias:at_initial]
    sum_errors, state_errors = work.sum_errors, work.state_errors
    output_gradient(
        hidden, symbols, gradient[at_output:at_output_bias], gradient[at_output_bias:], length, work
    )
    state_errors[:] = 0.0
    for t in range(length - 1, -1, -1):
        row = sequence[t] * n_hidden
        for i in range(n_hidden):
            total = state_errors[i]
            for s in range(n_symbols):
                total += output[i * n_symbols + s] * work.errors[t, s]
            sum_errors[i] = total * (1.0 - states[t + 1, i] * states[t + 1, i])
        for j in range(n_hidden):
            gradient[row + j] += sum_errors[j]
            bias_gradient[j] += sum_errors[j]
        for i in range(n_hidden):
            total = 0.0
            for j in range(n_hidden):
                recurrent_gradient[i * n_hidden + j] += states[t, i] * sum_errors[j]
                total += recurrent[i * n_hidden + j] * sum_errors[j]
            state_errors[i] = total
    for i in range(n_hidden):
        gradient[at_initial + i] = state_errors[i] * (1.0 - states[0, i] * states[0, i])


@compiled
def lstm_gradient(hidden, symbols, weights, length, work):
    """Fill work.gradient with the gradient of the loss on the example in work.sequence."""
    n_hidden, n_symbols = len(hidden), len(symbols)
    n_gates = 4 * n_hidden
    at_recurrent = n_symbols * n_gates
    at_bias = at_recurrent + n_hidden * n_gates
    at_output = at_bias + n_gates
    at_output_bias = at_output + n_hidden * n_symbols
    recurrent = weights[at_recurrent:at_bias]
    bias = weights[at_bias:at_output]
    output = weights[at_output:at_output_bias]
    forward(hidden, weights, recurrent, bias, length, work)
    output_errors(hidden, symbols, output, weights[at_output_bias:], length, work)

    gradient = work.gradient
    gradient[:] = 0.0
    recurrent_gradient = gradient[at_recurrent:at_bias]
    sequence, states, cells = work.sequence, work.states, work.cells
    gates, squashed = work.gates, work.squashed
    sum_errors, state_errors, cell_errors = work.sum_errors, work.state_errors, work.cell_errors
    output_gradient(
        hidden, symbols, gradient[at_output:at_output_bias], gradient[at_output_bias:], length, work
    )
    state_errors[:] = 0.0
    cell_errors[:] = 0.0
    for t in range(length - 1, -1, -1):
        for i in range(n_hidden):
            error = state_errors[i]
            for s in range(n_symbols):
                error += output[i * n_symbols + s] * work.errors[t, s]
            enter, forget = gates[t, i], gates[t, n_hidden + i]
            new, leave = gates[t, 2 * n_hidden + i], gates[t, 3 * n_hidden + i]
            cell_error = cell_errors[i] + error * leave * (1.0 - squashed[t, i] * squashed[t, i])
            sum_errors[i] = cell_error * new * enter * (1.0 - enter)
            sum_errors[n_hidden + i] = cell_error * cells[t, i] * forget * (1.0 - forget)
            sum_errors[2 * n_hidden + i] = cell_error * enter * (1.0 - new * new)
            sum_errors[3 * n_hidden + i] = error * squashed[t, i] * leave * (1.0 - leave)
            cell_errors[i] = cell_error * forget
        row = sequence[t] * n_gates
        for j in range(n_gates):
            gradient[row + j] += sum_errors[j]
        for i in range(n_hidden):
            for j in range(n_gates):
                recurrent_gradient[i * n_gates + j] += states[t, i] * sum_errors[j]
        for i in range(n_hidden):
            total = 0.0
            for j in range(n_gates):
                total += recurrent[i * n_gates + j] * sum_errors[j]
            state_errors[i] = total
    # The bias enters wherever a symbol does.
    for j in range(n_gates):
        total = 0.0
        for s in range(n_symbols):
            total += gradient[s * n_gates + j]
        gradient[at_bias + j] = total


@compiled
def forward(hidden, weights, recurrent, bias, length, work):
    """Fill work.states, cells, gates and squashed along the example in work.sequence."""
    n_hidden = len(hidden)
    n_gates = 4 * n_hidden
    states, cells, gates, squashed = work.states, work.cells, work.gates, work.squashed
    for t in range(length):
        row = work.sequence[t] * n_gates
        for j in range(n_gates):
            gates[t, j] = weights[row + j] + bias[j]
        for i in range(n_hidden):
            for j in range(n_gates):
                gates[t, j] += states[t, i] * recurrent[i * n_gates + j]
        # tanh(x) = 2 logistic(2 x) - 1: all gates go through one loop, several at once.
        for j in range(2 * n_hidden, 3 * n_hidden):
            gates[t, j] *= 2.0
        for j in range(n_gates):
            gates[t, j] = logistic(gates[t, j])
        for j in range(2 * n_hidden, 3 * n_hidden):
            gates[t, j] = 2.0 * gates[t, j] - 1.0
        for j in range(n_hidden):
            cells[t + 1, j] = gates[t, n_hidden + j] * cells[t, j] + gates[t, j] * gates[t, 2 * n_hidden + j]
        for j in range(n_hidden):
            squashed[t, j] = hyperbolic_tangent(cells[t + 1, j])
        for j in range(n_hidden):
            states[t + 1, j] = gates[t, 3 * n_hidden + j] * squashed[t, j]


@compiled
def spell(sizes, multiplicities, work):
    """Write the symbols of an example, with its closing A, to work.sequence; return how many are inputs."""
    length = 0
    for n in sizes:
        for symbol in range(multiplicities.size):
            for _ in range(multiplicities[symbol] * n):
                work.sequence[length] = symbol
                length += 1
    work.sequence[length] = 0
    return length


@compiled
def gradient(is_lstm, hidden, symbols, weights, sizes, multiplicities, work):
    """Fill work.gradient with the gradient of the loss on one example."""
    length = spell(sizes, multiplicities, work)
    if is_lstm:
        lstm_gradient(hidden, symbols, weights, length, work)
    else:
        srn_gradient(hidden, symbols, weights, length, work)


@compiled
def train(is_lstm, hidden, symbols, weights, examples, multiplicities, update, interval, snapshots, work):
    """Train `weights` in place, one update for each row of `examples` (steps, blocks).

    The weights are copied to snapshots[k] after k * interval updates. Returns the number of updates done,
    fewer than asked for only if a weight passed `DIVERGED` or was no number any more.
    """
    first_moment, second_moment = np.zeros(weights.size), np.zeros(weights.size)
    power_1, power_2 = 1.0, 1.0
    snapshots[0] = weights
    for step in range(1, examples.shape[0] + 1):
        gradient(is_lstm, hidden, symbols, weights, examples[step - 1], multiplicities, work)
        sound = True
        if update.adam:
            power_1 *= ADAM_DECAY_1
            power_2 *= ADAM_DECAY_2
            step_size = update.learning_rate / (1.0 - power_1)
            root = np.sqrt(1.0 - power_2)
        for k in range(weights.size):
            slope = work.gradient[k] + update.weight_decay * weights[k]
            if update.adam:
                first_moment[k] += (1.0 - ADAM_DECAY_1) * (slope - first_moment[k])
                second_moment[k] = ADAM_DECAY_2 * second_moment[k] + (1.0 - ADAM_DECAY_2) * slope * slope
                weights[k] -= step_size * first_moment[k] / (np.sqrt(second_moment[k]) / root + ADAM_EPSILON)
            else:
                weights[k] -= update.learning_rate * slope
            sound = sound and abs(weights[k]) < DIVERGED
        if not sound:
            return step
        if step % interval == 0:
            snapshots[step // interval] = weights
    return examples.shape[0]
