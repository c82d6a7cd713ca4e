"""The chapter on the sequences: what it says follows from files, and it stands without any of them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from made_up_run import SVG, config, render, study, write, write_table
from weasyprint import HTML

from hidden_units.report.chapters import sequences, sequences_names
from hidden_units.report.chapters import sequences_findings as findings
from hidden_units.report.claims.ledger import changed_protocol
from hidden_units.report.claims.verdicts import VERDICTS
from hidden_units.report.comparability import counting_settings
from hidden_units.report.protocol import read_protocol
from hidden_units.report.wording import NO_BREAK

ROOT = Path(__file__).resolve().parents[3]
PUBLISHED = read_protocol(ROOT / "report/published/protocol.yaml")["sequences"]
SRN, LSTM = "srn-anb2n", "lstm-anb2nc3n"
FIGURES = [
    "survival", "failures", "generalisation", "ratios", f"learning_{SRN}", f"learning_{LSTM}",
    *(f"{name}_{SRN}" for name in ("losses", "states", "maps", "steps", "automaton")),
    *(f"{name}_{LSTM}" for name in ("hidden", "cells", "traces", "decoding", "intervention")),
]  # fmt: skip


def entry(median: float | None, half: float = 0.01) -> dict:
    known = median is not None
    return {
        "count": 7 if known else 0,
        "median": median,
        "low": median - half if known else None,
        "high": median + half if known else None,
        "least": median - 2 * half if known else None,
        "greatest": median + 2 * half if known else None,
    }


def success(task: str, **changes) -> dict:
    return {
        "task": task,
        "largest": 4,
        "hidden": 2,
        "parameters": 18,
        "steps": 9000,
        "optimum": 0.1932,
        "restarts": 10,
        "solved": 7,
        "rate": 0.7,
        "low": 0.4,
        "high": 0.89,
        "ever_solved": 8,
        "lost": 1,
        "median_first_step": 4300.0,
        "n_max": {"4": 5, "11": 2},
    } | changes


def srn_report(**changes) -> dict:
    orbit = {
        "type": "saddle",
        "period": 1,
        "points": [[0.25, -0.5]],
        "multipliers": [[-2.5, 0.0], [0.1, 0.0]],
    }
    held = {"description": "saddle", "fixed_points": [orbit], "two_cycles": []}
    walk = dict.fromkeys(sequences.WALK, 0.5) | {
        "home_offset": 0.01, "home_spread": 0.02, "home_gap": 0.3, "turn_degrees": 45.5,
        "step_ratio": 2.45, "step_ratio_within": 1.95, "step_ratio_longest": 1.33,
    }  # fmt: skip
    return {
        "seed": 3,
        "solved": True,
        "representative": {"a_map": held, "b_map": held, "settled": {"period": 2}},
        "summary": {
            "ratio": entry(0.44) | {"solved": 8, "theory": 0.5},
            "rates": {name: entry(0.9) for name in sequences.RATES},
            "walk": {name: entry(value) for name, value in walk.items()},
            "types": [
                {"solved": True, "a_map": "saddle", "b_map": "saddle", "seeds": 7},
                {"solved": False, "a_map": "saddle", "b_map": "saddle", "seeds": 2},
                {"solved": False, "a_map": "attracting", "b_map": "saddle", "seeds": 1},
            ],
        },
    } | changes


def lstm_report() -> dict:
    medians = dict.fromkeys(sequences.SPACES, 0.5) | {
        "silhouette_h": 0.56, "silhouette_c": 0.32, "follows_cell": 0.29, "follows_hidden": 0.0,
        "beyond_c_A_position": 0.99, "beyond_c_B_position": 0.98, "beyond_c_C_remaining": 0.93,
        "beyond_c_C_n": -5.5,
    }  # fmt: skip
    phase = {
        "cell": 1,
        "letter": "A",
        "increment": 1.5,
        "increment_sd": 0.1,
        "forget_gate": 0.9,
        "rising": 1.0,
    }
    counter = {"counter": "A-B", "w1": 1, "w2": 2, "w3": 3, "dA": 2, "dB": -1, "dC": 0, "explained": 0.9}
    return {
        "seed": 0,
        "solved": True,
        "representative": {"phases": [phase], "combinations": [counter]},
        "summary": {
            "seeds": 56,
            "with_monotone_cell": 0,
            "medians": {name: entry(value) for name, value in medians.items()},
        },
    }


def write_sequences(folder: Path) -> None:
    """Write what the chapter reads."""
    place = folder / "sequences"
    for task in config()["sequences"]["restarts"]:
        write(place / task / "success.json", json.dumps(success(task)))
    write(place / SRN / "dynamics.json", json.dumps(srn_report()))
    write(place / LSTM / "dynamics.json", json.dumps(lstm_report()))
    write(place / SRN / "automaton.json", json.dumps({"states": 12, "minimal_states": 12}))
    automata = pd.DataFrame({"equivalent": [True, True], "clusters": [15, 19], "determinism": [1.0, 0.975]})
    write_table(place / SRN / "automata.csv", automata)
    for task in (SRN, LSTM):
        kinds = pd.DataFrame(
            {"kind": ["solved", "never ends a string"], "restarts": [7, 3], "once_solved": [7, 1]}
        )
        write_table(place / task / "failure_kinds.csv", kinds.assign(right_strings=[1.0, 0.0]))
        losses = pd.DataFrame({"predictor": ["count-aware", "constant", "trained, solved"]})
        losses = losses.assign(
            restarts=[None, None, 7], nominal_error=[0.0274, 0.0, 0.0327], excess_nll=[0.0, 0.0744, 0.0333]
        )
        write_table(place / task / "losses.csv", losses)
        restarts = pd.DataFrame(
            {"solved": [True, True, False], "nominal_error": [0.031, 0.033, 0.0984], "excess_nll": 0.1}
        )
        write_table(place / task / "restarts.csv", restarts)
    for name in FIGURES:
        write(place / f"figures/{name}.svg", SVG)


def chapter(html: str) -> str:
    """The words of the chapter, spaces in a row as one."""
    page = HTML(string=html).etree_element
    (found,) = (element for element in page.iter() if element.get("id") == "sequences")
    return " ".join("".join(found.itertext()).replace(NO_BREAK, " ").split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory, results):
    place = tmp_path_factory.mktemp("sequences")
    write(place / "config.yaml", (results / "config.yaml").read_text(encoding="utf-8"))
    write_sequences(place)
    return place


@pytest.fixture(scope="module")
def text(folder) -> str:
    return chapter(render(folder))


def test_what_stands_in_the_files_stands_in_the_chapter(text):
    for part in (
        "The SRN solved aⁿb²ⁿ in 7 of 10 restarts (70 %, 95 % interval for other restarts [40, 89])",
        "median of them first at step 4,300, and 1 lost it again",
        "count without an error: 5 up to 4 and 2 up to 11",
        "a perfect predictor has a published loss of 0.0274",
        "0 of 1 failed restart have a lower published loss than the median solved one, 0.0320",
        "3 restarts failed, 3 of them in one way, “never ends a string”; 1 of the 3 had solved",
        "the median ratio is 2.45 [2.44, 2.46]",
        "0.440 [0.430, 0.450] over the 7 of 8 solved restarts",
        "would need 0.5, which the interval, 95 % of the median for other restarts, does not hold",
        "All of the 2 solved SRNs reduce to the smallest automaton",
        "at least 97.5 % of the transitions",
        "Not one of 56 solved restarts has a cell",
        "−5.5 for n during the C’s",
        "in 29 % of the pairs",
    ):
        assert part in text, part


def test_every_interval_says_which_question_it_answers(text):
    srn, lstm = srn_report(), lstm_report()
    said = [
        findings.success([success(SRN, network="SRN")]),
        findings.walk(srn),
        findings.step_ratio(srn, srn),
        findings.ratio(srn),
        findings.approach(srn),
        findings.controls({"srn-anbn": srn}),
        findings.spaces(lstm),
    ]
    sentences = [part for words in said for part in re.split(r"(?<=\.) (?=[A-Z])", words) if "[" in part]
    assert len(sentences) >= len(said)
    assert [part for part in sentences if "for other restarts" not in part] == []
    for caption in ("The walk of the solved SRNs", "Rates and distances", "The cells of the solved LSTMs"):
        assert re.search(f"{caption}[^.]* 95 % bootstrap interval [^.]*for other restarts", text), caption
    assert "Wilson’s interval at 95 % of the share of other restarts that would" in text
    assert text.count("Wilson’s 95 % intervals for other") == 2


def test_every_figure_of_the_chapter_is_shown_and_none_is_missing(folder):
    html = render(folder)
    assert chapter(html).count("Data: ") == 0  # put there by the style sheet
    alternatives = re.findall(r'alt="([^"]*)"', html)
    assert len(alternatives) == len(FIGURES)
    # Each says what was found, which is a number of this run.
    assert [words for words in alternatives if not re.search(r"\d", words)] == []
    assert "has not been made" not in chapter(html)


@pytest.mark.parametrize("kind", ["csv", "json", "svg"])
def test_without_files_of_a_kind_the_chapter_says_so_and_shows_no_nan(folder, tmp_path, kind):
    for path in folder.rglob("*.*"):
        if path.suffix != f".{kind}":
            target = tmp_path / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    words = chapter(render(tmp_path))
    assert "has not been made" in words
    assert not re.search(r"\b(nan|None|null)\b", words)


@pytest.mark.parametrize("task", [SRN, LSTM])
def test_any_one_missing_file_leaves_the_rest(folder, task):
    evidence = study(folder).evidence
    for name in sorted(name for name in evidence.names if f"/{task}/" in name):
        fewer = type(evidence)(evidence.folder, evidence.names - {name})
        shown = sequences.context(type(study(folder))(**{**vars(study(folder)), "evidence": fewer}))
        assert shown["sequence_tasks"], name


def test_where_no_restart_solved_anything_nothing_is_said_of_solved_ones(folder, tmp_path):
    write(tmp_path / "config.yaml", (folder / "config.yaml").read_text(encoding="utf-8"))
    nothing = {"count": 0, "median": None, "low": None, "high": None, "least": None, "greatest": None}
    report = srn_report(solved=False)
    report["summary"] |= {
        "ratio": nothing | {"solved": 0, "theory": 0.5},
        "rates": dict.fromkeys(sequences.RATES, nothing),
        "walk": dict.fromkeys(sequences.WALK, nothing),
    }
    report["representative"]["settled"] = None
    lstm = lstm_report() | {"solved": False, "summary": {"seeds": 0, "with_monotone_cell": 0, "medians": {}}}
    none = {"solved": 0, "rate": 0.0, "ever_solved": 0, "lost": 0, "median_first_step": None, "n_max": {}}
    for task, found in ((SRN, report), (LSTM, lstm)):
        write(tmp_path / f"sequences/{task}/success.json", json.dumps(success(task, **none)))
        write(tmp_path / f"sequences/{task}/dynamics.json", json.dumps(found))
    words = chapter(render(tmp_path))
    assert "In this run no SRN solved the task" in words
    assert "In this run no LSTM solved the task" in words
    assert not re.search(r"\b(nan|None|null)\b", words)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_chapter_has_the_verdicts_of_the_ledger_and_none_of_its_own(folder, tmp_path, verdict):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    ledger = pd.DataFrame({"id": [13, 18], "measured_verdict": verdict, "published_verdict": "supported"})
    others = ("section", "claim", "evidence", "published_evidence", "published_rule", "measured_rule", "name")
    write_table(tmp_path / "claims.csv", ledger.assign(shown_in="", **dict.fromkeys(others, "Part 3")))
    words = chapter(render(tmp_path))
    assert f"By the rule of claim 13, that start and ends form one cluster is {verdict}." in words
    assert f"“twice the step size” is all steps; by the rule of claim 18 it is {verdict}." in words


def test_without_a_ledger_the_chapter_judges_nothing(text):
    assert "claim 13" not in text and "claim 18" not in text
    assert "form one cluster" not in text and "inside" not in text


def single(found: dict) -> dict:
    """Medians over one solved restart: values without an interval."""
    return {name: value | {"count": 1, "low": None, "high": None} for name, value in found.items()}


def test_one_solved_restart_has_values_and_no_interval_is_spoken_of(folder, tmp_path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    report, lstm = srn_report(), lstm_report()
    report["summary"] |= {block: single(report["summary"][block]) for block in ("walk", "rates")}
    report["summary"]["ratio"] |= {"count": 1, "solved": 1, "low": None, "high": None}
    lstm["summary"]["medians"] = single(lstm["summary"]["medians"])
    write(tmp_path / f"sequences/{SRN}/dynamics.json", json.dumps(report))
    write(tmp_path / f"sequences/{LSTM}/dynamics.json", json.dumps(lstm))
    one = {"restarts": 1, "solved": 1, "rate": 1.0, "low": None, "high": None, "n_max": {"4": 1}}
    for task in config()["sequences"]["restarts"]:
        write(tmp_path / f"sequences/{task}/success.json", json.dumps(success(task, **one)))
    words = chapter(render(tmp_path))
    assert "over all steps the median ratio is 2.45; without" in words
    assert "in 1 of 1 restart (100 %, one restart: no interval)" in words
    assert words.count("fewer than 6: no interval") >= len(sequences.WALK) + len(sequences.RATES)
    assert "its interval" not in words and "the interval" not in words.replace("the interval of", "")
    assert not re.search(r"\b(nan|None|null)\b", words) and "[" not in words


@pytest.mark.parametrize(
    ("changes", "kind", "name"),
    [
        ({"optimiser": "adam"}, "", "optimiser"),
        ({"learning_rate": 0.001}, "", "learning rate"),
        ({"steps": 2000}, "", "steps"),
        ({"weight_decay": 0.0}, "", "weight decay"),
        ({"srn_hidden": 3}, "srn", "hidden units of the SRN"),
        ({"lstm_hidden": 4}, "lstm", "hidden units of the LSTM"),
    ],
)
def test_another_protocol_is_noticed_for_the_networks_that_it_touches(changes, kind, name):
    used = config(sequences=changes)["sequences"]
    for asked in ("srn", "lstm"):
        reason = changed_protocol(counting_settings(used, PUBLISHED, asked))
        assert (f"{name} " in reason) == (kind in ("", asked))
        assert bool(reason) == (kind in ("", asked))
    assert [setting.name for setting in counting_settings(used, PUBLISHED) if setting.is_changed] == [name]


def test_a_control_without_a_ratio_is_said_to_have_none():
    report = srn_report()
    report["summary"]["ratio"] = entry(None) | {"solved": 50, "theory": 1.0}
    assert "none has both" in findings.controls({"srn-anbn": report})


def test_a_failed_restart_with_the_lower_published_loss_changes_the_verdict():
    rows = [
        {"predictor": "count-aware", "nominal_error": 0.03, "excess_nll": 0.0},
        {"predictor": "constant", "nominal_error": 0.0, "excess_nll": 0.07},
    ]
    restarts = [{"solved": True, "nominal_error": 0.04}, {"solved": False, "nominal_error": 0.01}]
    assert "does not tell who solved" in findings.losses({SRN: rows}, {SRN: restarts})


def test_rare_dynamical_types_are_counted_together():
    types = [{"solved": k % 2 == 0, "a_map": f"type {k}", "b_map": "x", "seeds": 10 - k} for k in range(9)]
    rows = sequences.type_rows({"summary": {"types": types}})
    assert len(rows) == sequences.TYPES_SHOWN
    assert sum(row["solved"] + row["failed"] for row in rows) == sum(row["seeds"] for row in types)


@pytest.mark.parametrize(
    ("task", "name"),
    [(SRN, "SRN on aⁿb²ⁿ"), (LSTM, "LSTM on aⁿb²ⁿc³ⁿ"), ("srn-anbn-to10", "SRN on aⁿbⁿ, n to 10")],
)
def test_tasks_are_named_as_languages_are_written(task, name):
    assert sequences_names.task_name(task) == name


def test_an_extreme_has_no_more_digits_than_are_read():
    ends = [sequences.extreme(value, 3) for value in (0.98921, -72.62449, 9.87654, None)]
    assert ends == ["0.989", "−72.6", "9.877", "–"]
