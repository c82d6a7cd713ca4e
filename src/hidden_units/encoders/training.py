"""Training N-2-M encoders by compiled kernels, one run after the other.

Protocol as published: one-hot inputs as one full batch, two tanh units, sigmoid outputs, binary
cross-entropy averaged over all entries of the table, gradient descent with momentum, weights drawn from a
normal distribution of standard deviation 1e-4, biases 0, stopped where the loss reaches 0.02.

An epoch counts updates: the loss of epoch e is that of the weights after e updates, and a run that stops at
epoch e made e. With one-hot inputs the first layer needs no product: row r's net input is weight row r plus
the bias.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hidden_units.errors import StudyError


@dataclass(frozen=True)
class Settings:
    """How encoders are trained: the config's block `encoders: training`, with a cap."""

    learning_rate: float
    momentum: float
    initial_sd: float
    stop_loss: float
    max_epochs: int


@dataclass(frozen=True)
class Encoder:
    """One N-2-M network: weights to the hidden units (N, 2), their biases (2,), outputs (M, 2) and (M,).

    Or several, whose arrays have one axis more in front.
    """

    input_weights: np.ndarray
    hidden_biases: np.ndarray
    output_weights: np.ndarray
    output_biases: np.ndarray

    def __getitem__(self, place: int) -> Encoder:
        """One of several networks."""
        return Encoder(*(values[place] for values in vars(self).values()))

    @property
    def codes(self) -> np.ndarray:
        """The two hidden activations of each row, (N, 2), inside the square -1..1: its dot."""
        # Unit by unit in memory, on whose order sums depend in their last bits.
        return np.asfortranarray(np.tanh(self.input_weights + self.hidden_biases))

    @property
    def lines(self) -> np.ndarray:
        """The decision boundary of each output as (a, b, c) of a h1 + b h2 + c = 0, (M, 3)."""
        return np.column_stack([self.output_weights, self.output_biases])

    @property
    def logits(self) -> np.ndarray:
        """Net inputs of the outputs, (N, M)."""
        return self.codes @ self.output_weights.T + self.output_biases


@dataclass(frozen=True)
class Runs:
    """Trained encoders of one table, in the order of `seeds`.

    Attributes:
        table: (rows, columns) the targets.
        epochs: epoch at which each run ended, by its loss or at the cap.
        stopped: whether the loss ended it.
        loss: mean binary cross-entropy over the table's entries at the end, in nats.
        networks: those of all runs at the end.
        snapshots: epoch -> networks then, for each requested epoch; a run that had ended keeps its last.
    """

    table: np.ndarray
    settings: Settings
    seeds: np.ndarray
    epochs: np.ndarray
    stopped: np.ndarray
    loss: np.ndarray
    networks: Encoder
    snapshots: dict[int, Encoder]

    def representative(self) -> int:
        """The run with the median number of epochs (lower of two), the first seed of equals."""
        middle = np.sort(self.epochs)[(len(self.epochs) - 1) // 2]
        return int(np.flatnonzero(self.epochs == middle)[0])


def _views(parameters: np.ndarray, rows: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Views of a block (seeds, 2 rows + 2 + 3 columns): (.., 2, rows), (.., 2, 1), (.., 3, columns).

    The last row of the third is the output biases, met by a third hidden unit that is always 1.
    """
    seeds = len(parameters)
    weights = parameters[:, : 2 * rows].reshape(seeds, 2, rows)
    biases = parameters[:, 2 * rows : 2 * rows + 2].reshape(seeds, 2, 1)
    return weights, biases, parameters[:, 2 * rows + 2 :].reshape(seeds, 3, -1)


def networks_of(parameters: np.ndarray, rows: int, columns: int) -> Encoder:
    """The networks of parameters (runs, 2 rows + 2 + 3 columns), or with columns after these that fill up."""
    weights, biases, output = _views(parameters, rows)
    output = output[:, :, :columns]
    layers = (weights.transpose(0, 2, 1), biases[:, :, 0], output[:, :2].transpose(0, 2, 1), output[:, 2])
    return Encoder(*map(np.ascontiguousarray, layers))


def initial_parameters(rows: int, columns: int, initial_sd: float, seed: int) -> np.ndarray:
    """Initial parameters of a seed: the same whichever seeds are trained with it."""
    parameters = np.zeros((1, 2 * rows + 2 + 3 * columns))
    weights, _, output = _views(parameters, rows)
    random = np.random.default_rng([rows, columns, seed])
    weights[...] = random.normal(0.0, initial_sd, weights.shape)
    output[:, :2] = random.normal(0.0, initial_sd, (1, 2, columns))
    return parameters[0]


def train(table: np.ndarray, settings: Settings, seeds: Sequence[int], snapshots: Sequence[int] = ()) -> Runs:
    """Train one encoder of a table (rows, columns) of 0 and 1 from each seed.

    Args:
        snapshots: epochs whose parameters are kept.

    Raises:
        StudyError: a run diverged, numba missing or failing.
    """
    from hidden_units.compilation import compiling
    from hidden_units.encoders import kernels

    (rows, columns), filling = table.shape, -table.shape[1] % 4
    seeds, kept_epochs = np.asarray(seeds), np.unique(np.asarray(snapshots, np.int64))
    initial = [initial_parameters(rows, columns, settings.initial_sd, int(seed)) for seed in seeds]
    targets = np.pad(table.astype(np.float64), ((0, 0), (0, filling)), constant_values=0.5)
    inner, outer = np.split(np.stack(initial), [2 * rows + 2], axis=1)
    outer = np.pad(outer.reshape(len(seeds), 3, columns), ((0, 0), (0, 0), (0, filling)))
    parameters = np.hstack([inner, outer.reshape(len(seeds), -1)])
    kept = np.empty((len(seeds), len(kept_epochs), parameters.shape[1]))
    protocol = settings.learning_rate, settings.momentum, settings.stop_loss, settings.max_epochs
    with compiling("encoders"):
        ends = [
            kernels.train(own, targets, 1.0 / table.size, *protocol, kept_epochs, own_kept)
            for own, own_kept in zip(parameters, kept, strict=True)
        ]
    epochs, stopped, loss = map(np.array, zip(*ends, strict=True))
    if not np.isfinite(loss).all():
        raise StudyError(
            f"encoders: training diverged (loss {loss[~np.isfinite(loss)][0]} from seed "
            f"{seeds[~np.isfinite(loss)][0]}); lower the learning rate {settings.learning_rate}."
        )
    snapshots_then = {
        int(epoch): networks_of(kept[:, k], rows, columns) for k, epoch in enumerate(kept_epochs)
    }
    networks = networks_of(parameters, rows, columns)
    return Runs(table, settings, seeds, epochs, stopped, loss, networks, snapshots_then)
