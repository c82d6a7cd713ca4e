"""The published numbers agree with each other where they must, and with the study as it was printed."""

from __future__ import annotations

import numpy as np
import pytest
from made_up_evidence import published

PUBLISHED = published()


@pytest.mark.parametrize("model", ["netlin", "netfull-110", "netconv"])
def test_every_row_of_a_matrix_holds_a_thousand_images_and_its_trace_is_the_accuracy(model):
    matrix = PUBLISHED.matrices[model]
    assert matrix.shape == (10, 10) and matrix.min() >= 0
    assert matrix.sum(axis=1).tolist() == [1000] * 10
    assert np.trace(matrix) == round(10_000 * PUBLISHED.accuracy[model])


def test_the_matrices_are_of_the_three_networks():
    assert set(PUBLISHED.matrices) == set(PUBLISHED.networks) == {"netlin", "netfull-110", "netconv"}


def test_hidden_sizes_and_accuracies_are_those_of_the_printed_table():
    table = PUBLISHED.accuracies.dropna(subset=["hidden"])
    assert dict(zip(table["hidden"], table["accuracy"], strict=True)) == {
        50: 0.80, 80: 0.83, 90: 0.838, 100: 0.839, 110: 0.8407, 150: 0.8415, 200: 0.8497, 300: 0.8515,
    }  # fmt: skip


@pytest.mark.parametrize("hidden", [50, 80, 90, 100, 110, 150, 200, 300])
def test_netfull_has_795_parameters_a_hidden_unit_and_ten(hidden):
    first, last = (PUBLISHED.layers.query("model == 'netfull-110'").iloc[k] for k in (0, 1))
    assert (first["inputs"] + 1) * hidden + (hidden + 1) * last["outputs"] == 795 * hidden + 10


def test_layers_sum_to_the_printed_totals():
    layers = PUBLISHED.layers
    computed = (layers["inputs"] + 1) * layers["outputs"]
    printed = layers["parameters"].notna()
    assert (computed[printed] == layers.loc[printed, "parameters"]).all()
    totals = PUBLISHED.accuracies.set_index("model")["parameters"].dropna()
    assert computed.groupby(layers["model"]).sum().to_dict() == totals.to_dict()
    assert totals["netfull-110"] == 795 * 110 + 10 == 87_460


def test_the_printed_lines_switch_the_units_as_printed():
    table, lines = PUBLISHED.activations, PUBLISHED.lines
    assert len(table) == 9 and len(table[["x1", "x2"]].drop_duplicates()) == 9
    for line in lines.itertuples():
        on = line.w1 * table["x1"] + line.w2 * table["x2"] + line.bias >= 0
        assert on.astype(int).tolist() == table[f"h{line.unit}"].tolist()
    # One unit on tells even from odd: an output unit that needs two of them.
    assert (table[["h1", "h2", "h3", "h4"]].sum(axis=1) >= 1.5).astype(int).tolist() == table[
        "output"
    ].tolist()
    assert (table["output"] == (table["x1"] + table["x2"]) % 2).all()
