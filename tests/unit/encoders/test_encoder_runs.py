"""The file of a table's runs gives back what was trained, and names its layers for others to read."""

import numpy as np
from safetensors.numpy import load_file

from hidden_units.encoders.runs import read_runs, write_runs
from hidden_units.encoders.tables import star16
from hidden_units.encoders.training import train
from tests import published


def test_runs_written_are_read_back_bit_for_bit_and_the_file_alone_gives_the_codes(tmp_path):
    trained = train(star16(), published.encoders(max_epochs=400), [0, 3], [50, 100])
    write_runs(tmp_path / "runs.safetensors", trained)
    read = read_runs(tmp_path / "runs.safetensors")
    assert read.settings == trained.settings
    assert list(read.snapshots) == [50, 100]
    parts = [(read, trained), (read.networks, trained.networks)]
    parts += zip(read.snapshots.values(), trained.snapshots.values(), strict=True)
    for one, other in parts:
        for name in {*vars(one)} - {"settings", "networks", "snapshots"}:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
            assert getattr(one, name).dtype == getattr(other, name).dtype
    arrays = load_file(tmp_path / "runs.safetensors")
    codes = np.tanh(arrays["epoch_50.input_weights"][1] + arrays["epoch_50.hidden_biases"][1])
    np.testing.assert_array_equal(codes, trained.snapshots[50][1].codes)
    assert arrays["output_weights"].shape == (2, 8, 2)
