"""Rules for the claims about the LSTM that counts, 19 to 23; words and numbers in claims.yaml."""

from __future__ import annotations

import pandas as pd

from hidden_units.names import LSTM_TASK
from hidden_units.report.claims.entries import Claim
from hidden_units.report.claims.material import Material, require_seeds
from hidden_units.report.claims.srn import Medians, known
from hidden_units.report.claims.verdicts import (
    CONTRADICTED,
    SUPPORTED,
    UNDECIDED,
    Finding,
    above,
    all_of,
    below,
    share,
)

FOLDER = f"sequences/{LSTM_TASK}"
# Columns of measures without the first step of each segment, which comes from the segment before.
WITHIN = "_within"
CELLS, MOVES, SUCCESS = f"{FOLDER}/dynamics.json", f"{FOLDER}/claim_cells.csv", f"{FOLDER}/success.json"


def cells(material: Material, claim: Claim, *wanted: str) -> Medians:
    """Medians over the solved restarts of what was measured of their states; see `srn.known`."""
    return known(material.files.json(CELLS)["summary"]["medians"], claim, *wanted)


def regions_measured(material: Material, claim: Claim) -> Finding:
    """Hidden states in separate regions, 19."""
    name, thresholds = "silhouette_h", claim.thresholds
    found = cells(material, claim, name, "other_phase_h")
    strays = found["other_phase_h"]
    verdict = above(found[name]["low"], found[name]["high"], thresholds["clusters"], thresholds["none"])
    if verdict == SUPPORTED and strays["high"] > thresholds["strays"]:
        verdict = UNDECIDED
    return Finding(verdict, {"cells": found})


def path_measured(material: Material, claim: Claim) -> Finding:
    """Cell states on one path, 20."""
    name, thresholds = "silhouette_c", claim.thresholds
    found = cells(material, claim, name, "path_gap_c")
    apart, gap = found[name], found["path_gap_c"]
    verdict = all_of(
        [
            below(apart["low"], apart["high"], thresholds["none"], thresholds["clusters"]),
            below(gap["low"], gap["high"], thresholds["step"], thresholds["gap"]),
        ]
    )
    return Finding(verdict, {"cells": found})


def counting_cells_measured(material: Material, claim: Claim) -> Finding:
    """Cells that go one way in A and the other in B and C, 21."""
    table, thresholds = material.files.table(MOVES), claim.thresholds
    seeds = table["seed"].nunique()
    require_seeds(seeds, "solved restart")
    limits = thresholds["agreement"], thresholds["rates"]
    found, words = share(count_seeds(table, *limits, WITHIN), seeds, thresholds["confidence_percent"])
    return Finding(
        above(found.low, found.high, thresholds["most"]),
        {
            "share": words,
            "with_first_steps": count_seeds(table, *limits),
            "best": least_agreement(table, WITHIN).groupby(table["seed"]).max().median(),
        },
    )


def least_agreement(table: pd.DataFrame, suffix: str = "") -> pd.Series:
    """Over the segments, the least share of a cell's steps that go the right way."""
    return table[[f"one_way_in_a{suffix}", f"other_way_after{suffix}"]].min(axis=1, skipna=False)


def count_seeds(table: pd.DataFrame, agreement: float, rates: float, suffix: str = "") -> int:
    """Seeds with a cell that goes the right way often enough, at rates that differ enough."""
    right = (least_agreement(table, suffix) >= agreement) & (table[f"rates_differ{suffix}"] >= rates)
    return int(right.groupby(table["seed"]).any().sum())


def encoding_measured(material: Material, claim: Claim) -> Finding:
    """What can be read off the cell state, 22."""
    found = cells(material, claim, "trained_c_B_n", "trained_c_C_n")
    progresses = {letter: progress(found, letter) for letter in "ABC"}
    needed, later = ["trained_c_B_n", *progresses.values()], "trained_c_C_n"
    known(found, claim, *needed)
    read, lost = claim.thresholds["read"], claim.thresholds["lost"]
    verdict_of = {
        name: above(found[name]["low"], found[name]["high"], read, lost) for name in [*needed, later]
    }
    verdict = all_of(verdict_of[name] for name in needed)
    if verdict == SUPPORTED and verdict_of[later] != SUPPORTED:
        verdict = UNDECIDED
    better = {letter: found[name] for letter, name in progresses.items()}
    return Finding(verdict, {"cells": found, "progress": better})


def progress(found: Medians, letter: str) -> str:
    """The better read-out of the progress within a segment: symbols read, or those to come."""
    names = [f"trained_c_{letter}_{target}" for target in ("position", "remaining")]
    there = [name for name in names if name in found and found[name]["median"] is not None]
    return max(there, key=lambda name: found[name]["median"], default=names[0])


def other_lengths_measured(material: Material, claim: Claim) -> Finding:
    """Strings longer than any trained, 23."""
    success, thresholds = material.files.json(SUCCESS), claim.thresholds
    solved, largest = success["solved"], success["largest"]
    require_seeds(solved, "solved restart")
    sizes = {int(n): seeds for n, seeds in success["n_max"].items()}

    def right_up_to(n: int) -> int:
        return sum(seeds for size, seeds in sizes.items() if size >= n)

    near, far = largest + int(thresholds["further"]), int(thresholds["times"] * largest)
    confidence = thresholds["confidence_percent"]
    (near_share, near_words), (far_share, far_words) = (
        share(right_up_to(n), solved, confidence) for n in (near, far)
    )
    if far_share.low >= thresholds["most"]:
        verdict = SUPPORTED
    else:
        verdict = CONTRADICTED if near_share.high < thresholds["most"] else UNDECIDED
    return Finding(
        verdict,
        {"largest": largest, "near": near, "near_share": near_words, "far": far, "far_share": far_words},
    )
