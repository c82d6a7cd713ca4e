"""Training N-2-M encoders, all seeds of a table together.

Protocol as published: one-hot inputs as one full batch, two tanh units, sigmoid outputs, binary
cross-entropy averaged over all entries of the table, gradient descent with momentum, weights drawn from a
normal distribution of standard deviation 1e-4, biases 0, stopped where the loss reaches 0.02.

An epoch counts updates: the loss of epoch e is that of the weights after e updates, and a run that stops at
epoch e made e. With one-hot inputs the first layer needs no product: row r's net input is weight row r plus
the bias. The products that remain are one small matrix product a seed, so that a seed's numbers do not
depend on the seeds trained with it.
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


def _views(parameters: np.ndarray, rows: int, columns: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Views of a block (seeds, 2 rows + 2 + 3 columns): (.., 2, rows), (.., 2, 1), (.., 3, columns).

    The last row of the third is the output biases, met by a third hidden unit that is always 1.
    """
    seeds = len(parameters)
    weights = parameters[:, : 2 * rows].reshape(seeds, 2, rows)
    biases = parameters[:, 2 * rows : 2 * rows + 2].reshape(seeds, 2, 1)
    return weights, biases, parameters[:, 2 * rows + 2 :].reshape(seeds, 3, columns)


def networks_of(parameters: np.ndarray, rows: int, columns: int) -> Encoder:
    """The networks of parameters (runs, 2 rows + 2 + 3 columns)."""
    weights, biases, output = _views(parameters, rows, columns)
    layers = (weights.transpose(0, 2, 1), biases[:, :, 0], output[:, :2].transpose(0, 2, 1), output[:, 2])
    return Encoder(*map(np.ascontiguousarray, layers))


def initial_parameters(rows: int, columns: int, initial_sd: float, seed: int) -> np.ndarray:
    """Initial parameters of a seed: the same whichever seeds are trained with it."""
    parameters = np.zeros((1, 2 * rows + 2 + 3 * columns))
    weights, _, output = _views(parameters, rows, columns)
    random = np.random.default_rng([rows, columns, seed])
    weights[...] = random.normal(0.0, initial_sd, weights.shape)
    output[:, :2] = random.normal(0.0, initial_sd, (1, 2, columns))
    return parameters[0]


def train(table: np.ndarray, settings: Settings, seeds: Sequence[int], snapshots: Sequence[int] = ()) -> Runs:
    """Train one encoder of a table (rows, columns) of 0 and 1 from each seed.

    Args:
        snapshots: epochs whose parameters are kept.

    Raises:
        StudyError: a run diverged.
    """
    rows, columns = table.shape
    seeds = np.asarray(seeds)
    initial = [initial_parameters(rows, columns, settings.initial_sd, int(seed)) for seed in seeds]
    batch = _Batch(np.stack(initial), table, settings)
    final = np.empty_like(batch.parameters)
    kept = {int(epoch): np.full_like(final, np.nan) for epoch in snapshots}
    epochs = np.full(len(seeds), settings.max_epochs)
    stopped = np.zeros(len(seeds), dtype=bool)
    loss = np.empty(len(seeds))
    active = np.arange(len(seeds))

    # A saturated sigmoid may overflow to exactly 0, and its loss to infinity: the right values.
    with np.errstate(over="ignore", divide="ignore"):
        for epoch in range(settings.max_epochs + 1):
            batch.forward()
            if epoch in kept:
                kept[epoch][active] = batch.parameters
            done = batch.below(settings.stop_loss)
            if done.any():
                final[active[done]] = batch.parameters[done]
                loss[active[done]] = batch.loss(done)
                epochs[active[done]] = epoch
                stopped[active[done]] = True
                active = active[~done]
                if len(active) == 0:
                    break
                batch.keep(~done)
            if epoch < settings.max_epochs:
                batch.update()
        if len(active):
            final[active] = batch.parameters
            loss[active] = batch.loss(np.ones(len(active), dtype=bool))

    if not np.isfinite(loss).all():
        raise StudyError(
            f"encoders: training diverged (loss {loss[~np.isfinite(loss)][0]} from seed "
            f"{seeds[~np.isfinite(loss)][0]}); lower the learning rate {settings.learning_rate}."
        )
    for parameters in kept.values():
        missing = np.isnan(parameters[:, 0])
        parameters[missing] = final[missing]
    snapshots_then = {epoch: networks_of(parameters, *table.shape) for epoch, parameters in kept.items()}
    return Runs(
        table, settings, seeds, epochs, stopped, loss, networks_of(final, *table.shape), snapshots_then
    )


