"""A convolutional network with batch normalisation; the mean of each map takes the place of full layers."""

import torch
from torch import Tensor, nn


def block(inputs: int, outputs: int) -> nn.Sequential:
    """Padded 3x3 filters, normalised over the batch, rectified."""
    convolution = nn.Conv2d(inputs, outputs, kernel_size=3, padding=1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU())


class Network(nn.Module):
    """Three convolutions of 16, 32 and 64 maps, pooled after the first two; 64-classes."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.maps = nn.Sequential(
            block(1, 16), nn.MaxPool2d(2), block(16, 32), nn.MaxPool2d(2), block(32, 64)
        )
        self.output = nn.Linear(64, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Log-probabilities (N, classes) of images (N, 1, 28, 28)."""
        return torch.log_softmax(self.output(self.maps(images).mean(dim=(2, 3))), dim=1)
