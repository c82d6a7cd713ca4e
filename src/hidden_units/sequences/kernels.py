"""Compiled training of a whole restart: examples, gradients, updates, snapshots."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hidden_units.sequences.compilation import compiled
from hidden_units.sequences.kernels_lstm import lstm_gradient
from hidden_units.sequences.kernels_srn import srn_gradient

# Weights of the trained networks are of the order of ten; these would never come back.
DIVERGED = 1e6
ADAM_DECAY_1, ADAM_DECAY_2, ADAM_EPSILON = 0.9, 0.999, 1e-8


class Update(NamedTuple):
    """How weights follow gradients: torch.optim.SGD without momentum, or torch.optim.Adam."""

    adam: bool
    learning_rate: float
    weight_decay: float


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
