"""The nine points and the 2-h-1 networks on them: hard step units, exactly, and sigmoids.

The network designed by hand comes as a mapping, from the config or a JSON file:

    hidden: {weights: [[1, 1], [1, -1], [-1, -1], [-1, 1]], biases: [-2.5, -0.5, 1.5, -0.5]}
    output: {weights: [1, 1, 1, 1], bias: -1.5}

Numbers may be integers, decimals, or fractions in quotes ("3/2"); they are taken as written, so 0.1 is one
tenth and not the binary number nearest to it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import numpy as np
import pandas as pd
import scipy
from scipy.special import expit

POINTS = np.array([(x1, x2) for x1 in range(3) for x2 in range(3)])
"""The nine inputs (9, 2), x1 slow and x2 fast, the order of the seed's table."""

TARGETS = POINTS.sum(axis=1) % 2
"""The nine targets (9,): 1 where x1 + x2 is odd."""

WITHIN = 0.01
"""How near to its target an output must be to count as that of a step network."""

LOW, HIGH = -0.5, 2.5
"""The sides of the square over which outputs are drawn."""

SMALLEST_SCALE, LARGEST_SCALE = 0.01, 1000.0
"""The factors k are searched between these."""


@dataclass(frozen=True)
class Network:
    """A 2-h-1 network: `hidden_weights` (h, 2), `hidden_biases` and `output_weights` (h,)."""

    hidden_weights: np.ndarray
    hidden_biases: np.ndarray
    output_weights: np.ndarray
    output_bias: float | Fraction

    activation: ClassVar[Callable[[np.ndarray], np.ndarray]]

    @property
    def hidden_size(self) -> int:
        return len(self.hidden_biases)

    @property
    def lines(self) -> np.ndarray:
        """The boundary of each hidden unit as (w1, w2, bias) of w1 x1 + w2 x2 + bias = 0, (h, 3)."""
        return np.column_stack([self.hidden_weights, self.hidden_biases])

    def hidden(self, points: np.ndarray = POINTS) -> np.ndarray:
        """Activations of the hidden units, (points, h), in 0..1."""
        return self.activation(points @ self.hidden_weights.T + self.hidden_biases)

    def output(self, points: np.ndarray = POINTS) -> np.ndarray:
        """Activation of the output unit, (points,), in 0..1."""
        return self.activation(self.hidden(points) @ self.output_weights + self.output_bias)

    def sides(self) -> np.ndarray:
        """(9, h) of 0 and 1: which hidden unit is on (0.5 or more) at which of the nine points."""
        return (self.hidden() >= 0.5).astype(int)

    def to_mapping(self) -> dict:
        """The network in the shape that `network_from_mapping` reads, fractions as text such as "-5/2"."""
        return {
            "hidden": {"weights": _plain(self.hidden_weights), "biases": _plain(self.hidden_biases)},
            "output": {"weights": _plain(self.output_weights), "bias": _plain(self.output_bias)},
        }


class SigmoidNetwork(Network):
    """A network of sigmoid units, or several whose arrays have one axis more in front."""

    activation = staticmethod(expit)

    def __getitem__(self, place: int) -> SigmoidNetwork:
        """One of several networks."""
        return SigmoidNetwork(*(values[place] for values in vars(self).values()))


class StepNetwork(Network):
    """A network of step units, step(0) = 1; with weights that are fractions, it is exact at whole points."""

    @staticmethod
    def activation(net: np.ndarray) -> np.ndarray:
        return (net >= 0).astype(int)

    def sigmoid(self, scale: float = 1.0) -> SigmoidNetwork:
        """The same network with sigmoids and every weight and bias multiplied by `scale`."""
        return SigmoidNetwork(*(scale * np.asarray(values, dtype=float) for values in vars(self).values()))


def network_from_mapping(mapping: Mapping) -> StepNetwork:
    """Read a network from a mapping as shown at the head of this module."""
    # Through its decimal text, a number is what was written, not its binary value.
    exact = np.vectorize(lambda number: Fraction(str(number)), otypes=[object])
    hidden, output = mapping["hidden"], mapping["output"]
    numbers = (hidden["weights"], hidden["biases"], output["weights"], output["bias"])
    return StepNetwork(*(exact(values)[()] for values in numbers))


def _plain(values: np.ndarray | Fraction | float) -> list | int | str | float:
    """Numbers as JSON can hold them exactly."""
    if isinstance(values, np.ndarray) and values.ndim:
        return [_plain(value) for value in values]
    if isinstance(values, Fraction):
        return values.numerator if values.denominator == 1 else str(values)
    return float(values)