class _Batch:
    """Parameters, momentum and work space of the runs still in training."""

    def __init__(self, parameters: np.ndarray, table: np.ndarray, settings: Settings) -> None:
        self.settings = settings
        self.parameters = parameters
        self.velocity = np.zeros_like(parameters)
        self.targets = table.astype(np.float64)
        self.towards_wrong = (1.0 - 2.0 * self.targets).ravel()
        self._allocate()

    def _allocate(self) -> None:
        rows, columns = self.targets.shape
        seeds = len(self.parameters)
        self.gradient = np.empty_like(self.parameters)
        self.weights, self.biases, self.output = _views(self.parameters, rows, columns)
        self.g_weights, self.g_biases, self.g_output = _views(self.gradient, rows, columns)
        self.hidden = np.ones((seeds, 3, rows))  # the third is the constant that meets the output biases
        self.slope = np.empty((seeds, 2, rows))
        self.error = np.empty((seeds, rows, columns))

    def keep(self, which: np.ndarray) -> None:
        """Go on with the runs that `which` selects."""
        hidden, error = self.hidden[which], self.error[which]
        self.parameters, self.velocity = self.parameters[which], self.velocity[which]
        self._allocate()
        self.hidden, self.error = hidden, error

    def forward(self) -> None:
        """Compute the hidden activations and the errors, output minus target."""
        code, error = self.hidden[:, :2], self.error
        np.add(self.weights, self.biases, out=code)
        np.tanh(code, out=code)
        np.matmul(self.hidden.transpose(0, 2, 1), -self.output, out=error)
        np.exp(error, out=error)
        error += 1.0
        np.reciprocal(error, out=error)
        error -= self.targets

    def below(self, stop_loss: float) -> np.ndarray:
        """Which runs have a loss of at most `stop_loss`.

        The loss of an entry is -log(1 - |error|), never less than |error|; so the mean error, which costs
        one product, rules nearly every run out before a logarithm is taken.
        """
        seeds = len(self.error)
        mean_error = self.error.reshape(seeds, -1) @ self.towards_wrong / self.targets.size
        done = mean_error <= stop_loss
        if done.any():
            done[done] = self.loss(done) <= stop_loss
        return done

    def loss(self, which: np.ndarray) -> np.ndarray:
        """Mean binary cross-entropy of the runs that `which` selects."""
        return -np.log1p(-np.abs(self.error[which])).reshape(which.sum(), -1).mean(axis=1)

    def update(self) -> None:
        """One step down the gradient of the mean binary cross-entropy, with momentum."""
        error, code, slope, settings = self.error, self.hidden[:, :2], self.slope, self.settings
        error *= 1.0 / self.targets.size
        np.matmul(self.hidden, error, out=self.g_output)
        np.matmul(self.output[:, :2], error.transpose(0, 2, 1), out=self.g_weights)
        np.multiply(code, code, out=slope)
        np.subtract(1.0, slope, out=slope)
        self.g_weights *= slope
        np.add.reduce(self.g_weights, axis=2, out=self.g_biases, keepdims=True)
        self.velocity *= settings.momentum
        self.velocity += self.gradient
        self.parameters -= np.multiply(self.velocity, settings.learning_rate, out=self.gradient)
