"""How numbers are rounded where people read them: ties one way everywhere, bounds to their safe side."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from hidden_units.names import MINUS

# Of a float's 16 digits the last ones are noise of the arithmetic: 0.79485 may be a little more or less.
KNOWN_DIGITS = 12


def rounded(value: float, digits: int, mode: str = ROUND_HALF_UP) -> str:
    """A number with fixed decimals, ties away from zero, and commas between thousands: `1,234.2`."""
    if not math.isfinite(value):
        return str(value)
    exact = Decimal(f"{value:.{KNOWN_DIGITS}g}").quantize(Decimal(1).scaleb(-digits), mode)
    return f"{abs(exact) if exact == 0 else exact:,}".replace("-", MINUS)


def at_most(value: float, digits: int) -> str:
    """A number rounded up, as an upper bound or a threshold that must be reached is: 1.9804 gives `1.99`."""
    return rounded(value, digits, ROUND_CEILING)


def at_least(value: float, digits: int) -> str:
    """A number rounded down, as a lower bound is: 0.9996 gives `0.999`."""
    return rounded(value, digits, ROUND_FLOOR)
