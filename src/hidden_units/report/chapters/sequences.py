"""The recurrent networks: who learns to count, how far, and what their state spaces look like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hidden_units.report.chapters import sequences_figures as figures
from hidden_units.report.chapters import sequences_findings as findings
from hidden_units.report.chapters.claims import ledger_rows
from hidden_units.report.chapters.sequences_names import (
    LSTM_TASK,
    SRN_TASK,
    language_name,
    main_tasks,
    network_name,
    task_name,
)
from hidden_units.report.comparability import counting_settings
from hidden_units.report.evidence import Study
from hidden_units.report.wording import confidence, decimal
from hidden_units.statistics.intervals import fewest_for_median, wilson

TYPES_SHOWN = 6
# Claims of the ledger that this chapter speaks of, by number.
ONE_CLUSTER, TWICE = 13, 18

WALK = {
    "home_offset": ("distance of the initial state from the centre of the end-of-string states", 3),
    "home_spread": ("spread of the end-of-string states about their centre", 3),
    "home_gap": ("distance from that centre to the nearest other state", 3),
    "count_correlation": ("correlation of the distance from the initial state with the count, A’s", 3),
    "count_proportional": ("the same as a proportion: R² of a line through the origin", 3),
    "turn_degrees": ("angle between the last A-step and the first B-step, longest string, degrees", 1),
    "a_step_growth": ("factor by which A-steps grow from one to the next", 2),
    "b_step_growth": ("factor by which B-steps grow from one to the next", 2),
    "step_ratio": ("B-step over A-step, mean lengths: all steps", 2),
    "step_ratio_within": ("the same without the first A and the first B of a string", 2),
    "step_ratio_longest": ("the same without the first ones, in the longest string alone", 2),
}
RATES = {
    "r_a": ("rate of approach r, a step", 3),
    "lambda_b": ("rate of departure |λ|, a step", 3),
    "settled_distance": ("distance of the last A of the longest string from where A’s lead", 3),
    "saddle_distance": ("least distance of its B-states from the saddle of the B-map", 3),
}
SPACES = {
    "silhouette_h": ("silhouette of the hidden states by phase", 2),
    "silhouette_c": ("silhouette of the cell states by phase", 2),
    "other_phase_h": ("share of hidden states with the nearest at another place in another segment", 3),
    "other_phase_c": ("share of cell states with the nearest at another place in another segment", 3),
    "path_gap_h": ("widest gap over mean step, hidden states", 2),
    "path_gap_c": ("widest gap over mean step, cell states", 2),
    "forget_saturated": ("share of forget gates above nine tenths", 2),
    "best_monotone": ("best cell: share of steps that go out with A and back with B and C", 2),
    "residual_B": ("best cell: relative residual of dA + 2 dB", 3),
    "residual_C": ("best cell: relative residual of dA + 2 dB + 3 dC", 3),
    "explained_A-B": ("best combination: share of an ideal A–B counter’s steps explained", 3),
    "explained_A-C": ("best combination: share of an ideal A–C counter’s steps explained", 3),
    "explained_B-C": ("best combination: share of an ideal B–C counter’s steps explained", 3),
    "follows_cell": ("swaps in which the cell state put in decides the number of B’s", 2),
    "follows_hidden": ("swaps in which the hidden state put in decides the number of B’s", 2),
}


def context(study: Study) -> dict[str, Any]:
    """What the chapter on the sequences shows."""
    evidence = study.evidence
    tasks = task_rows(study)
    by_name = {row["task"]: row for row in tasks}
    srn, lstm = (evidence.json(f"sequences/{task}/dynamics.json") for task in (SRN_TASK, LSTM_TASK))
    automaton = evidence.json(f"sequences/{SRN_TASK}/automaton.json")
    automata = evidence.rows(f"sequences/{SRN_TASK}/automata.csv")
    kinds = {task: evidence.rows(f"sequences/{task}/failure_kinds.csv") for task in main_tasks()}
    losses = {task: evidence.rows(f"sequences/{task}/losses.csv") for task in main_tasks()}
    restarts = {task: evidence.rows(f"sequences/{task}/restarts.csv") for task in main_tasks()}
    control = evidence.json("sequences/srn-anbn/dynamics.json")
    verdicts = {row["id"]: row["measured_verdict"] for row in ledger_rows(evidence)}
    drawn = figures.Drawn(study, by_name, srn, lstm)
    return {
        "sequence_tasks": tasks,
        "srn_language": language_name(SRN_TASK),
        "lstm_language": language_name(LSTM_TASK),
        "sequence_protocol": counting_settings(study.config["sequences"], study.protocol["sequences"]),
        "wilson_confidence": confidence(wilson),
        "median_confidence": confidence(fewest_for_median),
        "success_finding": findings.success(tasks),
        "failure_finding": findings.failures(kinds),
        "failure_rows": failure_rows(kinds),
        "loss_rows": loss_rows(losses),
        "loss_finding": findings.losses(losses, restarts),
        "largest_columns": largest_columns(tasks),
        "generalisation_finding": findings.generalisation(tasks),
        "walk_rows": measure_rows(srn, "walk", WALK),
        "home_finding": findings.home(srn, verdicts.get(ONE_CLUSTER, "")),
        "walk_finding": findings.walk(srn),
        "step_finding": findings.step_ratio(srn, control, verdicts.get(TWICE, "")),
        "orbit_rows": orbit_rows(srn),
        "maps_finding": findings.maps(srn),
        "rate_rows": measure_rows(srn, "rates", RATES),
        "type_rows": type_rows(srn),
        "ratio_finding": findings.ratio(srn),
        "approach_finding": findings.approach(srn),
        "control_finding": findings.controls(
            {task: evidence.json(f"sequences/{task}/dynamics.json") for task in by_name if task != SRN_TASK}
        ),
        "automaton_finding": findings.automata(automata, automaton),
        "lstm_rows": measure_rows(lstm, "medians", SPACES),
        "lstm_seed": lstm["seed"] if lstm else None,
        "phase_rows": lstm["representative"]["phases"] if lstm else [],
        "counter_rows": lstm["representative"]["combinations"] if lstm else [],
        "spaces_finding": findings.spaces(lstm),
        "cells_finding": findings.cells(lstm),
        "counters_finding": findings.counters(lstm),
        "decoding_finding": findings.decoding(lstm),
        "swap_finding": findings.swaps(lstm),
        "srn_solved": bool(srn and srn["solved"]),
        "lstm_solved": bool(lstm and lstm["solved"]),
        "pictures": drawn.all(),
    }


def task_rows(study: Study) -> list[dict[str, Any]]:
    """What is known of each task of the run, the main ones first, those without results left out."""
    restarts = study.config["sequences"]["restarts"]
    rows = []
    for task in (*main_tasks(), *(task for task in restarts if task not in main_tasks())):
        found = study.evidence.json(f"sequences/{task}/success.json") if restarts[task] else None
        if found:
            rows.append({**found, "name": task_name(task), "network": network_name(task)})
    return rows


def failure_rows(kinds: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """How the restarts of the main tasks end, most frequent first."""
    return [{**row, "name": task_name(task)} for task, rows in kinds.items() for row in rows]


def loss_rows(losses: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """The two losses of predictors and of trained networks of the main tasks."""
    words = {
        "count-aware": "perfect predictor, knows the count",
        "constant": "says the same after every A",
        "trained, solved": "trained, solved (median)",
        "trained, failed": "trained, failed (median)",
    }
    return [
        {**row, "name": task_name(task), "predictor": words[row["predictor"]]}
        for task, rows in losses.items()
        for row in rows
    ]


def largest_columns(tasks: Sequence[Mapping[str, Any]]) -> list[str]:
    """All sizes to which some solved restart counts, as the keys of `n_max`."""
    return sorted({n for row in tasks for n in row["n_max"]}, key=int)


def measure_rows(
    found: Mapping[str, Any] | None, block: str, names: Mapping[str, tuple[str, int]]
) -> list[dict[str, str]]:
    """Medians over solved restarts with interval and range, a row a measure that exists."""
    entries = found["summary"][block] if found else {}
    too_few = f"fewer than {fewest_for_median()}: no interval"
    rows = []
    for key, (words, digits) in names.items():
        entry = entries.get(key)
        if entry and entry["median"] is not None:
            rows.append(
                {
                    "name": words,
                    "median": decimal(entry["median"], digits),
                    "interval": findings.interval_of(entry, digits) or too_few,
                    "least": extreme(entry["least"], digits),
                    "greatest": extreme(entry["greatest"], digits),
                }
            )
    return rows


def extreme(value: float | None, digits: int) -> str:
    """An end of a range; from ten on one decimal says enough: `−72.6` beside `0.989`."""
    return decimal(value, 1 if value is not None and abs(value) >= 10 else digits)


def orbit_rows(srn: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The fixed points and 2-cycles of both maps of the representative SRN."""
    rows = []
    for letter in "AB" if srn else "":
        found = srn["representative"][f"{letter.lower()}_map"]
        for orbit in (*found["fixed_points"], *found["two_cycles"]):
            rows.append(
                {
                    "map": letter,
                    "kind": orbit["type"] + (" fixed point" if orbit["period"] == 1 else " 2-cycle"),
                    "points": [f"({decimal(x, 2)}, {decimal(y, 2)})" for x, y in orbit["points"]],
                    "multipliers": [multiplier(*pair) for pair in orbit["multipliers"]],
                }
            )
    return rows


def multiplier(real: float, imaginary: float) -> str:
    """An eigenvalue in words: `−2.41`, `0.31 ± 0.20i`."""
    if not imaginary:
        return decimal(real, 2)
    return f"{decimal(real, 2)} {'+' if imaginary > 0 else '−'} {decimal(abs(imaginary), 2)}i"


def type_rows(srn: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The most frequent dynamical types: solved and failed restarts of each."""
    types: dict[tuple[str, str], dict[str, Any]] = {}
    for row in srn["summary"]["types"] if srn else []:
        entry = types.setdefault(
            (row["a_map"], row["b_map"]),
            {"a_map": row["a_map"], "b_map": row["b_map"], "solved": 0, "failed": 0},
        )
        entry["solved" if row["solved"] else "failed"] += row["seeds"]
    ranked = sorted(types.values(), key=lambda row: (-row["solved"], -row["failed"]))
    if len(ranked) <= TYPES_SHOWN:
        return ranked
    others = ranked[TYPES_SHOWN - 1 :]
    rest = {name: sum(row[name] for row in others) for name in ("solved", "failed")}
    return [*ranked[: TYPES_SHOWN - 1], {"a_map": f"{len(others)} other pairs", "b_map": "", **rest}]
