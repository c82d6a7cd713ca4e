"""The nine points and the 2-h-1 networks on them: hard step units, exactly, and sigmoids.

The network designed by hand comes as a mapping, from the config or a JSON file:

    hidden: {weights: [[1, 1], [1, -1], [-1, -1], [-1, 1]], biases: [-2.5, -0.5, 1.5, -0.5]}
    output: {weights: [1, 1, 1, 1], bias: -1.5}

Numbers may be integers, decimals, or fractions in quotes ("3/2"); they are taken as written, so 0.1 is one
tenth and not the binary number nearest to it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit

from hidden_units.errors import StudyError

POINTS = np.array([(x1, x2) for x1 in range(3) for x2 in range(3)], dtype=np.float64)
"""The nine inputs (9, 2), x1 slow and x2 fast, the order of the seed's table."""

TARGETS = (POINTS.sum(axis=1) % 2).astype(np.int64)
"""The nine targets (9,): 1 where x1 + x2 is odd."""

WITHIN = 0.01
"""How near to its target an output must be to count as that of a step network."""

LOW, HIGH = -0.5, 2.5
"""The sides of the square over which outputs are drawn."""

SMALLEST_SCALE, LARGEST_SCALE = 0.01, 1000.0
"""The factors k are searched between these."""


@dataclass(frozen=True)
class SigmoidNetwork:
    """A 2-h-1 network of sigmoids: `hidden_weights` (h, 2), `hidden_biases` and `output_weights` (h,)."""

    hidden_weights: np.ndarray
    hidden_biases: np.ndarray
    output_weights: np.ndarray
    output_bias: float

    @property
    def hidden_size(self) -> int:
        return len(self.hidden_biases)

    def hidden(self, points: np.ndarray = POINTS) -> np.ndarray:
        """Activations of the hidden units, (points, h), in 0..1."""
        return expit(points @ self.hidden_weights.T + self.hidden_biases)

    def output(self, points: np.ndarray = POINTS) -> np.ndarray:
        """Activation of the output unit, (points,), in 0..1."""
        return expit(self.hidden(points) @ self.output_weights + self.output_bias)

    def to_mapping(self) -> dict:
        """The network as plain numbers, in the shape that `network_from_mapping` reads."""
        return {
            "hidden": {"weights": self.hidden_weights.tolist(), "biases": self.hidden_biases.tolist()},
            "output": {"weights": self.output_weights.tolist(), "bias": float(self.output_bias)},
        }


@dataclass(frozen=True)
class StepNetwork:
    """A 2-h-1 network of step units, step(0) = 1, with rational weights: `hidden` holds (w1, w2, bias)."""

    hidden: tuple[tuple[Fraction, Fraction, Fraction], ...]
    output_weights: tuple[Fraction, ...]
    output_bias: Fraction

    @property
    def hidden_size(self) -> int:
        return len(self.hidden)

    def to_mapping(self) -> dict:
        """The network in the shape that `network_from_mapping` reads, fractions as text such as "-5/2"."""
        return {
            "hidden": {
                "weights": [[_plain(w1), _plain(w2)] for w1, w2, _ in self.hidden],
                "biases": [_plain(bias) for _, _, bias in self.hidden],
            },
            "output": {
                "weights": [_plain(weight) for weight in self.output_weights],
                "bias": _plain(self.output_bias),
            },
        }

    def activations(self, x1: int | Fraction, x2: int | Fraction) -> tuple[tuple[int, ...], int]:
        """Hidden activations and output at one point, in rational arithmetic."""
        hidden = tuple(int(w1 * x1 + w2 * x2 + bias >= 0) for w1, w2, bias in self.hidden)
        total = sum((w * h for w, h in zip(self.output_weights, hidden, strict=True)), self.output_bias)
        return hidden, int(total >= 0)

    def sides(self) -> np.ndarray:
        """Exact activations of the hidden units at the nine points, (9, h) of 0 and 1."""
        return np.array([self.activations(int(x1), int(x2))[0] for x1, x2 in POINTS])

    def sigmoid(self, scale: float = 1.0) -> SigmoidNetwork:
        """The same network with sigmoids and every weight and bias multiplied by `scale`."""
        lines = np.array([[float(value) for value in line] for line in self.hidden])
        output = np.array([float(value) for value in self.output_weights])
        return SigmoidNetwork(
            scale * lines[:, :2], scale * lines[:, 2], scale * output, scale * float(self.output_bias)
        )


