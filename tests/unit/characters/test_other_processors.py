"""Processors that compute with other instructions: as far as one machine can play another.

The libraries choose their instructions by the processor, or by what the environment lets them see of it, so
a run held to those of an older processor rounds as that one does. Nearly every
processor of the last ten years has AVX2; the oldest has what all of the architecture have.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
EPOCHS = 2
MODELS = ("netlin", "netfull-20", "netconv")
# For ATen, oneDNN and MKL in turn.
PROCESSORS = {
    "this one": {},
    "with AVX2": {
        "ATEN_CPU_CAPABILITY": "avx2",
        "ONEDNN_MAX_CPU_ISA": "AVX2",
        "MKL_ENABLE_INSTRUCTIONS": "AVX2",
    },
    "the oldest": {
        "ATEN_CPU_CAPABILITY": "default",
        "ONEDNN_MAX_CPU_ISA": "SSE41",
        "MKL_ENABLE_INSTRUCTIONS": "SSE4_2",
    },
}
# What the README promises of other processors, after two epochs of 1,200 images. Measured where this was
# written, AVX-512 against AVX2 and SSE4: weights 6e-7 apart at most, all 400 test images judged alike.
LARGEST_WEIGHT_DIFFERENCE = 1e-5
LARGEST_ACCURACY_DIFFERENCE = 0.005
TRAINING = f"""
import sys
import numpy as np
from hidden_units.characters.training import to_device, train
from hidden_units.datasets.brush import BrushSettings, draw_dataset
from tests import published
images = to_device(**draw_dataset(BrushSettings(train=1200, test=400)))
for model in {MODELS}:
    trained = train(model, 0, images, published.characters(epochs={EPOCHS}))
    accuracy = trained.history[-1].accuracy
    np.savez(f"{{sys.argv[1]}}/{{model}}.npz", accuracy=accuracy, **trained.weights)
"""


def train_on(folder: Path, processor: str) -> dict[str, dict[str, np.ndarray]]:
    """The weights and the accuracy of each model by name, trained in a process that sees the processor."""
    folder.mkdir()
    environment = {name: value for name, value in os.environ.items() if name not in PROCESSORS["the oldest"]}
    environment |= {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "OMP_NUM_THREADS": "1", **PROCESSORS[processor]}
    subprocess.run([sys.executable, "-c", TRAINING, folder], env=environment, check=True)
    return {model: dict(np.load(folder / f"{model}.npz")) for model in MODELS}


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    return train_on(tmp_path_factory.mktemp("processors") / "here", "this one")


@pytest.mark.parametrize(
    ("processor", "capabilities"), [("with AVX2", ["AVX512"]), ("the oldest", ["AVX2", "AVX512"])]
)
def test_another_processor_gives_nearly_the_same_weights(tmp_path, here, processor, capabilities):
    if torch.backends.cpu.get_cpu_capability() not in capabilities:
        pytest.skip(f"this processor has no more instructions than one {processor}")
    there = train_on(tmp_path / "there", processor)
    is_same = True
    for model in MODELS:
        differences = {name: np.abs(here[model][name] - there[model][name]).max() for name in here[model]}
        accuracy = differences.pop("accuracy")
        print(f"{processor}, {model}: weights {max(differences.values()):.1e}, accuracies {accuracy:.4f}")
        assert accuracy <= LARGEST_ACCURACY_DIFFERENCE
        assert max(differences.values()) <= LARGEST_WEIGHT_DIFFERENCE
        is_same &= not any(differences.values())
    assert not is_same, "the environment has changed nothing, so nothing is proved"
