"""The chapter on sensitivity: there where ablations are asked for, and true to their table."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
import yaml
from made_up_run import SVG, config, render, study, write, write_table
from test_report_page import table, tree, words

from hidden_units.report.chapters.sensitivity import findings, p_value, points_interval
from hidden_units.report.comparability import comparability
from hidden_units.report.wording import NO_BREAK

ROWS = [
    {
        "variant": "shuffled",
        "model": "netlin",
        "seeds": 5,
        "accuracy_mean": 0.6967,
        "baseline_mean": 0.6955,
        "difference": 0.0012,
        "low": -0.0003,
        "high": 0.0027,
        "p": 0.0861,
        "p_holm": 0.1722,
        "bootstrap_low": -0.0001,
        "bootstrap_high": 0.0022,
    },
    {
        "variant": "shuffled",
        "model": "netfull-5",
        "seeds": 5,
        "accuracy_mean": 0.8433,
        "baseline_mean": 0.8392,
        "difference": 0.0041,
        "low": 0.0035,
        "high": 0.0047,
        "p": 0.00004,
        "p_holm": 0.00012,
        "bootstrap_low": 0.0037,
        "bootstrap_high": 0.0046,
    },
    {
        "variant": "bfloat16",
        "model": "netconv",
        "seeds": 5,
        "accuracy_mean": 0.9391,
        "baseline_mean": 0.9394,
        "difference": -0.0003,
        "low": -0.0031,
        "high": 0.0025,
        "p": 0.7812,
        "p_holm": 0.7812,
        "bootstrap_low": -0.0021,
        "bootstrap_high": 0.0018,
    },
]
MINUS = "\N{MINUS SIGN}"


def folder_of(path: Path, rows=ROWS, **changes) -> Path:
    """A run that has nothing but its configuration and the sensitivity tables."""
    write(path / "config.yaml", yaml.safe_dump(config(**changes)))
    if rows:
        write_table(path / "characters/sensitivity.csv", pd.DataFrame(rows))
        write(path / "characters/figures/sensitivity.svg", SVG)
        write_table(path / "characters/figures/sensitivity.csv", pd.DataFrame({"seed": [0]}))
    return path


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> str:
    return render(folder_of(tmp_path_factory.mktemp("sensitivity")))


def said(rows) -> str:
    return findings(rows).replace(NO_BREAK, " ")


def test_the_table_gives_both_means_the_difference_its_two_intervals_and_both_p(page):
    assert table(page, "sensitivity") == [
        ["NetLin", "shuffled, not in file order", "5", "69.55", "69.67", "+0.12", f"[{MINUS}0.03, +0.27]",
         f"[{MINUS}0.01, +0.22]", "0.086", "0.172"],
        ["NetFull, 5 hidden", "shuffled, not in file order", "5", "83.92", "84.33", "+0.41",
         "[+0.35, +0.47]", "[+0.37, +0.46]", "<0.001", "<0.001"],
        ["NetConv", "bfloat16, not float32", "5", "93.94", "93.91", f"{MINUS}0.03", f"[{MINUS}0.31, +0.25]",
         f"[{MINUS}0.21, +0.18]", "0.781", "0.781"],
    ]  # fmt: skip


def test_the_chapter_says_which_question_its_interval_answers(page):
    assert "over other seeds, on the same training and test images" in words(page)
    assert "with two 95 % intervals for other seeds" in words(page).replace(NO_BREAK, " ")
    assert "does not show that the setting makes no difference" in words(page)


def test_the_finding_tells_changes_apart_by_the_corrected_p(page):
    finding = (
        "Told apart from no change, at 5 % over all 3 comparisons at once, in points: "
        "shuffling under NetFull +0.41 [+0.35, +0.47]. "
        f"Not told apart from no change, in points: shuffling under NetLin +0.12 [{MINUS}0.03, +0.27] and "
        f"bfloat16 under NetConv {MINUS}0.03 [{MINUS}0.31, +0.25]; "
        "these seeds leave room for a change of up to 0.31 points."
    )
    assert said(ROWS) == finding
    assert finding in words(page).replace(NO_BREAK, " ")
    # Uncorrected it would pass, among others it does not.
    assert said([ROWS[0] | {"p": 0.03, "p_holm": 0.09}]).startswith("Not told apart")


def test_one_comparison_is_not_called_a_family():
    assert said([ROWS[1]]).startswith("Told apart from no change, at 5 %, in points: shuffling")


def test_what_changes_no_seed_is_said_to_be_alike():
    alike = ROWS[2] | {"difference": 0.0} | dict.fromkeys(("low", "high", "p", "p_holm"))
    assert said([alike]) == "Alike in every seed: bfloat16 under NetConv."


def test_the_same_difference_in_every_seed_is_no_proof():
    shifted = ROWS[2] | {"difference": 0.001} | dict.fromkeys(("low", "high", "p", "p_holm"))
    found = said([ROWS[1], shifted])
    assert found.startswith("Told apart from no change, at 5 %, in points: shuffling under NetFull")
    assert found.endswith("The same difference in every seed, so without a test, in points: bfloat16 under "
                          "NetConv +0.10.")  # fmt: skip


def test_one_seed_gives_differences_and_no_interval(tmp_path):
    ends = ("low", "high", "p", "p_holm", "bootstrap_low", "bootstrap_high")
    single = [row | dict.fromkeys(ends) | {"seeds": 1} for row in ROWS[:1]]
    html = render(folder_of(tmp_path, single))
    assert "One seed allows no interval; it gives differences of, in points:" in words(html)
    assert table(html, "sensitivity")[0][6:] == [*["one seed: no interval"] * 2, "–", "–"]
    assert "nan" not in re.findall(r"\w+", words(html).lower())


def test_where_the_files_are_missing_sentences_stand_in_their_place(tmp_path):
    html = words(render(folder_of(tmp_path, rows=[])))
    assert "is left out: characters/sensitivity.csv has not been made." in html
    assert "is left out: characters/figures/sensitivity.svg has not been made." in html


@pytest.mark.parametrize("off", [{"seeds": 0}, {"order": [], "precision": []}])
def test_where_no_ablation_is_asked_for_there_is_no_chapter(off, tmp_path):
    html = render(folder_of(tmp_path, rows=[], sensitivity=off))
    assert tree(html).find(".//section[@id='sensitivity']") is None
    assert "#sensitivity" not in html and "Sensitivity" not in words(html)


def test_chapters_after_one_that_is_left_out_are_numbered_without_a_gap(tmp_path):
    html = tree(render(folder_of(tmp_path, rows=[], sensitivity={"seeds": 0})))
    numbers = [
        heading.find("span").text
        for heading in html.iter("h2")
        if (heading.get("id") or "").startswith("title-") and heading.find("span") is not None
    ]
    assert numbers == [str(place + 1) for place in range(len(numbers))] and len(numbers) > 6


def test_only_what_was_asked_for_is_explained(tmp_path):
    html = words(render(folder_of(tmp_path, ROWS[2:], sensitivity={"order": []})))
    assert "computed in bfloat16, with a third of the significant bits of float32" in html
    assert "each epoch takes the training images in a new one" not in html


def test_intervals_and_p_are_written_for_readers():
    assert points_interval(-0.0005, 0.0029, 5) == f"[{MINUS}0.05,{NO_BREAK}+0.29]"
    assert points_interval(None, None, 5) == "no scatter: no interval"
    assert [p_value(p) for p in (0.0004, 0.0126, 1.0)] == ["<0.001", "0.013", "1.000"]


def test_a_validation_split_is_a_deviation_of_the_protocol(tmp_path):
    found = comparability(study(folder_of(tmp_path, rows=[], training={"validation": 5000})))
    assert not found.comparable
    assert [(setting.name, setting.used, setting.published) for setting in found.deviations] == [
        ("training images held out for validation", "5,000", "none")
    ]
