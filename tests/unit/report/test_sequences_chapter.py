"""The chapter on the sequences: facts from tables, and its text where little or nothing was solved."""

from __future__ import annotations

import re
from collections import defaultdict
from types import SimpleNamespace

import pytest
from one_chapter import ROOT, words_of

from hidden_units.names import network_name
from hidden_units.report.chapters import sequences
from hidden_units.report.claims.ledger import changed_protocol
from hidden_units.report.comparability import counting_settings
from hidden_units.report.protocol import read_settings

PUBLISHED = read_settings(ROOT / "report/published/protocol.yaml")["sequences"]
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


def company(share: float | None) -> list[dict]:
    """Rows of generalisation.csv."""
    return [{"n": n, "in_company": share} for n in range(1, 12)]


def task(name: str, **changes) -> dict:
    """A main task as the chapter's context has it, every measure 0.5."""
    measured = defaultdict(lambda: entry(0.5), first=entry(0.5))
    row = {
        "task": name, "network": network_name(name), "multiplicities": [1, 2, 3], "seed": 3, "largest": 4,
        "restarts": 10, "solved": 7, "rate": 0.7, "low": 0.4, "high": 0.89, "ever_solved": 8, "lost": 1,
        "n_max": {"4": 5, "11": 2},
        "losses": sequences.compared_losses(LOSSES, []),
        "longer": sequences.longer_strings(company(0.5), {"solved": 7, "n_max": {"4": 5, "11": 2}}),
        "summary": summary(measured, **entry(0.44), solved=8, theory=0.5),
    }  # fmt: skip
    return {**row, **changes}


def summary(measured: dict, **ratio) -> dict:
    """The summary of a task whose measures are all those given."""
    found = {"walk": measured, "rates": measured, "medians": measured, "ratio": ratio}
    return {**found, "seeds": ratio["solved"], "with_monotone_cell": 0, "agreement": 0.95}


def chapter(srn: dict, lstm: dict | None = None, **changes) -> str:
    """The words of the chapter."""
    lstm = lstm or task(LSTM)
    facts = {"srn": srn, "lstm": lstm, "tasks": [srn, lstm], "sizes": [4, 5, 11]}
    facts |= {"median_confidence": "95 %", "wilson_confidence": "95 %", "fewest_for_median": 6}
    return words_of("counting sequences", {}, **{**facts, "judged": srn["summary"]["walk"], **changes})


def test_failures_are_counted_with_the_most_frequent_kind():
    ends = [
        {"kind": "solved", "restarts": 7, "once_solved": 7},
        {"kind": "never ends a string", "restarts": 1, "once_solved": 0},
        {"kind": "right alone", "restarts": 3, "once_solved": 2},
    ]
    found = sequences.failures(ends)
    assert found == {"restarts": 4, "once_solved": 2, "most": 3, "kind": "right alone"}
    assert sequences.failures(ends[:1])["restarts"] == 0


def test_how_well_a_loss_separates_is_measured_and_exceptions_are_counted():
    solved = [{"solved": True, "nominal_error": value, "excess_nll": value} for value in (0.03, 0.04, 0.9)]
    failed = [{"solved": False, "nominal_error": value, "excess_nll": 1 + value} for value in (0.1, 0.02)]
    found = sequences.compared_losses(LOSSES, solved + failed)
    assert found["below_worst"] == 2
    # Of six pairs two have the solved one lower.
    assert found["nominal_error"].probability_b_better == pytest.approx(2 / 6)
    assert found["excess_nll"].probability_b_better == 1
    assert "below_worst" not in sequences.compared_losses(LOSSES, solved)
    apart = sequences.compared_losses(LOSSES, solved[:2] + failed[:1])
    assert "from those that fail without an exception" in chapter(task(SRN, losses=apart))
    assert "from those that fail with exceptions" in chapter(task(SRN, losses=found))


def test_longer_strings_are_counted_alone_and_in_company():
    found = sequences.longer_strings(company(3 / 7), {"solved": 7, "n_max": {"4": 5, "11": 2}})
    assert [(found[n]["alone"], found[n]["in_company"]) for n in (4, 5, 11)] == [(7, 3), (2, 3), (2, 3)]
    assert sequences.longer_strings(company(None), {"solved": 0, "n_max": {}}) == {}
    assert sequences.sizes(task(SRN), task(LSTM, largest=6)) == [4, 5, 7, 11]


def test_a_caption_says_where_the_network_it_shows_is_among_the_solved():
    columns = [column for _, column in sequences.PLACES[SRN]]
    table = [
        {"seed": seed, **dict.fromkeys(columns, value)} for seed, value in enumerate([1.0, 3.0, 2.0, None])
    ]
    evidence = SimpleNamespace(rows=lambda name: table)
    found = sequences.places(evidence, SRN, 2, {0, 1, 2, 3})
    assert found["step_ratio"] == {"value": 2.0, "percentile": 0.5, "of": 3}
    assert sequences.places(evidence, SRN, 3, {0, 1, 2, 3}) == sequences.places(evidence, SRN, 2, set()) == {}
    # Those that are not solved do not count.
    assert sequences.places(evidence, SRN, 2, {1, 2})["step_ratio"]["percentile"] == 0.25


