"""The file of a setting's restarts gives back what was trained, and names its layers for others to read."""

import numpy as np
from safetensors.numpy import load_file
from scipy.special import expit

from hidden_units.checkerboard.models import POINTS
from hidden_units.checkerboard.runs import read_restarts, write_restarts
from hidden_units.checkerboard.training import train
from tests import published


def test_restarts_written_are_read_back_bit_for_bit_and_the_file_alone_gives_the_outputs(tmp_path):
    trained = train(published.checkerboard(5, 0.01, max_epochs=300, consecutive=20), [0, 2, 5])
    write_restarts(tmp_path / "restarts.safetensors", trained)
    read = read_restarts(tmp_path / "restarts.safetensors")
    assert read.settings == trained.settings
    for one, other in ((read, trained), (read.networks, trained.networks)):
        for name in {*vars(one)} - {"settings", "networks"}:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
            assert getattr(one, name).dtype == getattr(other, name).dtype
    layers = load_file(tmp_path / "restarts.safetensors")
    hidden = expit(POINTS @ layers["hidden_weights"][1].T + layers["hidden_biases"][1])
    output = expit(hidden @ layers["output_weights"][1] + layers["output_bias"][1])
    np.testing.assert_allclose(output, trained.networks[1].output(), rtol=1e-14)
