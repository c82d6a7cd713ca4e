"""The recurrent networks: who learns to count, how far, and what their state spaces look like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from statistics import median
from typing import Any

from hidden_units.names import (
    LSTM_TASK,
    SRN_TASK,
    has_own_sizes,
    language_name,
    network_name,
    task_name,
)
from hidden_units.report.chapters.claims import ledger_rows
from hidden_units.report.comparability import counting_settings
from hidden_units.report.elements import View
from hidden_units.report.evidence import Evidence, Study
from hidden_units.report.wording import confidence, is_absent
from hidden_units.sequences.languages import parse_language
from hidden_units.statistics.comparisons import outperformance
from hidden_units.statistics.intervals import fewest_for_median, success_rate, wilson
from hidden_units.statistics.ranks import percentile

TYPES_SHOWN = 6
CONTROL_TASK = "srn-anbn"
# By these captions say where the network that is shown lies among the solved ones: table, column.
PLACES = {
    SRN_TASK: [
        ("claim_measures", "home_radius"),
        ("walks", "step_ratio"),
        ("automata", "determinism"),
        ("dynamics", "ratio"),
    ],
    LSTM_TASK: [
        ("cells", name)
        for name in ("silhouette_h", "silhouette_c", "best_monotone", "explained_A-C", "follows_cell")
    ],
}
# Claims of the ledger that this chapter mentions, by number.
ONE_CLUSTER, TWICE = 13, 18

Row = Mapping[str, Any]


def context(study: Study) -> dict[str, Any]:
    """What the chapter on the sequences shows."""
    evidence = study.evidence
    srn, lstm = main_row(evidence, SRN_TASK), main_row(evidence, LSTM_TASK)
    orbits = orbits_of(srn["representative"])
    # The configuration may leave out any task but the main ones.
    others = [
        task_row(evidence, task)
        for task, restarts in study.config["sequences"]["restarts"].items()
        if restarts and task not in (SRN_TASK, LSTM_TASK)
    ]
    claims = {row["id"]: row for row in ledger_rows(evidence)}
    return {
        "tasks": [srn, lstm, *others],
        "srn": {**srn, "orbits": orbits, "walk_view": walk_view(SRN_TASK, orbits)},
        "lstm": {
            **lstm,
            "hidden_view": space_view(LSTM_TASK, "h", "hidden unit"),
            "cells_view": space_view(LSTM_TASK, "c", "cell"),
        },
        "control": next((row for row in others if row["task"] == CONTROL_TASK), None),
        "left_out": [row["name"] for row in others if row["solved"] and has_own_sizes(row["task"])],
        "controls": [row for row in others if row["network"] == "SRN"],
        "protocol": counting_settings(study.config["sequences"], study.protocol["sequences"]),
        "wilson_confidence": confidence(wilson),
        "median_confidence": confidence(fewest_for_median),
        "fewest_for_median": fewest_for_median(),
        "ends": [{**row, "name": task["name"]} for task in (srn, lstm) for row in task["ends"]],
        "losses": [{**row, "name": task["name"]} for task in (srn, lstm) for row in task["loss_rows"]],
        "sizes": sizes(srn, lstm, *others),
        "judged": judged(evidence),
        "types": types_of_maps(srn["summary"]["types"]),
        "automaton": evidence.json(f"sequences/{SRN_TASK}/automaton.json"),
        "automata": automata(evidence.rows(f"sequences/{SRN_TASK}/automata.csv")),
        "one_cluster": claims[ONE_CLUSTER],
        "twice": claims[TWICE],
    }


def task_row(evidence: Evidence, task: str) -> dict[str, Any]:
    """A task with its names and what dynamics.json and success.json hold, whose `solved` is a count."""
    measured = evidence.json(f"sequences/{task}/dynamics.json")
    names = {"name": task_name(task), "network": network_name(task), "language": language_name(task)}
    success = evidence.json(f"sequences/{task}/success.json")
    longer = longer_strings(evidence.rows(f"sequences/{task}/generalisation.csv"), success)
    return {**measured, **success, **names, "longer": longer}


def longer_strings(rows: Sequence[Row], success: Row) -> dict[int, dict[str, Any]]:
    """How many solved restarts get longer strings right, by n.

    Args:
        rows: of generalisation.csv; success: success.json of the task.

    Returns:
        alone: right on all single strings up to n; in_company: right on the string of n after each trained
        one; rate, low and high (Wilson) of the latter. Empty where none is solved.
    """
    solved = success["solved"]
    found = {}
    for row in rows if solved else ():
        right = round(row["in_company"] * solved)
        alone = sum(seeds for most, seeds in success["n_max"].items() if int(most) >= row["n"])
        found[row["n"]] = {"alone": alone, "in_company": right, **success_rate(right, solved)}
    return found


def sizes(*tasks: Row) -> list[int]:
    """The n of the table of longer strings: the largest that are right, and one beyond training."""
    return sorted({int(n) for row in tasks for n in row["n_max"]} | {row["largest"] + 1 for row in tasks})


def judged(evidence: Evidence) -> dict[str, Row]:
    """The medians by which claims 13 to 17 are judged."""
    walk = evidence.json(f"sequences/{SRN_TASK}/dynamics.json")["summary"]["walk"]
    return {**evidence.json(f"sequences/{SRN_TASK}/claim_measures.json"), **walk}


def places(evidence: Evidence, task: str, seed: int, solved: Set[int]) -> dict[str, dict[str, float]]:
    """Where a seed lies among the solved ones by what its captions show: value and percentile, by measure.

    A measure that the seed does not have, such as a ratio of rates, has no entry.
    """
    found = {}
    # Some of the tables hold nothing where none is solved, others hold the unsolved ones too.
    for table, column in PLACES[task] if solved else ():
        values = {
            row["seed"]: row[column]
            for row in evidence.rows(f"sequences/{task}/{table}.csv")
            if row["seed"] in solved and not is_absent(row[column])
        }
        if seed in values:
            share = percentile(values[seed], list(values.values()))
            found[column] = {"value": values[seed], "percentile": share, "of": len(values)}
    return found


def main_row(evidence: Evidence, task: str) -> dict[str, Any]:
    """A main task, also with the ends of its restarts and its losses."""
    ends, losses, restarts = (
        evidence.rows(f"sequences/{task}/{name}.csv") for name in ("failure_kinds", "losses", "restarts")
    )
    found = compared_losses(losses, restarts)
    row = task_row(evidence, task)
    return {
        **row,
        "places": places(evidence, task, row["seed"], {each["seed"] for each in restarts if each["solved"]}),
        "ends": ends,
        "failed": failures(ends),
        "loss_rows": losses,
        "losses": found,
        "restarts_view": restarts_view(found["perfect"]),
    }


def failures(ends: Sequence[Row]) -> dict[str, Any]:
    """How the restarts of a task failed.

    Args:
        ends: rows of failure_kinds.csv.

    Returns:
        restarts that failed, once_solved of them at an earlier step, and most of them in what kind of way.
    """
    failed = [row for row in ends if row["kind"] != "solved"]
    first = max(failed, key=lambda row: row["restarts"], default={"restarts": 0, "kind": ""})
    return {
        "restarts": sum(row["restarts"] for row in failed),
        "once_solved": sum(row["once_solved"] for row in failed),
        "most": first["restarts"],
        "kind": first["kind"],
    }


def compared_losses(losses: Sequence[Row], restarts: Sequence[Row]) -> dict[str, Any]:
    """Whether the published loss separates solved restarts from failed ones.

    Args:
        losses: rows of losses.csv; restarts: rows of restarts.csv.

    Returns:
        the rows of the perfect and the constant predictor; how many restarts solved and failed; and, where
        there are both, how many failed ones are below the worst solved one; and for the published loss and
        the excess NLL the probability that a failed restart has the higher one (the AUC), see
        `outperformance`; None where there are fewer than two of a group.
    """
    by_predictor = {row["predictor"]: row for row in losses}
    solved = [row["nominal_error"] for row in restarts if row["solved"]]
    failed = [row["nominal_error"] for row in restarts if not row["solved"]]
    found = {
        "perfect": by_predictor["count-aware"],
        "constant": by_predictor["constant"],
        "solved": len(solved),
        "failed": len(failed),
    }
    if solved and failed:
        found["below_worst"] = sum(value < max(solved) for value in failed)
        for name in ("nominal_error", "excess_nll"):
            groups = [
                [row[name] for row in restarts if bool(row["solved"]) is group] for group in (True, False)
            ]
            found[name] = outperformance(*groups)
    return found


def automata(rows: Sequence[Row]) -> dict[str, Any] | None:
    """The automata of the solved SRNs: how many there are and how many of them are minimal, the median number
    of clusters, the least determinism; None without any.

    Args:
        rows: of automata.csv.
    """
    if not rows:
        return None
    return {
        "solved": len(rows),
        "minimal": sum(bool(row["equivalent"]) for row in rows),
        "clusters": round(median(row["clusters"] for row in rows)),
        "determinism": min(row["determinism"] for row in rows),
    }


def types_of_maps(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The most frequent pairs of maps with their solved and failed restarts; the rare ones as one row.

    Args:
        rows: the types of dynamics.json.
    """
    types: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        pair = (row["a_map"], row["b_map"])
        entry = types.setdefault(pair, {"a_map": pair[0], "b_map": pair[1], "solved": 0, "failed": 0})
        entry["solved" if row["solved"] else "failed"] += row["seeds"]
    ranked = sorted(types.values(), key=lambda row: (-row["solved"], -row["failed"]))
    if len(ranked) <= TYPES_SHOWN:
        return ranked
    shown, others = ranked[: TYPES_SHOWN - 1], ranked[TYPES_SHOWN - 1 :]
    rest = {name: sum(row[name] for row in others) for name in ("solved", "failed")}
    return [*shown, {"a_map": f"{len(others)} other pairs", "b_map": "", **rest}]


