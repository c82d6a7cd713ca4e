"""Time the plain recipe and this project's training in turn, in one process, on the same images.

Each pair is timed several times, A B A B, at one thread; the median of the ratios is what counts. What is
timed is everything from the files or arrays to the trained network: reading and normalising included,
evaluation left out on both sides.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import torch

from benchmarks import plain
from hidden_units.characters.training import Settings, to_device, train
from hidden_units.config import defaults
from hidden_units.datasets.brush import BrushSettings, draw_dataset
from hidden_units.files import write_csv

REQUIRED = {"netlin": 6.0, "netfull-110": 6.0, "netconv": 1.5}
RESULT = Path(__file__).parent / "results" / "training.csv"


def seconds(action: Callable[[], object]) -> float:
    """Wall time of one call."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def compare(model: str, arrays: dict, root: Path, epochs: int, repeats: int) -> dict:
    """Time both recipes in turn and return the medians and the median of the ratios."""
    few = {**arrays, "test_images": arrays["test_images"][:64], "test_labels": arrays["test_labels"][:64]}

    def plain_recipe():
        plain.train(model, 0, root, epochs)

    def this_project():
        train(model, 0, to_device(**few), Settings(**{**defaults()["training"], "epochs": epochs}))

    plain_recipe(), this_project()  # not counted: first calls load libraries and caches
    pairs = [(seconds(plain_recipe), seconds(this_project)) for _ in range(repeats)]
    ratios = [theirs / ours for theirs, ours in pairs]
    return {
        "model": model,
        "images": len(arrays["train_labels"]),
        "epochs": epochs,
        "repeats": repeats,
        "plain_seconds": statistics.median(a for a, _ in pairs),
        "ours_seconds": statistics.median(b for _, b in pairs),
        "ratio": statistics.median(ratios),
        "ratio_lowest": min(ratios),
        "ratio_highest": max(ratios),
        "required": REQUIRED[model],
    }


def main() -> int:
    """Print and write the table; 1 if a ratio is below what is required."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=6400, help="training images")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    arrays = draw_dataset(BrushSettings(train=arguments.images, test=100))
    with tempfile.TemporaryDirectory() as folder:
        plain.write_kmnist_folder(Path(folder), arrays)
        rows = [
            compare(model, arrays, Path(folder), arguments.epochs, arguments.repeats) for model in REQUIRED
        ]
    table = pd.DataFrame(rows)
    write_csv(RESULT, table)
    print(table.round(3).to_string(index=False))
    slow = table[table["ratio"] < table["required"]]
    for row in slow.itertuples():
        print(f"{row.model}: {row.ratio:.2f} times as fast as the plain recipe, required {row.required}")
    return int(len(slow) > 0)


if __name__ == "__main__":
    sys.exit(main())
