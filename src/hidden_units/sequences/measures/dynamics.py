"""The SRN as maps of its state space, one for each symbol: fixed points, cycles, rates.

Reading a symbol again and again iterates one map. Networks of this kind have been found to count a^n b^n by
approach and departure (Rodriguez, Wiles and Elman 1999): during the A's the state approaches an attracting
set at a rate r_A, during the B's it leaves a saddle at the rate |lambda_B|. For symbols that come m times as
often the rates must match as |lambda_B| = r_A ** (-1 / m), so that log|lambda_B| / -log r_A is 1 / m.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hidden_units.sequences.languages import LETTERS, Language
from hidden_units.sequences.networks import SRN

SETTLING_ROUNDS = 100
LONGEST_PERIOD = 8
SAME_POINT = 1e-6
ARROWS_PER_AXIS = 6
ARROWS_TO = 0.95
MEASURES = ("r_a", "lambda_b", "ratio", "settled_distance", "saddle_distance")


@dataclass(frozen=True)
class Orbit:
    """A fixed point (period 1) or a cycle of one symbol's map.

    `points` (period, hidden) in the order in which they are visited; `multipliers`: eigenvalues of the
    Jacobian of once round; `directions` (hidden, hidden): an eigenvector for each as a column, at points[0].
    """

    points: np.ndarray
    multipliers: np.ndarray
    directions: np.ndarray

    @property
    def period(self) -> int:
        """Number of points."""
        return len(self.points)

    @property
    def type(self) -> str:
        """attracting, repelling or saddle; spiral before it where eigenvalues are complex."""
        outside = np.abs(self.multipliers) > 1
        kind = "repelling" if outside.all() else "saddle" if outside.any() else "attracting"
        return f"spiral {kind}" if np.iscomplex(self.multipliers).any() else kind

    @property
    def rate(self) -> float:
        """Largest |multiplier|, a step: its period-th root."""
        return float(np.abs(self.multipliers).max() ** (1 / self.period))


def orbit_through(network: SRN, symbol: int, point: np.ndarray, period: int) -> Orbit:
    """The orbit of a known point of a cycle, with its multipliers."""
    points, around = _around(network, symbol, point, period)
    multipliers, directions = np.linalg.eig(around)
    order = np.argsort(-np.abs(multipliers))
    return Orbit(points[:-1], multipliers[order], directions[:, order])


def orbits(network: SRN, symbol: int, period: int = 1, starts: int = 441) -> list[Orbit]:
    """All orbits of a given period found by Newton's method from a grid of starts that fills the state space.

    Cycles of a shorter period that divides this one are left out. Sorted by the first coordinate.
    """
    return orbits_of_all([network], symbol, period, starts)[0]


def orbits_of_all(
    networks: Sequence[SRN], symbol: int, period: int = 1, starts: int = 441
) -> list[list[Orbit]]:
    """`orbits` of each of many networks of one size, whose points move side by side."""
    hidden = networks[0].hidden
    per_axis = max(2, round(starts ** (1 / hidden)))
    axes = np.meshgrid(*[np.linspace(-1, 1, per_axis)] * hidden, indexing="ij")
    grid = np.stack(axes, axis=-1).reshape(-1, hidden)
    points = np.tile(grid, (len(networks), 1))
    each = SRN.stack(networks)
    # Which network a point belongs to.
    owner = np.repeat(np.arange(len(networks)), len(grid))
    moving = np.arange(len(points))
    for _ in range(60):
        along, around = _around(each.at(owner[moving]), symbol, points[moving], period)
        residual, slope = along[-1] - along[0], around - np.eye(hidden)
        # A singular Newton step is replaced by one plain iteration of the map.
        singular = np.abs(np.linalg.det(slope)) < 1e-10
        slope[singular] = -np.eye(hidden)
        move = np.linalg.solve(slope, -residual[..., None])[..., 0]
        longest = np.abs(move).max(axis=1, keepdims=True)
        # States lie in (-1, 1); short steps keep Newton's method from leaving the basin it started in.
        points[moving] = np.clip(
            points[moving] + move * np.minimum(1.0, 0.3 / np.maximum(longest, 1e-300)), -1, 1
        )
        moving = moving[longest[:, 0] > 1e-14]
        if not moving.size:
            break
    along, _ = _around(each.at(owner), symbol, points, period)
    returned = np.abs(along[-1] - along[0]).max(axis=1) < 1e-11
    points, owner = points[returned], owner[returned]
    lasting = ~_shorter_period(each.at(owner), symbol, points, period)
    return [
        _distinct(network, symbol, points[lasting & (owner == k)], period)
        for k, network in enumerate(networks)
    ]


def _distinct(network: SRN, symbol: int, points: np.ndarray, period: int) -> list[Orbit]:
    """The orbits of which some points (points, hidden) are known, each once."""
    found: list[Orbit] = []
    points = points[np.lexsort(points.T[::-1])]
    while len(points):
        found.append(orbit_through(network, symbol, points[0], period))
        apart = np.abs(found[-1].points[:, None] - points).max(axis=-1).min(axis=0)
        points = points[apart >= SAME_POINT]
    return found


def _around(network: SRN, symbol: int, start: np.ndarray, period: int) -> tuple[np.ndarray, np.ndarray]:
    """States (..., hidden), where 1 ... `period` steps take them, and the derivative of the last."""
    points, around = [start], np.eye(network.hidden)
    for _ in range(period):
        around = network.jacobian(points[-1], symbol) @ around
        points.append(network.step(points[-1], symbol))
    return np.array(points), around


def _shorter_period(network: SRN, symbol: int, points: np.ndarray, period: int) -> np.ndarray:
    """Whether points (..., hidden) of period `period` return sooner."""
    between = _around(network, symbol, points, period)[0][1:-1]
    return (np.abs(between - points).max(axis=-1) < SAME_POINT).any(axis=0)


def settled_orbit(network: SRN, symbol: int, state: np.ndarray) -> Orbit | None:
    """Where the state settles if a symbol is read for ever: a fixed point, a cycle to length 8, or None."""
    for _ in range(SETTLING_ROUNDS):
        for _ in range(50):
            state = network.step(state, symbol)
        moved = state
        for period in range(1, LONGEST_PERIOD + 1):
            moved = network.step(moved, symbol)
            if np.abs(moved - state).max() < 1e-13:
                # On a slow spiral every second state returns before every one does: no cycle yet.
                if period == 1 or not _shorter_period(network, symbol, state, period):
                    return orbit_through(network, symbol, state, period)
                break
    return None


@dataclass(frozen=True)
class MapDynamics:
    """The fixed points and 2-cycles of one symbol's map."""

    fixed_points: list[Orbit]
    two_cycles: list[Orbit]

    @property
    def description(self) -> str:
        """Types in words, such as 'saddle + attracting 2-cycle'."""
        names = [orbit.type for orbit in self.fixed_points]
        names += [f"{orbit.type} 2-cycle" for orbit in self.two_cycles]
        return " + ".join(sorted(names, key=lambda name: ("cycle" in name, name))) or "none found"