def network_from_mapping(mapping: Mapping, name: str = "checkerboard.network") -> StepNetwork:
    """Read a network from a mapping as shown at the head of this module.

    Args:
        mapping: `hidden: {weights, biases}` and `output: {weights, bias}`.
        name: where the mapping comes from, for messages: a config key or a file's name.

    Raises:
        StudyError: a part is missing, has the wrong length, or is not a number.
    """
    parts = {}
    for layer, keys in (("hidden", ("weights", "biases")), ("output", ("weights", "bias"))):
        for key in keys:
            try:
                parts[layer, key] = mapping[layer][key]
            except (KeyError, TypeError):
                raise StudyError(
                    f"{name}.{layer}.{key} is missing; a network is given as hidden: {{weights, biases}} "
                    "and output: {weights, bias}."
                ) from None

    rows = _as_list(parts["hidden", "weights"], f"{name}.hidden.weights")
    size = len(rows)
    weights = [_numbers(row, 2, f"{name}.hidden.weights[{i}]", "x1 and x2") for i, row in enumerate(rows)]
    each = f"each of the {size} hidden units"
    biases = _numbers(parts["hidden", "biases"], size, f"{name}.hidden.biases", each)
    output = _numbers(parts["output", "weights"], size, f"{name}.output.weights", each)
    bias = _number(parts["output", "bias"], f"{name}.output.bias")
    hidden = tuple((w1, w2, b) for (w1, w2), b in zip(weights, biases, strict=True))
    return StepNetwork(hidden, tuple(output), bias)


def _as_list(value: object, place: str) -> list:
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable) or not (items := list(value)):
        raise StudyError(f"{place}: found {value!r}, expected a list with one entry for each hidden unit.")
    return items


def _numbers(values: object, count: int, place: str, of_what: str) -> list[Fraction]:
    if isinstance(values, str | Mapping) or not isinstance(values, Iterable):
        raise StudyError(f"{place}: found {values!r}, expected a list of {count} numbers, for {of_what}.")
    values = list(values)
    if len(values) != count:
        raise StudyError(
            f"{place}: found {len(values)} number{'s' * (len(values) != 1)}, expected {count}, for {of_what}."
        )
    return [_number(value, f"{place}[{i}]") for i, value in enumerate(values)]


def _number(value: object, place: str) -> Fraction:
    """The number as it was written: through its decimal text, not its binary value."""
    try:
        if isinstance(value, bool):
            raise ValueError
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise StudyError(f'{place}: found {value!r}, expected a number such as 1, -2.5 or "3/2".') from None


def _plain(value: Fraction) -> int | str:
    """A rational number as JSON can hold it exactly."""
    return value.numerator if value.denominator == 1 else str(value)


def lines_table(network: StepNetwork) -> pd.DataFrame:
    """The boundary of each hidden unit: unit (from 1), w1, w2, bias, equation."""
    rows = [
        (unit, float(w1), float(w2), float(bias), line_equation(w1, w2, bias))
        for unit, (w1, w2, bias) in enumerate(network.hidden, start=1)
    ]
    return pd.DataFrame(rows, columns=["unit", "w1", "w2", "bias", "equation"])


def connections_table(network: StepNetwork) -> pd.DataFrame:
    """Every weight and bias of a network as a connection: start, end, weight; a bias starts at `bias`."""
    rows = []
    for unit, (w1, w2, bias) in enumerate(network.hidden, start=1):
        rows += [("x1", f"h{unit}", w1), ("x2", f"h{unit}", w2), ("bias", f"h{unit}", bias)]
    rows += [(f"h{unit}", "output", weight) for unit, weight in enumerate(network.output_weights, start=1)]
    rows.append(("bias", "output", network.output_bias))
    return pd.DataFrame(rows, columns=["start", "end", "weight"]).astype({"weight": float})


def step_activations(network: StepNetwork) -> pd.DataFrame:
    """The table x1, x2, target, h1 ... hn, output of a step network on the nine points."""
    rows = []
    for (x1, x2), target in zip(POINTS.astype(int).tolist(), TARGETS.tolist(), strict=True):
        hidden, output = network.activations(x1, x2)
        rows.append((x1, x2, target, *hidden, output))
    units = [f"h{unit}" for unit in range(1, network.hidden_size + 1)]
    return pd.DataFrame(rows, columns=["x1", "x2", "target", *units, "output"])


# The minus is written out here: with an import of `names` a renamed network would train all restarts again.
def line_equation(w1: Fraction, w2: Fraction, bias: Fraction) -> str:
    """A hidden unit's boundary as text, such as 'x₁ − x₂ − 0.5 = 0'."""
    text = ""
    for value, name in ((w1, "x₁"), (w2, "x₂"), (bias, "")):
        if value == 0:
            continue
        size = "" if abs(value) == 1 and name else number_text(abs(value))
        sign = "−" if value < 0 else "+"
        text += f" {sign} {size}{name}" if text else f"{'−' * (value < 0)}{size}{name}"
    return f"{text or '0'} = 0"


