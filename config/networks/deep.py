"""A deeper perceptron: two hidden layers of rectified linear units, each with dropout in training."""

import torch
from torch import Tensor, nn


class Network(nn.Module):
    """784-200-100-classes."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(28 * 28, 200), nn.ReLU(), nn.Dropout(0.2),
            nn.Linear(200, 100), nn.ReLU(), nn.Dropout(0.2),
            nn.Linear(100, classes),
        )  # fmt: skip

    def forward(self, images: Tensor) -> Tensor:
        """Log-probabilities (N, classes) of images (N, 1, 28, 28)."""
        return torch.log_softmax(self.layers(images), dim=1)
