"""Which of several solutions no other beats in both cost and value."""

from __future__ import annotations

import numpy as np


def pareto_front(costs: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Whether each solution is on the front: no other is as cheap and as good, and better in one of the two.

    Of solutions with equal cost and equal value all are on the front, or none.

    Args:
        costs: (..., solutions), less is better.
        values: (..., solutions), more is better; leading axes are independent fronts, broadcast.

    Returns:
        (..., solutions) bool.
    """
    costs, values = np.broadcast_arrays(np.asarray(costs, dtype=float), np.asarray(values, dtype=float))
    cost, other_cost = costs[..., :, None], costs[..., None, :]
    value, other_value = values[..., :, None], values[..., None, :]
    beaten = (other_cost <= cost) & (other_value >= value) & ((other_cost < cost) | (other_value > value))
    return ~beaten.any(axis=-1)
