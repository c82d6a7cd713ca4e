"""Counting languages, written as multiplicities: [1, 2] is a^n b^2n, [1, 2, 3] is a^n b^2n c^3n.

A *string* is one block a^n b^2n. An *example* is five strings in a row, each n uniform on 1..4, and a
closing A; the network reads all symbols but the last and predicts the next one. Everywhere an example is
its row of block sizes n; symbols are spelled out only where they are needed. That is what lets compiled
kernel and torch model train on the very same examples: both replay one array of block sizes.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PUBLISHED_LARGEST = 4
PUBLISHED_BLOCKS = 5

# Streams of random numbers that belong to one seed; each has its own, so none shifts another.
WEIGHT_STREAM, EXAMPLE_STREAM, FIXED_STREAM = 0, 1, 2


@dataclass(frozen=True)
class Language:
    """Strings in which symbol k comes multiplicities[k] * n times, n uniform on 1..largest."""

    multiplicities: tuple[int, ...]
    largest: int = PUBLISHED_LARGEST
    blocks: int = PUBLISHED_BLOCKS

    @property
    def symbols(self) -> int:
        """Number of symbols."""
        return len(self.multiplicities)

    @property
    def name(self) -> str:
        """File name of the language: anb2n, anb2nc3n; anbn-to10 where n goes up to 10 instead of 4."""
        letters = "".join(
            f"{letter.lower()}{'' if times == 1 else times}n"
            for letter, times in zip(LETTERS, self.multiplicities, strict=False)
        )
        return letters if self.largest == PUBLISHED_LARGEST else f"{letters}-to{self.largest}"

    @property
    def string_length(self) -> int:
        """Symbols of the string with n = 1; the string of n is n times as long."""
        return sum(self.multiplicities)

    def string(self, n: int) -> np.ndarray:
        """Symbols of the string of size n, int64."""
        return np.repeat(np.arange(self.symbols), np.array(self.multiplicities) * n)

    def example(self, sizes: Sequence[int]) -> np.ndarray:
        """Symbols of an example, closing A included; the last is no input, the first no target."""
        return np.concatenate([*(self.string(int(n)) for n in sizes), [0]])

    def all_examples(self) -> np.ndarray:
        """Block sizes of every example there is, (largest ** blocks, blocks), all equally likely."""
        return np.array(list(itertools.product(range(1, self.largest + 1), repeat=self.blocks)))

    def draw(self, seed: int, count: int, stream: int = EXAMPLE_STREAM) -> np.ndarray:
        """Block sizes of `count` random examples, int64 (count, blocks); the same for the same seed."""
        return generator(seed, stream).integers(1, self.largest + 1, (count, self.blocks))

    def fixed_set(self, count: int = 20) -> np.ndarray:
        """Block sizes of the examples on which learning curves are measured, the same for all restarts."""
        return self.draw(0, count, FIXED_STREAM)

    def positions(self, sizes: Sequence[int]) -> pd.DataFrame:
        """One row for each symbol that an example feeds to the network.

        Columns: block (0, 1, ...), n, symbol (0, 1, ...), letter (A, B, ...), position (1 for the first of
        its segment), due (symbols of the segment still to come), last (of its segment), next_symbol, count
        (the colour of the published pictures: k after the k-th A; n - (j - 1) / m after the j-th of a
        segment of m n symbols, 0 after its last).
        """
        return self.positions_of([sizes]).drop(columns="example")

    def positions_of(self, examples: Iterable[Sequence[int]]) -> pd.DataFrame:
        """`positions` of many examples one below the other, with the number of each, `example`."""
        return _positions(self, tuple(tuple(int(size) for size in sizes) for sizes in examples)).copy()


@lru_cache(maxsize=4096)
def _positions(language: Language, examples: tuple[tuple[int, ...], ...]) -> pd.DataFrame:
    """`Language.positions_of`, kept: every network of a task is measured along the same examples."""
    rows = []
    for example, sizes in enumerate(examples):
        for block, n in enumerate(sizes):
            for symbol, times in enumerate(language.multiplicities):
                for position in range(1, times * n + 1):
                    last = position == times * n
                    following = (symbol + 1) % language.symbols if last else symbol
                    count = float(position) if symbol == 0 else 0.0 if last else n - (position - 1) / times
                    place = (block, n, symbol, LETTERS[symbol], position, times * n - position, last)
                    rows.append((example, *place, following, count))
    columns = ["block", "n", "symbol", "letter", "position", "due", "last", "next_symbol", "count"]
    return pd.DataFrame(rows, columns=["example", *columns])


def generator(seed: int, stream: int) -> np.random.Generator:
    """The random numbers of one stream of one seed."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(stream,)))


def parse_language(name: str) -> Language:
    """The language of a name such as anb2n or anbn-to10; the inverse of `Language.name`."""
    string, _, largest = name.partition("-to")
    multiplicities = tuple(int(times or 1) for times in re.findall(r"[a-z](\d*)n", string))
    return Language(multiplicities, int(largest or PUBLISHED_LARGEST))