def lines_table(network: StepNetwork) -> pd.DataFrame:
    """The boundary of each hidden unit: unit (from 1), w1, w2, bias, equation."""
    table = pd.DataFrame(network.lines.astype(float), columns=["w1", "w2", "bias"])
    table.insert(0, "unit", range(1, network.hidden_size + 1))
    return table.assign(equation=[line_equation(*line) for line in network.lines])


def connections_table(network: StepNetwork) -> pd.DataFrame:
    """Every weight and bias of a network as a connection: start, end, weight; a bias starts at `bias`."""
    units = [f"h{unit}" for unit in range(1, network.hidden_size + 1)]
    rows = []
    for unit, line in zip(units, network.lines, strict=True):
        rows += [(start, unit, weight) for start, weight in zip(("x1", "x2", "bias"), line, strict=True)]
    rows += [(unit, "output", weight) for unit, weight in zip(units, network.output_weights, strict=True)]
    rows.append(("bias", "output", network.output_bias))
    return pd.DataFrame(rows, columns=["start", "end", "weight"]).astype({"weight": float})


def activations_table(network: Network) -> pd.DataFrame:
    """Activations of all units at the nine points: x1, x2, target, h1 ... hn, output."""
    hidden = {f"h{unit}": values for unit, values in enumerate(network.hidden().T, start=1)}
    table = pd.DataFrame(POINTS, columns=["x1", "x2"])
    return table.assign(target=TARGETS, **hidden, output=network.output())


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


def scaled_outputs(network: StepNetwork, scales: Iterable[float]) -> pd.DataFrame:
    """Outputs of the sigmoid network for each scale: scale, x1, x2, target, output."""
    tables = {scale: activations_table(network.sigmoid(scale)) for scale in scales}
    return pd.concat(tables, names=["scale"]).reset_index("scale")[["scale", "x1", "x2", "target", "output"]]


def scaling_table(network: StepNetwork, scales: Iterable[float]) -> pd.DataFrame:
    """scale, correct (of nine; class 1 from 0.5 upwards) and the smallest margin for each scale."""
    rows = []
    for scale in scales:
        output = network.sigmoid(scale).output()
        rows.append((scale, np.sum((output >= 0.5) == (TARGETS == 1)), margins(output).min()))
    return pd.DataFrame(rows, columns=["scale", "correct", "margin"])


def scale_thresholds(network: StepNetwork) -> dict[str, float | int | None]:
    """The k from which the sigmoid network solves all nine, and from which every output is within 0.01.

    Both are the last zero of a continuous function of k: bracketed on a grid whose steps are 0.3 %, then
    found by Brent's method (1973). No larger k on the grid undoes them.

    Returns:
        `solves` and `near`, and the same as the first whole k, `solves_whole` and `near_whole`; None where
        it never happens.
    """
    found: dict[str, float | int | None] = {}
    for name, least in (("solves", 0.0), ("near", 0.5 - WITHIN)):
        k = _last_crossing(network, least)
        found |= {name: k, f"{name}_whole": k and math.ceil(k)}
    return found


def _last_crossing(network: StepNetwork, least: float) -> float | None:
    """The scale beyond which every margin is more than `least`, up to `LARGEST_SCALE`; None without one."""

    def beyond(scale: float) -> float:
        return float(margins(network.sigmoid(scale).output()).min()) - least

    grid = np.geomspace(SMALLEST_SCALE, LARGEST_SCALE, 4001)
    below = np.flatnonzero([beyond(scale) <= 0 for scale in grid])
    if len(below) == 0:
        return SMALLEST_SCALE
    if below[-1] == len(grid) - 1:
        return None
    return float(scipy.optimize.brentq(beyond, grid[below[-1]], grid[below[-1] + 1], xtol=1e-12))


def plane(steps: int = 241) -> tuple[np.ndarray, np.ndarray]:
    """The square over which outputs are drawn: its axis (steps,) and points (steps * steps, 2), x1 fast."""
    axis = np.linspace(LOW, HIGH, steps)
    return axis, np.column_stack([values.ravel() for values in np.meshgrid(axis, axis)])


def surfaces_table(networks: Mapping[str, Network]) -> pd.DataFrame:
    """Outputs of named networks over the square, coarse enough for a file: panel, x1, x2, output."""
    points = pd.DataFrame(plane(steps=31)[1], columns=["x1", "x2"])
    tables = [
        points.assign(panel=name, output=network.output(points.to_numpy()))
        for name, network in networks.items()
    ]
    return pd.concat(tables, ignore_index=True)[["panel", "x1", "x2", "output"]].round(6)
