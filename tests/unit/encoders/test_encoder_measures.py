"""What is measured on encoders: merged codes, margins, convex position, success at caps, likeness."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

from hidden_units.encoders.measures import (
    MEASURES,
    SUMMARY,
    codes_table,
    distinct_codes,
    drawing_table,
    in_convex_position,
    is_solved,
    lines_table,
    outcomes_at_caps,
    overview_table,
    pictures_table,
    representatives,
    runs_table,
    smallest_margin,
    stopping_law,
    stopping_table,
    success_rates,
    turned_to,
    wrong_entries,
)
from hidden_units.encoders.tables import identity, read_picture, star16
from hidden_units.encoders.training import Encoder, train
from tests import published

PICTURES = Path(__file__).parents[3] / "config" / "pictures"


def encoder(codes, output_weights, output_biases):
    """A network whose hidden codes are the given ones."""
    codes = np.asarray(codes, dtype=float)
    return Encoder(
        np.arctanh(codes), np.zeros(2), np.asarray(output_weights, float), np.asarray(output_biases, float)
    )


SQUARE = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]
CUTS = [(-4, -4), (4, -4), (4, 4), (-4, 4)]


@pytest.fixture(scope="module")
def runs():
    return {
        "identity-4": train(identity(4), published.encoders(max_epochs=2000), range(4), [100, 200]),
        "star16": train(star16(), published.encoders(max_epochs=2000), range(3), [100, 200]),
    }


def test_codes_joined_by_small_steps_count_as_one():
    assert distinct_codes(np.array([(0, 0), (0.009, 0), (0.018, 0), (0.5, 0)])) == 2
    assert distinct_codes(np.array([(0, 0), (0.011, 0), (0.5, 0)])) == 3


def test_margin_and_wrong_entries_of_a_network_made_by_hand():
    good = encoder(SQUARE, CUTS, [-2] * 4)
    # Own corner: 4 * 0.5 * 2 - 2 = 2; neighbours: -2; opposite: -6.
    assert smallest_margin(good, identity(4)) == pytest.approx(1 / (1 + np.exp(-2)) - 0.5)
    assert not wrong_entries(good, identity(4)).any()
    assert is_solved(good, identity(4))
    bad = encoder(SQUARE, CUTS, [-2, -2, -2, 3])
    # The fourth line now has its neighbours, at 0 + 3, on the positive side, and the opposite at -1.
    assert np.argwhere(wrong_entries(bad, identity(4))).tolist() == [[0, 3], [2, 3]]
    assert smallest_margin(bad, identity(4)) == pytest.approx(0.5 - 1 / (1 + np.exp(-3)))
    assert not is_solved(bad, identity(4))


def test_two_rows_with_one_code_do_not_count_as_solved_though_every_output_is_right():
    table = np.array([[1], [1], [0]])
    network = encoder([(0.5, 0), (0.5, 0.001), (-0.5, 0)], [(4, 0)], [0])
    assert not wrong_entries(network, table).any()
    assert not is_solved(network, table)


# Three on a line, but for the rounding of fiftieths.
@example([(0, 0), (0, 1), (-1, 2), (-2, 3)])
@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=4, max_size=9, unique=True))
def test_convex_position_agrees_with_the_convex_hull(points):
    codes = np.array(points) / 50
    assume(np.linalg.matrix_rank(codes - codes[0]) == 2)
    assert in_convex_position(codes) == (len(ConvexHull(codes).vertices) == len(codes))


def test_every_run_has_a_row_of_outcome_and_measures_and_no_runs_have_the_columns(runs):
    table = runs_table(runs)
    assert list(table.columns) == [*SUMMARY, *MEASURES] == list(runs_table({}).columns)
    four, star = (rows for _, rows in table.groupby("table"))
    assert (len(four), len(star)) == (4, 3)
    assert four["convex_position"].all()
    assert (four["entries_wrong"] == 0).all()
    assert (four["distinct_codes"] == 4).all()
    assert star[["rows", "columns", "epochs"]].to_numpy().tolist() == [[16, 8, 2000]] * 3
    assert star["solved"].all()
    assert table["solved"].dtype == bool


def test_overview_counts_runs_of_each_table(runs):
    overview = overview_table(runs_table(runs)).set_index("table")
    counts = overview.loc["identity-4", ["seeds", "solved", "stopped", "convex_position"]]
    assert counts.tolist() == [4] * 4
    assert overview.loc["star16", ["seeds", "solved", "stopped"]].tolist() == [3, 3, 0]
    assert overview.loc["star16", "high"] == pytest.approx(1.0)
    assert overview.loc["star16", "low"] == pytest.approx(3 / (3 + 1.959964**2), abs=1e-6)


def test_outcomes_at_caps_judge_the_weights_of_that_epoch(runs):
    outcomes = outcomes_at_caps(runs, [100, 2000])
    assert list(outcomes.columns) == ["table", "rows", "seed", "cap", "epochs", "solved"]
    early = outcomes[(outcomes["table"] == "star16") & (outcomes["cap"] == 100)]
    assert not early["solved"].any()
    late = outcomes[outcomes["cap"] == 2000]
    assert late["solved"].all()
    assert (late.loc[late["table"] == "identity-4", "epochs"] < 2000).all()


def test_success_rates_count_seeds_for_each_size_and_cap():
    solved = [True, True, False, True, False]
    outcomes = pd.DataFrame({"rows": [4, 4, 9, 9, 9], "cap": 10, "solved": solved, "seed": range(5)})
    rates = success_rates(outcomes)
    assert rates[["rows", "cap", "seeds", "solved"]].to_numpy().tolist() == [[4, 10, 2, 2], [9, 10, 3, 1]]
    assert rates["rate"].tolist() == pytest.approx([1, 1 / 3])


def test_codes_and_lines_are_written_as_drawn():
    network = encoder(SQUARE, CUTS, [-2] * 4)
    codes, lines = codes_table(network), lines_table(network)
    assert codes["row"].tolist() == [1, 2, 3, 4]
    np.testing.assert_allclose(codes[["h1", "h2"]], SQUARE)
    assert lines.iloc[1].tolist() == [2, 4, -4, -2]
    both = drawing_table(network)
    assert both["part"].tolist() == ["dot"] * 4 + ["line"] * 4
    assert both.loc[both["part"] == "line", "h1"].isna().all()
    np.testing.assert_array_equal(both.loc[both["part"] == "dot", ["number", "h1", "h2"]], codes)
    np.testing.assert_array_equal(both.loc[both["part"] == "line", ["number", "w1", "w2", "bias"]], lines)


def test_representatives_are_named_with_what_became_of_them():
    picture = read_picture(PICTURES / "heart.yaml")
    runs = {
        "identity-4": train(identity(4), published.encoders(), range(6)),
        "heart": train(picture.table, published.encoders(max_epochs=20), range(2)),
    }
    chosen = representatives(runs, runs_table(runs), {"heart": picture})
    four = chosen["identity-4"]
    assert (four["title"], four["stopped"], four["solved"]) == ("4-2-4", True, True)
    assert four["epochs"] == sorted(runs["identity-4"].epochs)[2], "the lower of the two in the middle"
    assert runs["identity-4"].epochs[four["seed"]] == four["epochs"]
    assert four["loss"] <= 0.02
    heart = chosen["heart"]
    assert (heart["title"], heart["epochs"]) == ("Heart", 20)
    assert not heart["stopped"] and not heart["solved"]


@pytest.mark.parametrize("name", ["heart", "hiragana-no"])
def test_a_network_learns_our_picture_with_every_dot_on_its_side_and_looks_alike(name):
    picture = read_picture(PICTURES / f"{name}.yaml")
    runs = train(picture.table, published.encoders(max_epochs=20_000), range(2), [10])
    assert runs.stopped.all()
    table = pictures_table({name: runs}, {name: picture})
    assert table["seed"].tolist() == [0, 1]
    assert table["same_arrangement"].all()
    assert (table["disparity"] < 0.05).all()
    early = pictures_table({name: replace(runs, networks=runs.snapshots[10])}, {name: picture})
    assert not early["same_arrangement"].any()
    assert (early["disparity"] > 0.1).all()


def test_turning_back_a_turned_and_mirrored_drawing_finds_it_again():
    picture = read_picture(PICTURES / "heart.yaml")
    angle = 0.7
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag([1, -1])
    lines = np.array([(1.0, 2.0, 0.3)])
    rotation, codes, turned_lines = turned_to(picture.dots @ turn, lines, picture.dots)
    np.testing.assert_allclose(codes, picture.dots, atol=1e-12)
    np.testing.assert_allclose(rotation, turn.T, atol=1e-12)
    before = picture.dots @ turn @ lines[0, :2] + lines[0, 2]
    np.testing.assert_allclose(codes @ turned_lines[0, :2] + turned_lines[0, 2], before)


def finished(rows, epochs, stopped=True):
    return [(rows, seed, epoch, stopped) for seed, epoch in enumerate(epochs)]


def frame(rows):
    return pd.DataFrame(rows, columns=["rows", "seed", "epochs", "stopped"])


def test_the_power_law_of_the_sizes_that_all_runs_finished_is_found_whatever_their_spread():
    rows = [row for n in (4, 9, 16) for row in finished(n, [n**5 - 7, 2 * n**5, 90 * n**5])]
    law = stopping_law(frame([*rows, *finished(25, [500]), *finished(25, [900], False)]))
    assert law["sizes"] == [4, 9, 16]
    assert (law["exponent"], law["factor"]) == (pytest.approx(5), pytest.approx(2))
    assert law["exponent_low"] < 5 < law["exponent_high"]


@pytest.mark.parametrize("rows", [[], finished(4, [10, 20]), finished(4, [10], False)])
def test_fewer_than_two_sizes_make_no_law(rows):
    law = stopping_law(frame(rows))
    assert law["exponent"] is law["factor"] is law["exponent_low"] is law["exponent_high"] is None


def test_longer_runs_take_the_place_of_the_others_and_only_one_hot_tables_count():
    short = train(identity(4), published.encoders(max_epochs=50), range(2))
    long = train(identity(4), published.encoders(), range(2))
    runs = {
        "identity-4": short,
        "identity-8": train(identity(8), published.encoders(max_epochs=50), range(2)),
        "star16": train(star16(), published.encoders(max_epochs=5), [0]),
    }
    table = stopping_table(runs, {"identity-4": long})
    assert table["rows"].tolist() == [4, 4, 8, 8]
    np.testing.assert_array_equal(table["epochs"], [*long.epochs, 50, 50])
    assert table["stopped"].tolist() == [True, True, False, False]
    assert stopping_table({"star16": runs["star16"]}, {}).empty
