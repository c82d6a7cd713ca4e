"""What the files of the encoders study show, in sentences: computed, so that they hold on any tables.

Each function returns an empty sentence where its data are missing.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from hidden_units.report.wording import NO_BREAK, amount, count, decimal, listing, plain

Rows = Sequence[Mapping[str, Any]]

# The size up to which back-propagation is reported to learn one-hot encoders with two hidden units.
REPORTED_LIMIT = 19
N_IS = f"N{NO_BREAK}={NO_BREAK}"
ONE_HOT = re.compile(r"identity-(\d+)")


def is_one_hot(table: str) -> bool:
    """Whether the name is that of an N-2-N encoder's table."""
    return ONE_HOT.fullmatch(table) is not None


def joined(summary: Rows, measures: Rows) -> list[dict[str, Any]]:
    """The runs of summary.csv with what measures.csv says of them; none where either is missing."""
    measured = {(row["table"], row["seed"]): row for row in measures}
    return [
        {**row, **measured[row["table"], row["seed"]]}
        for row in summary
        if (row["table"], row["seed"]) in measured
    ]


def overview(rows: Rows) -> str:
    """In which tables every seed learned every entry, in which some or none."""
    groups = {
        "Every seed learned": [row for row in rows if row["solved"] == row["seeds"]],
        "some did": [row for row in rows if 0 < row["solved"] < row["seeds"]],
        "none did": [row for row in rows if not row["solved"]],
    }
    parts = []
    for words, group in groups.items():
        if not group:
            continue
        if words == "some did":
            names = listing(
                f"{row['title']} ({count(row['solved'])} of {count(row['seeds'])})" for row in group
            )
        else:
            names = listing(row["title"] for row in group)
        parts.append(f"{words} {names}" if words == "Every seed learned" else f"{words} with {names}")
    sentence = "; ".join(parts)
    return f"{sentence[:1].upper()}{sentence[1:]}." if parts else ""


def ends(representatives: Mapping[str, Any]) -> str:
    """Which representative runs have every output right."""
    if not representatives:
        return ""
    wrong = [chosen["title"] for chosen in representatives.values() if not chosen["solved"]]
    if not wrong:
        return "All outputs of all of them are right."
    right = len(representatives) - len(wrong)
    return (
        f"All outputs are right in {count(right)} of {count(len(representatives))}, not in {listing(wrong)}."
    )


def motion(snapshots: pd.DataFrame | None, table: pd.DataFrame | None) -> str:
    """How the dots part, and when every output came right for good.

    Args:
        snapshots: dots and lines: part, h1, h2, w1, w2, bias, epoch.
        table: the targets, a column an output.
    """
    if snapshots is None or table is None:
        return ""
    target = table.to_numpy() == 1
    spread, right = {}, {}
    for epoch, moment in snapshots.groupby("epoch", sort=True):
        dots = moment.loc[moment["part"] == "dot", ["h1", "h2"]].to_numpy()
        lines = moment.loc[moment["part"] == "line", ["w1", "w2", "bias"]].to_numpy()
        values = dots @ lines[:, :2].T + lines[:, 2]
        spread[epoch] = float(np.ptp(dots, axis=0).max())
        right[epoch] = int(((values >= 0) == target).sum())
    epochs = list(right)
    first, last = epochs[0], epochs[-1]
    asked = ", those that ask for 0," if right[first] == np.sum(~target) else ""
    start = (
        f"At epoch {count(first)} all dots lie within a square of side {decimal(spread[first], 3)}, and "
        f"{count(right[first])} of {count(target.size)} entries{asked} are right"
    )
    wrong = [epoch for epoch in epochs if right[epoch] < target.size]
    if not wrong:
        return f"{start}."
    if last in wrong:
        return f"{start}; at the end, epoch {count(last)}, {count(right[last])} are."
    later = next(epoch for epoch in epochs if epoch > wrong[-1])
    before = start
    if wrong[-1] != first:
        before += f"; at epoch {count(wrong[-1])} it is {count(right[wrong[-1]])}"
    if later == last:
        return f"{before}, and all at the end, epoch {count(last)}."
    return f"{before}, and all from the snapshot at epoch {count(later)} on."


