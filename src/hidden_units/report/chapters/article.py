"""The chapters of the article: what they found, from the facts of the first page and the appendices.

An outcome is one of `findings`; it chooses the title of a section or of the chapter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hidden_units.report.chapters.findings import (
    LEFT_OUT,
    NOT_SEEN,
    SEEN,
    UNDECIDED,
    share_above_half,
)
from hidden_units.report.wording import interval_is_known

Row = Mapping[str, Any]
Context = Mapping[str, Any]

# From this rank correlation on, likeness is said to explain confusion.
STRONG = 0.5
# Claims of the ledger about what a solved network does while it counts.
ACCOUNT = (14, 15, 18, 19, 21)


def reading(summary: Context, data: Context, characters: Context, comparisons: Context, **_: Any) -> Context:
    """What the chapter on reading characters shows."""
    netconv = next(row for row in summary["rows"] if row["model"] == "netconv")
    return {
        **summary,
        **characters,
        "sides": data["sides"],
        "comparisons": comparisons,
        "guessing": 1 / len(summary["dataset"]["classes"]),
        "smallest": characters["runs"][0],
        "alike": alike_are_confused(characters["correlations"], characters["models"][0]),
        "width": width_against_shape(characters["widths"], netconv),
    }


def by_hand(summary: Context, checkerboard: Context, **_: Any) -> Context:
    """What the chapter on the checkerboard shows."""
    return {**checkerboard, "findings": summary["findings"]}


def drawing_board(summary: Context, encoders: Context, **_: Any) -> Context:
    """What the chapter on the encoders shows."""
    return {**encoders, "findings": summary["findings"]}


def counting(summary: Context, sequences: Context, claims: Context, **_: Any) -> Context:
    """What the chapter on counting shows."""
    lstm, automata = sequences["lstm"], sequences["automata"]
    without = lstm["summary"]["seeds"] - lstm["summary"]["with_monotone_cell"] if lstm["solved"] else 0
    return {
        **sequences,
        "findings": summary["findings"],
        "marks": claims["marks"],
        "account": [claim for claim in claims["claims"] if claim["id"] in ACCOUNT],
        # Whether most solved networks are the smallest automaton, and whether most have no cell that counts.
        "machine": automata and share_above_half(automata["minimal"], automata["solved"])["outcome"],
        "shared": share_above_half(without, lstm["solved"])["outcome"],
    }


def one_run(summary: Context, sequences: Context, claims: Context, **_: Any) -> Context:
    """What the chapter on one run and many shows; `mixed` where some runs of a kind succeed and some fail."""
    others = summary["others"]
    shares = [(row["solved"], row["restarts"]) for row in others["counting"]]
    shares += [(row["solved"], row["restarts"]) for row in [others["checkerboard"]] if row]
    shares += [(row["solved"], row["seeds"]) for row in [others["encoder"]] if row]
    return {
        **summary,
        "sequences": sequences,
        "claims": claims["claims"],
        "mixed": any(0 < solved < runs for solved, runs in shares),
    }


def width_against_shape(widths: Sequence[Row], other: Row) -> str:
    """Whether all hidden sizes differ by less than another network is above them, beyond the intervals.

    Args:
        widths: the summaries of NetFull; other: that of the other network.
    """
    if len(widths) < 2:
        return LEFT_OUT
    if not all(map(interval_is_known, [*widths, other])):
        return UNDECIDED
    lows, highs = ([row[f"accuracy_{end}"] for row in widths] for end in ("low", "high"))
    if max(highs) - min(lows) < other["accuracy_low"] - max(highs):
        return SEEN
    if max(lows) - min(highs) > max(0, other["accuracy_high"] - max(lows)):
        return NOT_SEEN
    return UNDECIDED


def alike_are_confused(correlations: Sequence[Row], model: str) -> dict[str, Any]:
    """Whether a network confuses classes the more the more alike they are.

    Args:
        correlations: the known rows of characters/likeness.csv; model: the network.

    Returns:
        its row and the `outcome`.
    """
    row = next((row for row in correlations if row["model"] == model), None)
    if row is None:
        return {"outcome": LEFT_OUT}
    return {**row, "outcome": SEEN if row["spearman"] >= STRONG else NOT_SEEN}
