"""Compiled training of one encoder: outputs, loss, gradient and update of a whole run.

Parameters are one flat vector: the input weights of each hidden unit (2, rows), its bias (2,), and the output
layer (3, columns), whose last row is the biases, met by a third hidden unit that is always 1. Columns come in
fours, so that the compiler handles four at once while each sum keeps its order; one that fills up has targets
of 0.5 and weights of 0, hence no error and no gradient.
"""

from __future__ import annotations

import math

import numpy as np

from hidden_units.compilation import compiled, hyperbolic_tangent, inlined, reduced


@inlined
def output(x):
    """1 / (1 + exp(-x)) within three units in the last place, or 0 below about -700.

    exp(r) = (even + odd) / (even - odd), Padé's fraction of degree 6: the division by it is the only one.
    """
    r, power = reduced(-x)
    r2 = r * r
    odd = r * (332640.0 + r2 * (10080.0 + r2 * 42.0))
    even = 665280.0 + r2 * (75600.0 + r2 * (840.0 + r2))
    below = even - odd
    return below / (below + power * (even + odd))


@inlined
def four(lines, line, block):
    """One block of four numbers."""
    return lines[line, block, 0], lines[line, block, 1], lines[line, block, 2], lines[line, block, 3]


@inlined
def put(lines, line, block, numbers):
    """Set one block of four numbers."""
    lines[line, block, 0], lines[line, block, 1], lines[line, block, 2], lines[line, block, 3] = numbers


@inlined
def same(number):
    """Four times one number."""
    return number, number, number, number


@inlined
def plus(a, b):
    """Sums of four numbers and four."""
    return a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]


@inlined
def times(a, b):
    """Products of four numbers and four."""
    return a[0] * b[0], a[1] * b[1], a[2] * b[2], a[3] * b[3]


@compiled
def forward(parameters, targets, code, error):
    """Fill `code` (2, rows) and `error` (rows, columns / 4, 4), output minus target."""
    rows, blocks, _ = error.shape
    for unit in range(2):
        weights, activations = parameters[unit * rows : (unit + 1) * rows], code[unit]
        bias = parameters[2 * rows + unit]
        for row in range(rows):
            activations[row] = hyperbolic_tangent(weights[row] + bias)
    weights = parameters[2 * rows + 2 :].reshape(3, blocks, 4)
    for row in range(rows):
        first, second = same(code[0, row]), same(code[1, row])
        for block in range(blocks):
            sums = plus(times(first, four(weights, 0, block)), times(second, four(weights, 1, block)))
            put(error, row, block, plus(sums, four(weights, 2, block)))
    flat, wanted = error.ravel(), targets.ravel()
    for entry in range(flat.size):
        flat[entry] = output(flat[entry]) - wanted[entry]


@compiled
def is_low(error, share, stop_loss, likelihood):
    """Whether the loss is at most `stop_loss`: that of a column is -log of its likelihood."""
    likelihood[:] = 1.0
    lines = error.reshape(len(error), likelihood.size)
    for row in range(len(error)):
        errors = lines[row]
        for column in range(likelihood.size):
            likelihood[column] *= 1.0 - abs(errors[column])
    # -log(x) >= 2 (1 - x) / (1 + x), near enough to rule out nearly every epoch without a logarithm.
    least = loss = 0.0
    for column in range(likelihood.size):
        least += 2.0 * (1.0 - likelihood[column]) / (1.0 + likelihood[column])
    if not least * share <= stop_loss:
        return False
    for column in range(likelihood.size):
        loss -= math.log(likelihood[column])
    return loss * share <= stop_loss


@compiled
def mean_loss(error, share):
    """Mean binary cross-entropy over the entries, in nats."""
    loss = 0.0
    for entry in error.ravel():
        loss -= math.log1p(-abs(entry))
    return loss * share


@compiled
def backward(parameters, code, error, gradient):
    """Fill `gradient` with that of the summed loss."""
    rows, blocks, _ = error.shape
    gradient[:] = 0.0
    weights = parameters[2 * rows + 2 :].reshape(3, blocks, 4)
    slopes = gradient[2 * rows + 2 :].reshape(3, blocks, 4)
    for row in range(rows):
        first, second = same(code[0, row]), same(code[1, row])
        from_first = from_second = (0.0, 0.0, 0.0, 0.0)
        for block in range(blocks):
            errors = four(error, row, block)
            put(slopes, 0, block, plus(four(slopes, 0, block), times(first, errors)))
            put(slopes, 1, block, plus(four(slopes, 1, block), times(second, errors)))
            put(slopes, 2, block, plus(four(slopes, 2, block), errors))
            from_first = plus(from_first, times(four(weights, 0, block), errors))
            from_second = plus(from_second, times(four(weights, 1, block), errors))
        for unit, parts in enumerate((from_first, from_second)):
            slope = 1.0 - code[unit, row] * code[unit, row]
            gradient[unit * rows + row] = ((parts[0] + parts[1]) + (parts[2] + parts[3])) * slope
            gradient[2 * rows + unit] += gradient[unit * rows + row]


@compiled
def train(parameters, targets, share, learning_rate, momentum, stop_loss, max_epochs, kept_epochs, kept):
    """Train `parameters` in place until their loss is at most `stop_loss`, or for `max_epochs` updates.

    The share of an entry in the loss is 1 / (rows times columns), those that fill up left out. The parameters
    are copied to kept[k] at the epoch kept_epochs[k], in rising order; those of later epochs are the last.
    Returns the number of updates, whether the loss ended them, and the loss.
    """
    rows, columns = targets.shape
    code, error, likelihood = np.empty((2, rows)), np.empty((rows, columns // 4, 4)), np.empty(columns)
    gradient, velocity = np.empty(parameters.size), np.zeros(parameters.size)
    epoch = copied = 0
    while True:
        forward(parameters, targets, code, error)
        stopped = is_low(error, share, stop_loss, likelihood)
        if copied < kept_epochs.size and epoch == kept_epochs[copied]:
            kept[copied] = parameters
            copied += 1
        if stopped or epoch == max_epochs:
            kept[copied:] = parameters
            return epoch, stopped, mean_loss(error, share)
        backward(parameters, code, error, gradient)
        for k in range(parameters.size):
            velocity[k] = momentum * velocity[k] + share * gradient[k]
            parameters[k] -= learning_rate * velocity[k]
        epoch += 1
