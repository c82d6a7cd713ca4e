"""How far beyond its training a network counts: strict accuracy of strings up to n = 100."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hidden_units.sequences.languages import Language
from hidden_units.sequences.networks import Network
from hidden_units.sequences.runs import Runs
from hidden_units.statistics.intervals import success_rate

TESTED_LARGEST = 100


def string_correct(
    network: Network, language: Language, largest: int = TESTED_LARGEST, start: np.ndarray | None = None
) -> np.ndarray:
    """Whether each string of n = 1..largest is right at all its deterministic positions.

    Args:
        start: state from which strings are read, (..., state size); the initial state if not given.

    Returns:
        Booleans (..., largest), with the leading axes of the weights.
    """
    state = network.initial_state() if start is None else start
    after_a = []
    for _ in range(largest):
        state = network.step(state, 0)
        after_a.append(state)
    # One row for each n: all rows read on together, each until its own segment is over.
    states = np.stack(after_a, axis=-2)
    over = network.over_states()
    sizes = np.arange(1, largest + 1)
    right = np.ones(states.shape[:-1], bool)
    for symbol in range(1, language.symbols):
        length = language.multiplicities[symbol] * sizes
        for position in range(1, length[-1] + 1):
            reading = position <= length
            rows = over.step(states[..., reading, :], symbol)
            states[..., reading, :] = rows
            due = np.where(position == length[reading], (symbol + 1) % language.symbols, symbol)
            right[..., reading] &= over.logits(rows).argmax(axis=-1) == due
    return right


def largest_n(correct: np.ndarray) -> np.ndarray:
    """Largest n with the strings of 1..n all right, from booleans (..., n); 0 if the first is wrong."""
    return np.cumprod(correct, axis=-1).sum(axis=-1)


def correct_in_company(network: Network, language: Language, largest: int = TESTED_LARGEST) -> np.ndarray:
    """As `string_correct`, but right only if it is right after each string of a trained size."""
    results = []
    for first in range(1, language.largest + 1):
        state = network.initial_state()
        for symbol in language.string(first):
            state = network.step(state, symbol)
        results.append(string_correct(network, language, largest, state))
    return np.logical_and.reduce(results)


def generalisation_table(runs: Runs, solved: Sequence[bool], largest: int = TESTED_LARGEST) -> pd.DataFrame:
    """Strict accuracy of single strings by n over the restarts that solved the task.

    Args:
        solved: for each seed.

    Returns:
        Columns: n, correct (fraction of solved seeds right on the string of n from the initial state; empty
        if none is solved), low, high (Wilson), in_company (fraction right on it after each trained string),
        trained (whether training showed strings of n).
    """
    language = runs.language
    sizes = np.arange(1, largest + 1)
    table = pd.DataFrame({"n": sizes, "correct": np.nan, "low": np.nan, "high": np.nan, "in_company": np.nan})
    chosen = runs.vectors[np.asarray(solved, bool)]
    if len(chosen):
        network = runs.unpack(chosen)
        right = string_correct(network, language, largest)
        rates = [success_rate(int(count), len(chosen)) for count in right.sum(axis=0)]
        table[["correct", "low", "high"]] = pd.DataFrame(rates)[["rate", "low", "high"]]
        table["in_company"] = correct_in_company(network, language, largest).mean(axis=0)
    return table.assign(trained=sizes <= language.largest)
