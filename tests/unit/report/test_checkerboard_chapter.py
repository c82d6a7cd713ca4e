"""The chapter on the checkerboard: its numbers are the files', and it stands without any of them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml
from made_up_run import ROOT, SVG, config, render, render_without, write, write_table
from test_report_page import table, tree, words

from hidden_units.report.chapters import checkerboard_findings as findings
from hidden_units.report.chapters.checkerboard import output_equation, shown_scales
from hidden_units.report.wording import NO_BREAK

PUBLISHED = ROOT / "report/published/activations.csv"
FIGURES = [
    "step_network", "half_planes", "fewest_units", "scaling", "surfaces", "restarts", "learned",
    "representatives",
]  # fmt: skip
SETTING = {"hidden": 4, "learning_rate": 0.01, "restarts": 7, "solved": 3, "rate": 3 / 7}
SUCCESS = [
    SETTING
    | {
        "low": 0.1582,
        "high": 0.7495,
        "first_epoch_lower": 1234,
        "first_epoch_median": None,
        "first_epoch_upper": None,
    },
    SETTING
    | {
        "hidden": 5,
        "solved": 7,
        "rate": 1.0,
        "low": 0.6457,
        "high": 1.0,
        "first_epoch_lower": 611,
        "first_epoch_median": 722,
        "first_epoch_upper": 8333,
    },
]
FEWEST = [
    {"hidden": 3, "splits": 58, "arrangements": 3654, "best_correct": 8, "arrangements_at_best": 8},
    {"hidden": 4, "splits": 58, "arrangements": 23751, "best_correct": 9, "arrangements_at_best": 3},
]
THRESHOLDS = {"solves": 1.981, "solves_whole": 2, "near": 9.513, "near_whole": 10}
SCALING = [
    {"scale": 1, "correct": 4, "margin": -0.0371},
    {"scale": 2, "correct": 9, "margin": 0.0013},
    {"scale": 3, "correct": 9, "margin": 0.1075},
    {"scale": 10, "correct": 9, "margin": 0.4923},
    {"scale": 50, "correct": 9, "margin": 0.5},
]


def learned(**changes) -> dict:
    representative = {"seed": 6, "solved": True, "first_epoch": 722, "arrangement": 1}
    setting = {
        "hidden": 4,
        "learning_rate": 0.01,
        "solved": 3,
        "arrangements": {"1": 1, "2": 0, "3": 0},
        "other": 2,
        "splits": {"3": 2, "4": 1},
        "representative": representative,
    }
    wider = setting | {"hidden": 5, "solved": 7, "arrangements": {"1": 2, "2": 0, "3": 1}, "other": 4}
    return {
        "arrangements": 3,
        "designed": 2,
        "settings": [setting, wider | {"splits": {"5": 7}}],
    } | changes


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The files of a made-up study; not to be changed."""
    folder = tmp_path_factory.mktemp("checkerboard")
    write(folder / "config.yaml", yaml.safe_dump(config()))
    own = folder / "checkerboard"
    write_table(own / "step_activations.csv", pd.read_csv(PUBLISHED))
    lines = [{"unit": 1, "w1": 1.0, "w2": 1.0, "bias": -2.5, "equation": "x₁ + x₂ − 2.5 = 0"}]
    write(own / "lines.json", json.dumps({"hidden": lines}))
    write_table(own / "scaling.csv", pd.DataFrame(SCALING))
    write(own / "thresholds.json", json.dumps(THRESHOLDS))
    write_table(own / "fewest_units.csv", pd.DataFrame(FEWEST))
    write_table(own / "success.csv", pd.DataFrame(SUCCESS))
    write(own / "learned.json", json.dumps(learned()))
    for name in FIGURES:
        write(own / f"figures/{name}.svg", SVG)
    connections = [("x1", "h1", 1.0), ("h1", "output", 1.0), ("bias", "output", -1.5)]
    write_table(
        own / "figures/step_network.csv", pd.DataFrame(connections, columns=["start", "end", "weight"])
    )
    return folder


@pytest.fixture(scope="module")
def page(folder) -> str:
    return render(folder)


def changed(folder: Path, tmp_path: Path, name: str, content: pd.DataFrame) -> str:
    """The report with one table changed."""
    copy = shutil.copytree(folder, tmp_path / "run")
    write_table(copy / name, content)
    return render(copy)


def test_the_activations_stand_beside_the_published_ones(page):
    rows = table(page, "activations")
    assert len(rows) == 9
    for row, expected in zip(rows, pd.read_csv(PUBLISHED).itertuples(index=False), strict=True):
        values = [str(value) for value in expected[3:]]
        assert row == [f"({expected.x1}, {expected.x2})", str(expected.target), *values, *values]
    assert "All nine rows agree with the published table." in words(page)


def test_a_row_that_differs_from_the_published_one_is_counted(folder, tmp_path):
    activations = pd.read_csv(PUBLISHED)
    activations.loc[4, "output"] = 1
    html = changed(folder, tmp_path, "checkerboard/step_activations.csv", activations)
    assert "8 of the 9 rows agree with the published table." in words(html)
    assert "It gets 8 of the nine points right." in words(html)


