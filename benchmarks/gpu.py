"""Time training on a GPU and on one thread of the processor, in turn; `make test-gpu` compares the results.

What is timed is the training loop alone; images are on each device before. A network of 64 images a batch
leaves a GPU idle most of the time, so what is measured is mainly how fast the framework can start kernels.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from benchmarks.run import medians
from hidden_units.characters.training import Images, Settings, to_device, train
from hidden_units.config import defaults
from hidden_units.datasets.brush import BrushSettings, draw_dataset
from hidden_units.files import write_csv

NETWORKS = (
    ("netlin", "float32"),
    ("netfull-110", "float32"),
    ("netconv", "float32"),
    ("netconv", "bfloat16"),
)
TRAINING_IMAGES, EPOCHS, REPEATS = 12_800, 4, 3
RESULT = Path(__file__).parent / "results" / "gpu.csv"


def epoch_seconds(model: str, images: Images, settings: Settings) -> float:
    """Median time of an epoch, the first left out: it loads libraries and kernels."""
    return statistics.median(epoch.seconds for epoch in train(model, 0, images, settings).history[1:])


def compare(model: str, precision: str, on_cpu: Images, on_gpu: Images) -> dict[str, object]:
    """Train on both in turn; medians of the times, and of their ratios within a turn."""
    settings = Settings(**{**defaults()["training"], "epochs": EPOCHS, "precision": precision})
    turns = [[epoch_seconds(model, images, settings) for images in (on_cpu, on_gpu)] for _ in range(REPEATS)]
    found = medians(*np.transpose(turns), ("cpu_epoch_seconds", "gpu_epoch_seconds"))
    return {"model": model, "precision": precision, **found}


def main() -> int:
    """Print and write the table; 1 where there is no GPU."""
    if not torch.cuda.is_available():
        print("torch finds no GPU on this machine; run this on one that has an NVIDIA GPU and its driver.")
        return 1
    torch.set_num_threads(1)
    arrays = draw_dataset(BrushSettings(train=TRAINING_IMAGES, test=1000))
    images = [to_device(**arrays, device=device) for device in ("cpu", "cuda")]
    table = pd.DataFrame([compare(*network, *images) for network in NETWORKS])
    write_csv(RESULT, table)
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}")
    print(table.to_string(index=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
