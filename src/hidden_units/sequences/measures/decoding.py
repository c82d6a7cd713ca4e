"""What can be read off a state: counts by linear regression, phases by distance.

Claims about what a state *encodes* are tested on numbers that training never showed: the regression is
fitted on strings of trained sizes and read on strings of sizes beyond them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import scipy

from hidden_units.sequences.languages import LETTERS, Language
from hidden_units.sequences.networks import Network

RIDGE_PENALTY = 1e-3


def labelled_states(network: Network, language: Language, examples: Sequence[Sequence[int]]) -> pd.DataFrame:
    """States after each symbol of given examples: Language.positions_of, its due as remaining; h and c."""
    runs = network.run_all([language.example(sizes)[:-1] for sizes in examples])
    states = np.concatenate([run[1:] for run in runs])
    parts = zip(network.sources, np.split(states, len(network.sources), axis=1), strict=True)
    positions = language.positions_of(examples).rename(columns={"due": "remaining"})
    return positions.assign(**{source: list(part) for source, part in parts})


def decoding_table(network: Network, language: Language) -> pd.DataFrame:
    """How well counts can be read linearly from h and, in an LSTM, from c.

    Ridge regression on standardised states, phase by phase, fitted on the first half of the fixed set of 20
    examples. Targets: `position` (symbols of the segment read so far), `n` and `remaining` (not for A's,
    where they cannot be known).

    Columns: source (h or c), letter, target, r2_trained (on the second half of the fixed set), r2_beyond
    (on the single strings of the next four sizes above those trained; may be far below zero).
    """
    from sklearn.linear_model import Ridge
    from sklearn.metrics import r2_score
    from sklearn.preprocessing import StandardScaler

    larger = [[n] for n in range(language.largest + 1, language.largest + 5)]
    examples = (*np.split(language.fixed_set(), 2), larger)
    tables = [labelled_states(network, language, some) for some in examples]
    rows = []
    for source in network.sources:
        for symbol in range(language.symbols):
            parts = [table[table["symbol"] == symbol] for table in tables]
            states = [np.stack(part[source]) for part in parts]
            scaler = StandardScaler().fit(states[0])
            fitted, *read = (scaler.transform(own) for own in states)
            for target in ("position",) if symbol == 0 else ("position", "n", "remaining"):
                model = Ridge(RIDGE_PENALTY).fit(fitted, parts[0][target])
                scores = (
                    r2_score(part[target], model.predict(own))
                    for part, own in zip(parts[1:], read, strict=True)
                )
                rows.append((source, LETTERS[symbol], target, *scores))
    return pd.DataFrame(rows, columns=["source", "letter", "target", "r2_trained", "r2_beyond"])


def separation_table(network: Network, language: Language) -> pd.DataFrame:
    """Are the states of the phases separate clusters, or one path? Along ten examples.

    Columns: source (h or c); silhouette (mean, by phase, -1..1: above about 0.5 clusters are well separated,
    near 0 they overlap); nearest_other_phase (fraction of states whose nearest neighbour from
    another example, at another `place`, belongs to another phase); path_gap (longest edge of the minimum
    spanning tree of all states over the mean step along the strings: well above 1 where clusters are
    separate, below it on one path). That edge is the last join of single linkage (Gower and Ross 1969).
    """
    from sklearn.metrics import silhouette_score

    rows = []
    states = labelled_states(network, language, language.fixed_set()[:10])
    phase, example, here = states["symbol"].to_numpy(), states["example"].to_numpy(), place(states)
    # Examples hold the same few strings, and a network that counts is in nearly the same state at the same
    # place of each: such a neighbour would be in the right phase whatever the phases.
    shared = (example[:, None] == example[None]) | (here[:, None] == here[None])
    for source in network.sources:
        points = np.stack(states[source])
        distances = scipy.spatial.distance.cdist(points, points)
        pairs = scipy.spatial.distance.squareform(distances)
        elsewhere = np.where(shared, np.inf, distances)
        steps = np.linalg.norm(np.diff(points, axis=0), axis=1)[np.diff(example) == 0]
        rows.append(
            {
                "source": source,
                "silhouette": silhouette_score(distances, phase, metric="precomputed"),
                "nearest_other_phase": float((phase[elsewhere.argmin(axis=1)] != phase).mean()),
                "path_gap": float(scipy.cluster.hierarchy.linkage(pairs, "single")[-1, 2] / steps.mean()),
            }
        )
    return pd.DataFrame(rows)


def place(states: pd.DataFrame) -> np.ndarray:
    """Number (states,) of the place in its string: equal where the string led there by the same symbols.

    During the A's how many are to come is not known yet, so that n makes no other place of them.

    Args:
        states: columns symbol, position, n.
    """
    known = states["n"].where(states["symbol"] > 0, 0)
    return states.assign(n=known).groupby(["symbol", "position", "n"]).ngroup().to_numpy()
