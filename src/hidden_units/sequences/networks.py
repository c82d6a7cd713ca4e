"""The two recurrent networks as plain arrays: one step, the output, unpacking of a flat weight vector.

Everything that is measured goes through here; the compiled kernels only train. The weights may carry
leading axes (restarts, snapshots), which broadcast against those of the states.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import reduce
from typing import ClassVar, Self

import numpy as np

from hidden_units.errors import StudyError
from hidden_units.sequences.languages import Language

# Up to here sums are computed one by one, see `weighted_sums`.
FEW_SUMS = 8


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Logistic function, without overflow for any x."""
    return 0.5 * (1.0 + np.tanh(0.5 * x))


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Logarithm of the softmax over the last axis, symbol by symbol: numpy reduces short axes slowly."""
    symbols = np.moveaxis(logits, -1, 0)
    largest = reduce(np.maximum, symbols)
    total = reduce(np.add, (np.exp(symbol - largest) for symbol in symbols))
    return logits - (largest + np.log(total))[..., None]


def softmax(logits: np.ndarray) -> np.ndarray:
    """Softmax over the last axis."""
    return np.exp(log_softmax(logits))


def weighted_sums(state: np.ndarray, matrix: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """States (..., from) times a matrix (..., from, to), plus a bias (..., to): (..., to).

    The leading axes of all three broadcast.
    """
    if state.ndim == 1:
        return state @ matrix + bias
    size = matrix.shape[-1]
    lead = np.broadcast_shapes(state.shape[:-1], matrix.shape[:-2], bias.shape[:-1])
    sums = np.empty((*lead, size))
    # From two or three units: many tiny matrix products take numpy several times as long as their sums.
    # To as few: sum by sum, so that numpy's inner loop runs along the states.
    together = 1 if size <= FEW_SUMS else size
    for start in range(0, size, together):
        part = slice(start, start + together)
        product = state[..., 0, None] * matrix[..., 0, part]
        for unit in range(1, state.shape[-1]):
            product += state[..., unit, None] * matrix[..., unit, part]
        np.add(product, bias[..., part], out=sums[..., part])
    return sums


class Network:
    """What SRN and LSTM share: weights in a flat vector, arrays by name and shape.

    Each of them has its arrays as fields, in the order of the flat vector; `initial_state()`, (..., state
    size); and `step(state, symbol)`, the state after one more symbol, which is an integer or an array of the
    states' leading shape. `sums`: how many sums enter each hidden unit.
    """

    kind: ClassVar[str]
    sums: ClassVar[int]

    @classmethod
    def shapes(cls, hidden: int, symbols: int) -> dict[str, tuple[int, ...]]:
        """Shape of each array, in the order of the flat vector."""
        sums = cls.sums * hidden
        shapes = {"input": (symbols, sums), "recurrent": (hidden, sums), "bias": (sums,)}
        shapes |= {"initial": (hidden,), "output": (hidden, symbols), "output_bias": (symbols,)}
        return {array.name: shapes[array.name] for array in fields(cls)}

    @classmethod
    def parameters(cls, hidden: int, symbols: int) -> int:
        """Number of parameters."""
        return sum(int(np.prod(shape)) for shape in cls.shapes(hidden, symbols).values())

    @classmethod
    def from_vector(cls, vector: np.ndarray, hidden: int, symbols: int) -> Self:
        """Unpack vectors (..., parameters); the arrays are views.

        Raises:
            StudyError: the vector is not as long as the network has parameters.
        """
        expected = cls.parameters(hidden, symbols)
        if vector.shape[-1] != expected:
            raise StudyError(
                f"weights: found {vector.shape[-1]} numbers, expected {expected} for {cls.kind} with "
                f"{hidden} hidden units and {symbols} symbols; give the sizes with which it was trained."
            )
        shapes = cls.shapes(hidden, symbols).values()
        parts = np.split(vector, np.cumsum([np.prod(shape) for shape in shapes])[:-1], axis=-1)
        lead = vector.shape[:-1]
        return cls(*(part.reshape(*lead, *shape) for part, shape in zip(parts, shapes, strict=True)))

    @classmethod
    def stack(cls, networks: Sequence[Self]) -> Self:
        """Networks of one size as one, whose arrays have a new first axis."""
        arrays = ([getattr(network, field.name) for network in networks] for field in fields(cls))
        return cls(*map(np.stack, arrays))

    def at(self, index: np.ndarray) -> Self:
        """The networks at places (n,) along the first leading axis, each as often as it is named."""
        return type(self)(*(getattr(self, field.name)[index] for field in fields(self)))

    @property
    def hidden(self) -> int:
        """Number of hidden units."""
        return self.output.shape[-2]

    @property
    def symbols(self) -> int:
        """Number of symbols."""
        return self.output.shape[-1]

    @property
    def sources(self) -> tuple[str, ...]:
        """The parts of a state: h, and c in an LSTM."""
        return ("h", "c") if self.kind == "lstm" else ("h",)

    @property
    def state_names(self) -> list[str]:
        """Names of the numbers in a state: h1, h2, ..., then c1, c2, ... in an LSTM."""
        return [f"{source}{k + 1}" for source in self.sources for k in range(self.hidden)]

    @property
    def leading(self) -> tuple[int, ...]:
        """Leading axes of the weights: () for a single network."""
        return self.output_bias.shape[:-1]

    def over_states(self) -> Self:
        """The same weights with a new axis before those of each array, to broadcast over states."""
        place = len(self.leading)
        return type(self)(*(np.expand_dims(getattr(self, name), place) for name in self.shapes(1, 1)))

    def logits(self, state: np.ndarray) -> np.ndarray:
        """Output before the softmax, (..., symbols)."""
        return weighted_sums(state[..., : self.hidden], self.output, self.output_bias)

    def probabilities(self, state: np.ndarray) -> np.ndarray:
        """Predicted probabilities of the next symbol, (..., symbols)."""
        return softmax(self.logits(state))

    def run(self, symbols: np.ndarray) -> np.ndarray:
        """States of one network along a sequence (length,), the initial one first: (length + 1, size)."""
        states = [self.initial_state()]
        for symbol in symbols:
            states.append(self.step(states[-1], int(symbol)))
        return np.array(states)

    def run_all(self, sequences: Sequence[np.ndarray]) -> list[np.ndarray]:
        """As `run` for each of many sequences, all read side by side."""
        lengths = [len(symbols) for symbols in sequences]
        padded = np.zeros((len(sequences), max(lengths, default=0)), int)
        for row, symbols in zip(padded, sequences, strict=True):
            row[: len(symbols)] = symbols
        state = np.tile(self.initial_state(), (len(sequences), 1))
        states = [state]
        for symbols in padded.T:
            state = self.step(state, symbols)
            states.append(state)
        along = np.stack(states, axis=1)
        return [own[: length + 1] for own, length in zip(along, lengths, strict=True)]

    def _read(self, symbol: int | np.ndarray) -> np.ndarray:
        """Row of the input weights for a symbol: a one-hot input picks it."""
        if np.ndim(symbol) == 0 or not self.leading:
            return self.input[..., symbol, :]
        weights = np.broadcast_to(self.input, (*np.shape(symbol), *self.input.shape[-2:]))
        return np.take_along_axis(weights, np.asarray(symbol)[..., None, None], axis=-2)[..., 0, :]


@dataclass(frozen=True)
class SRN(Network):
    """Simple recurrent network (Elman 1990) with a learned initial state.

    h_0 = tanh(initial), h_t = tanh(x_t input + h_(t-1) recurrent + bias), output h_t output + output_bias.
    The state is h.
    """

    input: np.ndarray
    recurrent: np.ndarray
    bias: np.ndarray
    initial: np.ndarray
    output: np.ndarray
    output_bias: np.ndarray
    kind: ClassVar[str] = "srn"
    sums: ClassVar[int] = 1

    def initial_state(self) -> np.ndarray:
        return np.tanh(self.initial)

    def step(self, state: np.ndarray, symbol: int | np.ndarray) -> np.ndarray:
        return np.tanh(weighted_sums(state, self.recurrent, self._read(symbol) + self.bias))

    def jacobian(self, state: np.ndarray, symbol: int) -> np.ndarray:
        """Derivative of a step at a state: [..., i, j] = d next_i / d state_j."""
        slope = 1.0 - self.step(state, symbol) ** 2
        return slope[..., :, None] * np.swapaxes(self.recurrent, -1, -2)


@dataclass(frozen=True)
class LSTM(Network):
    """Long short-term memory (Hochreiter and Schmidhuber 1997; forget gate of Gers and others 2000).

    Gates i, f, g, o in this order, one bias, no peepholes, zero initial states: c_t = f c_(t-1) + i g,
    h_t = o tanh(c_t), output h_t output + output_bias. The state is h and c side by side.
    """

    input: np.ndarray
    recurrent: np.ndarray
    bias: np.ndarray
    output: np.ndarray
    output_bias: np.ndarray
    kind: ClassVar[str] = "lstm"
    sums: ClassVar[int] = 4

    def initial_state(self) -> np.ndarray:
        return np.zeros((*self.leading, 2 * self.hidden))

    def gates(self, state: np.ndarray, symbol: int | np.ndarray) -> dict[str, np.ndarray]:
        """Activations of the gates i, f, g, o when a state reads a symbol, each (..., hidden)."""
        hidden = state[..., : self.hidden]
        sums = weighted_sums(hidden, self.recurrent, self._read(symbol) + self.bias)
        i, f, g, o = (sums[..., part * self.hidden : (part + 1) * self.hidden] for part in range(4))
        return {"i": sigmoid(i), "f": sigmoid(f), "g": np.tanh(g), "o": sigmoid(o)}

    def step(self, state: np.ndarray, symbol: int | np.ndarray) -> np.ndarray:
        gates = self.gates(state, symbol)
        cell = gates["f"] * state[..., self.hidden :] + gates["i"] * gates["g"]
        return np.concatenate([gates["o"] * np.tanh(cell), cell], axis=-1)


NETWORKS: dict[str, type[Network]] = {"srn": SRN, "lstm": LSTM}


def initial_weights(
    kind: str, hidden: int, language: Language, rng: np.random.Generator, sd: float
) -> np.ndarray:
    """A flat vector of random weights as published: SRN N(0, sd), LSTM uniform within 1 / sqrt(hidden)."""
    size = NETWORKS[kind].parameters(hidden, language.symbols)
    if kind == "srn":
        return rng.normal(0.0, sd, size)
    bound = 1.0 / np.sqrt(hidden)
    return rng.uniform(-bound, bound, size)
