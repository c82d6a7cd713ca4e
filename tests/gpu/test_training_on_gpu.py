"""Training on a GPU: the same bits again, full float32, and how far it is from the processor."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from hidden_units.characters.models import build
from hidden_units.characters.training import normalise, to_device, train
from tests import published

pytestmark = pytest.mark.gpu

ROOT = Path(__file__).resolve().parents[2]
MODELS = ("netlin", "netfull-110", "netconv")
# What the README promises of a GPU beside the processor, after two epochs of 2,000 images.
LARGEST_WEIGHT_DIFFERENCE = 1e-3
LARGEST_ACCURACY_DIFFERENCE = 0.01
ALONE = """
import sys
from hidden_units.characters.training import to_device, train
from hidden_units.datasets.brush import BrushSettings, draw_dataset
from tests import published
from tests.gpu.test_training_on_gpu import digest
images = to_device(**draw_dataset(BrushSettings(train=2000, test=500)), device="cuda")
print(digest(train(sys.argv[1], 3, images, published.characters(epochs=2, precision=sys.argv[2]))))
"""


def digest(trained) -> str:
    """A hash of all weights and predictions."""
    found = hashlib.sha256(trained.log_probabilities.tobytes())
    for name, weights in trained.weights.items():
        found.update(name.encode() + weights.tobytes())
    return found.hexdigest()


@pytest.fixture(scope="module")
def on_gpu(drawn):
    """The images on the GPU."""
    return to_device(**drawn, device="cuda")


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("model", MODELS)
def test_another_process_ends_with_the_same_bits(model, precision, on_gpu):
    here = digest(train(model, 3, on_gpu, published.characters(epochs=2, precision=precision)))
    there = subprocess.run(
        [sys.executable, "-c", ALONE, model, precision],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"src:.:{':'.join(sys.path)}"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert there == here


@pytest.mark.parametrize("model", MODELS)
def test_a_training_that_was_stopped_ends_with_the_same_bits(model, on_gpu):
    settings, saved = published.characters(epochs=3, shuffle=True), []
    whole = train(model, 3, on_gpu, settings, save=saved.append)
    for checkpoint in saved:
        assert digest(train(model, 3, on_gpu, settings, resume=checkpoint)) == digest(whole)


@pytest.mark.parametrize("model", MODELS)
def test_products_are_of_full_float32(model, drawn, on_gpu):
    torch.manual_seed(3)
    network = build(model, 10)
    with torch.no_grad():
        exact = network.double()(normalise(drawn["test_images"]).double())
        found = network.float().to("cuda")(on_gpu.test_images).cpu().double()
    # TF32 keeps ten bits of a factor, an error near 1e-3.
    assert (found - exact).abs().max() < 2e-5


@pytest.mark.parametrize("model", MODELS)
def test_it_ends_near_where_the_processor_does(model, drawn, on_gpu):
    settings = published.characters(epochs=2)
    gpu, cpu = train(model, 3, on_gpu, settings), train(model, 3, to_device(**drawn), settings)
    furthest = max(np.abs(gpu.weights[name] - cpu.weights[name]).max() for name in cpu.weights)
    accuracies = gpu.history[-1].accuracy, cpu.history[-1].accuracy
    print(f"{model}: weights differ by {furthest:.1e} at most, accuracies are {accuracies}")
    assert furthest < LARGEST_WEIGHT_DIFFERENCE
    assert abs(accuracies[0] - accuracies[1]) <= LARGEST_ACCURACY_DIFFERENCE
