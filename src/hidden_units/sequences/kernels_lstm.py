"""Compiled gradient of the LSTM: forward, then full back-propagation through time."""

from __future__ import annotations

from hidden_units.sequences.compilation import compiled, hyperbolic_tangent, logistic
from hidden_units.sequences.kernels_output import output_errors, output_gradient


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
