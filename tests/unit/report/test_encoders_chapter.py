"""The chapter on the encoders: facts from small tables, and what the template says of them."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from one_chapter import words_of

from hidden_units.report.chapters import encoders

TITLES = {"identity-4": "4-2-4", "identity-16": "16-2-16", "heart": "Heart ♥ はと"}
OVERVIEW = [
    {
        "table": table, "rows": rows, "columns": columns, "seeds": 3, "stopped": stopped, "solved": solved,
        "epochs_median": epochs, "distinct_codes_median": rows - 0.5, "smallest_margin_median": 0.1,
        "convex_position": 2,
    }
    for table, rows, columns, stopped, solved, epochs in [
        ("identity-4", 4, 4, 3, 3, 221.0),
        ("identity-16", 16, 16, 1, 1, 5000.0),
        ("heart", 5, 6, 3, 0, 4000.0),
    ]
]  # fmt: skip
OUTCOMES = [(4, 1000, 3), (4, 5000, 3), (16, 1000, 0), (16, 5000, 1), (16, 9000, 2)]
RUN = {
    "table": "identity-16",
    "rows": 16,
    "distinct_codes": 16,
    "stopped": True,
    "solved": True,
    "entries_wrong": 0,
}


def success(outcomes=OUTCOMES):
    """Rows of encoders/success.csv from size, cap and solved seeds of three."""
    return [
        {"rows": size, "cap": cap, "seeds": 3, "solved": solved, "low": 0.1, "high": 0.9}
        for size, cap, solved in outcomes
    ]


def chapter(outcomes=OUTCOMES, runs=(), **changed):
    """The words of the chapter on a small study without motion, some facts changed."""
    rows = success(outcomes)
    overview = encoders.overview_rows(OVERVIEW, TITLES, 5000)
    facts = {
        "training": {"learning_rate": 0.4, "momentum": 0.9, "initial_sd": 0.0001, "stop_loss": 0.02},
        "cap": 5000,
        "overview": overview,
        "learned_by": encoders.by_outcome(overview),
        "representatives": {
            name: {"title": title, "seed": 0, "solved": True} for name, title in TITLES.items()
        },
        "wrong_at_end": [],
        "one_hot": [4, 16],
        "caps": [1000, 5000, 9000],
        "success": encoders.success_by_size(rows),
        "not_all": encoders.not_all(rows),
        "gains": encoders.gains(rows),
        "limit": encoders.limit(rows),
        "growth": {"sizes": [4], "epochs_median": [221.0], "exponent": None, "factor": None},
        "longer": [],
        "merged": {"cost": encoders.MERGED_COST, "size": encoders.size_that_hides(0.02)},
        "hidden": encoders.hidden_by_the_loss(runs, TITLES),
        "pictures": [],
        "nearest": {},
        "shown": [],
        "confidence": "95 %",
    }
    return words_of("encoders", {}, **facts | changed)


def drawing(dots, lines, epoch):
    """Dots and lines of a snapshot."""
    dots = pd.DataFrame(dots, columns=["h1", "h2"]).assign(part="dot")
    lines = pd.DataFrame(lines, columns=["w1", "w2", "bias"]).assign(part="line")
    return pd.concat([dots, lines]).assign(epoch=epoch)


def test_tables_are_grouped_by_how_many_seeds_learned_them():
    said = chapter()
    assert (
        "Every seed learned 4-2-4. Some seeds learned 16-2-16 (1 of 3). No seed learned Heart ♥ はと ."
        in said
    )
    assert "16-2-16 16 × 16 3 1 1 > 5,000 15.5 0.100 2" in said


def test_success_by_size_is_empty_where_no_network_was_trained():
    four, sixteen = encoders.success_by_size(success())
    assert [four["rows"], sixteen["rows"]] == [4, 16]
    assert four["outcomes"][2] is None
    assert [outcome["solved"] for outcome in sixteen["outcomes"]] == [0, 1, 2]
    assert "4 3 of 3 [10.0, 90.0] 3 of 3 [10.0, 90.0] – –" in chapter()


def test_gains_of_more_training_are_between_two_caps():
    assert encoders.gains(success()) == [
        {"before": 1000, "after": 5000, "sizes": [{"size": 16, "least": 0, "most": 1}]},
        {"before": 5000, "after": 9000, "sizes": [{"size": 16, "least": 1, "most": 2}]},
    ]
    assert encoders.limit(success())["largest"] == success([(16, 9000, 2)])[0]
    said = chapter()
    assert "between 5,000 and 9,000 epochs N = 16 from 1 to 2 seeds." in said
    assert "within 1,000 epochs none for N = 16; within 5,000 epochs 1 of 3 for N = 16; within" in said
    assert "No table beyond N = 19 was tried." in said


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        ((24, 9000, 1), "N = 24 is beyond the reported limit, which does not hold here"),
        ((24, 5000, 0), "N = 24 was not learned within 5,000 epochs, and was not trained for longer"),
        ((24, 9000, 0), "which agrees with the report at this cap"),
    ],
)
def test_the_reported_limit_is_judged_by_what_was_trained_beyond_it(outcome, verdict):
    assert verdict in chapter([*OUTCOMES, outcome])


def test_the_size_from_which_merged_codes_hide_follows_from_the_cost_of_a_merger():
    least = next(size for size in range(1, 99) if 4 * math.log(2) / size**2 < 0.02)
    assert encoders.size_that_hides(0.02) == least


def test_mistakes_behind_a_small_loss_are_counted():
    runs = [
        RUN,
        RUN | {"solved": False, "entries_wrong": 2},
        RUN | {"solved": False, "entries_wrong": 3, "stopped": False, "distinct_codes": 15},
    ]
    assert encoders.hidden_by_the_loss(runs, TITLES) == {
        "wrong": [{"title": "16-2-16", "runs": 1, "outputs": 2}],
        "merged": [{"title": "16-2-16", "runs": 1, "outputs": 3}],
        "merged_stopped": 0,
    }
    said = chapter(runs=runs)
    assert "the loss stopped 1 run of 16-2-16 with 2 outputs in all on the wrong side." in said
    assert "Codes were merged in 1 run of 16-2-16; the loss stopped none of them." in said
    assert "No run whose loss fell to 0.02 had anything wrong." in chapter(runs=[RUN])


def test_longer_training_is_counted_by_table():
    runs = [RUN | {"epochs": 6111}, RUN | {"epochs": 7400}, RUN | {"epochs": 8222, "solved": False}]
    found = encoders.longer(runs, TITLES)
    assert found == [{"title": "16-2-16", "solved": 2, "seeds": 3, "least": 6111, "most": 8222}]
    assert "2 of 3 seeds with 16-2-16 after 6,111 to 8,222 epochs." in chapter(longer=found)


def test_pictures_count_the_seeds_in_which_all_signs_agree():
    rows = [
        {"table": "heart", "seed": seed, "same_arrangement": same, "disparity": disparity}
        for seed, (same, disparity) in enumerate([(True, 0.0157), (True, 0.0115), (False, 0.0297)])
    ]
    (heart,) = encoders.picture_rows(rows, encoders.overview_rows(OVERVIEW, TITLES, 5000))
    assert heart == {
        "table": "heart", "title": "Heart ♥ はと", "dots": 5, "lines": 6, "seeds": 3, "same": 2,
        "least": 0.0115, "most": 0.0297,
    }  # fmt: skip
    said = chapter(pictures=[heart], nearest={"heart": 0.5})
    assert "seed 0. In 2 of 3 seeds all 30 signs agree" in said
    assert "seed 0: all outputs are right; the nearest two codes are 0.50 apart." in said


def test_a_single_row_has_no_nearest_codes():
    codes = pd.DataFrame({"h1": [0.0, 0.3, 0.9], "h2": [0.0, 0.4, 0.9]})
    assert encoders.nearest(codes) == pytest.approx(0.5)
    assert encoders.nearest(codes[:1]) is None


OFF = [(0.0, 0.0, -1.0)] * 2
MIDDLE = [(0.0, 0.0), (0.001, 0.0)]
APART = [(0.8, 0.0), (-0.8, 0.0)]
LINES = [(1.0, 0.0, -0.1), (-1.0, 0.0, -0.1)]


@pytest.mark.parametrize(
    ("moments", "right", "wrong_at", "right_from", "said"),
    [
        ([(MIDDLE, OFF), (APART, LINES)], [2, 4], 1, 2, "are right, and all at the end, epoch 2."),
        (
            [(MIDDLE, OFF), (APART, LINES), (APART, LINES)],
            [2, 4],
            1,
            2,
            "and all from the snapshot at epoch 2",
        ),
        ([(MIDDLE, OFF), (MIDDLE, OFF)], [2, 2], 2, None, "are right; at the end, epoch 2, 2 are."),
        ([(APART, LINES)], [4, 4], None, 1, "4 of 4 entries are right."),
        (
            [(MIDDLE, OFF), (APART, OFF), (APART, LINES)],
            [2, 4],
            2,
            3,
            "at epoch 2 it is 2, and all at the end",
        ),
    ],
)
def test_the_motion_is_read_from_dots_and_lines(moments, right, wrong_at, right_from, said):
    snapshots = pd.concat(drawing(*moment, epoch) for epoch, moment in enumerate(moments, start=1))
    found = encoders.motion(snapshots, pd.DataFrame({"o1": [1, 0], "o2": [0, 1]}))
    assert [found["first"]["right"], found["last"]["right"]] == right
    assert (found["wrong"] or {}).get("epoch") == wrong_at
    assert found["right_from"] == right_from
    assert found["entries"] == 4 and found["only_zeros"] == (moments[0] == (MIDDLE, OFF))
    shown = {"table": "identity-4", "with_table": False, "motion": found, "view": None}
    assert said in chapter(shown=[shown]).replace(" , and", ", and")
