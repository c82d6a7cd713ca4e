"""Time training here and as most people would write it, in turn, in one process, on the same data.

Each pair is timed several times, A B A B, at one thread, in processor time, which other work on the machine
disturbs least; the median of the ratios is what counts. Of a classifier everything is timed from the files or
arrays to the trained network: reading and normalising included, evaluation left out on both sides. Of a
recurrent network it is updates of the same kind on the same examples: one example, full back-propagation
through time, SGD with weight decay; of encoders, updates of all runs of a table. Compiling is left out; it
happens once and is kept. The table is written to docs/performance.md too.
"""

from __future__ import annotations

import argparse
import ctypes
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from benchmarks import autograd, plain
from hidden_units.characters.models import build
from hidden_units.characters.training import KEEP_MEMORY, Settings, to_device, train
from hidden_units.config import defaults
from hidden_units.datasets.brush import BrushSettings, draw_dataset
from hidden_units.encoders import training as encoders
from hidden_units.encoders.tables import identity
from hidden_units.files import write_csv
from hidden_units.report.collecting import processor_name
from hidden_units.sequences.languages import WEIGHT_STREAM, Language, generator
from hidden_units.sequences.networks import initial_weights
from hidden_units.sequences.training import Training, train_restart

# How many times as fast ours has to be: below what was measured on a busy machine.
CLASSIFIERS = {"netlin": 15.0, "netfull-110": 8.0, "netconv": 1.6}
TASKS = {"srn": (Language((1, 2)), 2), "lstm": (Language((1, 2, 3)), 3)}
KERNELS_REQUIRED = {"srn": 500.0, "lstm": 400.0}
PLAIN_UPDATES, KERNEL_UPDATES = 200, 40_000
ENCODERS_REQUIRED = 20.0
ENCODER_ROWS, PLAIN_EPOCHS, KERNEL_EPOCHS = 16, 200, 4_000
GEMM_SIDE = 1024
RESULT = Path(__file__).parent / "results" / "training.csv"
PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
START, END = "<!-- written by make bench -->", "<!-- end of what make bench writes -->"


@dataclass(frozen=True)
class Pair:
    """Two ways to train a network, with the images that each meets, or updates that it makes."""

    network: str
    peer: str
    theirs: Callable[[], object]
    ours: Callable[[], object]
    their_units: int
    our_units: int
    required: float | None  # how many times as fast ours has to be
    operations: float | None = None  # of floating point an image, where they are matrix products


def classifiers(arrays: dict, root: Path, epochs: int) -> Iterator[Pair]:
    """Each classifier by the plain recipe and by this project."""
    few = {**arrays, "test_images": arrays["test_images"][:64], "test_labels": arrays["test_labels"][:64]}
    settings = Settings(**{**defaults()["training"], "epochs": epochs})
    for model, required in CLASSIFIERS.items():

        def plain_recipe(model=model):
            give_memory_back()
            plain.train(model, 0, root, epochs)

        def this_project(model=model):
            train(model, 0, to_device(**few), settings)

        met = epochs * len(arrays["train_images"])
        counted = operations(model)
        yield Pair(model, "plain recipe", plain_recipe, this_project, met, met, required, counted)


def give_memory_back() -> None:
    """Have glibc, which ours sets, as it sets itself once it has freed the largest block of a plain batch."""
    block = 64 * 32 * 24 * 24 * 4
    with suppress(OSError, AttributeError):  # another C library
        for name, size in {"M_MMAP_THRESHOLD": block, "M_TRIM_THRESHOLD": 2 * block}.items():
            ctypes.CDLL(None).mallopt(KEEP_MEMORY[name][0], size)


def operations(model: str) -> float:
    """Floating-point operations of products and convolutions, forward and backward, an image."""
    network, images = build(model, 10), torch.zeros(64, 1, 28, 28)
    with FlopCounterMode(display=False) as counter:
        network(images).sum().backward()
    return counter.get_total_flops() / len(images)


def gemm_rate() -> float:
    """Operations a second of a product of large matrices in float32, the machine's limit: the best of ten."""
    one, two, product = torch.rand(3, GEMM_SIDE, GEMM_SIDE)
    return 2 * GEMM_SIDE**3 / min(seconds(lambda: torch.mm(one, two, out=product)) for _ in range(10))


class FrameworkNetwork(nn.Module):
    """The framework's recurrent layer, which loops over time inside, and a linear output."""

    def __init__(self, kind: str, hidden: int, symbols: int) -> None:
        super().__init__()
        self.layer = {"srn": nn.RNN, "lstm": nn.LSTM}[kind](symbols, hidden)
        self.output = nn.Linear(hidden, symbols)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Logits (length, symbols) for one-hot inputs (length, symbols)."""
        return self.output(self.layer(inputs)[0])


def recurrent(kind: str) -> Iterator[Pair]:
    """A loop over a cell and the framework's layer, each with the compiled kernels."""
    language, hidden = TASKS[kind]
    study = defaults()["sequences"]
    keys = ("steps", "interval", "learning_rate", "weight_decay", "optimiser")
    training = Training(**{key: study[key] for key in keys})
    sizes = language.draw(0, PLAIN_UPDATES)
    rates = (training.learning_rate, training.weight_decay)

    def plain_loop():
        module = autograd.MODULES[kind](hidden, language.symbols)
        weights = initial_weights(kind, hidden, language, generator(0, WEIGHT_STREAM), training.initial_sd)
        module.load_vector(weights)
        autograd.train(module, language, sizes, *rates)

    def framework_layer():
        torch.manual_seed(0)
        autograd.train(FrameworkNetwork(kind, hidden, language.symbols).double(), language, sizes, *rates)

    def kernel():
        settings = replace(training, steps=KERNEL_UPDATES, interval=KERNEL_UPDATES)
        train_restart(kind, language, hidden, 0, settings)

    units = PLAIN_UPDATES, KERNEL_UPDATES
    yield Pair(kind, "plain loop", plain_loop, kernel, *units, KERNELS_REQUIRED[kind])
    yield Pair(kind, "framework's layer", framework_layer, kernel, *units, None)


