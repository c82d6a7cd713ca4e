"""Rules for the claims about the LSTM that counts, 19 to 23; words and numbers in claims.yaml."""

from __future__ import annotations

import pandas as pd

from hidden_units.names import LSTM_TASK
from hidden_units.report.claims.entries import Claim
from hidden_units.report.claims.material import Material, require_seeds
from hidden_units.report.claims.srn import Medians, known, over
from hidden_units.report.claims.verdicts import (
    CONTRADICTED,
    SUPPORTED,
    UNDECIDED,
    Judgement,
    above,
    all_of,
    below,
    share,
    with_interval,
)
from hidden_units.report.wording import decimal, listing

FOLDER = f"sequences/{LSTM_TASK}"
# Columns of measures without the first step of each segment, which comes from the segment before.
WITHIN = "_within"
CELLS, MOVES, SUCCESS = f"{FOLDER}/dynamics.json", f"{FOLDER}/claim_cells.csv", f"{FOLDER}/success.json"


def cells(material: Material, claim: Claim, *wanted: str) -> Medians:
    """Medians over the solved restarts of what was measured of their states; see `srn.known`."""
    return known(material.json(CELLS)["summary"]["medians"], claim, *wanted)


def regions(material: Material, claim: Claim) -> Judgement:
    """Hidden states in separate regions, 19."""
    name, thresholds = "silhouette_h", claim.thresholds
    found = cells(material, claim, name, "other_phase_h")
    strays = found["other_phase_h"]
    verdict = above(found[name]["low"], found[name]["high"], thresholds["clusters"], thresholds["none"])
    if verdict == SUPPORTED and strays["high"] > thresholds["strays"]:
        verdict = UNDECIDED
    return Judgement(
        verdict,
        f"The silhouette is {with_interval(found[name])}, and {with_interval(strays, 3)} of the hidden "
        "states have their nearest neighbour at another place in another segment, up to "
        f"{decimal(strays['greatest'], 3)} in a single network, {over(found, name)}. Of the cell states they "
        f"are {decimal(found['silhouette_c']['median'], 2)} and "
        f"{decimal(found['other_phase_c']['median'], 3)}.",
    )


def path(material: Material, claim: Claim) -> Judgement:
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
    return Judgement(
        verdict,
        f"The silhouette is {with_interval(apart)} and the widest gap {with_interval(gap)} mean steps, "
        f"{over(found, name)}; for the hidden states {decimal(found['silhouette_h']['median'], 2)} and "
        f"{decimal(found['path_gap_h']['median'], 2)}.",
    )


def counting_cells(material: Material, claim: Claim) -> Judgement:
    """Cells that go one way in A and the other in B and C, 21."""
    table, thresholds = material.table(MOVES), claim.thresholds
    seeds = table["seed"].nunique()
    require_seeds(seeds, "solved restart")
    asked = thresholds["agreement"], thresholds["rates"]
    found, words = share(count_seeds(table, *asked, WITHIN), seeds, thresholds["confidence_percent"])
    best = least_agreement(table, WITHIN).groupby(table["seed"]).max().median()
    return Judgement(
        above(found.low, found.high, thresholds["most"]),
        f"Such a cell is found in {words} of the solved restarts, and with the first step of each segment in "
        f"{count_seeds(table, *asked)}. In the median restart the best cell goes the right way in "
        f"{decimal(best, 2)} of the steps of the segment where it does so least.",
    )


def least_agreement(table: pd.DataFrame, suffix: str = "") -> pd.Series:
    """Over the segments, the least share of a cell's steps that go the right way."""
    return table[[f"one_way_in_a{suffix}", f"other_way_after{suffix}"]].min(axis=1, skipna=False)


def count_seeds(table: pd.DataFrame, agreement: float, rates: float, suffix: str = "") -> int:
    """Seeds with a cell that goes the right way often enough, at rates that differ enough."""
    right = (least_agreement(table, suffix) >= agreement) & (table[f"rates_differ{suffix}"] >= rates)
    return int(right.groupby(table["seed"]).any().sum())


def encoding(material: Material, claim: Claim) -> Judgement:
    """What can be read off the cell state, 22."""
    found = cells(material, claim, "trained_c_B_n", "trained_c_C_n")
    needed = {
        "n during the B’s": "trained_c_B_n",
        **{f"progress in the {x}’s": progress(found, x) for x in "ABC"},
    }
    later = {"n during the C’s": "trained_c_C_n"}
    known(found, claim, *needed.values())
    read, lost = claim.thresholds["read"], claim.thresholds["lost"]
    verdict_of = {
        name: above(found[name]["low"], found[name]["high"], read, lost)
        for name in [*needed.values(), *later.values()]
    }
    verdict = all_of(verdict_of[name] for name in needed.values())
    if verdict == SUPPORTED and verdict_of[later["n during the C’s"]] != SUPPORTED:
        verdict = UNDECIDED
    parts = listing(f"{words} {with_interval(found[name], 3)}" for words, name in (needed | later).items())
    beyond = decimal(found["beyond_c_B_n"]["median"], 2)
    return Judgement(
        verdict,
        f"R² is, for {parts}, {over(found, 'trained_c_B_n')}. On strings longer than any trained it is "
        f"{beyond} for n during the B’s.",
    )


def progress(found: Medians, letter: str) -> str:
    """The read-out that tells the progress within a segment better: symbols read, or those to come."""
    names = [f"trained_c_{letter}_{target}" for target in ("position", "remaining")]
    there = [name for name in names if name in found and found[name]["median"] is not None]
    return max(there, key=lambda name: found[name]["median"], default=names[0])


def other_lengths(material: Material, claim: Claim) -> Judgement:
    """Strings longer than any trained, 23."""
    success, thresholds = material.json(SUCCESS), claim.thresholds
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
    return Judgement(
        verdict,
        f"Trained up to n = {largest}, of the solved restarts {near_words} get all strings right up to "
        f"n = {near}, {far_words} up to {far}.",
    )
