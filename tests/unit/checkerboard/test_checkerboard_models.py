"""The network designed by hand: exact activations, the seed's table, and what scaling does."""

import itertools
import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from hidden_units.checkerboard.models import (
    POINTS,
    TARGETS,
    StepNetwork,
    connections_table,
    correct_points,
    line_equation,
    lines_table,
    margins,
    network_from_mapping,
    number_text,
    scale_thresholds,
    scaled_outputs,
    scaling_table,
    step_activations,
    surfaces_table,
)
from hidden_units.errors import StudyError

# x1, x2, target, h1, h2, h3, h4, output, as printed in the seed.
SEED_TABLE = [
    (0, 0, 0, 0, 0, 1, 0, 0),
    (0, 1, 1, 0, 0, 1, 1, 1),
    (0, 2, 0, 0, 0, 0, 1, 0),
    (1, 0, 1, 0, 1, 1, 0, 1),
    (1, 1, 0, 0, 0, 0, 0, 0),
    (1, 2, 1, 1, 0, 0, 1, 1),
    (2, 0, 0, 0, 1, 0, 0, 0),
    (2, 1, 1, 1, 1, 0, 0, 1),
    (2, 2, 0, 1, 0, 0, 0, 0),
]


def test_step_activations_equal_the_seeds_table_row_for_row(by_hand):
    table = step_activations(by_hand)
    assert list(table.columns) == ["x1", "x2", "target", "h1", "h2", "h3", "h4", "output"]
    assert list(table.itertuples(index=False, name=None)) == SEED_TABLE


def test_a_point_on_a_line_switches_the_unit_on_exactly():
    # 0.1 * 1 + 0.2 * 1 - 0.3 is 5.6e-17 in binary and 0 in fact; its negative would fall below 0.
    mapping = {
        "hidden": {"weights": [[0.1, 0.2], [-0.1, -0.2]], "biases": [-0.3, 0.3]},
        "output": {"weights": [1, 1], "bias": -2},
    }
    assert network_from_mapping(mapping).activations(1, 1) == ((1, 1), 1)
    assert -0.1 - 0.2 + 0.3 < 0


@given(st.lists(st.fractions(-3, 3, max_denominator=8), min_size=9, max_size=9))
def test_exact_activations_equal_integer_arithmetic(values):
    """The same network times the common denominator, computed in whole numbers."""
    mapping = {
        "hidden": {"weights": [values[0:2], values[2:4]], "biases": values[4:6]},
        "output": {"weights": values[6:8], "bias": values[8]},
    }
    network = network_from_mapping(mapping)
    whole = [int(value * 840) for value in values]
    for x1, x2 in itertools.product(range(3), repeat=2):
        h = [int(whole[2 * u] * x1 + whole[2 * u + 1] * x2 + whole[4 + u] >= 0) for u in range(2)]
        output = int(whole[6] * h[0] + whole[7] * h[1] + whole[8] >= 0)
        assert network.activations(x1, x2) == (tuple(h), output)


@pytest.mark.parametrize(
    ("change", "place", "found", "expected"),
    [
        (lambda m: m["hidden"]["biases"].pop(), "hidden.biases", "3 numbers", "expected 4"),
        (lambda m: m["output"].__setitem__("weights", [1]), "output.weights", "1 number,", "expected 4"),
        (lambda m: m["output"].__setitem__("bias", "half"), "output.bias", "'half'", "a number"),
        (lambda m: m["output"].__setitem__("bias", True), "output.bias", "True", "a number"),
        (lambda m: m["output"].__setitem__("bias", float("inf")), "output.bias", "inf", "a number"),
        (lambda m: m["hidden"].__setitem__("weights", []), "hidden.weights", "[]", "a list"),
        (lambda m: m["hidden"]["weights"].__setitem__(2, 5), "hidden.weights[2]", "5", "2 numbers"),
        (lambda m: m.pop("output"), "output.weights", "missing", "given as"),
    ],
)
def test_a_wrong_network_is_refused_in_one_sentence_with_its_place(by_hand, change, place, found, expected):
    mapping = by_hand.to_mapping()
    change(mapping)
    with pytest.raises(StudyError) as error:
        network_from_mapping(mapping, "config.yaml: checkerboard.network")
    message = str(error.value)
    assert message.startswith(f"config.yaml: checkerboard.network.{place}")
    assert found in message
    assert expected in message
    assert message.endswith(".")
    assert "\n" not in message


def test_line_equations_read_as_in_the_seed(by_hand):
    assert [line_equation(*line) for line in by_hand.hidden] == [
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
    network = by_hand.sigmoid(100)
    table = step_activations(by_hand)
    np.testing.assert_allclose(network.hidden(), table[["h1", "h2", "h3", "h4"]], atol=1e-12)
    np.testing.assert_allclose(network.output(), table["output"], atol=1e-12)


def test_sigmoid_output_is_the_formula_written_out(by_hand):
    hidden = [expit(3 * value) for value in (1 + 2 - 2.5, 1 - 2 - 0.5, -1 - 2 + 1.5, -1 + 2 - 0.5)]
    expected = expit(3 * (sum(hidden) - 1.5))
    at_one_two = scaled_outputs(by_hand, [3]).query("x1 == 1 and x2 == 2")["output"].item()
    assert at_one_two == pytest.approx(expected, rel=1e-14)


def test_thresholds_are_the_crossings_and_nothing_beyond_undoes_them(by_hand):
    found = scale_thresholds(by_hand)
    assert (found.solves_whole, found.near_whole) == (2, 10)
    for value, level in ((found.solves, 0.0), (found.near, 0.49)):
        below, above = (margins(by_hand.sigmoid(k).output()).min() for k in (value - 1e-6, value + 1e-6))
        assert below < level < above
        beyond = [margins(by_hand.sigmoid(k).output()).min() for k in np.linspace(value + 1e-6, 60, 400)]
        assert min(beyond) > level


def test_thresholds_are_missing_for_a_network_that_never_solves_the_task():
    always_on = {"hidden": {"weights": [[0, 0]], "biases": [1]}, "output": {"weights": [1], "bias": 1}}
    found = scale_thresholds(network_from_mapping(always_on))
    assert (found.solves, found.solves_whole, found.near, found.near_whole) == (None, None, None, None)


def test_an_output_of_exactly_one_half_counts_as_class_one():
    assert correct_points(np.full(9, 0.5)) == 4


@given(st.lists(st.fractions(max_denominator=50), min_size=9, max_size=9))
def test_a_network_written_down_is_read_back_exactly(values):
    hidden = tuple(tuple(values[3 * unit : 3 * unit + 3]) for unit in range(2))
    network = StepNetwork(hidden, tuple(values[6:8]), values[8])
    assert network_from_mapping(json.loads(json.dumps(network.to_mapping()))) == network


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
