"""What trained classifiers do with images that were moved or partly covered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from torch import channels_last, nn, no_grad, tensor

from hidden_units.characters.models import NetConv, build
from hidden_units.characters.training import normalise, predict

# Up, down, left, right: the rows and columns that an image moves by, a pixel each.
DIRECTIONS = ((-1, 0), (1, 0), (0, -1), (0, 1))
# How far images are moved, in pixels: a character fills about 20 of the 28.
DISTANCES = (1, 2, 3, 4)
# The square that covers a part of an image, and by how much it moves on, in pixels.
COVER, STRIDE = 6, 2


def restore(
    model: str, weights: Mapping[str, np.ndarray], classes: int, file: str | None = None
) -> nn.Module:
    """A network with trained weights, arrays by their names in the framework's state dict; see `build`."""
    network = build(model, classes, file)
    network.load_state_dict({name: tensor(array).float() for name, array in weights.items()})
    return network


def probabilities(network: nn.Module, images: np.ndarray) -> np.ndarray:
    """Probabilities (N, classes), float32, of uint8 images (N, 28, 28)."""
    return predict(network, normalise(images)).exp().numpy()


def shifted(images: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Images (N, 28, 28) moved down by `rows` and right by `columns`, up and left where these are negative.

    What crosses the edge is lost, and background (0) follows from the other side.
    """
    height, width = images.shape[1:]
    moved = np.zeros_like(images)
    moved[:, max(rows, 0) : height + min(rows, 0), max(columns, 0) : width + min(columns, 0)] = images[
        :, max(-rows, 0) : height + min(-rows, 0), max(-columns, 0) : width + min(-columns, 0)
    ]
    return moved


def accuracy_when_shifted(network: nn.Module, images: np.ndarray, labels: np.ndarray) -> dict[int, float]:
    """Accuracy by how many pixels the images moved: the mean over four directions.

    Args:
        network: NetConv is left in the memory layout in which convolutions without gradients are fastest.
        images: uint8 (N, 28, 28).
        labels: (N,).
    """
    if isinstance(network, NetConv):
        network.to(memory_format=channels_last)

    def right(rows: int, columns: int) -> int:
        answers = predict(network, normalise(shifted(images, rows, columns))).argmax(dim=1)
        return int((answers.numpy() == labels).sum())

    moves = len(DIRECTIONS) * len(labels)
    return {
        distance: sum(right(distance * rows, distance * columns) for rows, columns in DIRECTIONS) / moves
        for distance in DISTANCES
    }


def covered(image: np.ndarray) -> Iterator[tuple[int, int, np.ndarray]]:
    """The image (28, 28) with background in a square, as row and column of its first pixel and the image."""
    places = range(0, len(image) - COVER + 1, STRIDE)
    for row in places:
        for column in places:
            part = image.copy()
            part[row : row + COVER, column : column + COVER] = 0
            yield row, column, part


def occlusion(network: nn.Module, image: np.ndarray) -> pd.DataFrame:
    """How sure a network stays of its answer to an image when a square of it is covered.

    Args:
        image: uint8 (28, 28).

    Returns:
        Columns row and column (of the square's first pixel), chosen (the answer to the whole image),
        probability (of that answer, to the whole image), covered (of that answer, with the square covered).
    """
    whole = probabilities(network, image[None])[0]
    chosen = int(whole.argmax())
    rows, columns, parts = zip(*covered(image), strict=True)
    return pd.DataFrame(
        {
            "row": rows,
            "column": columns,
            "chosen": chosen,
            "probability": whole[chosen],
            "covered": probabilities(network, np.stack(parts))[:, chosen],
        }
    )


@no_grad()
def feature_maps(network: NetConv, image: np.ndarray) -> np.ndarray:
    """What NetConv's first convolution makes of an image: (32, 24, 24) float32 of (28, 28) uint8."""
    return network.convolution1(normalise(image[None]))[0].numpy()