@dataclass(frozen=True)
class SRNDynamics:
    """What the maps of A and B of one SRN do.

    `settled`: the orbit on which the state settles when A's go on for ever; r_a: its rate; lambda_b:
    |eigenvalue| outside the unit circle of the B-map's saddle (fixed point, else cycle, a step), None where
    there is none. Whether the trained strings feel them: settled_distance is that from the last A-state of
    the longest string to the settled orbit, saddle_distance the least from its B-states to the saddle.
    """

    a: MapDynamics
    b: MapDynamics
    settled: Orbit | None
    r_a: float | None
    lambda_b: float | None
    settled_distance: float | None
    saddle_distance: float | None

    @property
    def ratio(self) -> float | None:
        """log|lambda_B| / -log r_A, where both exist and the A's do approach."""
        if self.r_a is None or self.lambda_b is None or not 0 < self.r_a < 1:
            return None
        return float(np.log(self.lambda_b) / -np.log(self.r_a))

    @property
    def measures(self) -> dict[str, float | None]:
        """`MEASURES` by name."""
        return {name: getattr(self, name) for name in MEASURES}


def srn_dynamics(network: SRN, language: Language) -> SRNDynamics:
    """Fixed points, cycles and rates of a single SRN."""
    return dynamics_of_all([network], language)[0]


