"""The findings of the first page, each by a rule that this run's numbers fulfil, fail or leave open."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from hidden_units.encoders.tables import is_identity
from hidden_units.names import SRN_TASK, STUDIES
from hidden_units.report.chapters.checkerboard import fewest_enough, learned_counts
from hidden_units.report.evidence import Evidence
from hidden_units.report.wording import interval_is_known
from hidden_units.statistics.intervals import wilson

Row = Mapping[str, Any]
Finding = dict[str, Any]

# What a rule says of a finding; a study that was left out, or in which nothing was solved, says nothing.
SEEN, NOT_SEEN, UNDECIDED, LEFT_OUT = "seen", "not seen", "undecided", "left out"
HALF = 0.5


def findings(evidence: Evidence, studies: Collection[str] = tuple(STUDIES)) -> dict[str, Finding]:
    """What came out of each of these studies, by id: `id`, `outcome` and the numbers that it rests on."""
    found = []
    if "characters" in studies:
        found.append(shape_beats_size(evidence.rows("characters/summary.csv")))
    if "checkerboard" in studies:
        enough = fewest_enough(evidence.rows("checkerboard/fewest_units.csv"))
        learned = evidence.json("checkerboard/learned.json")
        found.append(training_seldom_finds_the_design(learned, enough["hidden"]))
    if "encoders" in studies:
        overview, shown = (
            evidence.rows("encoders/overview.csv"),
            evidence.json("encoders/representatives.json"),
        )
        titles = {name: entry["title"] for name, entry in shown.items()}
        found.append(two_units_draw(overview, evidence.rows("encoders/pictures.csv"), titles))
        found.append(limit_was_impatience(overview, evidence.rows("encoders/patience.csv"), titles))
    if "sequences" in studies:
        found.append(counting_ends_with_training(evidence.json(f"sequences/{SRN_TASK}/success.json")))
    return {finding["id"]: finding for finding in found}


def shape_beats_size(summary: Sequence[Row]) -> Finding:
    """Whether NetConv is above every NetFull that has more parameters, or below one, beyond both intervals.

    Args:
        summary: characters/summary.csv.

    Returns:
        also `small` and `large`, the rows of NetConv and of the best larger NetFull.
    """
    small = next(row for row in summary if row["model"] == "netconv")
    full = [row for row in summary if row["model"].startswith("netfull-")]
    larger = [row for row in full if row["parameters"] > small["parameters"]]
    if not larger:
        return {"id": "shape", "outcome": LEFT_OUT}
    known = all(map(interval_is_known, [small, *larger]))
    if known and all(small["accuracy_low"] > row["accuracy_high"] for row in larger):
        outcome = SEEN
    elif known and any(small["accuracy_high"] < row["accuracy_low"] for row in larger):
        outcome = NOT_SEEN
    else:
        outcome = UNDECIDED
    large = max(larger, key=lambda row: row["accuracy_mean"])
    return {"id": "shape", "outcome": outcome, "small": small, "large": large}


def training_seldom_finds_the_design(learned: Row, enough: int) -> Finding:
    """Whether fewer than half of the solved restarts of the checkerboard hold the designed lines, or more.

    Args:
        learned: checkerboard/learned.json.
        enough: the fewest step units that solve the task.
    """
    counts = learned_counts(learned, enough)
    found = {**counts, **share_above_half(counts["solved"] - counts["designed"], counts["solved"])}
    if learned["designed"] is None:  # it is none of the smallest solutions, so nothing can hold it
        found["outcome"] = LEFT_OUT
    return {"id": "design", **found}


def two_units_draw(overview: Sequence[Row], pictures: Sequence[Row], titles: Mapping[str, str]) -> Finding:
    """Whether some network learned the table of a picture: that one does shows that it can.

    Args:
        overview: encoders/overview.csv; pictures: encoders/pictures.csv; titles: of the tables.
    """
    drawn = {row["table"] for row in pictures}
    tables = [row for row in overview if row["table"] in drawn]
    if not tables:
        return {"id": "drawing", "outcome": LEFT_OUT}
    best = max(tables, key=lambda row: row["solved"] / row["seeds"])
    outcome = SEEN if best["solved"] else NOT_SEEN
    return {"id": "drawing", "outcome": outcome, "title": titles[best["table"]], **best}


def limit_was_impatience(
    overview: Sequence[Row], patience: Sequence[Row], titles: Mapping[str, str]
) -> Finding:
    """Whether longer training solved the largest one-hot table in more seeds, beyond both intervals.

    Args:
        overview: encoders/overview.csv; patience: encoders/patience.csv; titles: of the tables.

    Returns:
        also title, and of how many `seeds` how many were `solved` at first and how many `later`.
    """
    longer = [row for row in patience if is_identity(row["table"])]
    if not longer:
        return {"id": "limit", "outcome": LEFT_OUT}
    table = max(longer, key=lambda row: row["rows"])["table"]
    first = next(row for row in overview if row["table"] == table)
    own = [row["solved"] for row in longer if row["table"] == table]
    before, after = wilson(first["solved"], first["seeds"]), wilson(sum(own), len(own))
    outcome = UNDECIDED
    if after.low > before.high:
        outcome = SEEN
    elif sum(own) / len(own) <= first["solved"] / first["seeds"]:
        outcome = NOT_SEEN
    return {
        "id": "limit",
        "outcome": outcome,
        "title": titles[table],
        "solved": first["solved"],
        "later": sum(own),
        "seeds": len(own),
    }


def counting_ends_with_training(success: Row) -> Finding:
    """Whether most SRNs that solve their task fail on all strings longer than the trained ones, or few do.

    Args:
        success: success.json of the SRN's task.

    Returns:
        also `solved`, how many solved it, and `stopped`, how many of these are right to the trained n alone.
    """
    stopped = success["n_max"].get(str(success["largest"]), 0)
    return {"id": "counting", "stopped": stopped, **share_above_half(stopped, success["solved"])}


def share_above_half(number: int, solved: int) -> dict[str, Any]:
    """`solved`, and the outcome: whether Wilson's interval of the share is above half, below, or neither."""
    if not solved:
        return {"outcome": LEFT_OUT, "solved": 0}
    share = wilson(number, solved)
    outcome = SEEN if share.low > HALF else NOT_SEEN if share.high < HALF else UNDECIDED
    return {"outcome": outcome, "solved": solved}