def test_rare_pairs_of_maps_are_counted_together():
    types = [{"solved": k % 2 == 0, "a_map": f"type {k}", "b_map": "x", "seeds": 10 - k} for k in range(9)]
    rows = sequences.types_of_maps(types)
    assert len(rows) == sequences.TYPES_SHOWN
    assert sum(row["solved"] + row["failed"] for row in rows) == sum(row["seeds"] for row in types)


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
    perfect = {"nominal_error": 0.03, "excess_nll": 0.0}
    assert sequences.restarts_view(LOSSES[0]).settings == {"perfect": perfect}


def test_every_interval_says_which_question_it_answers():
    text = chapter(task(SRN), task(LSTM), controls=[task("srn-anbn")])
    sentences = [part for part in re.split(r"(?<=\.) (?=[A-Z])", text) if re.search(r"\d \[", part)]
    assert len(sentences) >= 4
    # Tables say it in their captions.
    cells = re.compile(r" least greatest |solved of %")
    assert [part for part in sentences if "for other restarts" not in part and not cells.search(part)] == []
    for caption in ("The walk of the solved SRNs", "Rates and distances", "The cells of the solved LSTMs"):
        assert re.search(f"{caption}[^.]* 95 % bootstrap interval [^.]*for other restarts", text), caption
    assert "Wilson’s 95 % interval of the share of other restarts that would" in text


@pytest.mark.parametrize(("theory", "verb"), [(0.5, "does not include"), (0.45, "includes")])
def test_the_ratio_is_compared_with_theory(theory, verb):
    srn = task(SRN)
    srn["summary"]["ratio"]["theory"] = theory
    assert f", which its interval {verb}." in chapter(srn)


def test_each_number_that_a_claim_is_judged_by_is_read_from_its_file():
    files = {
        f"sequences/{SRN}/dynamics.json": {"summary": {"walk": {"turn_degrees_all": entry(52.9)}}},
        f"sequences/{SRN}/claim_measures.json": {"least_due": entry(0.81)},
    }
    judged = sequences.judged(SimpleNamespace(json=files.get))
    table = chapter(task(SRN), judged=defaultdict(lambda: entry(0.5), judged))
    table = table.partition("What decides the claims about the SRN")[2]
    assert "strings, degrees 52.9 [52.89" in table and "due symbol 0.810 [0.800" in table


def test_read_outs_of_sizes_never_trained_come_first():
    lstm = task(LSTM)
    found = lstm["summary"]["medians"]
    found |= {"beyond_c_B_n": entry(-0.37), "beyond_h_C_n": entry(-5.5), "trained_c_A_position": entry(0.99)}
    text = chapter(task(SRN), lstm)
    assert "the B’s still due 0.50 0.50 n during the B’s −0.37 0.50" in text
    assert "n during the C’s 0.50 −5.50" in text
    assert "0.99" not in text


def test_automata_are_counted_with_the_least_determinism_rounded_down():
    rows = [{"clusters": 15, "determinism": 1.0}, {"clusters": 19, "determinism": 0.96099}]
    found = sequences.automata([row | {"equivalent": n < 1} for n, row in enumerate(rows)])
    assert found == {"solved": 2, "minimal": 1, "clusters": 17, "determinism": 0.96099}
    said = chapter(task(SRN), automata=found)
    assert "In each of these SRNs at least 96.0 % of the transitions" in said
    assert sequences.automata([]) is None and "reduce to" not in chapter(task(SRN))


def test_where_no_restart_solved_anything_nothing_is_said_of_solved_ones():
    nothing = summary(defaultdict(lambda: NOTHING), **NOTHING, solved=0, theory=0.5)
    srn, lstm = (task(name, **NONE_SOLVED, summary=nothing) for name in (SRN, LSTM))
    text = chapter(srn, lstm, controls=[{**srn, "name": "control"}])
    assert "In this run no SRN solved the task" in text
    assert "In this run no LSTM solved the task" in text
    assert "control 0 of 0 – – 0.5" in text
    assert "median of" not in text
    assert not re.search(r"\b(nan|None|null)\b", text)


def test_one_solved_restart_has_values_and_no_intervals():
    alone = {"low": None, "high": None, "count": 1, "least": -72.62449}
    measured = defaultdict(lambda: entry(0.5, **alone), first=entry(0.5, **alone))
    one = {"restarts": 1, "solved": 1, "rate": 1.0, "low": None, "high": None, "n_max": {"4": 1}}
    one["summary"] = summary(measured, **entry(0.44, **alone), solved=1, theory=0.5)
    one["longer"] = sequences.longer_strings(company(1.0), one)
    text = chapter(task(SRN, **one), task(LSTM, **one))
    assert "in 1 of 1 restart." in text
    assert "Over all steps the median ratio is 0.50. Table" in text
    assert "0.500 fewer than 6: no interval −72.6 0.520" in text
    assert "[" not in text and not re.search(r"\b(nan|None|null)\b", text)


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
