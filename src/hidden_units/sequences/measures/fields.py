"""The numbers behind the pictures of an SRN's two maps: arrows, and fixed points with their multipliers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hidden_units.sequences.languages import LETTERS
from hidden_units.sequences.measures.dynamics import SRNDynamics
from hidden_units.sequences.networks import SRN

ARROWS_PER_AXIS = 16
EDGE = 0.95


def field_grid() -> np.ndarray:
    """States from which arrows are drawn, (arrows, arrows, 2)."""
    line = np.linspace(-EDGE, EDGE, ARROWS_PER_AXIS)
    return np.stack(np.meshgrid(line, line), axis=-1)


def moves(network: SRN, symbol: int) -> np.ndarray:
    """How reading a symbol moves each state of `field_grid`, in its shape."""
    grid = field_grid()
    return network.over_states(2).step(grid, symbol) - grid


def map_table(network: SRN, dynamics: SRNDynamics) -> pd.DataFrame:
    """Arrows and orbits of both maps of an SRN with two hidden units.

    Columns: map (A or B), kind (arrow, or the type of an orbit), period (of an orbit), h1, h2 (the state),
    move1, move2 (of an arrow), multiplier1, multiplier2 (absolute values, of an orbit once round).
    """
    tables = []
    for symbol, found in enumerate((dynamics.a, dynamics.b)):
        arrows = np.concatenate([field_grid(), moves(network, symbol)], axis=-1).reshape(-1, 4)
        points = [
            (orbit.type, orbit.period, *point, *np.abs(orbit.multipliers))
            for orbit in (*found.fixed_points, *found.two_cycles)
            for point in orbit.points
        ]
        tables += [
            pd.DataFrame(arrows, columns=["h1", "h2", "move1", "move2"]).assign(
                map=LETTERS[symbol], kind="arrow"
            ),
            pd.DataFrame(points, columns=["kind", "period", "h1", "h2", "multiplier1", "multiplier2"]).assign(
                map=LETTERS[symbol]
            ),
        ]
    columns = ["map", "kind", "period", "h1", "h2", "move1", "move2", "multiplier1", "multiplier2"]
    return pd.concat(tables, ignore_index=True)[columns].astype({"period": "Int64"})
