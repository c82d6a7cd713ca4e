"""The evidence of a task in its file, and the pictures' numbers read from it."""

import numpy as np
import pytest

from hidden_units.errors import StudyError
from hidden_units.sequences.languages import Language
from hidden_units.sequences.measures.dynamics import map_table, srn_dynamics
from hidden_units.sequences.networks import LSTM, SRN
from hidden_units.sequences.runs import Runs, read_runs, split_task, write_runs


def runs(task, parameters, hidden):
    snapshots = np.random.default_rng(0).normal(0, 1.5, (3, 2, parameters))
    return Runs(task, hidden, np.array([0, 1, 2]), np.array([0, 50]), snapshots)


def test_what_was_written_is_read_back_bit_for_bit_and_the_same_bytes_come_again(tmp_path):
    written = runs("srn-anb2n", 18, 2)
    for name in ("one.safetensors", "two.safetensors"):
        write_runs(tmp_path / name, written)
    read = read_runs(tmp_path / "one.safetensors")
    assert (read.task, read.hidden) == (written.task, written.hidden)
    for name in ("seeds", "steps", "snapshots"):
        assert np.array_equal(getattr(read, name), getattr(written, name))
    assert (tmp_path / "one.safetensors").read_bytes() == (tmp_path / "two.safetensors").read_bytes()


def test_a_broken_file_is_refused_in_one_sentence(tmp_path):
    path = tmp_path / "snapshots.safetensors"
    path.write_bytes(b"no tensors")
    with pytest.raises(StudyError, match=r"snapshots.safetensors: cannot be read .* delete it and run again"):
        read_runs(path)


def test_a_network_is_that_of_its_seed_at_the_last_step():
    found = runs("lstm-anb2nc3n", 96, 3)
    chosen = found.networks([False, True, True])
    assert list(chosen) == [1, 2]
    for seed, network in chosen.items():
        assert isinstance(network, LSTM)
        assert np.array_equal(network.input.ravel(), found.snapshots[seed, -1, : network.input.size])


def test_a_task_is_a_network_and_a_language():
    assert split_task("srn-anbn-to10") == ("srn", Language((1, 1), largest=10))


def test_the_table_of_maps_holds_true_moves_and_true_fixed_points():
    found = runs("srn-anb2n", 18, 2)
    network = found.network(1)
    assert isinstance(network, SRN)
    table = map_table(network, srn_dynamics(network, found.language))
    arrows, orbits = table[table["kind"] == "arrow"], table[table["period"] == 1]
    for symbol, letter in enumerate("AB"):
        part = arrows[arrows["map"] == letter]
        states = part[["h1", "h2"]].to_numpy()
        moved = network.over_states().step(states, symbol)
        assert np.allclose(states + part[["move1", "move2"]].to_numpy(), moved, atol=1e-14)
        fixed = orbits.loc[orbits["map"] == letter, ["h1", "h2"]].to_numpy()
        assert len(fixed)
        assert np.allclose(network.over_states().step(fixed, symbol), fixed, atol=1e-9)
