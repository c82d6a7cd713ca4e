"""The file of a table's runs gives back what was trained, and names its layers for others to read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file

from hidden_units.encoders.runs import read_runs, write_runs
from hidden_units.encoders.tables import star16
from hidden_units.encoders.training import layers_of, parameters_of, train
from tests import published


@pytest.fixture(scope="module")
def trained():
    return train(star16(), published.encoders(max_epochs=400), [0, 3], [50, 100])


def test_runs_written_are_read_back_bit_for_bit(trained, tmp_path):
    write_runs(tmp_path / "runs.safetensors", trained)
    read = read_runs(tmp_path / "runs.safetensors")
    assert read.settings == trained.settings
    for name in ("table", "seeds", "epochs", "stopped", "loss", "parameters"):
        np.testing.assert_array_equal(getattr(read, name), getattr(trained, name))
        assert getattr(read, name).dtype == getattr(trained, name).dtype
    assert list(read.snapshots) == [50, 100]
    for epoch, parameters in trained.snapshots.items():
        np.testing.assert_array_equal(read.snapshots[epoch], parameters)


def test_the_file_alone_is_enough_to_compute_the_codes(trained, tmp_path):
    write_runs(tmp_path / "runs.safetensors", trained)
    arrays = load_file(tmp_path / "runs.safetensors")
    codes = np.tanh(arrays["epoch_50.input_weights"][1] + arrays["epoch_50.hidden_biases"][1])
    np.testing.assert_array_equal(codes, trained.network(1, 50).codes)
    assert arrays["output_weights"].shape == (2, 8, 2)


@given(st.integers(1, 4), st.integers(1, 6), st.integers(1, 6))
def test_layers_and_parameters_are_two_views_of_one_thing(runs, rows, columns):
    parameters = np.arange(runs * (2 * rows + 2 + 3 * columns), dtype=float).reshape(runs, -1)
    layers = layers_of(parameters, rows, columns)
    assert {name: layer.shape for name, layer in layers.items()} == {
        "input_weights": (runs, rows, 2),
        "hidden_biases": (runs, 2),
        "output_weights": (runs, columns, 2),
        "output_biases": (runs, columns),
    }
    np.testing.assert_array_equal(parameters_of(layers), parameters)
