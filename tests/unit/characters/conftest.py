"""Data for the tests of training: a few thousand drawn characters."""

import pytest

from benchmarks.plain import write_kmnist_folder
from hidden_units.datasets.brush import BrushSettings, draw_dataset


@pytest.fixture(scope="session")
def drawn():
    """5,760 training images, which are 90 batches of 64, and 500 test images."""
    return draw_dataset(BrushSettings(train=5760, test=500))


@pytest.fixture(scope="session")
def kmnist_folder(drawn, tmp_path_factory):
    """The same images where torchvision's KMNIST finds them."""
    root = tmp_path_factory.mktemp("torchvision")
    write_kmnist_folder(root, drawn)
    return root
