"""What a judgement is, and the few ways in which an interval decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hidden_units.report.wording import NO_BREAK, decimal, family_of, percent_in_text
from hidden_units.statistics.intervals import Interval, wilson

SUPPORTED = "supported"
CONTRADICTED = "contradicted"
UNDECIDED = "undecided"
NOT_COMPARABLE = "not comparable"
NOT_TESTABLE = "not testable here"
VERDICTS = (SUPPORTED, CONTRADICTED, UNDECIDED, NOT_COMPARABLE, NOT_TESTABLE)

Thresholds = Mapping[str, float]


@dataclass(frozen=True)
class Finding:
    """What a rule found: a verdict, and the facts that the claim's sentence is filled with."""

    verdict: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Judgement:
    """A verdict with its sentence."""

    verdict: str
    evidence: str


class MissingEvidence(Exception):
    """What a rule needs is not there; its text is the sentence that says so."""


def within(low: float, high: float, least: float, greatest: float) -> str:
    """Supported if [low, high] is within [least, greatest], contradicted if outside, else undecided."""
    if least <= low and high <= greatest:
        return SUPPORTED
    return CONTRADICTED if high < least or low > greatest else UNDECIDED


def above(low: float, high: float, enough: float, too_little: float | None = None) -> str:
    """Supported if [low, high] is at or above `enough`, contradicted if wholly below `too_little`.

    Without `too_little` one value parts the two.
    """
    if low >= enough:
        return SUPPORTED
    return CONTRADICTED if high < (enough if too_little is None else too_little) else UNDECIDED


def below(low: float, high: float, enough: float, too_much: float | None = None) -> str:
    """Supported if [low, high] is at or below `enough`, contradicted if wholly above `too_much`."""
    if high <= enough:
        return SUPPORTED
    return CONTRADICTED if low > (enough if too_much is None else too_much) else UNDECIDED


def all_of(verdicts: Iterable[str]) -> str:
    """The verdict on a claim of several parts: all must hold, and one that is contradicted is enough."""
    verdicts = set(verdicts)
    if CONTRADICTED in verdicts:
        return CONTRADICTED
    return SUPPORTED if verdicts == {SUPPORTED} else UNDECIDED


def share(successes: int, trials: int, confidence_percent: float) -> tuple[Interval, str]:
    """Wilson's interval of a share, and the share in words: `36 of 56 (64 %, interval [51 %, 76 %])`."""
    found = wilson(successes, trials, confidence_percent / 100)
    bounds = f"[{percent_in_text(found.low, 0)}, {percent_in_text(found.high, 0)}]"
    return found, f"{successes} of {trials} ({percent_in_text(successes / trials, 0)}, interval {bounds})"


def called(model: str) -> str:
    """A network in the middle of a sentence: `NetConv`, `NetFull (110)`."""
    hidden = model.partition("-")[2]
    return f"{family_of(model)}{NO_BREAK}({hidden})" if hidden else family_of(model)


def with_interval(median: Mapping[str, Any], digits: int = 2, unit: str = "") -> str:
    """A median with its interval, where it has one: `2.45 [2.42, 2.47]`."""
    if median["low"] is None:
        return f"{decimal(median['median'], digits)}{unit}"
    middle, low, high = (decimal(median[name], digits) for name in ("median", "low", "high"))
    return f"{middle}{unit} [{low},{NO_BREAK}{high}]"
