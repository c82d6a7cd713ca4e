"""The chapter on comparisons: its numbers are the files', and it stands without any of them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from made_up_run import ROOT, SVG, config, dataset, render, write, write_results, write_table
from test_report_page import table, tree, words

from hidden_units.characters.comparisons import (
    COMPARISON_COLUMNS,
    OUTPERFORMANCE_COLUMNS,
    PLATEAU_COLUMNS,
    compare_models,
    confusion_difference,
    economy,
    plateau_table,
)
from hidden_units.report.chapters import comparisons_findings as findings
from hidden_units.report.chapters.comparisons import PUBLISHED_MATRICES, network_rows
from hidden_units.report.wording import NO_BREAK
from hidden_units.statistics.plateau import find_plateau

NETWORKS = ["netlin", "netfull-110", "netconv"]
WIDTHS = [10, 20, 110]
ACCURACIES = {
    "netlin": [0.69, 0.70, 0.71],
    "netfull-10": [0.79, 0.80, 0.78],
    "netfull-20": [0.8398, 0.8399, 0.8400],
    "netfull-110": [0.8400, 0.8401, 0.8402],
    "netconv": [0.94, 0.95, 0.96],
}
PARAMETERS = {
    "netlin": 7850,
    "netfull-10": 7960,
    "netfull-20": 15910,
    "netfull-110": 87460,
    "netconv": 184586,
}
FIGURES = ["comparisons", "plateau", "economy", *(f"difference_{model}" for model in NETWORKS)]


def write_study(folder: Path, seeds: int = 3, **changes) -> Path:
    """The files of a made-up study; `changes` are of its data."""
    settings = config(seeds=seeds, characters={"hidden": 110, "widths": WIDTHS})
    # The others' files first; those of this chapter and the summary are written over them.
    write_results(folder, config=settings, dataset=dataset(**changes))
    own = folder / "characters"
    accuracies = {model: values[:seeds] for model, values in ACCURACIES.items()}
    rows = [
        {
            "model": model,
            "hidden": model.partition("-")[2] or None,
            "parameters": PARAMETERS[model],
            "seeds": seeds,
            "accuracy_mean": np.mean(values),
            "accuracy_sd": np.std(values, ddof=1) if seeds > 1 else None,
            "accuracy_low": np.mean(values) - 0.01 if seeds > 1 else None,
            "accuracy_high": np.mean(values) + 0.01 if seeds > 1 else None,
            "loss_mean": 0.5,
            "reported": None,
        }
        for model, values in accuracies.items()
    ]
    summary = pd.DataFrame([*rows, {"model": "knn-4", "accuracy_mean": 0.92}])
    write_table(own / "summary.csv", summary)
    images = np.arange(1000)
    correct = {model: images < round(1000 * np.mean(accuracies[model])) for model in NETWORKS}
    compared, better = compare_models(
        accuracies, correct, NETWORKS, [f"netfull-{width}" for width in WIDTHS], resamples=1000
    )
    write_table(own / "comparisons.csv", compared)
    write_table(own / "outperformance.csv", better)
    sweep = {width: accuracies[f"netfull-{width}"] for width in WIDTHS}
    plateau = find_plateau(sweep, margin=0.003, resamples=1000)
    answer = {"margin": 0.003, "resamples": 1000, "seeds": seeds}
    names = ("best", "smallest_equivalent", "verdict", "one_standard_error")
    write(own / "plateau.json", json.dumps(answer | {name: getattr(plateau, name) for name in names}))
    write_table(own / "plateau.csv", plateau_table(plateau))
    write_table(own / "economy.csv", economy(summary, accuracies, 6283, 50, 1000))
    for name in FIGURES:
        write(own / f"figures/{name}.svg", SVG)
    target, chosen = np.nonzero(~np.eye(10, dtype=bool))
    rates = pd.DataFrame({"target": target, "chosen": chosen, "rate": 0.01})
    rates.loc[(rates["target"] == 5) & (rates["chosen"] == 2), "rate"] = 0.3
    for model in NETWORKS:
        published = pd.read_csv(ROOT / f"report/published/confusion_{model}.csv").to_numpy()
        write_table(own / f"figures/difference_{model}.csv", confusion_difference(rates, published))
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return write_study(tmp_path_factory.mktemp("comparisons"))


@pytest.fixture(scope="module")
def page(folder) -> str:
    return render(folder)


def said(html: str) -> str:
    """The words of this chapter."""
    chapter = html[html.index('id="comparisons"') : html.index('id="checkerboard"')]
    return words(f"<html><body>{re.sub('<script.*?</script>', '', chapter, flags=re.S)}</body></html>")


def without(folder: Path, tmp_path: Path, *names: str) -> str:
    """The report without some of the files."""
    copy = shutil.copytree(folder, tmp_path / "run")
    for name in names:
        (copy / name).unlink()
    return render(copy)


def test_each_interval_stands_beside_the_question_that_it_answers(page):
    rows = table(page, "network-differences")
    assert [row[-6:-3] for row in rows[:3]] == [
        ["other seeds", "Welch", "+14.01"],
        ["other seeds", "bootstrap", "+14.01"],
        ["other test images", "paired bootstrap, McNemar", "+14.00"],
    ]
    assert len(rows) == 9
    assert rows[0][-1].startswith("100 [") and rows[1][-2:] == ["–", "–"]
    assert "Over other seeds, 3 of 3 differences are larger than chance explains" in words(page)
    assert "Over other test images, for the representative runs, 3 of 3 differences" in words(page)


def test_networks_right_on_the_same_images_have_no_interval_for_others(folder):
    table = pd.read_csv(folder / "characters/comparisons.csv").astype(object)
    table = table.where(table.notna(), None)
    table.loc[table["question"] == "other test images", ["difference", "low", "high", "p", "p_holm"]] = [
        0.0, None, None, 1.0, 1.0,
    ]  # fmt: skip
    rows = network_rows(table.to_dict("records"), [])
    words = {row["interval"] for row in rows if row["question"] == "other test images"}
    assert words == {"same on all images: no interval"}
    assert all(row["interval"].startswith("[") for row in rows if row["question"] == "other seeds")


def test_the_answer_on_width_is_the_files(page):
    text = words(page)
    assert "The answer is 20 hidden units" in text and "which is 110 units in these means" in text
    assert "the narrower one, 10, is shown to lie further below." in text
    assert [[row[0], row[5]] for row in table(page, "plateau")] == [
        ["10", "worse"],
        ["20", "equivalent"],
        ["110", "equivalent"],
    ]


ENDS = ("low", "high", "p_holm")
ANSWER = {"margin": 0.003, "best": 40, "resamples": 1000, "seeds": 3, "one_standard_error": 20}


def test_an_undecided_answer_says_what_stands_in_its_way():
    rows = [
        {"hidden": 10, "equivalent": False, "worse": True},
        {"hidden": 20, "equivalent": False, "worse": False},
        {"hidden": 40, "equivalent": True, "worse": False},
    ]
    undecided = ANSWER | {"verdict": "undecided", "smallest_equivalent": 40}
    text = findings.plateau(undecided, rows).replace(NO_BREAK, " ")
    assert text.startswith("The answer is undecided. 40 hidden units are shown to lie less than 0.3 points")
    assert "but 20, which is narrower, is shown neither to do so nor to lie further below" in text
    assert text.endswith("; 40 shown equivalent; 10 shown worse. More seeds would narrow the bounds.")
    none = findings.plateau(undecided | {"smallest_equivalent": None}, rows[:2]).replace(NO_BREAK, " ")
    assert "but no size is shown to lie less than 0.3 points below the best" in none


def test_the_smallest_size_tried_is_no_proof_that_none_smaller_would_do():
    rows = [{"hidden": width, "equivalent": True, "worse": False} for width in (10, 20)]
    answer = ANSWER | {"verdict": "width", "best": 20, "smallest_equivalent": 10}
    assert "so a smaller one may do as well" in findings.plateau(answer, rows)


def test_the_widest_size_tried_is_no_proof_of_a_plateau():
    rows = [{"hidden": width, "equivalent": width == 40, "worse": width < 40} for width in (10, 20, 40)]
    answer = ANSWER | {"verdict": "width", "smallest_equivalent": 40}
    text = findings.plateau(answer, rows)
    assert "the narrower ones, 10 and 20, are shown to lie further below" in text
    assert text.endswith("the widest that was tried, so the accuracy may rise beyond it.")


def test_where_no_seeds_scatter_the_plateau_names_no_size_and_says_why():
    answer = ANSWER | {"verdict": "no scatter", "smallest_equivalent": None, "best": 40, "seeds": 3}
    assert findings.plateau(answer, []).replace(NO_BREAK, " ") == (
        "The highest accuracy is at 40 units, but all 3 seeds of each size gave the same, so that nothing is "
        "known of how others would scatter, and no size is named."
    )


def test_a_size_without_bounds_shows_dashes_and_the_caption_says_why(folder, page, tmp_path):
    copy = Path(shutil.copytree(folder, tmp_path / "run"))
    bounds = pd.read_csv(copy / "characters/plateau.csv")
    bounds.loc[0, ["lower", "upper"]] = None
    bounds.to_csv(copy / "characters/plateau.csv", index=False)
    html = render(copy)
    assert table(html, "plateau")[0][3:5] == ["–", "–"]
    assert "where neither its seeds nor those of the best differ at all" in words(html)
    assert "where neither its seeds" not in words(page)


def test_what_is_not_told_apart_is_named():
    row = {"family": "networks", "question": "other seeds", "method": "Welch", "difference": 0.05, "seeds": 3}
    rows = [
        row | {"a": "netlin", "b": "netfull-20", "p_holm": 0.01},
        row | {"a": "netfull-20", "b": "netconv", "p_holm": 0.3},
    ]
    text = findings.networks(rows).replace(NO_BREAK, " ")
    assert "1 of 2 differences is larger than chance explains" in text
    assert text.endswith("Not told apart: NetFull and NetConv.")
    nothing = [row | {"p_holm": 0.2} for row in rows]
    assert findings.networks(nothing) == "Over other seeds, no two networks are told apart."
    # Without scatter there is no test, and so nothing is told apart.
    rows[1]["p_holm"] = None
    assert findings.networks(rows).replace(NO_BREAK, " ").endswith("Not told apart: NetFull and NetConv.")
    assert findings.networks([row | {"p_holm": None} for row in rows]) == findings.networks(nothing)


def test_steps_without_scatter_have_no_interval_and_are_not_told_from_none():
    row = {"family": "widths", "question": "other seeds", "method": "Welch", "seeds": 3}
    rows = [
        row | {"a": "netfull-10", "b": "netfull-20", "difference": 0.05} | dict.fromkeys(ENDS),
        row | {"a": "netfull-20", "b": "netfull-40", "difference": 0.01, "low": 0.005, "high": 0.015}
        | {"p_holm": 0.01},
    ]  # fmt: skip
    text = findings.next_widths(rows).replace(NO_BREAK, " ")
    assert "1 of 2 steps differs from 0 after Holm’s correction: 20 to 40 (+1.00)" in text
    assert text.endswith("from 10 to 20, is +5.00 points no scatter: no interval.")


@pytest.mark.parametrize(
    ("p", "text"), [(None, "–"), (0.00009, "<0.0001"), (0.0312, "0.0312"), (1, "1.0000")]
)
def test_a_p_value_is_never_rounded_to_nothing(p, text):
    assert findings.p_value(p) == text


def test_the_economy_lists_the_smallest_first(page):
    rows = table(page, "economy")
    assert [row[1] for row in rows] == ["7,850", "7,960", "15,910", "87,460", "184,586", "4,932,155"]
    assert rows[-1][0] == "4 nearest neighbours" and rows[-1][3] == "no"
    assert "On the Pareto front are NetLin, NetFull 10, NetFull 20, NetFull 110 and NetConv" in words(page)


def test_reported_figures_stand_beside_measured_ones(page):
    rows = {row[0]: row[1:] for row in table(page, "reported")}
    # NetLin: mean 70 %, sd 1, three seeds: one more run within 4.302653 sd sqrt(4/3).
    assert rows["NetLin"] == [
        "7,850", "7,850", "70.00", "[65.0, 75.0]", "69.57", "+0.43", "0.5000", "1.0103",
    ]  # fmt: skip
    assert rows["NetFull, 300 hidden"] == ["–", "–", "–", "–", "85.15", "–", "–", "–"]
    text = words(page)
    assert "The numbers of parameters reported for NetLin, NetFull 110 and NetConv are those counted" in text
    assert "Of the 3 reported accuracies, 2 lie where one more run of these would be expected" in text
    assert "outside: NetFull 110 (−0.06 points measured minus reported)." in text


def test_on_other_data_nothing_is_said_to_compare(tmp_path):
    html = render(write_study(tmp_path, comparable=False, official=False, synthetic=True))
    text = said(html)
    assert "does not compare with what was reported, for the images are synthetic." in text
    assert "lie where one more run" not in text and "for orientation only" in text
    assert {len(row) for row in table(html, "reported")} == {8}  # no difference
    assert text.count("Not comparable. Net") == 3


def test_a_changed_protocol_is_listed(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "run")
    settings = config(seeds=3, characters={"hidden": 110, "widths": WIDTHS}, training={"epochs": 2})
    write(copy / "config.yaml", yaml.safe_dump(settings))
    text = said(render(copy))
    assert "The training departs from the published protocol: epochs 2, as published 10." in text


def test_the_largest_changes_of_confusion_are_named(page):
    # Of 1,000 images of は the published NetLin took 128 for す.
    assert words(page).count("Furthest above the published rate is は ha taken for す su (+17.2)") == 1


def test_published_matrices_are_those_of_the_repository():
    files = (ROOT / "report/published").glob("confusion_*.csv")
    assert {path.stem.removeprefix("confusion_") for path in files} == set(PUBLISHED_MATRICES)


def test_data_of_other_classes_have_no_differences_and_the_chapter_says_why(tmp_path):
    digits = [{"label": k, "romaji": str(k), "kana": ""} for k in range(10)]
    text = said(render(write_study(tmp_path, classes=digits, comparable=False)))
    assert "they are of the ten classes of KMNIST, and these data have others" in text
    assert "rates of confusion" not in text


def test_a_width_without_a_published_matrix_is_named(report):
    assert "No matrix was published of NetFull, 5 hidden." in words(report)


def test_one_seed_gives_sentences_in_place_of_intervals(tmp_path):
    html = render(write_study(tmp_path, seeds=1))
    text = said(html)
    assert "With one seed a network, nothing can be said of other seeds." in text
    assert "with one seed a size nothing is known of how it scatters" in text
    assert "With one seed a size, no step from one size to the next can be judged." in text
    assert 'id="table-plateau"' not in html and "characters/plateau.csv" not in text
    rows = [row for row in table(html, "network-differences") if "other seeds" in row]
    assert {row[-3] for row in rows} == {"one seed: no interval"}
    assert "nan" not in re.findall(r"\w+", text.lower()) and "None" not in text


def test_empty_families_leave_a_report_without_them(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "run")
    for name, columns in {
        "comparisons": COMPARISON_COLUMNS,
        "outperformance": OUTPERFORMANCE_COLUMNS,
        "plateau": PLATEAU_COLUMNS,
    }.items():
        write_table(copy / f"characters/{name}.csv", pd.DataFrame(columns=columns))
    text = said(render(copy))
    assert "nan" not in re.findall(r"\w+", text.lower()) and "None" not in text
    # The file is there; it has no rows, for there was nothing to compare.
    assert "is left out: no two networks were trained, so there is nothing to compare." in text
    assert "comparisons.csv has not been made" not in text


@pytest.mark.parametrize(
    "names",
    [
        ["characters/comparisons.csv"],
        ["characters/outperformance.csv"],
        ["characters/plateau.json"],
        ["characters/plateau.csv"],
        ["characters/economy.csv"],
        ["characters/summary.csv"],
        ["data/dataset.json"],
        [f"characters/figures/difference_{model}.csv" for model in NETWORKS],
    ],
)
def test_a_missing_table_leaves_a_report_without_it(names, folder, tmp_path):
    text = said(without(folder, tmp_path, *names))
    assert "nan" not in re.findall(r"\w+", text.lower()) and "None" not in text


@pytest.mark.parametrize("name", FIGURES)
def test_a_missing_figure_leaves_a_sentence(name, folder, tmp_path):
    html = without(folder, tmp_path, f"characters/figures/{name}.svg")
    assert f"is left out: characters/figures/{name}.svg has not been made." in words(html)


def test_every_figure_says_what_it_shows(page):
    section = tree(page).find(".//section[@id='comparisons']")
    alternatives = [image.get("alt") for image in section.iter("img")]
    assert len(alternatives) == len(FIGURES)
    assert all(len(alternative.split()) > 8 for alternative in alternatives)


def test_a_size_chosen_on_held_out_images_is_reported_with_its_test_accuracy_and_nothing_more_is_claimed():
    answer = ANSWER | {"smallest_equivalent": 40, "chosen_on": "validation images", "test_accuracy": 0.8}
    text = findings.held_out(answer).replace(NO_BREAK, " ")
    assert "the test accuracies in other tables had no part in it." in text and "once" not in text
    assert text.endswith("On the test images 40 hidden units reach 80.00 %.")
    undecided = findings.held_out(answer | {"verdict": "undecided", "test_accuracy": None})
    assert undecided.endswith("had no part in it.")
    assert findings.held_out(answer | {"chosen_on": "test images"}) == findings.held_out(None) == ""
