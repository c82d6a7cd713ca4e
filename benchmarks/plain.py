"""The plain recipe: what most people would write, kept as the yardstick for speed and for bits.

torchvision's data set, a DataLoader without shuffling, transforms image by image, ReLU before pooling, the
framework's plain SGD and memory layout.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

from hidden_units.datasets.idx import IDX_NAMES


class NetLin(nn.Module):
    """784-10."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(784, 10)

    def forward(self, images):
        return functional.log_softmax(self.linear(images.view(images.shape[0], -1)), dim=1)


class NetFull(nn.Module):
    """784-h-10, tanh."""

    def __init__(self, hidden_size):
        super().__init__()
        self.linear1 = nn.Linear(784, hidden_size)
        self.linear2 = nn.Linear(hidden_size, 10)

    def forward(self, images):
        hidden = torch.tanh(self.linear1(images.view(images.shape[0], -1)))
        return functional.log_softmax(self.linear2(hidden), dim=1)


class NetConv(nn.Module):
    """Two convolutions, ReLU and then pooling after each, two linear layers."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 5)
        self.conv2 = nn.Conv2d(32, 64, 5)
        self.linear1 = nn.Linear(1024, 128)
        self.linear2 = nn.Linear(128, 10)

    def forward(self, images):
        images = functional.max_pool2d(functional.relu(self.conv1(images)), 2)
        images = functional.max_pool2d(functional.relu(self.conv2(images)), 2)
        hidden = functional.relu(self.linear1(images.view(images.shape[0], -1)))
        return functional.log_softmax(self.linear2(hidden), dim=1)


NETWORKS = {"netlin": NetLin, "netfull-110": lambda: NetFull(110), "netconv": NetConv}


def write_kmnist_folder(root: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write four arrays as the plain IDX files that `torchvision.datasets.KMNIST(root)` looks for."""
    folder = root / "KMNIST" / "raw"
    folder.mkdir(parents=True, exist_ok=True)
    for part, name in IDX_NAMES.items():
        array = arrays[part]
        header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
        (folder / name).write_bytes(header + array.tobytes())


def train(
    model: str,
    seed: int,
    root: Path,
    epochs: int,
    updates: int | None = None,
    learning_rate: float = 0.01,
    momentum: float = 0.5,
) -> nn.Module:
    """Train, by default as published; at most `updates` updates an epoch.

    Args:
        model: `netlin`, `netfull-110` or `netconv`.
        root: the folder that `write_kmnist_folder` filled.
    """
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    data = datasets.KMNIST(root=str(root), train=True, download=False, transform=transform)
    loader = DataLoader(data, batch_size=64, shuffle=False)
    torch.manual_seed(seed)
    network = NETWORKS[model]()
    optimiser = torch.optim.SGD(network.parameters(), lr=learning_rate, momentum=momentum)
    for _ in range(epochs):
        network.train()
        for images, target in islice(loader, updates):
            optimiser.zero_grad()
            loss = functional.nll_loss(network(images), target)
            loss.backward()
            optimiser.step()
    return network
