"""Time the compiled training of the recurrent networks and the framework's, in turn, on one thread.

Two peers: the plain loop over a cell, as most people would write the published network, and the framework's
own nn.RNN and nn.LSTM, which loop over time inside. All make the same kind of update on the same examples:
one example, full back-propagation through time, SGD with weight decay. Compiling is left out; it happens
once and is kept.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import nn

from benchmarks.autograd import MODULES, train
from hidden_units.config import defaults
from hidden_units.files import write_csv
from hidden_units.sequences.languages import WEIGHT_STREAM, Language, generator
from hidden_units.sequences.networks import initial_weights
from hidden_units.sequences.training import Training, train_restart

REQUIRED = 200.0
TASKS = {"srn": (Language((1, 2)), 2), "lstm": (Language((1, 2, 3)), 3)}
RESULT = Path(__file__).parent / "results" / "recurrent.csv"


class FrameworkNetwork(nn.Module):
    """The framework's recurrent layer and a linear output."""

    def __init__(self, kind: str, hidden: int, symbols: int) -> None:
        super().__init__()
        self.layer = {"srn": nn.RNN, "lstm": nn.LSTM}[kind](symbols, hidden)
        self.output = nn.Linear(hidden, symbols)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Logits (length, symbols) for one-hot inputs (length, symbols)."""
        return self.output(self.layer(inputs)[0])


def updates_a_second(action: Callable[[], object], updates: int) -> float:
    """Speed of one call that makes so many updates."""
    started = time.perf_counter()
    action()
    return updates / (time.perf_counter() - started)


def compare(kind: str, plain_updates: int, kernel_updates: int, repeats: int) -> dict[str, object]:
    """Time all three in turn; medians of the speeds, and of their ratios within a turn."""
    language, hidden = TASKS[kind]
    study = defaults()["sequences"]
    keys = ("steps", "interval", "learning_rate", "weight_decay", "optimiser")
    training = Training(**{key: study[key] for key in keys})
    sizes = language.draw(0, plain_updates)
    rates = (training.learning_rate, training.weight_decay)

    def plain_loop() -> None:
        module = MODULES[kind](hidden, language.symbols)
        weights = initial_weights(kind, hidden, language, generator(0, WEIGHT_STREAM), training.initial_sd)
        module.load_vector(weights)
        train(module, language, sizes, *rates)

    def framework() -> None:
        torch.manual_seed(0)
        train(FrameworkNetwork(kind, hidden, language.symbols).double(), language, sizes, *rates)

    def kernel() -> None:
        settings = replace(training, steps=kernel_updates, interval=kernel_updates)
        train_restart(kind, language, hidden, 0, settings)

    plain_loop(), framework(), kernel()  # not counted: libraries and kernels are loaded
    turns = np.array(
        [
            (
                updates_a_second(plain_loop, plain_updates),
                updates_a_second(framework, plain_updates),
                updates_a_second(kernel, kernel_updates),
            )
            for _ in range(repeats)
        ]
    )
    plain, own, ours = (statistics.median(column) for column in turns.T)
    ratios = turns[:, 2] / turns[:, 0]
    return {
        "network": kind,
        "repeats": repeats,
        "plain_loop_updates_a_second": plain,
        "framework_layer_updates_a_second": own,
        "kernel_updates_a_second": ours,
        "ratio_to_plain_loop": statistics.median(ratios),
        "ratio_lowest": ratios.min(),
        "ratio_highest": ratios.max(),
        "ratio_to_framework_layer": statistics.median(turns[:, 2] / turns[:, 1]),
        "required": REQUIRED,
    }


def main() -> int:
    """Print and write the table; 1 if a ratio is below what is required."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plain-updates", type=int, default=200)
    parser.add_argument("--kernel-updates", type=int, default=40_000)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    table = pd.DataFrame(
        [
            compare(kind, arguments.plain_updates, arguments.kernel_updates, arguments.repeats)
            for kind in TASKS
        ]
    )
    write_csv(RESULT, table)
    print(table.round(1).T.to_string(header=False))
    slow = table[table["ratio_to_plain_loop"] < REQUIRED]
    for row in slow.itertuples():
        print(
            f"{row.network}: {row.ratio_to_plain_loop:.0f} times as fast as the plain loop, "
            f"required {row.required:.0f}"
        )
    return int(len(slow) > 0)


if __name__ == "__main__":
    sys.exit(main())
