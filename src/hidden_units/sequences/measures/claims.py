"""What the published account says of counting networks and no other table measures, network by network."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from hidden_units.sequences.languages import Language
from hidden_units.sequences.measures.cells import cell_steps, monotone_cells, phase_table
from hidden_units.sequences.networks import LSTM, SRN, Network

DUE = ["least_due", "least_due_b", "least_due_a", "mean_due"]
SRN_COLUMNS = ["seed", "home_radius", "distance_exponent", "return_fraction", *DUE]
MOVES = ["one_way_in_a", "other_way_after", "rates_differ"]
CELL_COLUMNS = ["seed", "cell", *MOVES, *(f"{name}_within" for name in MOVES)]


def srn_claims(language: Language, walks: pd.DataFrame, networks: Mapping[int, SRN]) -> pd.DataFrame:
    """Measures of many SRNs, one row a seed.

    Args:
        walks: from `trajectories.walk_table`, with a row for each seed.
        networks: by seed.

    Returns:
        Columns seed; home_radius (the larger of the initial state's distance from the centroid of the
        end-of-string states and their root mean square distance from it, over the distance from there to the
        nearest state that is neither: below 1, no stranger is nearer than the cluster's own members); and
        those of `along_examples`.
    """
    by_seed = walks.set_index("seed")
    # A network that does not move has no distances; pandas divides by 0 without a warning.
    radius = by_seed[["home_offset", "home_spread"]].max(axis=1) / by_seed["home_gap"]
    rows = [
        {"seed": seed, "home_radius": radius[seed], **along_examples(network, language)}
        for seed, network in networks.items()
    ]
    return pd.DataFrame(rows, columns=SRN_COLUMNS)


def along_examples(network: Network, language: Language) -> dict[str, float]:
    """Distances from the initial state and probabilities of what is due, along the fixed set of 20 examples.

    Returns:
        distance_exponent: slope of log distance against log count over the states after A's, by least
        squares: 1 where the distance is proportional to the count;
        return_fraction: mean over strings of the distance at the end of the string over the greatest distance
        within it: 0 where the walk comes back to where it began;
        least_due, mean_due: least and mean probability of the next symbol over all positions where it is
        determined; least_due_b, least_due_a: least over the B's after the first, over the A's that follow a
        string.
    """
    walked = language.positions_of(language.fixed_set())
    states = [network.run(language.example(sizes)[:-1]) for sizes in language.fixed_set()]
    start, reached = states[0][0, : network.hidden], np.concatenate([own[1:] for own in states])
    probabilities = network.probabilities(reached)
    walked = walked.assign(
        distance=np.linalg.norm(reached[:, : network.hidden] - start, axis=1),
        due=probabilities[np.arange(len(walked)), walked["next_symbol"]],
    )
    strings = walked.groupby(["example", "block"])["distance"]
    determined = walked[walked["symbol"] > 0]
    starts_anew = determined["next_symbol"] == 0
    with np.errstate(invalid="ignore", divide="ignore"):
        result = {
            "distance_exponent": _log_slope(walked[walked["symbol"] == 0]),
            "return_fraction": (strings.last() / strings.max()).mean(),
            "least_due": determined["due"].min(),
            "least_due_b": determined.loc[~starts_anew, "due"].min(),
            "least_due_a": determined.loc[starts_anew, "due"].min(),
            "mean_due": determined["due"].mean(),
        }
    return {name: float(value) for name, value in result.items()}


def _log_slope(walked: pd.DataFrame) -> float:
    """Slope of log distance against log count; nan where a distance is 0 or there is a single count."""
    if (walked["distance"] <= 0).any() or walked["count"].nunique() < 2:
        return np.nan
    return np.polyfit(np.log(walked["count"]), np.log(walked["distance"]), 1)[0]


def cell_claims(language: Language, networks: Mapping[int, LSTM]) -> pd.DataFrame:
    """How each cell of many LSTMs moves from phase to phase, a row a seed and cell.

    Columns: seed, cell, one_way_in_a, other_way_after, rates_differ as in `cells.monotone_cells`; and the
    same with `_within` at the end, without the first step of each phase, which comes from the last one (empty
    where a phase has no further step).
    """
    tables = []
    for seed, network in networks.items():
        steps = cell_steps(network, language)
        whole, within = (monotone_cells(phase_table(part)) for part in (steps, steps[steps["position"] > 1]))
        tables.append(whole.merge(within, on="cell", how="left", suffixes=("", "_within")).assign(seed=seed))
    return pd.concat(tables)[CELL_COLUMNS] if tables else pd.DataFrame(columns=CELL_COLUMNS)
