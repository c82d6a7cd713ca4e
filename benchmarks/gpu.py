"""Time training on a GPU and on one thread of the processor, in turn, and print how far the results differ.

What is timed is the training loop alone; images are on each device before. A network of 64 images a batch
leaves a GPU idle most of the time, so what is measured is mainly how fast the framework can start kernels.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from hidden_units.characters.training import Images, Settings, TrainedClassifier, to_device, train
from hidden_units.config import defaults
from hidden_units.datasets.brush import BrushSettings, draw_dataset
from hidden_units.files import write_csv

NETWORKS = (
    ("netlin", "float32"),
    ("netfull-110", "float32"),
    ("netconv", "float32"),
    ("netconv", "bfloat16"),
)
RESULT = Path(__file__).parent / "results" / "gpu.csv"


def epoch_seconds(trained: TrainedClassifier) -> float:
    """Median time of an epoch, the first left out: it loads libraries and kernels."""
    return statistics.median(epoch.seconds for epoch in trained.history[1:])


def compare(
    model: str, settings: Settings, on_cpu: Images, on_gpu: Images, repeats: int
) -> dict[str, object]:
    """Train on both in turn; medians of the times, and of their ratios within a turn."""
    turns = [(train(model, 0, on_cpu, settings), train(model, 0, on_gpu, settings)) for _ in range(repeats)]
    ratios = [epoch_seconds(cpu) / epoch_seconds(gpu) for cpu, gpu in turns]
    cpu, gpu = turns[-1]
    again = turns[0][1]
    return {
        "model": model,
        "precision": settings.precision,
        "images": len(on_cpu.train_labels),
        "epochs": settings.epochs,
        "repeats": repeats,
        "cpu_epoch_seconds": statistics.median(epoch_seconds(cpu) for cpu, _ in turns),
        "gpu_epoch_seconds": statistics.median(epoch_seconds(gpu) for _, gpu in turns),
        "ratio": statistics.median(ratios),
        "ratio_lowest": min(ratios),
        "ratio_highest": max(ratios),
        "largest_weight_difference": max(
            np.abs(gpu.weights[name] - cpu.weights[name]).max() for name in cpu.weights
        ),
        "cpu_accuracy": cpu.history[-1].accuracy,
        "gpu_accuracy": gpu.history[-1].accuracy,
        "gpu_same_bits_again": all(
            np.array_equal(gpu.weights[name], again.weights[name]) for name in gpu.weights
        ),
    }


def main() -> int:
    """Print and write the table; 1 where there is no GPU or its bits differ from turn to turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=12_800, help="training images")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    if not torch.cuda.is_available():
        print("torch finds no GPU on this machine; run this on one that has an NVIDIA GPU and its driver.")
        return 1
    torch.set_num_threads(1)
    arrays = draw_dataset(BrushSettings(train=arguments.images, test=1000))
    images = [to_device(**arrays, device=device) for device in ("cpu", "cuda")]
    as_published = {**defaults()["training"], "epochs": arguments.epochs}
    table = pd.DataFrame(
        [
            compare(model, Settings(**{**as_published, "precision": precision}), *images, arguments.repeats)
            for model, precision in NETWORKS
        ]
    )
    write_csv(RESULT, table)
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}")
    print(table.T.to_string(header=False))
    return int(not table["gpu_same_bits_again"].all())


if __name__ == "__main__":
    sys.exit(main())
