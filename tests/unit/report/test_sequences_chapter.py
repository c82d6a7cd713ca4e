"""The chapter on the sequences: facts from tables, and its text where little or nothing was solved."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from one_chapter import ROOT, words_of

from hidden_units.names import language_name, network_name, task_name
from hidden_units.report.chapters import sequences
from hidden_units.report.claims.ledger import changed_protocol
from hidden_units.report.comparability import counting_settings
from hidden_units.report.protocol import read_protocol

PUBLISHED = read_protocol(ROOT / "report/published/protocol.yaml")["sequences"]
SRN, LSTM = "srn-anb2n", "lstm-anb2nc3n"
NOTHING = {"count": 0, "median": None, "low": None, "high": None, "least": None, "greatest": None}
NONE_SOLVED = {"solved": 0, "rate": 0.0, "ever_solved": 0, "lost": 0, "median_first_step": None, "n_max": {}}
LOSSES = [
    {"predictor": "count-aware", "nominal_error": 0.03, "excess_nll": 0.0},
    {"predictor": "constant", "nominal_error": 0.0, "excess_nll": 0.07},
]


def entry(value: float, **changes) -> dict:
    """A median over restarts with its interval and range."""
    ends = {"low": value - 0.01, "high": value + 0.01, "least": value - 0.02, "greatest": value + 0.02}
    return {"count": 7, "median": value, **ends, **changes}


def task(name: str, **changes) -> dict:
    """A main task as the chapter's context has it, every measure 0.5."""
    measured = defaultdict(lambda: entry(0.5), first=entry(0.5))
    row = {
        "task": name,
        "name": task_name(name),
        "network": network_name(name),
        "language": language_name(name),
        "multiplicities": [1, 2, 3],
        "restarts": 10, "solved": 7, "rate": 0.7, "low": 0.4, "high": 0.89,
        "ever_solved": 8, "lost": 1, "median_first_step": 4300.0, "n_max": {"4": 5, "11": 2},
        "largest": 4, "hidden": 2, "parameters": 18, "steps": 9000, "optimum": 0.1932,
        "failed": sequences.failures([]),
        "losses": sequences.compared_losses(LOSSES, []),
        "restarts_view": None, "walk_view": None, "hidden_view": None, "cells_view": None,
        "seed": 3,
        "orbits": [],
        "representative": {
            "a_map": {"description": "attracting"}, "b_map": {"description": "saddle"},
            "settled": None, "phases": [], "combinations": [],
        },
        "summary": {
            "walk": measured, "rates": measured, "medians": measured,
            "ratio": entry(0.44, solved=8, theory=0.5),
            "seeds": 7, "with_monotone_cell": 0,
        },
    }  # fmt: skip
    return {**row, **changes}


def summary(measured: dict, **ratio) -> dict:
    """The summary of a task whose measures are all those given."""
    found = {"walk": measured, "rates": measured, "medians": measured, "ratio": ratio}
    return {**found, "seeds": ratio["solved"], "with_monotone_cell": 0}


def chapter(srn: dict, lstm: dict, **changes) -> str:
    """The words of the chapter."""
    facts = {
        "srn": srn, "lstm": lstm, "tasks": [srn, lstm], "control": None, "controls": [],
        "protocol": [], "wilson_confidence": "95 %", "median_confidence": "95 %", "fewest_for_median": 6,
        "ends": [], "losses": [], "largest": ["4", "11"], "types": [],
        "automaton": {"states": 12, "minimal_states": 12}, "automata": None,
        "one_cluster": {"id": 13, "measured_verdict": "supported"},
        "twice": {"id": 18, "measured_verdict": "undecided"},
    }  # fmt: skip
    return words_of("sequences", {}, **{**facts, **changes})


def test_failures_are_counted_with_the_most_frequent_kind():
    ends = [
        {"kind": "solved", "restarts": 7, "once_solved": 7},
        {"kind": "never ends a string", "restarts": 1, "once_solved": 0},
        {"kind": "right alone", "restarts": 3, "once_solved": 2},
    ]
    found = sequences.failures(ends)
    assert found == {"restarts": 4, "once_solved": 2, "most": 3, "kind": "right alone"}
    assert sequences.failures(ends[:1])["restarts"] == 0


@pytest.mark.parametrize(("errors", "below", "separates"), [([0.1, 0.02], 1, False), ([0.1, 0.2], 0, True)])
def test_the_published_loss_separates_if_fewer_than_half_of_the_failed_are_below_the_median(
    errors, below, separates
):
    solved = [{"solved": True, "nominal_error": value} for value in (0.03, 0.04, 0.9)]
    failed = [{"solved": False, "nominal_error": value} for value in errors]
    found = sequences.compared_losses(LOSSES, solved + failed)
    assert (found["median_solved"], found["below"], found["separates"]) == (0.04, below, separates)
    assert "below" not in sequences.compared_losses(LOSSES, solved)


def test_automata_of_the_solved_are_counted():
    rows = [
        {"equivalent": True, "clusters": 15, "determinism": 1.0},
        {"equivalent": False, "clusters": 19, "determinism": 0.975},
    ]
    found = sequences.automata(rows)
    assert found == {"solved": 2, "minimal": 1, "clusters": 17, "determinism": 0.975}
    assert sequences.automata([]) is None