def encoder() -> Pair:
    """Runs of one table as a batch in autograd, and compiled one after the other."""
    study, table = defaults()["encoders"], identity(ENCODER_ROWS)
    seeds = range(study["seeds"])

    def settings(epochs: int) -> encoders.Settings:
        return encoders.Settings(**study["training"], max_epochs=epochs)

    return Pair(
        f"encoder {ENCODER_ROWS}-2-{ENCODER_ROWS}",
        "batch in autograd",
        lambda: autograd.train_encoders(table, settings(PLAIN_EPOCHS), seeds),
        lambda: encoders.train(table, settings(KERNEL_EPOCHS), seeds),
        PLAIN_EPOCHS * len(seeds),
        KERNEL_EPOCHS * len(seeds),
        ENCODERS_REQUIRED,
    )


def seconds(action: Callable[[], object]) -> float:
    """Processor time of one call."""
    started = time.process_time()
    action()
    return time.process_time() - started


def medians(slow: np.ndarray, fast: np.ndarray, names: tuple[str, str]) -> dict[str, float]:
    """Medians of seconds that were measured in turn, called by names, and of their ratios within a turn."""
    ratios = {"ratio": np.median, "ratio_lowest": np.min, "ratio_highest": np.max}
    return {
        **{name: np.median(times) for name, times in zip(names, (slow, fast), strict=True)},
        **{name: summary(slow / fast) for name, summary in ratios.items()},
    }


def compare(pair: Pair, repeats: int, limit: float) -> dict[str, object]:
    """Time both in turn, in seconds an image or update; `limit` is the machine's, in operations a second."""
    pair.theirs(), pair.ours()  # not counted: first calls load libraries, kernels and caches
    turns = np.array([(seconds(pair.theirs), seconds(pair.ours)) for _ in range(repeats)])
    found = medians(*(turns / [pair.their_units, pair.our_units]).T, ("their_seconds", "our_seconds"))
    share = pair.operations and pair.operations / found["our_seconds"] / limit
    return {"network": pair.network, "peer": pair.peer, **found, "required": pair.required, "share": share}


def as_markdown(table: pd.DataFrame, limit: float) -> str:
    """The table of `compare` for people, and on what it was measured."""
    lines = [
        f"{processor_name()}, one thread, torch {torch.__version__}; its limit, a product of large matrices "
        f"in float32, is {limit / 1e9:.0f} GFLOP/s.",
        "",
        "| network | peer | peer, µs | here, µs | ratio (lowest to highest) | required | share of limit |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in table.itertuples():
        ratio = f"{row.ratio:.3g} ({row.ratio_lowest:.3g} to {row.ratio_highest:.3g})"
        required = "" if pd.isna(row.required) else f"{row.required:g}"
        share = "" if pd.isna(row.share) else f"{row.share:.0%}"
        times = f"{row.their_seconds * 1e6:.3g} | {row.our_seconds * 1e6:.3g}"
        lines.append(f"| {row.network} | {row.peer} | {times} | {ratio} | {required} | {share} |")
    return "\n".join(lines)


def between_markers(page: str, text: str) -> str:
    """A page whose part between the markers is replaced by a text.

    Raises:
        SystemExit: the markers are missing.
    """
    before, start, rest = page.partition(START)
    _, end, after = rest.partition(END)
    if not end:
        raise SystemExit(f"{PAGE}: found no {START} with {END} after it; put both lines back.")
    return f"{before}{start}\n\n{text}\n\n{end}{after}"


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
        pairs = [*classifiers(arrays, Path(folder), arguments.epochs)]
        pairs += [encoder(), *recurrent("srn"), *recurrent("lstm")]
        limit = gemm_rate()
        table = pd.DataFrame([compare(pair, arguments.repeats, limit) for pair in pairs])
    write_csv(RESULT, table)
    PAGE.write_text(between_markers(PAGE.read_text("utf-8"), as_markdown(table, limit)), "utf-8")
    print(table.to_string(index=False, na_rep="", float_format="{:.3g}".format))
    slow = table[table["ratio"] < table["required"]]
    for row in slow.itertuples():
        print(f"{row.network}: {row.ratio:.2f} times as fast as the {row.peer}, required {row.required}")
    return int(len(slow) > 0)


if __name__ == "__main__":
    sys.exit(main())
