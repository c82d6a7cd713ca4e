"""Networks whose behaviour is known without training."""

import numpy as np
import pytest

from hidden_units.sequences.languages import Language
from hidden_units.sequences.networks import LSTM, SRN
from hidden_units.sequences.runs import Runs


@pytest.fixture
def language() -> Language:
    """a^n b^2n as published."""
    return Language((1, 2))


@pytest.fixture
def counter() -> LSTM:
    """An LSTM with one cell that counts a^n b^2n for ever: +0.8 at each A, -0.4 at each B, gates wide open.

    After a B it predicts A once less than half a B is left in the cell.
    """
    candidate = np.arctanh([0.8, -0.4])
    wide_open = 40.0
    inputs = np.zeros((2, 4))
    inputs[:, 2] = candidate
    bias = np.array([wide_open, wide_open, 0.0, wide_open])
    output = np.array([[-50.0, 50.0]])
    output_bias = 50.0 * np.tanh(0.2) * np.array([1.0, -1.0])
    return LSTM(inputs, np.zeros((1, 4)), bias, output, output_bias)


def with_second_cell(counter: LSTM, candidates: list[float], bias: np.ndarray) -> LSTM:
    """The counter with a second cell of given candidates for A and B, which the output does not see."""
    inputs = np.zeros((2, 8))
    inputs[:, 4] = counter.input[:, 2]
    inputs[:, 5] = np.arctanh(candidates)
    output = np.vstack([counter.output, np.zeros((1, 2))])
    return LSTM(inputs, np.zeros((2, 8)), bias, output, counter.output_bias)


@pytest.fixture
def two_cells(counter) -> LSTM:
    """The counter with a second cell that only ever goes up, a little faster at B's."""
    return with_second_cell(counter, [0.1, 0.3], np.repeat([40.0, 40.0, 0.0, 40.0], 2))


@pytest.fixture
def remembering_counter(counter) -> LSTM:
    """The counter with a second cell that holds the last symbol, so that no two states coincide."""
    bias = np.array([40.0, 40.0, 40.0, -40.0, 0.0, 0.0, 40.0, 40.0])
    return with_second_cell(counter, [0.9, -0.9], bias)


@pytest.fixture
def decoupled():
    """An SRN of two units that do not see each other, h <- tanh(weight * h), the same for every symbol."""

    def build(first: float, second: float, start: float = 0.1) -> SRN:
        return SRN(
            np.zeros((2, 2)),
            np.diag([first, second]),
            np.zeros(2),
            np.arctanh([start, start]),
            np.eye(2),
            np.zeros(2),
        )

    return build


@pytest.fixture
def linear():
    """An SRN whose activations are so small that tanh is all but linear: each symbol adds a vector."""

    def build(for_a: list[float], for_b: list[float], keeps: float = 1.0) -> SRN:
        size = len(for_a)
        nothing = np.zeros(size)
        return SRN(
            np.array([for_a, for_b]), keeps * np.eye(size), nothing, nothing, np.ones((size, 2)), np.zeros(2)
        )

    return build


@pytest.fixture
def runs_of():
    """Runs on a^n b^2n of given networks, or of given networks at each logged step."""

    def vector_of(network) -> np.ndarray:
        return np.concatenate([getattr(network, name).ravel() for name in network.shapes(1, 1)])

    def build(*restarts) -> Runs:
        rows = [row if isinstance(row, list) else [row] for row in restarts]
        snapshots = np.array([[vector_of(network) for network in row] for row in rows])
        kind, hidden = rows[0][0].kind, rows[0][0].hidden
        steps = 500 * np.arange(snapshots.shape[1])
        return Runs(f"{kind}-anb2n", hidden, np.arange(len(rows)), steps, snapshots)

    return build


@pytest.fixture
def untrained() -> LSTM:
    """An LSTM of one cell whose weights are all zero."""
    return LSTM.from_vector(np.zeros(LSTM.parameters(1, 2)), 1, 2)
