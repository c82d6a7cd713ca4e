"""Rules for the claims about the checkerboard, 11 and 12; words and numbers in claims.yaml."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hidden_units.report.claims.entries import Claim
from hidden_units.report.claims.material import Material
from hidden_units.report.claims.verdicts import (
    BETWEEN,
    CONTRADICTED,
    NOT_COMPARABLE,
    SUPPORTED,
    Finding,
    MissingEvidence,
)
from hidden_units.report.wording import plain


def step_network_published(material: Material, claim: Claim) -> Finding:
    """The printed table against the printed lines and the targets."""
    table, lines = material.published.activations, material.published.lines
    hidden = [f"h{unit}" for unit in lines["unit"]]
    points, weights = table[["x1", "x2"]].to_numpy(), lines[["w1", "w2"]].to_numpy()
    on = points @ weights.T + lines["bias"].to_numpy() >= 0
    differing = int((on != table[hidden].to_numpy().astype(bool)).sum())
    targets = int((table["target"] != (table["x1"] + table["x2"]) % 2).sum())
    wrong = int((table["output"] != table["target"]).sum())
    facts = {
        "checked": len(hidden) * len(table),
        "rows": len(table),
        "differing": differing,
        "targets": targets,
        "wrong": wrong,
    }
    agrees = not (differing or targets or wrong) and len(table) == claim.thresholds["points"]
    return Finding(SUPPORTED if agrees else CONTRADICTED, facts)


def step_network_measured(material: Material, claim: Claim) -> Finding:
    """The evaluated network against the printed table."""
    found, printed = material.files.table("checkerboard/step_activations.csv"), material.published.activations
    if not is_published_network(material):
        return Finding(NOT_COMPARABLE, {})
    order = ["x1", "x2"]
    found, printed = (
        found.sort_values(order, ignore_index=True),
        printed.sort_values(order, ignore_index=True),
    )
    if not found[order].equals(printed[order]):
        return Finding(CONTRADICTED, {"same_points": False, "rows": len(found), "printed": len(printed)})
    differing = int((found[printed.columns] != printed).any(axis=1).sum())
    wrong = int((found["output"] != found["target"]).sum())
    facts = {"same_points": True, "rows": len(found), "differing": differing, "wrong": wrong}
    agrees = not (differing or wrong) and len(found) == claim.thresholds["points"]
    return Finding(SUPPORTED if agrees else CONTRADICTED, facts)


def is_published_network(material: Material) -> bool:
    """Whether the hidden units of the configured network draw the printed lines, and its output is theirs."""
    network = material.files.json("checkerboard/lines.json")
    found, output = pd.DataFrame(network["hidden"]), network["output"]
    lines = material.published.lines
    printed = material.published.output.iloc[0].tolist()
    return (
        len(found) == len(lines)
        and bool(np.array_equal(found[list(lines.columns)], lines))
        and [*output["weights"], output["bias"]] == printed
    )


def scaling_measured(material: Material, claim: Claim) -> Finding:
    """The sigmoid network at large scales."""
    table, thresholds = material.files.table("checkerboard/scaling.csv"), claim.thresholds
    if not is_published_network(material):
        return Finding(NOT_COMPARABLE, {})
    large = table[table["scale"] >= thresholds["large"]].sort_values("scale")
    if large.empty:
        raise MissingEvidence(f"No scale of {plain(thresholds['large'])} or more was tried.")
    first, last = large.iloc[0], large.iloc[-1]
    right = int((large["correct"] == thresholds["points"]).sum())
    facts = {
        "scales": len(large),
        "right": right,
        "first": {"scale": float(first["scale"]), "furthest": furthest(first)},
        "last": {"scale": float(last["scale"]), "furthest": furthest(last)},
    }
    if last["correct"] < thresholds["points"]:
        return Finding(CONTRADICTED, facts)
    enough = right == len(large) and furthest(last) <= thresholds["near"]
    return Finding(SUPPORTED if enough else BETWEEN, facts)


def furthest(row: pd.Series) -> float:
    """Distance of the worst output from its target, from the margin that it has from one half."""
    return 0.5 - float(row["margin"])