def test_rare_pairs_of_maps_are_counted_together():
    types = [{"solved": k % 2 == 0, "a_map": f"type {k}", "b_map": "x", "seeds": 10 - k} for k in range(9)]
    rows = sequences.types_of_maps(types)
    assert len(rows) == sequences.TYPES_SHOWN
    assert sum(row["solved"] + row["failed"] for row in rows) == sum(row["seeds"] for row in types)


def test_a_task_is_named_as_its_language_is_written():
    assert task_name("srn-anbn-to10") == "SRN on aⁿbⁿ, n to 10"


def test_the_browser_is_given_orbits_units_and_the_perfect_losses():
    point = {"type": "saddle", "period": 1, "points": [[0.2, -0.5]], "multipliers": [[-2.5, 0.0]]}
    cycle = {"type": "spiral attracting", "period": 2, "points": [[1, 0], [0, 1]], "multipliers": []}
    held = {"fixed_points": [point], "two_cycles": []}
    orbits = sequences.orbits_of({"a_map": held, "b_map": {"fixed_points": [], "two_cycles": [cycle]}})
    assert [(orbit["map"], orbit["attracting"]) for orbit in orbits] == [("A", False), ("B", True)]
    plane = sequences.walk_view(SRN, orbits).settings
    assert (plane["units"], plane["trained"]) == (["h1", "h2"], 4)
    assert [orbit["points"] for orbit in plane["orbits"]] == [point["points"], cycle["points"]]
    assert sequences.space_view(LSTM, "c", "cell").settings["units"] == ["c1", "c2", "c3"]
    assert sequences.restarts_view(LOSSES[0]).settings == {
        "perfect": {"nominal_error": 0.03, "excess_nll": 0.0}
    }


def test_every_interval_says_which_question_it_answers():
    text = chapter(task(SRN), task(LSTM), controls=[task("srn-anbn")])
    sentences = [part for part in re.split(r"(?<=\.) (?=[A-Z])", text) if re.search(r"\d \[", part)]
    assert len(sentences) >= 7
    # Tables say it in their captions.
    cells = re.compile(r" least greatest |solved of %")
    assert [part for part in sentences if "for other restarts" not in part and not cells.search(part)] == []
    for caption in ("The walk of the solved SRNs", "Rates and distances", "The cells of the solved LSTMs"):
        assert re.search(f"{caption}[^.]* 95 % bootstrap interval [^.]*for other restarts", text), caption
    assert "Wilson’s interval at 95 % of the share of other restarts that would" in text


@pytest.mark.parametrize(("theory", "verb"), [(0.5, "does not include"), (0.45, "includes")])
def test_the_ratio_is_compared_with_theory(theory, verb):
    srn = task(SRN)
    srn["summary"]["ratio"]["theory"] = theory
    assert f"95 % of the median for other restarts, {verb}" in chapter(srn, task(LSTM))


def test_where_no_restart_solved_anything_nothing_is_said_of_solved_ones():
    nothing = summary(defaultdict(lambda: NOTHING), **NOTHING, solved=0, theory=0.5)
    srn, lstm = (task(name, **NONE_SOLVED, summary=nothing) for name in (SRN, LSTM))
    text = chapter(srn, lstm, controls=[{**srn, "name": "control"}])
    assert "In this run no SRN solved the task" in text
    assert "In this run no LSTM solved the task" in text
    assert "control: no restart is solved at the last step" in text
    assert "median of" not in text
    assert not re.search(r"\b(nan|None|null)\b", text)


def test_one_solved_restart_has_values_and_no_intervals():
    alone = {"low": None, "high": None, "count": 1, "least": -72.62449}
    measured = defaultdict(lambda: entry(0.5, **alone), first=entry(0.5, **alone))
    one = {"restarts": 1, "solved": 1, "rate": 1.0, "low": None, "high": None, "n_max": {"4": 1}}
    one["summary"] = summary(measured, **entry(0.44, **alone), solved=1, theory=0.5)
    text = chapter(task(SRN, **one), task(LSTM, **one))
    assert "in 1 of 1 restart (100 %, one restart: no interval)" in text
    assert "over all steps the median ratio is 0.50; without" in text
    assert "0.500 fewer than 6: no interval −72.6 0.520" in text
    assert "[" not in text and not re.search(r"\b(nan|None|null)\b", text)


def test_a_control_without_a_ratio_is_said_to_have_none():
    control = task("srn-anbn", summary=summary({}, **NOTHING, solved=50, theory=1.0))
    assert "of 50 solved restarts none has both" in chapter(task(SRN), task(LSTM), controls=[control])


@pytest.mark.parametrize(
    ("changes", "kind", "name"),
    [
        ({"optimiser": "adam"}, "", "optimiser"),
        ({"srn_hidden": 3}, "srn", "hidden units of the SRN"),
        ({"lstm_hidden": 4}, "lstm", "hidden units of the LSTM"),
    ],
)
def test_another_protocol_is_noticed_for_the_networks_that_it_touches(changes, kind, name):
    used = {**PUBLISHED, **changes}
    for asked in ("srn", "lstm"):
        reason = changed_protocol(counting_settings(used, PUBLISHED, asked))
        assert (f"{name} " in reason) == (kind in ("", asked))
        assert bool(reason) == (kind in ("", asked))
    assert [setting.name for setting in counting_settings(used, PUBLISHED) if setting.is_changed] == [name]
