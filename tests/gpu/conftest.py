"""What the tests on a GPU share: images, and the reason where there is no GPU."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from hidden_units.datasets.brush import BrushSettings, draw_dataset


@pytest.fixture(scope="session", autouse=True)
def gpu() -> str:
    """The name of the GPU; where torch finds none, the tests are skipped."""
    if not torch.cuda.is_available():
        pytest.skip("torch finds no GPU on this machine")
    return torch.cuda.get_device_name()


@pytest.fixture(scope="session")
def drawn() -> dict[str, np.ndarray]:
    """A small data set of the simulated brush."""
    return draw_dataset(BrushSettings(train=2000, test=500))
