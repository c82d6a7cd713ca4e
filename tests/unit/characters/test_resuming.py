"""Training that was stopped after any epoch and taken up again ends with the bits of one left alone."""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch

from hidden_units.characters.training import to_device, train
from hidden_units.checkpoints import read_checkpoint, write_checkpoint
from tests import published

EPOCHS = 4
OWN = {path.stem: str(path) for path in Path(__file__).parents[3].glob("config/networks/*.py")}


@pytest.fixture(scope="module")
def images():
    generator = np.random.default_rng(1)
    labels = np.tile(np.arange(10, dtype=np.uint8), 20)
    pixels = generator.integers(0, 256, (200, 28, 28), dtype=np.uint8)
    return to_device(pixels[:150], labels[:150], pixels[150:], labels[150:], validation=20)


def without_times(trained):
    return [{**asdict(epoch), "seconds": 0} for epoch in trained.history]


def is_the_same(one, other):
    return (
        one.weights.keys() == other.weights.keys()
        and all(one.weights[name].tobytes() == other.weights[name].tobytes() for name in one.weights)
        and one.log_probabilities.tobytes() == other.log_probabilities.tobytes()
        and without_times(one) == without_times(other)
        and one.validation_accuracy == other.validation_accuracy
    )


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        ("netconv", {}),
        ("netconv", {"precision": "bfloat16", "momentum": 0.0, "channels_last": False}),
        ("netfull-7", {"shuffle": True, "momentum": 0.9}),
        # The user's own, with buffers and random numbers.
        *((name, {}) for name in OWN),
        *((name, {"shuffle": True, "precision": "bfloat16"}) for name in OWN),
    ],
)
def test_stopped_after_any_epoch_it_ends_with_the_same_bits(tmp_path, images, model, changes):
    file = OWN.get(model)
    settings = published.characters(**{"epochs": EPOCHS, "batch_size": 16, **changes})
    states = []
    alone = train(model, 3, images, settings, save=states.append, file=file)
    assert [len(state.progress) for state in states] == [1, 2, 3, 4]
    path = tmp_path / "checkpoint"
    for state in states:
        # Through the file, and with the global generator elsewhere than in the run left alone.
        write_checkpoint(path, "key", state)
        resume = read_checkpoint(path, "key")
        torch.rand(len(state.progress))
        seen = []
        again = train(model, 3, images, settings, resume=resume, report_epoch=seen.append, file=file)
        assert [epoch.epoch for epoch in seen] == list(range(len(state.progress) + 1, EPOCHS + 1))
        assert is_the_same(again, alone)
