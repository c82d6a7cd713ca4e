import numpy as np
import pytest
import torch

from hidden_units.characters.models import build
from hidden_units.page.precision import compare_precisions
from hidden_units.page.weights import to_half


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).integers(0, 256, (40, 28, 28), dtype=np.uint8)


LABELS = np.arange(40) % 10


def weights_of(model):
    torch.manual_seed(2)
    return {name: 3 * array.numpy() for name, array in build(model, 10).state_dict().items()}


@pytest.mark.parametrize("model", ["netlin", "netfull-5", "netconv"])
def test_weights_that_are_halves_already_change_nothing(images, model):
    halves = {name: array.astype(np.float32) for name, array in to_half(model, weights_of(model)).items()}
    found = compare_precisions(model, halves, images, LABELS)
    assert found["images"] == 40
    assert (found["answers_changed"], found["difference_max"], found["difference_mean"]) == (0, 0, 0)
    assert found["accuracy_float32"] == found["accuracy_float16"]


def test_the_differences_of_the_linear_network_are_those_of_plain_arithmetic(images):
    weights = weights_of("netlin")
    found = compare_precisions("netlin", weights, images, LABELS)
    pixels = (images.reshape(40, -1) / 255 - 0.5) / 0.5

    def answers(arrays):
        powers = np.exp(pixels @ arrays["output.weight"].T.astype(float) + arrays["output.bias"])
        return powers / powers.sum(axis=1, keepdims=True)

    full, half = answers(weights), answers(to_half("netlin", weights))
    difference = np.abs(full - half)
    assert found["difference_max"] == pytest.approx(difference.max(), abs=3e-6) and difference.max() > 1e-4
    assert found["difference_mean"] == pytest.approx(difference.mean(), abs=1e-6)
    assert found["accuracy_float32"] == (full.argmax(axis=1) == LABELS).mean()
    assert found["answers_changed"] == (full.argmax(axis=1) != half.argmax(axis=1)).sum()
