"""A checkpoint is read back whole or not at all, belongs to one training only, and saves what is in it."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from hidden_units import checkpoints
from hidden_units.checkpoints import (
    Checkpoint,
    extend,
    key_of,
    path_for,
    read_checkpoint,
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


@pytest.mark.parametrize("progress", ["[" * 10**5, "{", ""])
def test_a_forged_checkpoint_is_none(tmp_path, monkeypatch, progress):
    monkeypatch.setattr(checkpoints.json, "dumps", lambda *_, **__: progress)
    write_checkpoint(tmp_path / "forged", "key", STATE)
    assert read_checkpoint(tmp_path / "forged", "key") is None


def test_the_key_changes_with_every_parameter_and_every_byte_of_a_file(tmp_path):
    code = tmp_path / "code.py"
    code.write_text("x = 1")
    key = key_of({"seed": 1}, [code])
    assert key == key_of({"seed": 1}, [code])
    assert key != key_of({"seed": 2}, [code])
    assert key != key_of({"seed": 1}, [])
    code.write_text("x = 2")
    assert key != key_of({"seed": 1}, [code])


@pytest.mark.parametrize("package", ["torch", "numpy", "numba", "llvmlite"])
def test_the_key_changes_with_the_version_of_a_package_that_computes(monkeypatch, package):
    before, version = key_of({}, []), checkpoints.version
    monkeypatch.setattr(checkpoints, "version", lambda name: version(name) + "1" * (name == package))
    assert key_of({}, []) != before


def test_the_key_changes_with_the_instructions_of_the_processor(monkeypatch):
    before = key_of({}, [])
    monkeypatch.setattr(checkpoints, "threadpool_info", lambda: [{"architecture": "Haswell"}])
    other_blas = key_of({}, [])
    monkeypatch.setattr(np, "show_config", lambda mode: {"SIMD Extensions": {"found": ["SSE42"]}})
    other_numpy = key_of({}, [])
    # The oldest processors have nothing beyond what numpy asks for.
    monkeypatch.setattr(np, "show_config", lambda mode: {"SIMD Extensions": {"baseline": ["X86_V2"]}})
    assert len({before, other_blas, other_numpy, key_of({}, [])}) == 4


def test_a_checkpoint_is_kept_outside_the_folder_of_its_results():
    folder = Path("results/mine/characters/netconv/seed-3")
    assert path_for(folder) == Path("results/mine/checkpoints/characters/netconv/seed-3.safetensors")
    file = "results/mine/checkerboard/restarts/hidden-4/rate-0.01.safetensors"
    assert path_for(file) == Path("results/mine/checkpoints") / Path(file).relative_to("results/mine")


class Trainer:
    """Rows that tell their seed, a few at a time; it counts them, and may be killed after some."""

    def __init__(self, at_once=1, dies_after=10**6):
        self.at_once, self.dies_after, self.trained = at_once, dies_after, []

    def __call__(self, seeds):
        for start in range(0, len(seeds), self.at_once):
            part = seeds[start : start + self.at_once]
            if len(self.trained) >= self.dies_after:
                raise KeyboardInterrupt
            self.trained += part
            yield {
                "weights": np.array([[seed, seed / 7] for seed in part]),
                "solved": np.array(part) % 2 == 0,
            }


def extended(path, seeds, key="key", **how):
    """The rows of seeds, and the seeds that were trained for them."""
    trainer = Trainer(**how)
    rows = extend(path, key, seeds, trainer)
    expected = {
        name: np.concatenate(values)
        for name, values in zip(
            ("weights", "solved"),
            zip(*(part.values() for part in Trainer()(seeds)), strict=True),
            strict=True,
        )
    }
    assert rows.keys() == expected.keys()
    for name, values in expected.items():
        assert rows[name].dtype == values.dtype and np.array_equal(rows[name], values)
    return trainer.trained


@pytest.mark.parametrize("at_once", [1, 3, 100])
def test_only_seeds_that_are_not_there_are_trained(tmp_path, at_once):
    path = tmp_path / "restarts.safetensors"
    assert extended(path, [0, 1, 2], at_once=at_once) == [0, 1, 2]
    assert extended(path, range(7), at_once=at_once) == [3, 4, 5, 6]
    # In any order, and fewer are no reason to forget the others.
    assert extended(path, [6, 2], at_once=at_once) == []
    assert extended(path, [8, 1, 7], at_once=at_once) == [8, 7]
    assert extended(path, range(9), at_once=at_once) == []
    assert extended(path, [0, 1], key="of another setting") == [0, 1]


@pytest.mark.parametrize("dies_after", [1, 7, 19, 39])
def test_killed_while_it_trains_it_has_what_was_finished_before(tmp_path, dies_after):
    path = tmp_path / "restarts.safetensors"
    extended(path, range(5))
    with pytest.raises(KeyboardInterrupt):
        extend(path, "key", range(45), Trainer(dies_after=dies_after))
    # Written after every second of forty, for a twentieth may be lost.
    assert extended(path, range(45)) == list(range(5 + dies_after // 2 * 2, 45))


def test_a_broken_store_is_trained_anew(tmp_path):
    path = tmp_path / "restarts.safetensors"
    extended(path, range(3))
    path.write_bytes(path.read_bytes()[:-1])
    assert extended(path, range(4)) == [0, 1, 2, 3]


def test_the_checkpoint_of_a_module_with_a_prefix_is_in_the_folder_of_its_run():
    path = checkpoints.path_for("sub/results/x/encoders/star16/runs.safetensors")
    assert path.as_posix() == "sub/results/x/checkpoints/encoders/star16/runs.safetensors"
