"""What a judgement is, and the few ways in which an interval decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hidden_units.names import NO_BREAK, family_of
from hidden_units.report.wording import decimal, interval, percent_in_text, telling_digits
from hidden_units.statistics.intervals import Interval, wilson

SUPPORTED = "supported"
CONTRADICTED = "contradicted"
UNDECIDED = "undecided"
NOT_COMPARABLE = "not comparable"
NOT_TESTABLE = "not testable here"
NOT_IN_RUN = "not part of this run"
# The two reasons for `undecided`: more seeds could decide, or they could not, for the value is known well
# enough and is neither what supports the claim nor what contradicts it. A rule gives one of these.
THIN = "evidence too thin"
BETWEEN = "between the limits"
VERDICTS = (SUPPORTED, CONTRADICTED, UNDECIDED, NOT_COMPARABLE, NOT_TESTABLE, NOT_IN_RUN)


@dataclass(frozen=True)
class Finding:
    """What a rule found: a verdict or the reason why it is undecided, and the facts of the sentence."""

    found: str  # one of VERDICTS but for UNDECIDED, or THIN, or BETWEEN
    facts: Mapping[str, Any]

    @property
    def verdict(self) -> str:
        """One of VERDICTS."""
        return UNDECIDED if self.reason else self.found

    @property
    def reason(self) -> str:
        """Why it is undecided; empty where it is not."""
        return self.found if self.found in (THIN, BETWEEN) else ""


@dataclass(frozen=True)
class Judgement:
    """A verdict with its sentence, and where it is undecided the reason."""

    verdict: str
    evidence: str
    reason: str = ""


class MissingEvidence(Exception):
    """What a rule needs is not there; its text is the sentence that says so."""


def within(low: float, high: float, least: float, greatest: float) -> str:
    """Supported if [low, high] is within [least, greatest], contradicted if outside, else too thin."""
    if least <= low and high <= greatest:
        return SUPPORTED
    return CONTRADICTED if high < least or low > greatest else THIN


def above(low: float, high: float, enough: float, too_little: float | None = None) -> str:
    """Supported if [low, high] is at or above `enough`, contradicted if wholly below `too_little`.

    Without `too_little` one value parts the two. Otherwise it is between the limits, or too thin where it
    contains one.
    """
    if low >= enough:
        return SUPPORTED
    too_little = enough if too_little is None else too_little
    if high < too_little:
        return CONTRADICTED
    return BETWEEN if too_little <= low and high < enough else THIN


def below(low: float, high: float, enough: float, too_much: float | None = None) -> str:
    """Supported if [low, high] is at or below `enough`, contradicted if wholly above `too_much`."""
    return above(-high, -low, -enough, None if too_much is None else -too_much)


def all_of(found: Iterable[str]) -> str:
    """The finding on a claim of several parts: all must hold, and one that is contradicted is enough.

    While one part is too thin, more evidence could still contradict the whole.
    """
    found = set(found)
    for worst in (CONTRADICTED, THIN, BETWEEN):
        if worst in found:
            return worst
    return SUPPORTED


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
    low, high = median["low"], median["high"]
    if low is None:
        return f"{decimal(median['median'], digits)}{unit}"
    digits = telling_digits(low, high, digits, "decimal") or digits
    return f"{decimal(median['median'], digits)}{unit} {interval(low, high, digits, shown='decimal')}"
