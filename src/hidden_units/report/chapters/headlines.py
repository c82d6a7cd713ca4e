"""One line for each of the other studies on the first page: its main figure, with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hidden_units.names import LSTM_TASK, SRN_TASK
from hidden_units.report.evidence import Evidence
from hidden_units.report.wording import (
    amount,
    count,
    decimal,
    interval,
    is_absent,
    percent_in_text,
    plain,
)


def headlines(evidence: Evidence, hand_made_units: int) -> list[dict[str, str]]:
    """What the studies beside the classifiers found, each as study (its chapter), found, value and interval.

    Studies whose evidence is missing are left out.

    Args:
        hand_made_units: hidden units of the checkerboard's network made by hand.
    """
    rows = [
        *checkerboard(evidence.rows("checkerboard/success.csv"), hand_made_units),
        *encoders(evidence.rows("encoders/overview.csv")),
    ]
    for task, network in ((SRN_TASK, "SRN"), (LSTM_TASK, "LSTM")):
        rows += sequences(evidence.json(f"sequences/{task}/success.json"), network)
    return rows + step_ratio(evidence.json(f"sequences/{SRN_TASK}/dynamics.json"))


def share(solved: int, runs: int, low: float | None, high: float | None, run: str) -> dict[str, str]:
    """A share of runs with its interval, as both stand in the table."""
    return {
        "value": f"{count(solved)} of {count(runs)} ({percent_in_text(solved / runs, 0)})",
        "interval": interval(low, high, 0, run),
    }


def checkerboard(success: Sequence[Mapping[str, Any]], units: int) -> list[dict[str, str]]:
    """How many restarts of the hand-made network's size solve it, at the rate at which most do."""
    own = [row for row in success if row["hidden"] == units]
    if not own:
        return []
    best = max(own, key=lambda row: (row["rate"], row["learning_rate"]))
    found = f"networks of {amount(units, 'hidden unit')} trained to solve it, at learning rate "
    return [
        {
            "study": "checkerboard",
            "found": found + plain(best["learning_rate"]),
            **share(best["solved"], best["restarts"], best.get("low"), best.get("high"), "restart"),
        }
    ]


def encoders(overview: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The smallest one-hot table on which some seed fails, or the largest if none does."""
    one_hot = sorted(
        (row for row in overview if row["table"].startswith("identity-")), key=lambda row: row["rows"]
    )
    if not one_hot:
        return []
    shown = next((row for row in one_hot if row["solved"] < row["seeds"]), one_hot[-1])
    size = count(shown["rows"])
    return [
        {
            "study": "encoders",
            "found": f"{size}-2-{size} encoders that learn all their patterns",
            **share(shown["solved"], shown["seeds"], shown.get("low"), shown.get("high"), "seed"),
        }
    ]


def sequences(report: Mapping[str, Any] | None, network: str) -> list[dict[str, str]]:
    """How many restarts of a network learn to count."""
    if not report or not report["restarts"]:
        return []
    return [
        {
            "study": "sequences",
            "found": f"{network}s that count without an error in any example",
            **share(report["solved"], report["restarts"], report.get("low"), report.get("high"), "restart"),
        }
    ]


def step_ratio(dynamics: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """The length of the SRN's B-steps over that of its A-steps, reported as two."""
    ratio = ((dynamics or {}).get("summary") or {}).get("walk", {}).get("step_ratio") or {}
    if is_absent(ratio.get("median")):
        return []
    known = not is_absent(ratio["low"])
    return [
        {
            "study": "sequences",
            "found": "length of the SRN’s steps at B over that at A, median of those that count",
            "value": decimal(ratio["median"], 2),
            "interval": f"[{decimal(ratio['low'], 2)}, {decimal(ratio['high'], 2)}]" if known else "too few",
        }
    ]
