"""The chapter on the encoders: facts from small tables, and what the template says of them."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from one_chapter import words_of

from hidden_units.report.chapters import encoders

TITLES = {"identity-4": "4-2-4", "identity-16": "16-2-16", "heart": "Heart ♥ はと"}
OVERVIEW = [
    {"table": table, "rows": rows, "columns": columns, "seeds": 3, "stopped": stopped, "solved": solved}
    | {"epochs_median": epochs}
    for table, rows, columns, stopped, solved, epochs in [
        ("identity-4", 4, 4, 3, 3, 221.0),
        ("identity-16", 16, 16, 1, 1, 5000.0),
        ("heart", 5, 6, 3, 0, 4000.0),
    ]
]
OUTCOMES = [(4, 1000, 3), (4, 5000, 3), (16, 1000, 0), (16, 5000, 1), (16, 9000, 2)]
RUN = {"table": "identity-16", "rows": 16, "distinct_codes": 16, "stopped": True, "solved": True}
RUN |= {"entries_wrong": 0, "epochs": 6111}
ENDED = RUN | {"solved": False, "entries_wrong": 2, "epochs": 8222}
GIVEN_UP = RUN | {"solved": False, "stopped": False, "epochs": 9000}


def success(outcomes=OUTCOMES):
    """Rows of encoders/success.csv from size, cap and solved seeds of three."""
    return [
        {"rows": size, "cap": cap, "seeds": 3, "solved": solved, "low": 0.1, "high": 0.9}
        for size, cap, solved in outcomes
    ]


def chapter(outcomes=OUTCOMES, **changed):
    """The words of the chapter on a small study, some facts changed."""
    rows = success(outcomes)
    overview = encoders.overview_rows(OVERVIEW, TITLES, 5000)
    facts = {
        "training": {"learning_rate": 0.4, "momentum": 0.9, "initial_sd": 0.0001, "stop_loss": 0.02},
        "overview": overview,
        "learned_by": encoders.by_outcome(overview),
        "representatives": {
            name: {"title": title, "seed": 0, "solved": True} for name, title in TITLES.items()
        },
        "one_hot": [4, 16],
        "caps": [1000, 5000, 9000],
        "success": encoders.success_by_size(rows),
        "gains": encoders.gains(rows),
        "limit": encoders.limit(rows),
        "growth": {"exponent": None},
        "merged": {"cost": encoders.MERGED_COST, "size": encoders.size_that_hides(0.02)},
    }
    return words_of("drawing-board encoders", {}, **facts | changed)


def test_tables_are_grouped_by_how_many_seeds_learned_them():
    groups = encoders.by_outcome(encoders.overview_rows(OVERVIEW, TITLES, 5000))
    found = {name: [row["title"] for row in rows] for name, rows in groups.items()}
    assert found == {"every": ["4-2-4"], "some": ["16-2-16"], "none": ["Heart ♥ はと"]}
    # A median at the cap is a bound.
    assert "16-2-16 16 × 16 3 1 1 > 5,000 " in chapter()


def test_success_by_size_is_empty_where_no_network_was_trained():
    four, sixteen = encoders.success_by_size(success())
    assert [four["rows"], sixteen["rows"]] == [4, 16]
    assert four["outcomes"][2] is None
    assert [outcome["solved"] for outcome in sixteen["outcomes"]] == [0, 1, 2]


def test_gains_of_more_training_are_between_two_caps():
    assert encoders.gains(success()) == [
        {"before": 1000, "after": 5000, "sizes": [{"size": 16, "least": 0, "most": 1}]},
        {"before": 5000, "after": 9000, "sizes": [{"size": 16, "least": 1, "most": 2}]},
    ]
    assert encoders.limit(success())["largest"] == success([(16, 9000, 2)])[0]


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        ((24, 9000, 1), "N = 24 is beyond the reported limit, which does not hold here"),
        ((24, 5000, 0), "no seed learned N = 24 within 5,000 epochs, where we stopped"),
        ((24, 9000, 0), "which agrees with the study at this cap"),
    ],
)
def test_the_reported_limit_is_judged_by_what_was_trained_beyond_it(outcome, verdict):
    assert verdict in chapter([*OUTCOMES, outcome])


def test_the_size_from_which_merged_codes_hide_follows_from_the_cost_of_a_merger():
    least = next(size for size in range(1, 99) if 4 * math.log(2) / size**2 < 0.02)
    assert encoders.size_that_hides(0.02) == least


def test_mistakes_behind_a_small_loss_are_counted():
    merged = GIVEN_UP | {"entries_wrong": 3, "distinct_codes": 15}
    found = encoders.hidden_by_the_loss([RUN, merged], [ENDED], TITLES)
    assert found == {
        "wrong": [{"title": "16-2-16", "runs": 1, "outputs": 2}],
        "merged": [{"title": "16-2-16", "runs": 1, "outputs": 3}],
        "merged_stopped": 0,
        "merged_longer": 0,
    }


def test_epochs_of_longer_training_are_those_of_the_solved_and_the_others_are_named():
    runs = [run | {"seed": seed} for seed, run in enumerate([RUN, RUN | {"epochs": 7400}, ENDED, GIVEN_UP])]
    found = encoders.longer([*runs, *(row | {"table": "identity-4"} for row in runs[-1:])], TITLES)
    assert found[0] == {
        "title": "16-2-16", "seed": 1, "solved": 2, "seeds": 4, "least": 6111, "most": 7400, "stopped": 1,
        "capped": 1,
    }  # fmt: skip
    # In the article where it asks for the limit, else in the appendix.
    for one_hot in ([4, 16], []):
        assert chapter(one_hot=one_hot, longer=found).count("Longer training solved 2 of 4 seeds with") == 1


def test_where_the_loss_ended_runs_with_mistakes_the_cap_is_not_said_to_decide():
    cap = "So the cap on training decides where success ends for N = 16."
    assert cap in chapter()
    runs = [RUN, ENDED, GIVEN_UP, ENDED | {"table": "heart"}]
    found = encoders.stopped_wrong(runs)
    assert found == [{"size": 16, "runs": 1, "least": 8222, "most": 8222}]
    assert cap not in chapter(stopped_wrong=found)
    assert "lower bound" in chapter(stopped_wrong=found)
    # Another size is still decided by the cap.
    assert cap in chapter(stopped_wrong=[found[0] | {"size": 4}])


def test_the_exponent_has_an_interval_and_says_what_its_points_are():
    growth = {"sizes": [4, 9, 16], "epochs_median": [221.0, 3000.0, 40000.0], "exponent": 5.119}
    known = growth | {"exponent_low": 5.042, "exponent_high": 5.14, "confidence": 0.95}
    said = "power 5.12; the 95 % interval of the exponent for other seeds is [5.04, 5.14]. It is"
    assert said in chapter(growth=known)
    alone = "power 5.12. It is the slope of a line through the medians of 3 sizes."
    assert alone in chapter(growth=growth | {"exponent_low": None})
    assert "to the power" not in chapter()


def test_pictures_count_the_seeds_in_which_all_signs_agree():
    rows = [
        {"table": "heart", "same_arrangement": same, "disparity": disparity}
        for same, disparity in [(True, 0.0157), (True, 0.0115), (False, 0.0297)]
    ]
    (heart,) = encoders.picture_rows(rows, encoders.overview_rows(OVERVIEW, TITLES, 5000))
    assert heart == {
        "table": "heart", "title": "Heart ♥ はと", "dots": 5, "lines": 6, "seeds": 3, "same": 2,
        "least": 0.0115, "most": 0.0297,
    }  # fmt: skip


def test_a_single_row_has_no_nearest_codes():
    codes = pd.DataFrame({"h1": [0.0, 0.3, 0.9], "h2": [0.0, 0.4, 0.9]})
    assert encoders.nearest(codes) == pytest.approx(0.5)
    assert encoders.nearest(codes[:1]) is None


OFF = [(0.0, 0.0, -1.0)] * 2
MIDDLE = [(0.0, 0.0), (0.001, 0.0)]
APART = [(0.8, 0.0), (-0.8, 0.0)]
LINES = [(1.0, 0.0, -0.1), (-1.0, 0.0, -0.1)]
START, END = (MIDDLE, OFF), (APART, LINES)


def moved(*moments):
    """The motion through snapshots, each of dots and lines, towards a table of two rows."""
    parts = []
    for epoch, (dots, lines) in enumerate(moments, start=1):
        parts.append(pd.DataFrame(dots, columns=["h1", "h2"]).assign(part="dot", epoch=epoch))
        parts.append(pd.DataFrame(lines, columns=["w1", "w2", "bias"]).assign(part="line", epoch=epoch))
    return encoders.motion(pd.concat(parts), pd.DataFrame({"o1": [1, 0], "o2": [0, 1]}))


@pytest.mark.parametrize(
    ("moments", "right", "wrong_at", "right_from", "said"),
    [
        ([START, END], [2, 4], 1, 2, "are right then. All are right at the end, epoch 2."),
        ([START, END, END], [2, 4], 1, 2, "All are right from the snapshot at epoch 2 on."),
        ([START, START], [2, 2], 2, None, "are right then. At the end, epoch 2, 2 are."),
        ([END], [4, 4], None, 1, "Of 4 entries 4 are right then."),
        ([START, (APART, OFF), END], [2, 4], 2, 3, "At epoch 2 it is 2. All are right at the end"),
    ],
)
def test_the_motion_is_read_from_dots_and_lines(moments, right, wrong_at, right_from, said):
    found = moved(*moments)
    assert [found["first"]["right"], found["last"]["right"]] == right
    assert (found["wrong"] or {}).get("epoch") == wrong_at
    assert found["right_from"] == right_from
    assert found["entries"] == 4 and found["only_zeros"] == (moments[0] == START)
    assert said in chapter(shown=[{"table": "identity-4", "motion": found}])


def test_the_side_of_the_square_of_all_dots_is_rounded_up():
    found = moved(([(0.0, 0.0), (0.00143, 0.0)], OFF))
    assert "a square of side 0.0015." in chapter(shown=[{"table": "identity-4", "motion": found}])
