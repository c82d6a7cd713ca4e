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
