"""The LSTM's cells as counters: increments, gates, and combinations of cells that return to zero.

LSTM cells can count by adding a constant at each symbol (Gers and Schmidhuber 2001; Weiss, Goldberg and
Yahav 2018). A counter that marks the end of the B's of a^n b^2n c^3n needs dA + 2 dB = 0; one that marks
the end of the C's, dA + 2 dB + 3 dC = 0. Both conditions hold in the mean for many directions of cell
space; what tells a counter is that its increments are constant within a phase.
"""

from __future__ import annotations

import itertools
from functools import lru_cache

import numpy as np
import pandas as pd

from hidden_units.sequences.languages import LETTERS, Language
from hidden_units.sequences.networks import LSTM

SATURATED = 0.9
AGREEMENT = 0.95
GATES = {"i": "input_gate", "f": "forget_gate", "g": "candidate", "o": "output_gate"}


def cell_steps(network: LSTM, language: Language) -> pd.DataFrame:
    """Every step of the fixed set of 20 examples, one row a step and cell.

    Columns: example, block, n, letter, position, last, cell (1, 2, ...), before, after (cell state),
    increment, input_gate, forget_gate, candidate, output_gate.
    """
    examples = [language.example(sizes)[:-1] for sizes in language.fixed_set()]
    runs = network.run_all(examples)
    before, after = (
        np.concatenate([run[part, network.hidden :].ravel(order="F") for run in runs])
        for part in (slice(None, -1), slice(1, None))
    )
    gates = [network.gates(run[:-1], symbols) for run, symbols in zip(runs, examples, strict=True)]
    activations = {
        name: np.concatenate([own[gate].ravel(order="F") for own in gates]) for gate, name in GATES.items()
    }
    return cell_positions(language, network.hidden).assign(
        before=before, after=after, increment=after - before, **activations
    )


@lru_cache(maxsize=16)
def cell_positions(language: Language, cells: int) -> pd.DataFrame:
    """Positions of the rows of `cell_steps`, example by example, cell by cell; the same for all networks."""
    parts = []
    for number, sizes in enumerate(language.fixed_set()):
        positions = language.positions(sizes).drop(columns=["symbol", "next_symbol", "count", "due"])
        parts += [positions.assign(example=number, cell=cell) for cell in range(1, cells + 1)]
    return pd.concat(parts, ignore_index=True)


def phase_table(steps: pd.DataFrame) -> pd.DataFrame:
    """What each cell does in each phase; from `cell_steps`.

    Columns: cell, letter, increment (mean), increment_sd, forget_gate (mean), forget_saturated (fraction of
    steps with the gate above 0.9), rising, falling (fractions of steps that raise, lower the cell). The first
    symbol of a phase, which still depends on the last phase, counts like any other.
    """
    measured = steps[["cell", "letter", "increment", "forget_gate"]].assign(
        forget_saturated=steps["forget_gate"] > SATURATED,
        rising=steps["increment"] > 0,
        falling=steps["increment"] < 0,
    )
    grouped = measured.groupby(["cell", "letter"])
    table = grouped.mean()
    table.insert(1, "increment_sd", grouped["increment"].std())
    return table.reset_index()


def counter_patterns(language: Language) -> dict[str, np.ndarray]:
    """Ideal increments of counters that link two symbols i-j, such as A-B: m_j for i, -m_i for j, else 0."""
    one, times = np.eye(language.symbols), language.multiplicities
    return {
        f"{LETTERS[i]}-{LETTERS[j]}": times[j] * one[i] - times[i] * one[j]
        for i, j in itertools.combinations(range(language.symbols), 2)
    }


def residual_table(phases: pd.DataFrame, language: Language) -> pd.DataFrame:
    """How far each cell is from coming back: m_1 d_1 + ... + m_k d_k for the end of each segment k.

    Columns: cell, end (letter of the segment that the counter would end), residual, relative (residual over
    the sum of absolute terms: 0 for a counter, 1 for a cell that only goes one way).
    """
    increments = phases.pivot_table(index="cell", columns="letter", values="increment")
    terms = increments.to_numpy() * np.array(language.multiplicities)
    rows = []
    for last in range(1, language.symbols):
        sums = terms[:, : last + 1].sum(axis=1)
        sizes = np.abs(terms[:, : last + 1]).sum(axis=1)
        for cell, total, size in zip(increments.index, sums, sizes, strict=True):
            rows.append((cell, LETTERS[last], total, total / size if size else np.nan))
    return pd.DataFrame(rows, columns=["cell", "end", "residual", "relative"])


