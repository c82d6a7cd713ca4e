"""Rules for the claims about the LSTM that counts, 19 to 23; words and numbers in claims.yaml."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from hidden_units.names import LSTM_TASK
from hidden_units.report.claims.entries import Claim
from hidden_units.report.claims.material import Material, require_seeds
from hidden_units.report.claims.srn import Medians, known
from hidden_units.report.claims.verdicts import (
    BETWEEN,
    CONTRADICTED,
    SUPPORTED,
    THIN,
    Finding,
    MissingEvidence,
    above,
    all_of,
    below,
    share,
)
from hidden_units.statistics.intervals import Interval

FOLDER = f"sequences/{LSTM_TASK}"
# Columns of measures without the first step of each segment, which comes from the segment before.
WITHIN = "_within"
CELLS, MOVES, SUCCESS = f"{FOLDER}/dynamics.json", f"{FOLDER}/claim_cells.csv", f"{FOLDER}/success.json"
LENGTHS, TABLE = f"{FOLDER}/generalisation.csv", f"{FOLDER}/cells.csv"


def cells(material: Material, claim: Claim, *wanted: str) -> Medians:
    """Medians over the solved restarts of what was measured of their states; see `srn.known`."""
    return known(material.files.json(CELLS)["summary"]["medians"], claim, *wanted)


def regions_measured(material: Material, claim: Claim) -> Finding:
    """Hidden states in separate regions, 19."""
    name, thresholds = "silhouette_h", claim.thresholds
    found = cells(material, claim, name, "other_phase_h")
    strays = material.files.table(TABLE)["other_phase_h"]
    few, words = share(
        int((strays <= thresholds["strays"]).sum()), len(strays), thresholds["confidence_percent"]
    )
    verdict = above(found[name]["low"], found[name]["high"], thresholds["clusters"], thresholds["none"])
    if verdict == SUPPORTED:
        verdict = above(few.low, few.high, thresholds["most"], -math.inf)
    return Finding(verdict, {"cells": found, "few_strays": words})


def path_measured(material: Material, claim: Claim) -> Finding:
    """Cell states on one path, 20."""
    name, thresholds = "silhouette_c", claim.thresholds
    found = cells(material, claim, name, "path_gap_c")
    apart, gap = found[name], found["path_gap_c"]
    verdict = all_of(
        [
            below(apart["low"], apart["high"], thresholds["none"], thresholds["clusters"]),
            below(gap["low"], gap["high"], thresholds["gap"]),
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
    """What can be read off the cell state at trained sizes, 22."""
    needed, verdict = read_out(material, claim, "trained")
    found = cells(material, claim, later := "trained_c_C_n")
    if verdict == SUPPORTED:
        verdict = above(found[later]["low"], found[later]["high"], claim.thresholds["read"], -math.inf)
    progress = dict(zip("ABC", needed[1:], strict=True))
    beyond = {name.removeprefix("beyond_"): median for name, median in found.items() if "beyond_c" in name}
    return Finding(verdict, {"cells": found, "progress": progress, "beyond": beyond})


def encoding_needed_measured(material: Material, claim: Claim) -> Finding:
    """22, read most kindly: what the task needs, at trained sizes."""
    return Finding(read_out(material, claim, "trained")[1], {})


def encoding_beyond_measured(material: Material, claim: Claim) -> Finding:
    """22, read most strictly: the same at sizes beyond the trained ones."""
    return Finding(read_out(material, claim, "beyond")[1], {})


def read_out(material: Material, claim: Claim, sizes: str) -> tuple[list[Mapping[str, Any]], str]:
    """The verdict on what the task needs, at `trained` or `beyond` sizes: n in B, progress in A, B, C.

    Returns:
        the medians of the four R², and the verdict.
    """
    found = cells(material, claim)
    needed = [f"{sizes}_c_B_n", *(progress(found, sizes, letter) for letter in "ABC")]
    medians = [known(found, claim, name)[name] for name in needed]
    limits = claim.thresholds["read"], claim.thresholds["lost"]
    return medians, all_of(above(median["low"], median["high"], *limits) for median in medians)


def progress(found: Medians, sizes: str, letter: str) -> str:
    """The better read-out of the progress within a segment: symbols read, or those to come."""
    names = [f"{sizes}_c_{letter}_{target}" for target in ("position", "remaining")]
    there = [name for name in names if name in found and found[name]["median"] is not None]
    return max(there, key=lambda name: found[name]["median"], default=names[0])


def other_lengths_measured(material: Material, claim: Claim) -> Finding:
    """Strings longer than any trained, alone and in company, 23."""
    most = claim.thresholds["most"]
    found, facts = right_lengths(material, claim)
    verdicts = []
    for near, far in zip(found["near"], found["far"], strict=True):
        if far.low >= most:
            verdicts.append(SUPPORTED)
        elif near.high < most:
            verdicts.append(CONTRADICTED)
        else:
            verdicts.append(BETWEEN if near.low >= most and far.high < most else THIN)
    return Finding(all_of(verdicts), facts)


def next_length_measured(material: Material, claim: Claim) -> Finding:
    """23, read most kindly: the next length, alone."""
    alone, _ = right_lengths(material, claim)[0]["next"]
    return Finding(above(alone.low, alone.high, claim.thresholds["most"]), {})


def far_in_company_measured(material: Material, claim: Claim) -> Finding:
    """23, read most strictly: the furthest length, in company."""
    _, in_company = right_lengths(material, claim)[0]["far"]
    return Finding(above(in_company.low, in_company.high, claim.thresholds["most"]), {})


def right_lengths(
    material: Material, claim: Claim
) -> tuple[dict[str, tuple[Interval, Interval]], dict[str, Any]]:
    """How many solved seeds get strings of the next, a near and a far length right.

    Returns:
        by place the intervals of the shares, of strings alone (all up to that n) and in company (of that n);
        the facts for the sentence.
    """
    success, thresholds = material.files.json(SUCCESS), claim.thresholds
    solved, largest = success["solved"], success["largest"]
    require_seeds(solved, "solved restart")
    places = {
        "next": largest + 1,
        "near": largest + int(thresholds["further"]),
        "far": int(thresholds["times"] * largest),
    }
    in_company = material.files.table(LENGTHS).set_index("n")["in_company"]
    if not set(places.values()) <= set(in_company.index):
        raise MissingEvidence(f"Strings of up to n = {max(places.values())} were not tried in this run.")
    intervals, rows = {}, []
    for place, n in places.items():
        up_to = sum(seeds for size, seeds in success["n_max"].items() if int(size) >= n)
        counts = up_to, round(in_company[n] * solved)
        (alone, alone_words), (company, company_words) = (
            share(right, solved, thresholds["confidence_percent"]) for right in counts
        )
        intervals[place] = alone, company
        rows.append({"n": n, "alone": alone_words, "in_company": company_words})
    return intervals, {"largest": largest, "lengths": rows}
