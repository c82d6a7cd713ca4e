import base64

import numpy as np
import pytest
import torch

from hidden_units.characters.models import build
from hidden_units.errors import StudyError
from hidden_units.page.weights import layers, pack_network


def weights_of(model):
    torch.manual_seed(1)
    return {name: array.numpy() for name, array in build(model, 10).state_dict().items()}


def test_layers_are_in_the_order_of_computation_with_pools_and_activations():
    assert [tuple(layer.values()) for layer in layers("netconv", weights_of("netconv"))] == [
        ("convolution1", [32, 1, 5, 5], 2, "relu"),
        ("convolution2", [64, 32, 5, 5], 2, "relu"),
        ("hidden", [128, 1024], 1, "relu"),
        ("output", [10, 128], 1, "none"),
    ]
    assert [layer["activation"] for layer in layers("netfull-7", weights_of("netfull-7"))] == ["tanh", "none"]
    assert [layer["activation"] for layer in layers("netlin", weights_of("netlin"))] == ["none"]


@pytest.mark.parametrize("model", ["netlin", "netfull-7", "netconv"])
def test_a_packed_network_holds_every_weight_once_rounded_to_the_nearest_half(model):
    weights = weights_of(model)
    packed = pack_network(model, 3, weights)
    numbers = np.frombuffer(base64.b64decode(packed["weights"]), "<f2")
    assert (packed["model"], packed["seed"]) == (model, 3)
    assert len(numbers) == sum(array.size for array in weights.values())
    place = 0
    for layer in packed["layers"]:
        for part in ("weight", "bias"):
            array = weights[f"{layer['name']}.{part}"]
            held = numbers[place : place + array.size].reshape(array.shape)
            place += array.size
            # Half of the last place of an 11-bit significand; below 2^-14 the steps stay 2^-24.
            assert (np.abs(held - array) <= np.maximum(np.abs(array) * 2.0**-11, 2.0**-25)).all()


@pytest.mark.parametrize("value", [1e6, np.inf, np.nan])
def test_a_weight_that_a_half_cannot_hold_is_refused_in_one_sentence(value):
    for weights, biases in [([[0, value]], [0]), ([[0, 1]], [value])]:
        arrays = {"output.weight": np.float32(weights), "output.bias": np.float32(biases)}
        with pytest.raises(StudyError, match=r"^netlin: its weights reach .*65504.*learning_rate`\.$"):
            pack_network("netlin", 0, arrays)
