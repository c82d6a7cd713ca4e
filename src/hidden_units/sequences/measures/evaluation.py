"""How good a network is: errors string by string and losses, exactly over all examples or on a fixed set.

A position is *deterministic* where the next symbol follows from those read: everywhere but after an A. A
string is right if the symbol with the highest output is right at each of its deterministic positions, that
is at all B's after the first, all C's and the A after the block. An example is right if all its strings are,
and a network has *solved* a task if every example is right, read from the initial state. Per-symbol accuracy
would hide failure: with one miss a string, no string is right.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np
import pandas as pd

from hidden_units.sequences.languages import Language
from hidden_units.sequences.measures.generalisation import TESTED_LARGEST, largest_n, string_correct
from hidden_units.sequences.measures.predictors import NOMINAL_AFTER_A, conditional_nll
from hidden_units.sequences.networks import Network, log_softmax
from hidden_units.sequences.runs import Runs
from hidden_units.statistics.ranks import median_seed


@dataclass(frozen=True)
class Evaluation:
    """Results, each with the leading axes of the weights: losses a symbol, averaged over time, then examples.

    `right_examples` and `right_strings` are fractions, the second over all strings of all examples.
    """

    nll: np.ndarray
    nominal_error: np.ndarray
    right_examples: np.ndarray
    right_strings: np.ndarray

    @property
    def solved(self) -> np.ndarray:
        """Whether every example is right."""
        return self.right_examples == 1.0


def evaluate_all(network: Network, language: Language) -> Evaluation:
    """Evaluate over every example there is, all equally likely.

    Examples that begin alike share states: level by level, all states that follow the first k strings are
    extended by each size n, so the 1,024 examples of five strings cost a quarter of what they would singly.
    """
    sizes = range(1, language.largest + 1)
    lead = network.leading
    over = network.over_states()
    state = network.initial_state()[..., None, :]
    # One column for each way the strings so far can have gone.
    nll, nominal, length = np.zeros((*lead, 1)), np.zeros((*lead, 1)), np.zeros(1)
    right = np.ones((*lead, 1), bool)
    right_strings = np.zeros(lead)
    for _ in range(language.blocks):
        results = [_read_string(over, state, language, n) for n in sizes]
        state, more_nll, more_nominal, good = (
            np.stack(part, axis=len(lead) + 1) for part in zip(*results, strict=True)
        )
        right_strings += good.mean(axis=(-1, -2)) / language.blocks
        grow = (*lead, -1)
        nll = (nll[..., None] + more_nll).reshape(grow)
        nominal = (nominal[..., None] + more_nominal).reshape(grow)
        right = (right[..., None] & good).reshape(grow)
        length = (length[:, None] + language.string_length * np.array(sizes)).ravel()
        state = state.reshape(*lead, -1, state.shape[-1])
    return Evaluation(
        (nll / length).mean(axis=-1), (nominal / length).mean(axis=-1), right.mean(axis=-1), right_strings
    )


def evaluate_examples(network: Network, language: Language, examples: np.ndarray) -> Evaluation:
    """Evaluate on given examples, block sizes (examples, blocks), each read from the initial state."""
    over = network.over_states()
    lead = network.leading
    totals = []
    for row in examples:
        state = network.initial_state()[..., None, :]
        nll, nominal, good_strings = np.zeros((*lead, 1)), np.zeros((*lead, 1)), []
        for n in row:
            state, more_nll, more_nominal, good = _read_string(over, state, language, int(n))
            nll, nominal = nll + more_nll, nominal + more_nominal
            good_strings.append(good)
        length = language.string_length * row.sum()
        good = np.concatenate(good_strings, axis=-1)
        totals.append((nll[..., 0] / length, nominal[..., 0] / length, good.all(axis=-1), good.mean(axis=-1)))
    return Evaluation(*(np.mean(part, axis=0) for part in zip(*totals, strict=True)))


def _read_string(
    network: Network, state: np.ndarray, language: Language, n: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Read one string from each state; return the new states, summed NLL and nominal error, and 'right'."""
    shape = state.shape[:-1]
    nll, nominal, right = np.zeros(shape), np.zeros(shape), np.ones(shape, bool)
    after_a = np.zeros(language.symbols)
    after_a[: len(NOMINAL_AFTER_A)] = NOMINAL_AFTER_A
    symbols = language.string(n)
    for symbol, following in zip(symbols, [*symbols[1:], 0], strict=True):
        state = network.step(state, symbol)
        logits = network.logits(state)
        log_probabilities = log_softmax(logits)
        nll -= log_probabilities[..., following]
        target = after_a if symbol == 0 else np.eye(language.symbols)[following]
        squared = np.moveaxis((np.exp(log_probabilities) - target) ** 2, -1, 0)
        nominal += reduce(np.add, squared) / language.symbols
        if symbol:
            right &= logits.argmax(axis=-1) == following
    return state, nll, nominal, right


