"""A checkpoint is read back whole or not at all, belongs to one training only, and is removed in the end."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from hidden_units.checkpoints import (
    Checkpoint,
    key_of,
    path_for,
    read_checkpoint,
    remove_finished,
    write_checkpoint,
)
from tests.faults.mutations import spoiled_bytes

STATE = Checkpoint(
    tensors={
        "weights.a": np.arange(12, dtype=np.float32).reshape(3, 4).T / 7,
        "order": np.arange(5, dtype=np.uint8),
    },
    progress=[{"epoch": 1, "train_loss": 0.1 + 0.2, "seconds": 1e-300}],
)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("checkpoints") / "whole.safetensors"
    write_checkpoint(path, "key", STATE)
    return path


def is_state(found):
    return found.progress == STATE.progress and all(
        found.tensors[name].dtype == tensor.dtype and np.array_equal(found.tensors[name], tensor)
        for name, tensor in STATE.tensors.items()
    )


def test_a_checkpoint_comes_back_bit_for_bit_but_not_for_another_key_or_where_there_is_none(
    written, tmp_path
):
    found = read_checkpoint(written, "key")
    assert is_state(found) and found.tensors.keys() == STATE.tensors.keys()
    assert read_checkpoint(written, "another") is None
    assert read_checkpoint(tmp_path / "absent", "key") is None
    assert read_checkpoint(tmp_path, "key") is None


def test_a_broken_checkpoint_is_none_and_never_another_state(written, tmp_path):
    tally = Counter()
    content = written.read_bytes()
    path = tmp_path / "broken"

    @settings(max_examples=1000)
    @given(spoiled_bytes([content]))
    def check(spoiled):
        path.write_bytes(spoiled)
        found = read_checkpoint(path, "key")
        tally["ignored" if found is None else "taken"] += 1
        # Bits of its header that mean nothing may differ.
        assert found is None or is_state(found)

    check()
    print(dict(tally))
    assert tally["ignored"] > 500


def test_the_key_changes_with_every_parameter_and_every_byte_of_a_file(tmp_path):
    code = tmp_path / "code.py"
    code.write_text("x = 1")
    key = key_of({"seed": 1}, [code])
    assert key == key_of({"seed": 1}, [code])
    assert key != key_of({"seed": 2}, [code])
    assert key != key_of({"seed": 1}, [])
    code.write_text("x = 2")
    assert key != key_of({"seed": 1}, [code])


def test_a_checkpoint_is_kept_outside_the_folder_of_its_results():
    folder = Path("results/mine/characters/netconv/seed-3")
    assert path_for(folder) == Path("results/mine/checkpoints/characters/netconv/seed-3.safetensors")


def test_only_checkpoints_of_complete_runs_are_removed_and_no_empty_folder_stays(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    complete, stopped = (Path(f"results/mine/characters/{name}/seed-0") for name in ("netlin", "netconv"))
    for folder in (complete, stopped):
        write_checkpoint(path_for(folder), "key", STATE)
    complete.mkdir(parents=True)
    (complete / "metrics.json").touch()
    assert remove_finished(Path("results/mine")) == 1
    assert not path_for(complete).parent.exists() and path_for(stopped).exists()
    stopped.mkdir(parents=True)
    (stopped / "metrics.json").touch()
    assert remove_finished(Path("results/mine")) == 1
    assert not Path("results/mine/checkpoints").exists()
    assert remove_finished(Path("results/mine")) == 0
