"""What the losses of a perfect predictor are: the yardsticks for the trained networks.

Two losses are in play. The *negative log-likelihood* is what training minimises. The *nominal error* is
what the published study prints: the mean squared difference between output probabilities and nominal
targets, 0.8 for A and 0.2 for B after any A, one-hot elsewhere. Only the first says how good a network is.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from hidden_units.sequences.languages import Language

NOMINAL_AFTER_A = (0.8, 0.2)


@dataclass(frozen=True)
class Optimum:
    """The least negative log-likelihood, in nats a symbol, over all examples of a language.

    `conditional` is that of the predictor that knows the true probabilities of the next symbol; the excess of
    a network is measured from it. `time_averaged` is the minimum of the training loss itself: that averages
    over time within each example, so short examples weigh more, and a network that remembered the earlier
    strings of an example could gain a little by betting on short ones.
    """

    conditional: float
    time_averaged: float


def conditional_nll(language: Language, sizes: np.ndarray) -> float:
    """Mean NLL of the true conditional probabilities over examples (examples, blocks), nats a symbol."""
    goes_on = _another_a(language)
    surprise_of_more = np.concatenate([[0.0], np.cumsum(-np.log(goes_on[:-1]))])
    surprise_of_end = -np.log(1 - goes_on)
    nats = (surprise_of_more + surprise_of_end)[sizes - 1].sum(axis=1)
    return float((nats / (language.string_length * sizes.sum(axis=1))).mean())


@cache
def optimum(language: Language) -> Optimum:
    """The exact optimum of the loss, by enumeration of all examples."""
    sizes = language.all_examples()
    lengths = language.string_length * sizes.sum(axis=1)
    # Weight of 'another A' and 'no more' in the training loss, by the strings before and the A's so far.
    weights: dict[tuple, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row, length in zip(sizes.tolist(), lengths.tolist(), strict=True):
        for block, n in enumerate(row):
            for k in range(1, n + 1):
                weights[(*row[:block], -k)][int(k == n)] += 1 / length
    both = np.array(list(weights.values()))
    shares = both / both.sum(axis=1, keepdims=True)
    nats = -(both * np.log(shares, where=shares > 0, out=np.zeros_like(shares))).sum(axis=1)
    return Optimum(conditional_nll(language, sizes), float(np.cumsum(nats)[-1] / len(sizes)))


def reference_losses(language: Language) -> pd.DataFrame:
    """Losses of two predictors that need no training, over all examples.

    Columns: predictor, nominal_error, excess_nll (nats a symbol). The *count-aware* predictor is perfect and
    the *constant* one always says 0.8 A, 0.2 B after an A; both are certain and right everywhere else. The
    published loss prefers the second.
    """
    sizes = language.all_examples()
    lengths = language.string_length * sizes.sum(axis=1)
    goes_on = _another_a(language)
    likely, unlikely = NOMINAL_AFTER_A
    squared = ((goes_on - likely) ** 2 + (1 - goes_on - unlikely) ** 2) / language.symbols
    nominal = (np.cumsum(squared)[sizes - 1].sum(axis=1) / lengths).mean()
    constant_nats = -((sizes - 1) * np.log(likely) + np.log(unlikely)).sum(axis=1)
    constant = (constant_nats / lengths).mean() - conditional_nll(language, sizes)
    return pd.DataFrame(
        {
            "predictor": ["count-aware", "constant"],
            "nominal_error": [float(nominal), 0.0],
            "excess_nll": [0.0, float(constant)],
        }
    )


def _another_a(language: Language) -> np.ndarray:
    """True probability of another A after the k-th, k = 1..largest."""
    # Strings still going have sizes k..N, all equally likely, and only one of them has no A after the k-th.
    remaining = np.arange(language.largest - 1, -1, -1)
    return remaining / (remaining + 1)
