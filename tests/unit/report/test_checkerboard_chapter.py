"""The chapter on the checkerboard: facts from small tables, and what the template says of them."""

from __future__ import annotations

import pandas as pd
import pytest
from one_chapter import ROOT, words_of

from hidden_units.report.chapters import checkerboard

PUBLISHED = pd.read_csv(ROOT / "report/published/activations.csv")
THRESHOLDS = {"solves": 1.981, "solves_whole": 2, "near": 9.513, "near_whole": 10}
SCALING = [
    {"scale": 1, "correct": 4, "margin": -0.0371},
    {"scale": 2, "correct": 9, "margin": 0.0013},
    {"scale": 3, "correct": 9, "margin": 0.1075},
    {"scale": 10, "correct": 9, "margin": 0.4923},
    {"scale": 50, "correct": 9, "margin": 0.5},
]
ENOUGH = {"hidden": 4}
SETTING = {
    "hidden": 4, "learning_rate": 0.01, "restarts": 7, "solved": 3, "low": 0.1582, "high": 0.7495,
    "first_epoch_lower": 1234, "first_epoch_median": None, "first_epoch_upper": None, "cap": 20_000,
}  # fmt: skip


@pytest.fixture
def learned():
    """Two settings of which three and seven restarts solved the task."""
    representative = {"seed": 6, "solved": True, "first_epoch": 722, "arrangement": 1}
    small = {"hidden": 4, "learning_rate": 0.01, "solved": 3, "other": 2, "splits": {"3": 2, "4": 1}}
    small |= {"arrangements": {"1": 1, "2": 0, "3": 0}, "representative": representative}
    wide = small | {"hidden": 5, "solved": 7, "other": 4, "splits": {"5": 7}}
    wide |= {"arrangements": {"1": 2, "2": 0, "3": 1}, "representative": dict(representative)}
    return {"arrangements": 3, "designed": 2, "settings": [small, wide]}


def chapter(learned, **changed):
    """The words of the chapter on a small study, some facts changed."""
    facts = {
        "points": 9,
        "within": 0.01,
        "unit_name": checkerboard.unit_name,
        "activations": PUBLISHED.to_dict("records"),
        "hidden": ["h1", "h2", "h3", "h4"],
        "enough": ENOUGH,
        "scaling": checkerboard.shown_scales(SCALING, THRESHOLDS, []),
        "thresholds": THRESHOLDS,
        "training": {"initial_sd": 0.15, "weight_decay": 0.00001, "consecutive": 2000},
        "success": [SETTING],
        "learned": learned,
        "learned_counts": checkerboard.learned_counts(learned, 4),
        "drawn": learned["settings"][0],
    }
    return words_of("by-hand checkerboard", {}, **facts | changed)


def test_activations_of_this_run_are_counted_against_the_published_ones():
    changed = PUBLISHED.sample(frac=1, random_state=1)
    found = checkerboard.published_activations(changed, PUBLISHED)
    assert found == {"published": changed.to_dict("records"), "agreeing": 9}
    changed.loc[4, "output"] = 1
    assert checkerboard.published_activations(changed, PUBLISHED)["agreeing"] == 8


def test_a_network_of_another_shape_is_not_compared(learned):
    narrow = PUBLISHED.drop(columns="h4")
    found = checkerboard.published_activations(narrow, PUBLISHED)
    assert found == {"published": [], "agreeing": 0}
    assert "we do not compare its" in chapter(learned, **found)


def test_the_scaling_table_shows_the_thresholds_the_ends_and_what_is_drawn():
    shown = checkerboard.shown_scales(SCALING, THRESHOLDS, [])
    assert [(row["scale"], row["mark"]) for row in shown] == [
        (1, None), (2, "solves_whole"), (10, "near_whole"), (50, None),
    ]  # fmt: skip
    assert shown[0]["error"] == pytest.approx(0.5371)
    nowhere = dict.fromkeys(THRESHOLDS)
    assert [row["scale"] for row in checkerboard.shown_scales(SCALING, nowhere, [3])] == [1, 3, 50]


def test_what_was_learned_is_counted_over_all_settings(learned):
    assert checkerboard.learned_counts(learned, 4) == {
        "solved": 10, "designed": 0, "another": 4, "neither": 6, "too_few": 2,
        "smallest": {"solved": 3, "neither": 2},
    }  # fmt: skip
    learned["settings"][0]["arrangements"] = {"1": 0, "2": 1, "3": 0}
    counts = checkerboard.learned_counts(learned, 4)
    assert (counts["designed"], counts["another"]) == (1, 3)
    without_design = checkerboard.learned_counts(learned | {"designed": None}, 4)
    assert (without_design["designed"], without_design["another"]) == (0, 4)


def test_networks_of_the_fewest_units_that_no_steps_could_replace_are_told(learned):
    said = "3 solved restarts with the fewest units that steps need, 2 could not work with steps at all"
    assert said in chapter(learned)
    learned["settings"][0] |= {"arrangements": {"1": 3, "2": 0, "3": 0}, "other": 0}
    assert "with steps at all" not in chapter(learned)


def test_with_nothing_solved_the_chapter_says_so(learned):
    for setting in learned["settings"]:
        setting |= {"solved": 0, "arrangements": {"1": 0, "2": 0, "3": 0}, "other": 0, "splits": {}}
        setting["representative"] |= {"solved": False, "arrangement": None}
    said = chapter(learned, solved_representatives=[])
    assert "No restart solved the task" in said and "None of them solved the task." in said
    assert "The learned one, 4 units at learning rate 0.01, seed 6, has not solved the task." in said


def test_the_output_equation_writes_signs_and_weights_as_a_person_would():
    rows = [("h1", -1.0), ("h2", 2.0), ("h3", 0.0), ("bias", -1.5)]
    connections = [{"start": start, "end": "output", "weight": weight} for start, weight in rows]
    assert checkerboard.output_equation(connections) == "−h₁ + 2 h₂ − 1.5 = 0"


def test_thresholds_of_the_scale_are_rounded_up(learned):
    said = chapter(learned, thresholds={"solves": 1.9804, "near": 9.5144})
    assert "right from k = 1.99 on. Every output is within 0.01 of its target from k = 9.52 on" in said
    said = chapter(learned, thresholds=dict.fromkeys(THRESHOLDS))
    assert "At no scale that we tried are all points right." in said and "do these weights confirm" in said


def test_a_quartile_among_the_unsolved_is_bounded_by_the_epoch_after_which_none_could_count(learned):
    said = chapter(learned)
    assert "3 of 7 [15.8, 75.0] 1,234 > 18,000 > 18,000" in said
    assert "later than 2,000 epochs before we gave up" in said
    assert "came right after that counts as unsolved" in said