def combination_table(steps: pd.DataFrame, language: Language) -> pd.DataFrame:
    """The linear combination of cells whose increments come nearest to each ideal counter, by least squares.

    Columns: counter ('A-B', ...), w1, w2, ... (weights of the cells), dA, dB, ... (mean increments of the
    combination by phase), relative_residual (of m_i d_i + m_j d_j, as in `residual_table`), explained
    (fraction of the ideal increments' sum of squares that the combination gives, step by step: 1 for a
    perfect counter).
    """
    increments = steps.pivot_table(
        index=["example", "block", "letter", "position"], columns="cell", values="increment"
    )
    cells = increments.to_numpy()
    letters = LETTERS[: language.symbols]
    symbol = increments.index.get_level_values("letter").map(LETTERS.index).to_numpy()
    rows = []
    for name, pattern in counter_patterns(language).items():
        ideal = pattern[symbol]
        weights = np.linalg.lstsq(cells, ideal, rcond=None)[0]
        achieved = cells @ weights
        means = np.array([achieved[symbol == k].mean() for k in range(language.symbols)])
        terms = (means * np.array(language.multiplicities))[pattern != 0]
        rows.append(
            {
                "counter": name,
                **{f"w{k + 1}": weight for k, weight in enumerate(weights)},
                **{f"d{letter}": mean for letter, mean in zip(letters, means, strict=True)},
                "relative_residual": terms.sum() / np.abs(terms).sum(),
                "explained": 1 - ((achieved - ideal) ** 2).sum() / (ideal**2).sum(),
            }
        )
    return pd.DataFrame(rows)


def monotone_cells(phases: pd.DataFrame) -> pd.DataFrame:
    """For each cell: does it move one way during the A's and the other way during every later phase?

    Columns: cell, one_way_in_a (larger fraction of A-steps in one direction), other_way_after (least
    fraction of later steps in the opposite direction, over phases), monotone (both at least 0.95),
    rates_differ (largest over smallest mean increment size among the later phases; empty if there is only
    one).
    """
    rows = []
    for cell, part in phases.groupby("cell"):
        part = part.set_index("letter")
        later = part.drop(index="A")
        up = part.loc["A", "rising"] >= part.loc["A", "falling"]
        one_way = part.loc["A", "rising" if up else "falling"]
        other_way = later["falling" if up else "rising"].min()
        sizes = later["increment"].abs()
        rows.append(
            {
                "cell": cell,
                "one_way_in_a": one_way,
                "other_way_after": other_way,
                "monotone": bool(min(one_way, other_way) >= AGREEMENT),
                "rates_differ": sizes.max() / sizes.min() if len(later) > 1 else np.nan,
            }
        )
    return pd.DataFrame(rows)


def intervention_table(network: LSTM, language: Language) -> pd.DataFrame:
    """Put the state of count n' in after A^n and see how many B's the network then expects.

    After A^n the cell state, or the hidden state, or both, is replaced by that after A^n'; B's are read for
    as long as B is predicted. 'both' must follow n' by construction, 'none' must follow n if the network
    counts.

    Columns: n, put_in (n'), replaced (none, cell, hidden, both), followed (B's read until the next symbol was
    predicted), expected_by_n, expected_by_put_in (2n and 2n' for a^n b^2n).
    """
    largest, times = language.largest, language.multiplicities[1]
    after_a = network.run(np.zeros(largest, int))[1:]
    n, put_in = (grid.ravel() for grid in np.meshgrid(*[np.arange(1, largest + 1)] * 2, indexing="ij"))
    size = network.hidden
    parts = []
    for replaced in ("none", "cell", "hidden", "both"):
        hidden = after_a[put_in - 1 if replaced in ("hidden", "both") else n - 1, :size]
        cell = after_a[put_in - 1 if replaced in ("cell", "both") else n - 1, size:]
        state = np.concatenate([hidden, cell], axis=1)
        followed = np.zeros(len(n), int)
        going = np.ones(len(n), bool)
        for _ in range(2 * times * largest + 2):
            state = network.step(state, 1)
            followed += going
            going &= network.logits(state).argmax(axis=-1) == 1
        swaps = pd.DataFrame({"n": n, "put_in": put_in, "replaced": replaced, "followed": followed})
        parts.append(swaps.assign(expected_by_n=times * n, expected_by_put_in=times * put_in))
    return pd.concat(parts, ignore_index=True)
