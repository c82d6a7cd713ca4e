"""The network designed by hand: exact activations, the seed's table, and what scaling does."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hidden_units.checkerboard.models import (
    POINTS,
    TARGETS,
    StepNetwork,
    activations_table,
    connections_table,
    line_equation,
    lines_table,
    margins,
    network_from_mapping,
    number_text,
    scale_thresholds,
    scaling_table,
    surfaces_table,
)

ROOT = Path(__file__).parents[3]


def network(lines, weights, bias):
    """A network of step units from (w1, w2, bias) of each hidden unit, and those of its output."""
    hidden = {"weights": [line[:2] for line in lines], "biases": [line[2] for line in lines]}
    return network_from_mapping({"hidden": hidden, "output": {"weights": weights, "bias": bias}})


def test_step_activations_equal_the_published_table_row_for_row(by_hand):
    published = pd.read_csv(ROOT / "report/published/activations.csv")
    pd.testing.assert_frame_equal(activations_table(by_hand), published)


def test_a_point_on_a_line_switches_the_unit_on_exactly():
    # 0.1 * 1 + 0.2 * 1 - 0.3 is 5.6e-17 in binary and 0 in fact; its negative would fall below 0.
    designed = network([(0.1, 0.2, -0.3), (-0.1, -0.2, 0.3)], [1, 1], -2)
    at_one_one = POINTS.tolist().index([1, 1])
    assert designed.hidden()[at_one_one].tolist() == [1, 1]
    assert designed.output()[at_one_one] == 1
    assert -0.1 - 0.2 + 0.3 < 0


@given(st.lists(st.fractions(-3, 3, max_denominator=8), min_size=9, max_size=9))
def test_exact_activations_equal_integer_arithmetic(values):
    """The same network times the common denominator, computed in whole numbers."""
    designed = network([values[0:3], values[3:6]], values[6:8], values[8])
    whole = [int(value * 840) for value in values]
    for point, (x1, x2) in enumerate(POINTS.tolist()):
        h = [int(whole[u] * x1 + whole[u + 1] * x2 + whole[u + 2] >= 0) for u in (0, 3)]
        assert designed.hidden()[point].tolist() == h
        assert designed.output()[point] == int(whole[6] * h[0] + whole[7] * h[1] + whole[8] >= 0)


def test_line_equations_read_as_in_the_seed(by_hand):
    assert [line_equation(*line) for line in by_hand.lines] == [
        "x₁ + x₂ − 2.5 = 0",
        "x₁ − x₂ − 0.5 = 0",
        "−x₁ − x₂ + 1.5 = 0",
        "−x₁ + x₂ − 0.5 = 0",
    ]
    assert line_equation(Fraction(0), Fraction(-3, 2), Fraction(0)) == "−1.5x₂ = 0"
    assert line_equation(Fraction(1, 3), Fraction(0), Fraction(1)) == "1/3x₁ + 1 = 0"
    assert line_equation(Fraction(0), Fraction(0), Fraction(-2)) == "−2 = 0"
    assert number_text(Fraction(0)) == "0"


def test_sigmoid_network_gets_four_at_one_and_nine_from_two_on(by_hand):
    table = scaling_table(by_hand, [*range(1, 21), 30, 50, 100])
    assert list(table.columns) == ["scale", "correct", "margin"]
    assert table["correct"].tolist() == [4] + [9] * 22
    assert table.loc[table["scale"] == 2, "margin"].item() == pytest.approx(0.001, abs=0.0005)
    assert table["margin"].is_monotonic_increasing


def test_outputs_at_scale_four_and_ten_are_the_known_ones(by_hand):
    four, ten = (by_hand.sigmoid(scale).output() for scale in (4, 10))
    assert four[TARGETS == 0].max() == pytest.approx(0.26, abs=0.005)
    assert four[TARGETS == 1].min() == pytest.approx(0.74, abs=0.005)
    assert ten[TARGETS == 0].max() <= 0.008
    assert ten[TARGETS == 1].min() >= 0.992


def test_sigmoid_network_scaled_by_a_hundred_equals_step_network(by_hand):
    np.testing.assert_allclose(
        activations_table(by_hand.sigmoid(100)), activations_table(by_hand), atol=1e-12
    )


def test_thresholds_are_the_crossings_and_nothing_beyond_undoes_them(by_hand):
    found = scale_thresholds(by_hand)
    assert (found["solves_whole"], found["near_whole"]) == (2, 10)
    for value, level in ((found["solves"], 0.0), (found["near"], 0.49)):
        below, above = (margins(by_hand.sigmoid(k).output()).min() for k in (value - 1e-6, value + 1e-6))
        assert below < level < above
        beyond = [margins(by_hand.sigmoid(k).output()).min() for k in np.linspace(value + 1e-6, 60, 400)]
        assert min(beyond) > level


def test_thresholds_are_missing_for_a_network_that_never_solves_the_task():
    assert {*scale_thresholds(network([(0, 0, 1)], [1], 1)).values()} == {None}


def test_an_output_of_exactly_one_half_counts_as_class_one():
    assert scaling_table(network([(0, 0, 1)], [0], 0), [1])["correct"].item() == 4


@given(st.lists(st.fractions(max_denominator=50), min_size=9, max_size=9))
def test_a_network_written_down_is_read_back_exactly(values):
    written = StepNetwork(np.reshape(values[:4], (2, 2)), *np.split(np.array(values[4:8]), 2), values[8])
    read = network_from_mapping(json.loads(json.dumps(written.to_mapping())))
    for name, numbers in vars(written).items():
        np.testing.assert_array_equal(getattr(read, name), numbers)


def test_tables_of_the_network_hold_every_number_and_every_line(by_hand):
    connections = connections_table(by_hand)
    assert len(connections) == 17
    weight = connections.set_index(["start", "end"])["weight"]
    assert (weight["x2", "h4"], weight["bias", "h1"], weight["bias", "output"]) == (1, -2.5, -1.5)
    lines = lines_table(by_hand)
    assert lines["unit"].tolist() == [1, 2, 3, 4]
    assert lines.loc[1, ["w1", "w2", "bias", "equation"]].tolist() == [1, -1, -0.5, "x₁ − x₂ − 0.5 = 0"]


def test_the_surface_in_the_file_agrees_with_the_network_at_the_points(by_hand):
    networks = {"k = 2": by_hand.sigmoid(2), "k = 4": by_hand.sigmoid(4)}
    table = surfaces_table(networks).set_index(["panel", "x1", "x2"])["output"]
    assert len(table) == 2 * 31 * 31
    for name, network in networks.items():
        for (x1, x2), output in zip(POINTS.tolist(), network.output(), strict=True):
            assert table[name, x1, x2] == pytest.approx(output, abs=1e-6)