def learning_curves(runs: Runs) -> pd.DataFrame:
    """Learning curves on the fixed set of 20 examples.

    Columns: seed, step, nominal_error (as published), excess_nll (nats a symbol above the true conditional
    probabilities on the same examples), right_strings (strict: the fraction of strings with no error),
    right_examples (fraction of the 20).
    """
    language = runs.language
    examples = language.fixed_set()
    result = evaluate_examples(runs.unpack(runs.snapshots), language, examples)
    return pd.DataFrame(
        {
            "seed": np.repeat(runs.seeds, len(runs.steps)),
            "step": np.tile(runs.steps, len(runs.seeds)),
            "nominal_error": result.nominal_error.ravel(),
            "excess_nll": (result.nll - conditional_nll(language, examples)).ravel(),
            "right_strings": result.right_strings.ravel(),
            "right_examples": result.right_examples.ravel(),
        }
    )


def first_solved(runs: Runs, candidates: np.ndarray) -> np.ndarray:
    """Index of the first snapshot that solves the task, over all examples; -1 where none does.

    Args:
        candidates: booleans (seeds, logged steps), false where a snapshot is known not to solve it, because
            it fails on some of the examples already.
    """
    first = np.full(len(candidates), -1)
    waiting = [np.flatnonzero(row) for row in candidates]
    for turn in range(candidates.shape[1]):
        open_seeds = [k for k, logs in enumerate(waiting) if first[k] < 0 and turn < len(logs)]
        if not open_seeds:
            break
        logs = np.array([waiting[k][turn] for k in open_seeds])
        solved = evaluate_all(runs.unpack(runs.snapshots[open_seeds, logs]), runs.language).solved
        first[np.array(open_seeds)[solved]] = logs[solved]
    return first


def restarts_table(runs: Runs, curves: pd.DataFrame) -> pd.DataFrame:
    """What became of each restart, over all examples.

    Args:
        curves: from `learning_curves`.

    Returns:
        Columns: seed, solved (at the last step), first_step (first logged step at which every example was
        right; empty if never), first_step_on_20 (the same on the fixed set alone), excess_nll (nats a
        symbol), nominal_error, right_examples, right_strings (fractions), n_max (largest n such that the
        strings of 1..n, each from the initial state, are right).
    """
    language = runs.language
    right_on_20 = (curves["right_examples"] == 1.0).to_numpy().reshape(runs.snapshots.shape[:2])
    final = runs.unpack(runs.vectors)
    result = evaluate_all(final, language)
    # Each string opens some examples, so a snapshot that fails on one by itself need not be tried on all.
    right_alone = string_correct(runs.unpack(runs.snapshots), language, language.largest).all(axis=-1)
    first = first_solved(runs, right_on_20 & right_alone)
    first_on_20 = np.where(right_on_20.any(axis=1), right_on_20.argmax(axis=1), -1)
    return pd.DataFrame(
        {
            "seed": runs.seeds,
            "solved": result.solved,
            "first_step": _steps_or_empty(runs.steps, first),
            "first_step_on_20": _steps_or_empty(runs.steps, first_on_20),
            "excess_nll": result.nll - conditional_nll(language, language.all_examples()),
            "nominal_error": result.nominal_error,
            "right_examples": result.right_examples,
            "right_strings": result.right_strings,
            "n_max": largest_n(string_correct(final, language, TESTED_LARGEST)),
        }
    )


def _steps_or_empty(steps: np.ndarray, index: np.ndarray) -> pd.Series:
    """Steps at given indices, empty where the index is negative."""
    return pd.Series(pd.array(steps[index], dtype="Int64")).mask(index < 0)


def representative_seed(restarts: pd.DataFrame) -> int:
    """The solved seed with the median excess NLL, see `median_seed`; the first of all if none is solved."""
    solved = restarts[restarts["solved"]]
    if solved.empty:
        return int(restarts["seed"].iloc[0])
    return median_seed(dict(zip(solved["seed"].tolist(), solved["excess_nll"], strict=True)))
