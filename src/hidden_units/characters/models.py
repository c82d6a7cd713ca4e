"""The three classifiers of the study: linear, one hidden layer, convolutional."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from hidden_units.characters.own_networks import build as build_own
from hidden_units.datasets.shape import SIDE


class NetLin(nn.Module):
    """784-k: one linear layer, log-softmax."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.output = nn.Linear(SIDE**2, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Log-probabilities (N, k) of images (N, 1, 28, 28)."""
        return functional.log_softmax(self.output(images.flatten(1)), dim=1)


class NetFull(nn.Module):
    """784-h-k: one hidden layer of h tanh units, log-softmax."""

    def __init__(self, hidden_size: int, classes: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(SIDE**2, hidden_size)
        self.output = nn.Linear(hidden_size, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Log-probabilities (N, k) of images (N, 1, 28, 28)."""
        return functional.log_softmax(self.output(torch.tanh(self.hidden(images.flatten(1)))), dim=1)


class NetConv(nn.Module):
    """Two unpadded 5x5 convolutions (32, 64 channels), each pooled 2x2; 1024-128-k; ReLU, log-softmax."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.convolution1 = nn.Conv2d(1, 32, kernel_size=5)
        self.convolution2 = nn.Conv2d(32, 64, kernel_size=5)
        self.hidden = nn.Linear(64 * 4 * 4, 128)
        self.output = nn.Linear(128, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Log-probabilities (N, k) of images (N, 1, 28, 28)."""
        # ReLU is monotonic, so pooling first gives the same bits with a quarter of the ReLU's work.
        features = functional.relu(functional.max_pool2d(self.convolution1(images), 2))
        features = functional.relu(functional.max_pool2d(self.convolution2(features), 2))
        hidden = functional.relu(self.hidden(features.flatten(1)))
        return functional.log_softmax(self.output(hidden), dim=1)


def build(model: str, classes: int, file: str | None = None) -> nn.Module:
    """The network of a model name, `netlin`, `netfull-<hidden size>` or `netconv`, for so many classes k.

    Its weights are the framework's default initialisation, drawn from torch's global generator. With a file
    it is the user's own network there.

    Raises:
        ValueError: the name is none of these.
    """
    if file is not None:
        return build_own(file, classes)
    if model == "netlin":
        return NetLin(classes)
    if model == "netconv":
        return NetConv(classes)
    name, _, hidden_size = model.partition("-")
    if name == "netfull" and hidden_size.isdecimal():
        return NetFull(int(hidden_size), classes)
    raise ValueError(f"no model is called {model!r}: expected netlin, netfull-<hidden size> or netconv")


def count_parameters(network: nn.Module) -> int:
    """Number of trained weights and biases."""
    return sum(parameter.numel() for parameter in network.parameters())
