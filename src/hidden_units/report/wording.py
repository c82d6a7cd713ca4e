"""How numbers and names are put into words, alike in tables, captions and alternative texts."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from hidden_units.names import MINUS, NO_BREAK, family_of, model_name
from hidden_units.rounding import at_least, at_most, rounded

DOES_NOT_APPLY = "\N{EN DASH}"
# In place of an interval whose ends are equal: nearly all resamples gave the same.
NO_WIDTH = "(the same in every resample)"


def is_absent(value: object) -> bool:
    """Whether a cell of a table holds nothing: None, nan or pandas' NA."""
    return bool(pd.isna(value))


def count(value: float | None) -> str:
    """A whole number with commas between thousands: `184,586`."""
    return DOES_NOT_APPLY if is_absent(value) else f"{int(value):,}"


def decimal(value: float | None, digits: int) -> str:
    """A number with fixed decimals, and commas between thousands: `1.0972`, `1,234.2`."""
    return DOES_NOT_APPLY if is_absent(value) else rounded(float(value), digits)


def percent(fraction: float | None, digits: int = 2) -> str:
    """A fraction as per cent without the sign, for a column headed `%`: `65.96`."""
    return DOES_NOT_APPLY if is_absent(fraction) else decimal(100 * fraction, digits)


def percent_in_text(fraction: float | None, digits: int = 2) -> str:
    """A fraction as per cent with the sign: `65.96 %`."""
    return f"{percent(fraction, digits)}{NO_BREAK}%"


def points(difference: float | None, digits: int = 2) -> str:
    """A difference of two fractions in percentage points, with its sign: `+0.12`."""
    if is_absent(difference):
        return DOES_NOT_APPLY
    text = rounded(100 * float(difference), digits)
    return text if text.startswith(MINUS) or not text.strip("0.") else f"+{text}"


def interval(
    low: float | None,
    high: float | None,
    digits: int = 2,
    run: str = "seed",
    runs: int | None = 1,
    shown: str = "percent",
) -> str:
    """An interval, `[65.70, 66.23]`, or why there is none.

    Where its ends would be printed alike they get as many more decimals as tell them apart. An end beyond
    what a fraction, or a difference of two, can be is printed as that bound: Student's t knows none.

    Args:
        run: what it is over: seed, restart.
        runs: how many there are; with several there is no interval where all of them gave the same.
        shown: how its ends are written: `percent` and `points` of fractions, `nats` of losses, `decimal`.
    """
    if is_absent(low) or is_absent(high):
        several = runs and runs > 1
        words = f"both {run}s" if runs == 2 else several and f"all {amount(int(runs), run)}"
        return f"{words} gave the same" if several else f"one {run}: no interval"
    low, high = cut(low, shown), cut(high, shown)
    digits = telling_digits(low, high, digits, shown)
    if digits is None:
        return NO_WIDTH
    written = SHOWN[shown]
    return f"[{written(low, digits)},{NO_BREAK}{written(high, digits)}]"


def cut(end: float, shown: str) -> float:
    """An end of an interval, no further than what it is the end of can be."""
    least, most = BOUNDS[shown]
    return min(max(end, least), most)


def telling_digits(low: float, high: float, digits: int, shown: str = "percent") -> int | None:
    """The fewest decimals, `digits` or more, that tell two ends apart; None where they are equal."""
    written = SHOWN[shown]
    return next((n for n in range(digits, digits + 7) if written(low, n) != written(high, n)), None)


def estimate(
    value: float | None,
    low: float | None,
    high: float | None,
    shown: str = "percent",
    digits: int = 2,
    unit: str = "",
) -> str:
    """A value with its interval, if there is one, and unit: `65.96 [65.70, 66.23] %`."""
    if is_absent(low) or is_absent(high):
        return NO_BREAK.join([SHOWN[shown](value, digits), *filter(None, [unit])])
    # The value has the decimals of its ends.
    digits = telling_digits(cut(low, shown), cut(high, shown), digits, shown) or digits
    parts = [SHOWN[shown](value, digits), interval(low, high, digits, shown=shown)]
    return NO_BREAK.join([*parts, *filter(None, [unit])])


def differs_as_printed(a: float, b: float) -> bool:
    """Whether b - a, rounded as `points` does, is not the difference of both as `percent` prints them."""
    if is_absent(a) or is_absent(b):
        return False
    printed = [Decimal(percent(value)) for value in (a, b)]
    return Decimal(points(b - a).replace(MINUS, "-")) != printed[1] - printed[0]


def p_value(p: float | None) -> str:
    """A p-value to three decimals, never rounded to zero."""
    return "<0.001" if not is_absent(p) and p < 0.001 else decimal(p, 3)


def probability(value: float) -> str:
    """A probability as per cent, never rounded up to certainty: `99.95 %`, `>99.99 %`."""
    return f">99.99{NO_BREAK}%" if value >= 0.99995 else percent_in_text(value)


def plain(value: float) -> str:
    """A setting as a person would write it: `0.01`, `64`, `0.00001`."""
    return f"{Decimal(f'{value:g}'):,f}" if isinstance(value, float) else f"{value:,}"


# How `interval` and `estimate` write their numbers, and the bounds of what they write.
SHOWN = {"percent": percent, "points": points, "nats": decimal, "decimal": decimal}
BOUNDS = {
    "percent": (0.0, 1.0),
    "points": (-1.0, 1.0),
    "nats": (0.0, math.inf),
    "decimal": (-math.inf, math.inf),
}


def listing(items: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    items = list(items)
    return f" {last} ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def amount(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: `1 seed`, `3 seeds`."""
    return f"{count(number)}{NO_BREAK}{one if number == 1 else many or f'{one}s'}"


def confidence(interval: Callable) -> str:
    """The confidence at which a function of `statistics.intervals` computes by default: `95 %`."""
    return percent_in_text(inspect.signature(interval).parameters["confidence"].default, 0)


def interval_is_known(row: Mapping[str, Any]) -> bool:
    """Whether a row of a summary has an interval of its accuracy."""
    return not any(is_absent(row[end]) for end in ("accuracy_low", "accuracy_high"))


# The filters of the templates, by their names: those of the report and those of the claims' sentences.
FILTERS = {
    filter.__name__: filter
    for filter in (
        amount,
        at_least,
        at_most,
        count,
        decimal,
        estimate,
        family_of,
        interval,
        listing,
        model_name,
        p_value,
        percent,
        percent_in_text,
        plain,
        points,
        probability,
    )
}
