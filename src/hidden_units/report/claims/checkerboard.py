"""Rules for the claims about the checkerboard, 11 and 12; words and numbers in claims.yaml."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hidden_units.report.claims.entries import Claim
from hidden_units.report.claims.material import Material
from hidden_units.report.claims.verdicts import (
    CONTRADICTED,
    NOT_COMPARABLE,
    SUPPORTED,
    UNDECIDED,
    Judgement,
    MissingEvidence,
)
from hidden_units.report.wording import amount, count, plain

OTHER_NETWORK = "The configuration holds another network than the published one."


def step_network_published(material: Material, claim: Claim) -> Judgement:
    """The printed table against the printed lines and the targets."""
    table, lines = material.published.activations, material.published.lines
    hidden = [f"h{unit}" for unit in lines["unit"]]
    points, weights = table[["x1", "x2"]].to_numpy(), lines[["w1", "w2"]].to_numpy()
    on = points @ weights.T + lines["bias"].to_numpy() >= 0
    differing = int((on != table[hidden].to_numpy().astype(bool)).sum())
    targets = int((table["target"] != (table["x1"] + table["x2"]) % 2).sum())
    wrong = int((table["output"] != table["target"]).sum())
    checked = amount(len(hidden) * len(table), "hidden activation")
    if differing or targets or wrong or len(table) != claim.thresholds["points"]:
        return Judgement(
            CONTRADICTED,
            f"Of {checked} {differing} differ from what the printed lines give; of "
            f"{amount(len(table), 'row')} {targets} have another target and {wrong} another output.",
        )
    return Judgement(
        SUPPORTED,
        f"All {checked} are those of the printed lines, and all {amount(len(table), 'final output')} are "
        "the targets.",
    )


def step_network_measured(material: Material, claim: Claim) -> Judgement:
    """The evaluated network against the printed table."""
    found, printed = material.table("checkerboard/step_activations.csv"), material.published.activations
    if not is_published_network(material):
        return Judgement(NOT_COMPARABLE, OTHER_NETWORK)
    order = ["x1", "x2"]
    found, printed = (
        found.sort_values(order, ignore_index=True),
        printed.sort_values(order, ignore_index=True),
    )
    if not found[order].equals(printed[order]):
        return Judgement(CONTRADICTED, f"The points differ: {len(found)} here, {len(printed)} printed.")
    differing = int((found[printed.columns] != printed).any(axis=1).sum())
    wrong = int((found["output"] != found["target"]).sum())
    if differing or wrong or len(found) != claim.thresholds["points"]:
        return Judgement(
            CONTRADICTED,
            f"Of {amount(len(found), 'row')} {differing} differ from the printed table, and {wrong} outputs "
            "from the targets.",
        )
    return Judgement(
        SUPPORTED, f"All {amount(len(found), 'row')} equal the printed ones, and every output is the target."
    )


def is_published_network(material: Material) -> bool:
    """Whether the hidden units of the configured network draw the printed lines, and its output is theirs."""
    network = material.json("checkerboard/lines.json")
    found, output = pd.DataFrame(network["hidden"]), network["output"]
    lines = material.published.lines
    printed = material.published.output.iloc[0].tolist()
    return (
        len(found) == len(lines)
        and bool(np.array_equal(found[list(lines.columns)], lines))
        and [*output["weights"], output["bias"]] == printed
    )


def scaling_measured(material: Material, claim: Claim) -> Judgement:
    """The sigmoid network at large scales."""
    table, thresholds = material.table("checkerboard/scaling.csv"), claim.thresholds
    if not is_published_network(material):
        return Judgement(NOT_COMPARABLE, OTHER_NETWORK)
    large = table[table["scale"] >= thresholds["large"]].sort_values("scale")
    if large.empty:
        raise MissingEvidence(f"No scale of {plain(thresholds['large'])} or more was tried.")
    first, last = large.iloc[0], large.iloc[-1]
    right = int((large["correct"] == thresholds["points"]).sum())
    evidence = (
        f"All {count(thresholds['points'])} points are right at {right} of the {len(large)} scales from "
        f"{plain(float(first['scale']))} to {plain(float(last['scale']))}; no output is further from the "
        f"step network’s than {furthest(first):.2g} at the first of them and {furthest(last):.2g} "
        "at the last."
    )
    if last["correct"] < thresholds["points"]:
        return Judgement(CONTRADICTED, evidence)
    enough = right == len(large) and furthest(last) <= thresholds["near"]
    return Judgement(SUPPORTED if enough else UNDECIDED, evidence)


def furthest(row: pd.Series) -> float:
    """Distance of the worst output from its target, from the margin that it has from one half."""
    return 0.5 - float(row["margin"])