def test_a_network_of_another_shape_is_not_compared(folder, tmp_path):
    activations = pd.read_csv(PUBLISHED).drop(columns="h4")
    html = changed(folder, tmp_path, "checkerboard/step_activations.csv", activations)
    assert "is not compared" in words(html)
    assert {len(row) for row in table(html, "activations")} == {2 + 4}


def test_the_fewest_units_are_those_of_the_search(page):
    assert table(page, "fewest") == [["3", "58", "3,654", "8", "8"], ["4", "58", "23,751", "9", "3"]]
    assert "No network of fewer than 4 units solves the task" in words(page)


def test_without_a_solution_the_search_names_the_most_points():
    said = findings.fewest(FEWEST[:1]).replace(NO_BREAK, " ")
    assert said == "No network of up to 3 step units gets all nine points right; the most is 8."


def test_the_scaling_table_shows_the_thresholds_the_ends_and_what_is_drawn(page):
    assert [row[:4] for row in table(page, "scaling")] == [
        ["1", "4", "−0.0371", "0.5371"],
        ["2", "9", "0.0013", "0.4987"],
        ["10", "9", "0.4923", "0.0077"],
        ["50", "9", "0.5000", "0.0000"],
    ]
    assert [row["mark"] for row in shown_scales(SCALING, None, [3])] == ["", "", ""]


def test_the_published_statement_on_scaling_is_answered_from_the_thresholds():
    held = findings.scaling(SCALING, THRESHOLDS)
    assert "large enough from 10 on" in held and "by a margin of 0.0013" in held
    assert "is not borne out" in findings.scaling(SCALING, THRESHOLDS | {"near": None, "near_whole": None})


def test_a_quartile_among_unsolved_restarts_is_known_only_to_lie_beyond_the_cap(page):
    assert table(page, "restarts") == [
        ["4", "0.01", "20,000", "3 of 7", "[15.8, 75.0]", "1,234", "> 20,000", "> 20,000"],
        ["5", "0.01", "20,000", "7 of 7", "[64.6, 100.0]", "611", "722", "8,333"],
    ]
    assert "With 4 units, the fewest that step units need, it was 3 of 7 restarts" in words(page)
    assert "what share of other restarts, which begin from other weights, would solve the task" in words(page)
    assert "intervals for other restarts; right" in words(page)


def test_what_was_learned_is_counted_over_all_settings(page):
    assert table(page, "learned") == [
        ["4", "0.01", "3", "1", "0", "0", "2"],
        ["5", "0.01", "7", "2", "0", "1", "4"],
    ]
    said = words(page)
    assert "None of the 10 solved restarts found the lines of the designed network." in said
    assert "held by 4, none by 6" in said
    assert "In 2 the hidden units part the points in fewer than 4 ways" in said


def test_a_restart_that_found_the_designed_lines_is_named_so():
    found = learned()
    found["settings"][0] |= {"arrangements": {"1": 0, "2": 1, "3": 0}}
    found["settings"][0]["representative"] |= {"arrangement": 2}
    assert findings.learned(found, FEWEST).startswith("1 of the 10")
    assert findings.beside(found, hidden=4).endswith("holds the lines of the designed one.")


def test_the_output_equation_writes_signs_and_weights_as_a_person_would():
    rows = [("h1", -1.0), ("h2", 2.0), ("h3", 0.0), ("bias", -1.5)]
    connections = [{"start": start, "end": "output", "weight": weight} for start, weight in rows]
    assert output_equation(connections) == "−h₁ + 2 h₂ − 1.5 = 0"
    assert output_equation([]) is None


def test_every_figure_says_what_it_shows(page):
    section = tree(page).find(".//section[@id='checkerboard']")
    alternatives = [image.get("alt") for image in section.iter("img")]
    assert len(alternatives) == len(FIGURES)
    assert all(len(alternative.split()) > 8 for alternative in alternatives)


@pytest.mark.parametrize("name", FIGURES)
def test_a_missing_figure_leaves_a_sentence(name, folder, tmp_path):
    html = render_without(f"checkerboard/figures/{name}.svg", folder, tmp_path)
    assert f"is left out: checkerboard/figures/{name}.svg has not been made." in words(html)


@pytest.mark.parametrize(
    "name",
    [
        "step_activations.csv",
        "lines.json",
        "scaling.csv",
        "thresholds.json",
        "fewest_units.csv",
        "success.csv",
        "learned.json",
        "figures/step_network.csv",
    ],
)
def test_a_missing_table_leaves_a_report_without_it(name, folder, tmp_path):
    html = render_without(f"checkerboard/{name}", folder, tmp_path)
    assert "nan" not in re.findall(r"\w+", words(html).lower())
    assert not re.search(r"\bNone (?!of the)", words(html))


def test_with_nothing_solved_the_chapter_says_so(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "run")
    found = learned()
    for setting in found["settings"]:
        setting |= {"solved": 0, "arrangements": {"1": 0, "2": 0, "3": 0}, "other": 0, "splits": {}}
        setting["representative"] |= {"solved": False, "arrangement": None}
    write(copy / "checkerboard/learned.json", json.dumps(found))
    said = words(render(copy))
    assert "No restart solved the task" in said
    assert "None of them solved the task." in said