def restarts_view(perfect: Row) -> View:
    """The learning curves of all restarts.

    Args:
        perfect: the row of losses.csv about the perfect predictor.
    """
    losses = {name: perfect[name] for name in ("nominal_error", "excess_nll")}
    return View("restarts", "Explore", {"perfect": losses})


def walk_view(task: str, orbits: Sequence[Row]) -> View:
    """The plane of the SRN's two hidden units, in which strings can be walked.

    Args:
        orbits: from `orbits_of`.
    """
    settings = space_settings(task, "h", 2, "hidden unit")
    names = ("map", "period", "type", "attracting", "points")
    shown = [{name: orbit[name] for name in names} for orbit in orbits]
    more = {"ramp": True, "frame": 1.12, "string": settings["trained"], "orbits": shown}
    return View("space", "Walk a string", {**settings, **more})


def space_view(task: str, letter: str, name: str) -> View:
    """The space of the LSTM's three hidden units or cells, in which strings can be walked.

    Args:
        letter: with which the columns of their table begin.
        name: of one of them.
    """
    return View("space", "Turn it, and walk a string", {**space_settings(task, letter, 3, name), "string": 3})


def space_settings(task: str, letter: str, units: int, name: str) -> dict[str, Any]:
    """A space in which strings can be walked: its columns, their name, the network, the largest trained n."""
    return {
        "units": [f"{letter}{unit}" for unit in range(1, units + 1)],
        "name": name,
        "network": task_name(task),
        "trained": parse_language(task.partition("-")[2]).largest,
    }


def orbits_of(representative: Row) -> list[dict[str, Any]]:
    """The fixed points and 2-cycles of both maps of an SRN, as dynamics.json has them.

    Returns:
        of each its map, A or B; period; type; whether it is attracting; points; multipliers.
    """
    return [
        {
            "map": letter,
            "attracting": orbit["type"].endswith("attracting"),
            **{name: orbit[name] for name in ("period", "type", "points", "multipliers")},
        }
        for letter, held in (("A", representative["a_map"]), ("B", representative["b_map"]))
        for orbit in (*held["fixed_points"], *held["two_cycles"])
    ]
