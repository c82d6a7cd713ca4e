"""States symbol by symbol, and the geometry of an SRN's walk through them.

The published account of the SRN is geometrical: a cluster S0 where strings begin and end, a ray walked
outwards during the A's, a turn at the first B, a ray walked back with steps of twice the size. Each part is
measured here, along the fixed set of 20 examples.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from hidden_units.sequences.languages import LETTERS, Language
from hidden_units.sequences.networks import SRN, Network


def states_table(network: Network, language: Language, examples: Sequence[Sequence[int]]) -> pd.DataFrame:
    """States of a single network symbol by symbol, each example from the initial state.

    Columns: example, time (0 is the initial state, where the columns of `Language.positions` are empty but
    count, 0), block, n, letter, position, last, count (the colour of the pictures), h1, h2, ... (and c1,
    c2, ... for an LSTM), p_A, p_B, ... (predicted probabilities of the next symbol), predicted,
    next_letter, deterministic, correct (empty where the next symbol is not deterministic).
    """
    parts = []
    names = network.state_names
    letters = np.array(list(LETTERS[: language.symbols]))
    for number, sizes in enumerate(examples):
        symbols = language.example(sizes)
        states = network.run(symbols[:-1])
        part = language.positions(sizes).reindex(range(-1, len(symbols) - 1)).reset_index(drop=True)
        part.insert(0, "time", np.arange(len(symbols)))
        part.insert(0, "example", number)
        part.loc[0, "count"] = 0.0
        part[names] = states
        probabilities = network.probabilities(states)
        part[[f"p_{letter}" for letter in letters]] = probabilities
        part["predicted"] = letters[probabilities.argmax(axis=-1)]
        part["next_letter"] = letters[symbols]
        part["deterministic"] = np.concatenate([[False], symbols[:-1] != 0])
        correct = part["predicted"] == part["next_letter"]
        part["correct"] = correct.astype("boolean").where(part["deterministic"])
        parts.append(part.drop(columns=["symbol", "next_symbol", "due"]))
    table = pd.concat(parts, ignore_index=True)
    return table.astype({"block": "Int64", "n": "Int64", "position": "Int64", "last": "boolean"})


def strings_table(network: Network, language: Language, largest: int) -> pd.DataFrame:
    """States along the strings of n = 1..largest, each by itself from the initial state.

    Columns: string (its n), then those of `states_table`, `example` numbering the strings from 0.
    """
    table = states_table(network, language, [[n] for n in range(1, largest + 1)])
    table.insert(0, "string", table["example"] + 1)
    return table


def walk_table(networks: Mapping[int, SRN], language: Language) -> pd.DataFrame:
    """Geometry of the walks of many SRNs by seed, one row each (see `walk`)."""
    return pd.DataFrame([{"seed": seed, **walk(network, language)} for seed, network in networks.items()])


def walk(network: Network, language: Language) -> dict[str, float]:
    """Geometry of one network's walk along the fixed set of 20 examples.

    A step is the move from the state before a symbol to the state after it; the hidden activations are
    measured.

    Returns:
        a_step, b_step: mean Euclidean length of the steps that read an A, a B;
        step_ratio: b_step / a_step;
        step_ratio_within: the same without the first A and the first B of each string, which begin
        elsewhere;
        step_ratio_longest: as the last, in the longest string alone; a_step_growth, b_step_growth: factor
        by which steps grow from one to the next, from a straight line through the logarithms of their
        lengths in the longest string;
        turn_degrees: angle between the last A-step and the first B-step of the longest string (180 would
        turn the walk round); turn_degrees_all: its mean over all strings;
        count_correlation: Pearson correlation of the distance from the initial state with the count, over
        A-states;
        count_proportional: R^2 of distance = slope * count over A-states, a line through the origin;
        home_spread: root mean square distance of the end-of-string states from their centroid;
        home_offset: distance of the initial state from that centroid;
        home_gap: distance from the centroid to the nearest state that is neither;
        other_spread: root mean square distance of the A- and B-states from the centroid of their letter and
        count.
    """
    walked, points = _walked(network, language, language.fixed_set())
    longest, _ = _walked(network, language, [[language.largest]])
    home = network.initial_state()[: network.hidden]
    end = ((walked["symbol"] == language.symbols - 1) & walked["last"]).to_numpy()
    centroid = points[end].mean(axis=0)
    others = points[~end]
    groups = walked[~end].groupby(["symbol", "count"]).indices.values()
    within = np.concatenate([_spread(others[group]) for group in groups])

    a_states = walked["symbol"] == 0
    counts = walked.loc[a_states, "count"].to_numpy()
    distances = np.linalg.norm(points[a_states] - home, axis=1)
    unexplained = distances - (distances * counts).sum() / (counts**2).sum() * counts
    steps = {symbol: walked.loc[walked["symbol"] == symbol, "length"] for symbol in (0, 1)}
    # A network that does not move has no ratios.
    with np.errstate(invalid="ignore", divide="ignore"):
        result = {
            "a_step": steps[0].mean(),
            "b_step": steps[1].mean(),
            "step_ratio": steps[1].mean() / steps[0].mean(),
            "step_ratio_within": _ratio_within(walked),
            "step_ratio_longest": _ratio_within(longest),
            "a_step_growth": _growth(longest, 0),
            "b_step_growth": _growth(longest, 1),
            "turn_degrees": longest["turn"].mean(),
            "turn_degrees_all": walked["turn"].mean(),
            "count_correlation": np.corrcoef(distances, counts)[0, 1],
            "count_proportional": 1 - (unexplained**2).sum() / ((distances - distances.mean()) ** 2).sum(),
            "home_spread": np.sqrt((_spread(points[end]) ** 2).mean()),
            "home_offset": np.linalg.norm(home - centroid),
            "home_gap": np.linalg.norm(others - centroid, axis=1).min(),
            "other_spread": np.sqrt((within**2).mean()),
        }
    return {name: float(value) for name, value in result.items()}


def _walked(
    network: Network, language: Language, examples: Sequence[Sequence[int]]
) -> tuple[pd.DataFrame, np.ndarray]:
    """Positions of examples with each step's length and the turn at the first B; the states reached."""
    states = [network.run(language.example(sizes)[:-1])[:, : network.hidden] for sizes in examples]
    steps = np.concatenate([np.diff(own, axis=0) for own in states])
    walked = language.positions_of(examples)
    lengths = np.linalg.norm(steps, axis=1)
    first_b = np.flatnonzero((walked["symbol"] == 1) & (walked["position"] == 1))
    turn = np.full(len(steps), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = (steps[first_b - 1] * steps[first_b]).sum(axis=1) / (lengths[first_b - 1] * lengths[first_b])
    turn[first_b] = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    return walked.assign(length=lengths, turn=turn), np.concatenate([own[1:] for own in states])


def _spread(points: np.ndarray) -> np.ndarray:
    """Distance of each point from their centroid."""
    return np.linalg.norm(points - points.mean(axis=0), axis=1)


def _ratio_within(walked: pd.DataFrame) -> float:
    """Mean length of B-steps over that of A-steps, without the first of each segment."""
    inner = walked[walked["position"] > 1]
    means = inner.groupby("symbol")["length"].mean()
    return means.get(1, np.nan) / means.get(0, np.nan)


def step_lengths(network: Network, language: Language) -> pd.DataFrame:
    """Length of each step of the strings of n = 1..largest, from the initial state.

    Columns: n, letter, position, length, distance (of the state after the step from the initial one).
    """
    walked, points = _walked(network, language, [[n] for n in range(1, language.largest + 1)])
    distance = np.linalg.norm(points - network.initial_state()[: network.hidden], axis=1)
    return walked[["n", "letter", "position", "length"]].assign(distance=distance)


def _growth(walked: pd.DataFrame, symbol: int) -> float:
    """Factor from a symbol's step to its next, by least squares on logarithms; NaN where a length is 0."""
    lengths = walked.loc[walked["symbol"] == symbol, "length"].to_numpy()
    if len(lengths) < 2 or not (lengths > 0).all():
        return np.nan
    return float(np.exp(np.polyfit(np.arange(len(lengths)), np.log(lengths), 1)[0]))
