"""Compiled gradient of the SRN: forward, then full back-propagation through time."""

from __future__ import annotations

from hidden_units.sequences.compilation import compiled, hyperbolic_tangent
from hidden_units.sequences.kernels_output import output_errors, output_gradient


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
