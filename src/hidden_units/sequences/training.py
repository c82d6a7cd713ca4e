"""Whole restarts with the compiled kernels: the same weights whichever core they were trained on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from hidden_units.errors import StudyError
from hidden_units.sequences.languages import WEIGHT_STREAM, Language, generator
from hidden_units.sequences.networks import initial_weights


@dataclass(frozen=True)
class Training:
    """How a network is trained: what the config's block `sequences` says of it.

    One fresh example a step; negative log-likelihood averaged over time, full back-propagation through
    time, no momentum, no clipping. `steps` is a multiple of `interval`. `initial_sd` is the published spread
    of the SRN's first weights; the LSTM's follow its size.
    """

    steps: int
    interval: int
    learning_rate: float
    weight_decay: float
    optimiser: str  # sgd or adam
    initial_sd: float = 0.001

    @property
    def logged_steps(self) -> np.ndarray:
        """Steps at which snapshots are taken, from 0 to the last."""
        return np.arange(0, self.steps + 1, self.interval)


def train_restarts(
    kind: str,
    language: Language,
    hidden: int,
    seeds: Sequence[int],
    training: Training,
    cores: int = 1,
) -> Iterator[np.ndarray]:
    """Train one restart for each seed; yield snapshots of its weights, (logged steps, parameters), in order.

    A restart depends on its seed alone. Restarts run side by side as threads, one to a core: the kernels
    release the interpreter lock, and threads share the compiled code where processes would each load it.

    Raises:
        StudyError: weights that diverge (with the seed and the step), numba missing or failing.
    """
    _compile(kind, language, hidden, training)
    with ThreadPoolExecutor(cores) as pool:
        jobs = [pool.submit(train_restart, kind, language, hidden, seed, training) for seed in seeds]
        try:
            for job in jobs:
                yield job.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def train_restart(kind: str, language: Language, hidden: int, seed: int, training: Training) -> np.ndarray:
    """Train one restart; return snapshots of its weights, (logged steps, parameters).

    Raises:
        StudyError: the weights diverge.
    """
    from hidden_units.sequences import kernels

    weights = initial_weights(kind, hidden, language, generator(seed, WEIGHT_STREAM), training.initial_sd)
    snapshots = np.empty((len(training.logged_steps), weights.size))
    longest = language.string_length * language.largest * language.blocks
    done = kernels.train(
        kind == "lstm",
        (0,) * hidden,
        (0,) * language.symbols,
        weights,
        language.draw(seed, training.steps),
        np.array(language.multiplicities),
        kernels.Update(training.optimiser == "adam", training.learning_rate, training.weight_decay),
        training.interval,
        snapshots,
        kernels.workspace(hidden, language.symbols, longest, weights.size),
    )
    if done < training.steps or not np.abs(weights).max() < kernels.DIVERGED:
        raise StudyError(
            f"{kind} on {language.name}, seed {seed}: the weights diverged at step {done}, one of them "
            f"passing {kernels.DIVERGED:.0e} in size; lower learning_rate, now {training.learning_rate:g}."
        )
    return snapshots


def _compile(kind: str, language: Language, hidden: int, training: Training) -> None:
    """Have the kernel compiled, or loaded from its cache, before threads need it at the same time."""
    from hidden_units.compilation import compiling

    with compiling(kind):
        train_restart(kind, language, hidden, 0, replace(training, steps=1, interval=1, learning_rate=1e-3))