def number_text(value: Fraction) -> str:
    """A rational number as a decimal of at most three places, or as a fraction where that is not exact."""
    exact = (value * 1000).denominator == 1
    text = f"{float(value):.3f}".rstrip("0").rstrip(".") if exact else str(value)
    return text.replace("-", "−")


def margins(outputs: np.ndarray) -> np.ndarray:
    """Signed distance of each output (..., 9) from 0.5: positive on the target's side."""
    return (np.asarray(outputs) - 0.5) * np.where(TARGETS == 1, 1.0, -1.0)


def correct_points(outputs: np.ndarray) -> int:
    """How many of the nine outputs give the right class, which is 1 from 0.5 upwards."""
    return int(np.sum((np.asarray(outputs) >= 0.5) == (TARGETS == 1)))


def scaled_outputs(network: StepNetwork, scales: Iterable[float]) -> pd.DataFrame:
    """Outputs of the sigmoid network for each scale: scale, x1, x2, target, output."""
    tables = []
    for scale in scales:
        table = pd.DataFrame(POINTS.astype(int), columns=["x1", "x2"])
        table.insert(0, "scale", scale)
        tables.append(table.assign(target=TARGETS, output=network.sigmoid(scale).output()))
    return pd.concat(tables, ignore_index=True)


def scaling_table(network: StepNetwork, scales: Iterable[float]) -> pd.DataFrame:
    """scale, correct (of nine) and margin (the smallest signed distance from 0.5) for each scale."""
    rows = []
    for scale in scales:
        output = network.sigmoid(scale).output()
        rows.append((scale, correct_points(output), margins(output).min()))
    return pd.DataFrame(rows, columns=["scale", "correct", "margin"])


@dataclass(frozen=True)
class ScaleThresholds:
    """From which real k upwards, and the same as the first whole k; None where it never happens."""

    solves: float | None
    solves_whole: int | None
    near: float | None
    near_whole: int | None


def scale_thresholds(network: StepNetwork) -> ScaleThresholds:
    """The k from which the sigmoid network solves all nine, and from which every output is within 0.01.

    Both are the last zero of a continuous function of k: bracketed on a grid whose steps are 0.3 %, then
    found by Brent's method (1973). No larger k on the grid undoes them.
    """

    def margin(scale: float) -> float:
        return float(margins(network.sigmoid(scale).output()).min())

    found = [_last_crossing(margin), _last_crossing(lambda scale: margin(scale) - (0.5 - WITHIN))]
    (solves, solves_whole), (near, near_whole) = [(k, k and math.ceil(k)) for k in found]
    return ScaleThresholds(solves, solves_whole, near, near_whole)


def _last_crossing(function: Callable[[float], float]) -> float | None:
    """The scale after which `function` stays positive up to `LARGEST_SCALE`; None where it does not."""
    grid = np.geomspace(SMALLEST_SCALE, LARGEST_SCALE, 4001)
    below = np.flatnonzero([function(scale) <= 0 for scale in grid])
    if len(below) == 0:
        return SMALLEST_SCALE
    if below[-1] == len(grid) - 1:
        return None
    return float(brentq(function, grid[below[-1]], grid[below[-1] + 1], xtol=1e-12))


def decision_surface(networks: Sequence[SigmoidNetwork], steps: int = 241) -> tuple[np.ndarray, np.ndarray]:
    """Outputs of each network over the square: the axis (steps,) and surfaces (networks, x2, x1)."""
    axis = np.linspace(LOW, HIGH, steps)
    x1, x2 = np.meshgrid(axis, axis)
    points = np.column_stack([x1.ravel(), x2.ravel()])
    return axis, np.array([network.output(points).reshape(steps, steps) for network in networks])


def surfaces_table(networks: Mapping[str, SigmoidNetwork]) -> pd.DataFrame:
    """Outputs of named networks over the square, coarse enough for a file: panel, x1, x2, output."""
    axis, surfaces = decision_surface(list(networks.values()), steps=31)
    x1, x2 = (np.round(values.ravel(), 6) for values in np.meshgrid(axis, axis))
    tables = [
        pd.DataFrame({"panel": name, "x1": x1, "x2": x2, "output": np.round(surface.ravel(), 6)})
        for name, surface in zip(networks, surfaces, strict=True)
    ]
    return pd.concat(tables, ignore_index=True)