def at_caps(success: Rows) -> str:
    """How many seeds learned the sizes that not all learned, at each cap."""
    if not success:
        return ""
    parts = []
    for cap in sorted({row["cap"] for row in success}):
        own = sorted((row for row in success if row["cap"] == cap), key=lambda row: row["rows"])
        outcomes = [
            f"{count(row['solved'])} of {count(row['seeds'])} for {N_IS}{count(row['rows'])}"
            for row in own
            if 0 < row["solved"] < row["seeds"]
        ]
        failed = listing(count(row["rows"]) for row in own if not row["solved"])
        outcomes += [f"none for {N_IS}{failed}"] if failed else []
        if outcomes:
            parts.append(f"within {count(cap)} epochs {listing(outcomes)}")
    if not parts:
        return "Every seed learned every size at every cap."
    return f"Where not all seeds learned it: {'; '.join(parts)}."


def limit(success: Rows) -> str:
    """Whether the runs stop at the size that was reported, or at the end of patience."""
    if not success:
        return ""
    learned = [row for row in success if row["solved"]]
    if not learned:
        return f"No seed learned any one-hot table here. {beyond_the_limit(success)}"
    largest = max(row["rows"] for row in learned)
    top = max((row for row in learned if row["rows"] == largest), key=lambda row: row["cap"])
    sentences = [
        f"The largest one-hot table that any seed learned here is {N_IS}{count(largest)}, by "
        f"{count(top['solved'])} of {count(top['seeds'])} within {count(top['cap'])} epochs."
    ]
    gains = by_more_training(success)
    if gains:
        sentences.append(f"More training changed the answer: {gains}.")
        sentences.append("So where success ends is set by the cap on training, at least up to there.")
    return " ".join([*sentences, beyond_the_limit(success)])


def by_more_training(success: Rows) -> str:
    """Which sizes more seeds learned at one cap than at the one before."""
    found = {(row["rows"], row["cap"]): row for row in success}
    caps = sorted({row["cap"] for row in success})
    parts = []
    for before, after in itertools.pairwise(caps):
        gains = [
            f"{N_IS}{count(size)} from {count(found[size, before]['solved'])} to "
            f"{count(found[size, after]['solved'])}"
            for size in sorted({row["rows"] for row in success})
            if {(size, before), (size, after)} <= found.keys()
            and found[size, after]["solved"] > found[size, before]["solved"]
        ]
        if gains:
            parts.append(f"between {count(before)} and {count(after)} epochs {listing(gains)} seeds")
    return "; ".join(parts)


def beyond_the_limit(success: Rows) -> str:
    """What became of sizes beyond the reported limit."""
    beyond = [row for row in success if row["rows"] > REPORTED_LIMIT]
    if not beyond:
        return f"No table beyond {N_IS}{REPORTED_LIMIT} was tried."
    solved = [row for row in beyond if row["solved"]]
    if solved:
        largest = max(row["rows"] for row in solved)
        return f"{N_IS}{count(largest)} lies beyond the reported limit, which does not hold here."
    names = listing(f"{N_IS}{count(size)}" for size in sorted({row["rows"] for row in beyond}))
    cap = max(row["cap"] for row in beyond)
    sentence = f"Beyond the reported limit, {names} was not learned within {count(cap)} epochs"
    within = [row for row in success if row["rows"] <= REPORTED_LIMIT and row["solved"]]
    later = [row for row in within if row["cap"] > cap]
    if later:
        return f"{sentence}, and was not trained for longer: of the report these runs say nothing more."
    return f"{sentence}, which agrees with the report at this cap and says nothing of longer training."


def growth(law: Mapping[str, Any] | None) -> str:
    """How the median number of epochs grows with the size of the table."""
    if not law or law["exponent"] is None:
        return ""
    ends = [
        f"{count(round(law['epochs_median'][place]))} at {N_IS}{count(law['sizes'][place])}"
        for place in (0, -1)
    ]
    return (
        f"The median number of epochs grows from {ends[0]} to {ends[1]}, about as N to the power "
        f"{decimal(law['exponent'], 1)}."
    )