def dynamics_of_all(networks: Sequence[SRN], language: Language) -> list[SRNDynamics]:
    """`srn_dynamics` of each of many SRNs of one size."""
    found = [[orbits_of_all(networks, symbol, period) for period in (1, 2)] for symbol in (0, 1)]
    maps = [[MapDynamics(*own) for own in zip(*periods, strict=True)] for periods in found]
    return [_dynamics(*own, language) for own in zip(networks, *maps, strict=True)]


def _dynamics(network: SRN, a_map: MapDynamics, b_map: MapDynamics, language: Language) -> SRNDynamics:
    settled = settled_orbit(network, 0, network.initial_state())
    states = network.run(language.string(language.largest))
    last_a, b_states = states[language.largest, None], states[language.largest + 1 :]
    saddle = departure_saddle(b_map, b_states)
    r_a, settled_distance = (settled.rate, _nearest(last_a, settled.points)) if settled else (None, None)
    lambda_b, saddle_distance = (saddle.rate, _nearest(b_states, saddle.points)) if saddle else (None, None)
    return SRNDynamics(a_map, b_map, settled, r_a, lambda_b, settled_distance, saddle_distance)


def departure_saddle(b_map: MapDynamics, b_states: np.ndarray) -> Orbit | None:
    """The saddle that given B-states pass nearest; a fixed point before any cycle."""
    for candidates in (b_map.fixed_points, b_map.two_cycles):
        saddles = [orbit for orbit in candidates if orbit.type == "saddle"]
        if saddles:
            return min(saddles, key=lambda orbit: _nearest(b_states, orbit.points))
    return None


def _nearest(states: np.ndarray, points: np.ndarray) -> float:
    """Least distance between two sets of points."""
    return float(np.linalg.norm(states[:, None] - points[None], axis=-1).min())


def dynamics_table(networks: Mapping[int, SRN], language: Language) -> pd.DataFrame:
    """Dynamics of many SRNs by seed, one row each.

    Columns: seed, a_map and b_map (types in words), a_period (of the settled orbit), r_a, lambda_b, ratio,
    settled_distance, saddle_distance (as in SRNDynamics); empty where a quantity does not exist.
    """
    rows = []
    for seed, found in zip(networks, dynamics_of_all(list(networks.values()), language), strict=True):
        rows.append(
            {
                "seed": seed,
                "a_map": found.a.description,
                "b_map": found.b.description,
                "a_period": None if found.settled is None else found.settled.period,
                **found.measures,
            }
        )
    return pd.DataFrame(rows).astype({"a_period": "Int64", **dict.fromkeys(MEASURES, float)})


def field_grid() -> np.ndarray:
    """States from which arrows are drawn, (arrows, arrows, 2)."""
    line = np.linspace(-ARROWS_TO, ARROWS_TO, ARROWS_PER_AXIS)
    return np.stack(np.meshgrid(line, line), axis=-1)


def moves(network: SRN, symbol: int) -> np.ndarray:
    """How reading a symbol moves each state of `field_grid`, in its shape."""
    grid = field_grid()
    return network.step(grid, symbol) - grid


def map_table(network: SRN, dynamics: SRNDynamics) -> pd.DataFrame:
    """Arrows and orbits of both maps of an SRN with two hidden units.

    Columns: map (A or B), kind (arrow, or the type of an orbit), period (of an orbit), h1, h2 (the state),
    move1, move2 (of an arrow), multiplier1, multiplier2 (absolute values, of an orbit once round).
    """
    rows = []
    for symbol, found in enumerate((dynamics.a, dynamics.b)):
        letter, nothing = LETTERS[symbol], (np.nan, np.nan)
        for state, move in zip(
            field_grid().reshape(-1, 2), moves(network, symbol).reshape(-1, 2), strict=True
        ):
            rows.append((letter, "arrow", np.nan, *state, *move, *nothing))
        for orbit in (*found.fixed_points, *found.two_cycles):
            sizes = np.abs(orbit.multipliers)
            rows += [(letter, orbit.type, orbit.period, *point, *nothing, *sizes) for point in orbit.points]
    columns = ["map", "kind", "period", "h1", "h2", "move1", "move2", "multiplier1", "multiplier2"]
    return pd.DataFrame(rows, columns=columns).astype({"period": "Int64"})
