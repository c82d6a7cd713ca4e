"""Training the sigmoid network from random weights, all restarts of a setting together as one batch.

Protocol as published: sigmoids in both layers, mean binary cross-entropy over the nine points as one batch,
Adam (Kingma and Ba, 2015) with its weight decay added to the gradient, weights and biases drawn from a
normal distribution of standard deviation 0.15, stopped after 2,000 consecutive epochs at 100 %.

An epoch counts updates: the accuracy of epoch e is that of the weights after e updates. Every operation on
the batch is elementwise or a sum within one restart, so a restart's numbers do not depend on its company.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hidden_units.checkerboard.models import POINTS, TARGETS, SigmoidNetwork
from hidden_units.errors import StudyError


@dataclass(frozen=True)
class Settings:
    """One setting of the study: a hidden size, a learning rate, and what the config says of training.

    What is published of Adam is its learning rate; the rest of it is as in the paper (Kingma and Ba, 2015).
    """

    hidden: int
    learning_rate: float
    max_epochs: int
    weight_decay: float
    initial_sd: float
    consecutive: int
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8


@dataclass(frozen=True)
class Restarts:
    """Restarts of one setting, in the order of `seeds`.

    Attributes:
        networks: as they were when the restarts ended.
        solved: whether it ended by `consecutive` epochs at 100 %, and not at the cap.
        first_epoch: first epoch of the run of consecutive epochs at 100 % that ended it; -1 where it did
            not. A shorter run that broke off does not count.
        epochs: epochs trained.
        loss: mean binary cross-entropy at the end, in nats a point.
    """

    settings: Settings
    seeds: np.ndarray
    networks: SigmoidNetwork
    solved: np.ndarray
    first_epoch: np.ndarray
    epochs: np.ndarray
    loss: np.ndarray

    def representative(self) -> int:
        """The solved restart of median first epoch (lower of two, first of equals), else of least loss."""
        solved = np.flatnonzero(self.solved)
        if len(solved) == 0:
            return int(self.loss.argmin())
        middle = np.sort(self.first_epoch[solved])[(len(solved) - 1) // 2]
        return int(solved[self.first_epoch[solved] == middle][0])


def initial_parameters(settings: Settings, seed: int) -> np.ndarray:
    """The initial weights and biases of a seed: the same whichever seeds are trained with it.

    They are (4 h + 1,): w1 of every unit, w2 of every unit, the hidden biases, the output weights and bias.
    """
    random = np.random.default_rng([settings.hidden, seed])
    return random.normal(0.0, settings.initial_sd, 4 * settings.hidden + 1)


def networks_of(parameters: np.ndarray) -> SigmoidNetwork:
    """The networks of parameters (restarts, 4 h + 1)."""
    restarts, h = len(parameters), parameters.shape[1] // 4
    w1_w2, biases, outputs, bias = np.split(parameters, [2 * h, 3 * h, 4 * h], axis=1)
    layers = (w1_w2.reshape(restarts, 2, h).transpose(0, 2, 1), biases, outputs, bias[:, 0])
    return SigmoidNetwork(*map(np.ascontiguousarray, layers))


def train(settings: Settings, seeds: Sequence[int]) -> Restarts:
    """Train one network from each seed until it has solved the task or the cap is reached.

    Raises:
        StudyError: a restart diverged.
    """
    seeds = np.asarray(seeds)
    batch = _Batch(settings, np.stack([initial_parameters(settings, int(seed)) for seed in seeds], axis=1))
    parameters = np.empty((len(seeds), 4 * settings.hidden + 1))
    epochs = np.full(len(seeds), settings.max_epochs)
    solved = np.zeros(len(seeds), dtype=bool)
    active = np.arange(len(seeds))
    streak = np.zeros(len(seeds), dtype=np.int64)

    # A saturated sigmoid may overflow to exactly 0: the right value.
    with np.errstate(over="ignore"):
        for epoch in range(settings.max_epochs + 1):
            streak += 1
            streak *= batch.forward()
            if streak.max() >= settings.consecutive:
                done = streak >= settings.consecutive
                parameters[active[done]] = batch.trained()[done]
                epochs[active[done]] = epoch
                solved[active[done]] = True
                active, streak = active[~done], streak[~done]
                if len(active) == 0:
                    break
                batch.keep(~done)
            if epoch < settings.max_epochs:
                batch.update()
    if len(active):
        parameters[active] = batch.trained()

    first_epoch = np.where(solved, epochs - settings.consecutive + 1, -1)
    networks = networks_of(parameters)
    loss = np.array([mean_loss(networks[place]) for place in range(len(seeds))])
    if not np.isfinite(loss).all():
        raise StudyError(
            f"checkerboard: training diverged (loss {loss[~np.isfinite(loss)][0]} from seed "
            f"{seeds[~np.isfinite(loss)][0]}); lower the learning rate {settings.learning_rate}."
        )
    return Restarts(settings, seeds, networks, solved, first_epoch, epochs, loss)


def mean_loss(network: SigmoidNetwork) -> float:
    """Mean binary cross-entropy over the nine points, in nats."""
    z = network.hidden() @ network.output_weights + network.output_bias
    return float(np.mean(np.logaddexp(0.0, np.where(TARGETS == 1, -z, z))))


class _Batch:
    """Parameters and Adam's averages of the restarts still in training.

    Restarts are the last axis, so that each elementwise operation runs over long contiguous rows:
    parameters are (4 h + 1, restarts), activations (9, h, restarts). A spare restart is at the end and
    is never reported: numpy adds up a single column in another order than one of several, and the last
    restart left in training would otherwise round differently from then on.
    """

    def __init__(self, settings: Settings, parameters: np.ndarray) -> None:
        self.settings = settings
        self.parameters = np.concatenate([parameters, parameters[:, :1]], axis=1)
        self.mean = np.zeros_like(self.parameters)
        self.square = np.zeros_like(self.parameters)
        self.updates = 0
        self.x1, self.x2 = POINTS.T[:, :, None, None].astype(np.float64)  # each (9, 1, 1)
        self.targets = TARGETS[:, None].astype(np.float64)

    def trained(self) -> np.ndarray:
        """The current parameters, (restarts, 4 h + 1)."""
        return self.parameters[:, :-1].T

    def keep(self, which: np.ndarray) -> None:
        """Go on with the restarts that `which` selects."""
        which = np.append(which, True)
        # Copied into rows again: sums depend on the order in memory in their last bits.
        for name in ("parameters", "mean", "square", "hidden", "z"):
            setattr(self, name, getattr(self, name)[..., which].copy())

    def forward(self) -> np.ndarray:
        """Compute all activations; returns (restarts,) whether all nine points are right."""
        w1, w2, bias, v = self.parameters[:-1].reshape(4, self.settings.hidden, -1)
        self.hidden = _sigmoid(self.x1 * w1 + self.x2 * w2 + bias)
        self.z = (self.hidden * v).sum(axis=1) + self.parameters[-1]
        return ((self.z >= 0) == (self.targets == 1)).all(axis=0)[:-1]

    def update(self) -> None:
        """One step of Adam on the gradient of the mean binary cross-entropy."""
        settings, h = self.settings, self.settings.hidden
        delta = (_sigmoid(self.z) - self.targets) / len(POINTS)  # dL/dz of the output unit
        back = self.hidden * delta[:, None]
        v = back.sum(axis=0)
        # Times v (1 - hidden) it is dL/dz of the hidden units.
        back *= self.parameters[3 * h : 4 * h]
        back *= 1.0 - self.hidden
        w1, w2, bias = (values.sum(axis=0) for values in (back * self.x1, back * self.x2, back))
        gradient = np.concatenate([w1, w2, bias, v, delta.sum(axis=0, keepdims=True)])

        self.updates += 1
        gradient += settings.weight_decay * self.parameters
        self.mean = settings.beta1 * self.mean + (1 - settings.beta1) * gradient
        self.square = settings.beta2 * self.square + (1 - settings.beta2) * gradient**2
        root = np.sqrt(self.square) / np.sqrt(1 - settings.beta2**self.updates) + settings.epsilon
        self.parameters -= settings.learning_rate / (1 - settings.beta1**self.updates) * (self.mean / root)


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-z))


def restarts_table(trained: Sequence[Restarts]) -> pd.DataFrame:
    """The table hidden, learning_rate, seed, solved, first_epoch; the last is missing where unsolved."""
    tables = [
        pd.DataFrame(
            {
                "hidden": restarts.settings.hidden,
                "learning_rate": restarts.settings.learning_rate,
                "seed": restarts.seeds,
                "solved": restarts.solved,
                "first_epoch": pd.Series(restarts.first_epoch, dtype="Int64").where(restarts.solved),
            }
        )
        for restarts in trained
    ]
    return pd.concat(tables, ignore_index=True)
