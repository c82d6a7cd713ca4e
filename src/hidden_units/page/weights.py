"""Networks as the page carries them: the order of their layers, and weights in half precision."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np

from hidden_units.errors import StudyError

HALF = np.dtype("<f2")  # IEEE 754 binary16, little endian
# The activation between the layers of each family of networks; the last layer has none.
ACTIVATIONS = {"netlin": "none", "netfull": "tanh", "netconv": "relu"}
POOL = 2  # side of the squares after a convolution


def layers(model: str, weights: Mapping[str, np.ndarray]) -> list[dict[str, Any]]:
    """The layers of a classifier in the order of computation.

    Args:
        model: `netlin`, `netfull-<hidden>` or `netconv`.
        weights: arrays by their names in the framework's state dict, `<layer>.weight` and `<layer>.bias`.

    Returns:
        A dict a layer: name, shape of its weights, side of the squares pooled after it (1: none), activation
        after that (none, tanh or relu). The softmax over the last layer is not among them.
    """
    # The names of the layers sort in the order of computation: convolutions, hidden, output.
    names = sorted({key.rpartition(".")[0] for key in weights})
    activation = ACTIVATIONS[model.partition("-")[0]]
    return [
        {
            "name": name,
            "shape": list(weights[f"{name}.weight"].shape),
            "pool": POOL if weights[f"{name}.weight"].ndim == 4 else 1,
            "activation": "none" if name == names[-1] else activation,
        }
        for name in names
    ]


def to_half(model: str, weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The weights rounded to float16.

    Raises:
        StudyError: a weight is not finite, or larger than float16 can hold.
    """
    largest = float(np.max([np.abs(array).max() for array in weights.values()]))
    limit = float(np.finfo(HALF).max)
    if not largest <= limit:
        raise StudyError(
            f"{model}: its weights reach {largest:g}, expected finite ones of at most {limit:g}, which "
            "float16 can hold; set a smaller `training: learning_rate`."
        )
    return {name: array.astype(HALF) for name, array in weights.items()}


def pack_network(model: str, seed: int, weights: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """A classifier for the page: its layers, and in base64 each layer's weights and biases as float16.

    Raises:
        StudyError: a weight does not fit.
    """
    halves = to_half(model, weights)
    described = layers(model, weights)
    content = b"".join(
        halves[f"{layer['name']}.{part}"].tobytes() for layer in described for part in ("weight", "bias")
    )
    return {
        "model": model,
        "seed": seed,
        "layers": described,
        "weights": base64.b64encode(content).decode("ascii"),
    }