def merged(stop_loss: float, rows: Rows) -> str:
    """From which size on two rows with one code are too cheap for the mean loss to notice."""
    sizes = sorted(row["rows"] for row in rows if is_one_hot(row["table"]))
    if not sizes:
        return ""
    cost = 4 * math.log(2)
    costs = [
        f"{decimal(cost / size**2, 4)} at {N_IS}{count(size)}"
        for size in dict.fromkeys((sizes[0], sizes[-1]))
    ]
    first = math.floor(math.sqrt(cost / stop_loss)) + 1
    return (
        "Two rows of a one-hot table that share one code cost at least 4 ln 2 in all, so 4 ln 2 / N² in the "
        f"mean: {listing(costs)}. From {N_IS}{count(first)} on that is less than the {plain(stop_loss)} at "
        "which training stops, so a small mean loss can hide merged codes."
    )


def hidden_behind_the_loss(runs: Rows, representatives: Mapping[str, Any], stop_loss: float) -> str:
    """What was still wrong in runs that the loss had stopped, and in which runs codes were merged."""
    if not runs:
        return ""
    wrong = [row for row in runs if row["stopped"] and not row["solved"]]
    sentence = f"No run whose loss fell to {plain(stop_loss)} had anything wrong."
    if wrong:
        parts = []
        for table in dict.fromkeys(row["table"] for row in wrong):
            own = [row for row in wrong if row["table"] == table]
            entries = sum(row["entries_wrong"] for row in own)
            name = representatives.get(table, {"title": table})["title"]
            outputs = amount(entries, "output")
            parts.append(f"{amount(len(own), 'run')} of {name} with {outputs} in all on the wrong side")
        sentence = f"It hid mistakes here: the loss stopped {listing(parts)}."
    shared = [row for row in runs if row["distinct_codes"] < row["rows"]]
    if shared:
        names = listing(
            f"{amount(sum(row['table'] == table for row in shared), 'run')} of "
            f"{representatives.get(table, {'title': table})['title']}"
            for table in dict.fromkeys(row["table"] for row in shared)
        )
        number = sum(row["stopped"] for row in shared)
        stopped = count(number) if number else "none"
        sentence += f" Codes were merged in {names}; the loss stopped {stopped} of them."
    return sentence


def longer(runs: Rows, representatives: Mapping[str, Any]) -> str:
    """How the runs of longer training ended."""
    parts = []
    for table in dict.fromkeys(row["table"] for row in runs):
        own = [row for row in runs if row["table"] == table]
        name = representatives.get(table, {"title": table})["title"]
        parts.append(
            f"{count(sum(row['solved'] for row in own))} of {amount(len(own), 'seed')} with {name}, after "
            f"{count(min(row['epochs'] for row in own))} to {count(max(row['epochs'] for row in own))} epochs"
        )
    return f"Longer training solved {listing(parts)}." if parts else ""


def same_signs(rows: Rows) -> str:
    """In how many seeds every dot lies on the same side of every line as in the picture."""
    if not rows:
        return ""
    row = rows[0]
    entries = (
        f"all {count(row['dots'] * row['lines'])} signs" if row["dots"] and row["lines"] else "all signs"
    )
    seeds = f"{count(row['same'])} of {amount(row['seeds'], 'seed')}"
    return f"In {seeds} {entries} agree, of every dot and every line."


def codes(chosen: Mapping[str, Any] | None, rows: Rows) -> str:
    """Whether all outputs of the representative run are right, and how near its two nearest codes are."""
    if not chosen or len(rows) < 2:
        return ""
    points = np.array([[row["h1"], row["h2"]] for row in rows])
    apart = np.linalg.norm(points[:, None] - points[None], axis=-1)[np.triu_indices(len(points), 1)].min()
    right = "All outputs are right" if chosen["solved"] else "Not all outputs are right"
    return f"{right} (seed {chosen['seed']}); the nearest two codes are {decimal(float(apart), 2)} apart."
