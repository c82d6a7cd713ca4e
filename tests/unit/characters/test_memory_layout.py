"""What another layout of images in memory does to the accuracy."""

import numpy as np
import pytest

from hidden_units.characters.training import to_device, train
from hidden_units.datasets.brush import BrushSettings, draw_dataset
from tests import published


@pytest.mark.slow
def test_channels_last_ends_at_the_same_accuracy_over_three_seeds():
    images = to_device(**draw_dataset(BrushSettings(train=4_000, test=4_000)))
    accuracies = {
        channels_last: [
            train("netconv", seed, images, published.characters(epochs=4, channels_last=channels_last))
            .history[-1]
            .accuracy
            for seed in range(3)
        ]
        for channels_last in (False, True)
    }
    print(accuracies)
    assert abs(np.mean(accuracies[True]) - np.mean(accuracies[False])) < 0.003
