"""Rules for the claims about the SRN that counts, 13 to 18; words and numbers in claims.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hidden_units.names import SRN_TASK
from hidden_units.report.claims.entries import Claim
from hidden_units.report.claims.material import Material, require_for_median
from hidden_units.report.claims.verdicts import (
    SUPPORTED,
    UNDECIDED,
    Finding,
    MissingEvidence,
    above,
    below,
    within,
)
from hidden_units.report.wording import percent_in_text

FOLDER = f"sequences/{SRN_TASK}"
WALKS, CLAIMS = f"{FOLDER}/dynamics.json", f"{FOLDER}/claim_measures.json"

Medians = Mapping[str, Mapping[str, Any]]


def walks(material: Material, claim: Claim, *wanted: str) -> Medians:
    """Medians of the walks over the solved restarts; see `known`."""
    return known(material.json(WALKS)["summary"]["walk"], claim, *wanted)


def measures(material: Material, claim: Claim, *wanted: str) -> Medians:
    """Medians over the solved restarts of what was measured for the claims; see `known`."""
    return known(material.json(CLAIMS), claim, *wanted)


def known(medians: Medians, claim: Claim, *wanted: str) -> Medians:
    """The medians, where each of the wanted ones has an interval at the confidence that the rule names.

    Raises:
        MissingEvidence: too few solved restarts have one of them, or it was made at another confidence.
    """
    confidence = claim.thresholds["confidence_percent"] / 100
    for name in wanted:
        entry = medians.get(name, {"count": 0})
        require_for_median(entry["count"], claim.thresholds["confidence_percent"])
        if abs(entry["confidence"] - confidence) > 1e-9:
            raise MissingEvidence(
                f"The intervals of this run are made at {percent_in_text(entry['confidence'], 0)}, and the "
                f"rule asks for {percent_in_text(confidence, 0)}."
            )
    return medians


def one_cluster(material: Material, claim: Claim) -> Finding:
    """Initial and end states as one cluster, 13."""
    name = "home_radius"
    found = measures(material, claim, name)
    verdict = below(
        found[name]["low"], found[name]["high"], claim.thresholds["apart"], claim.thresholds["mixed"]
    )
    return Finding(verdict, {"radius": found[name], "walk": walks(material, claim)})


def proportional(material: Material, claim: Claim) -> Finding:
    """Distance against count, 14."""
    name, thresholds = "distance_exponent", claim.thresholds
    found = measures(material, claim, name)
    parts = walks(material, claim, "count_proportional")
    exponent, line = found[name], parts["count_proportional"]
    verdict = within(exponent["low"], exponent["high"], thresholds["least"], thresholds["greatest"])
    if verdict == SUPPORTED and line["low"] < thresholds["line"]:
        verdict = UNDECIDED
    return Finding(verdict, {"exponent": exponent, "walk": parts})


def turn(material: Material, claim: Claim) -> Finding:
    """The turn at the first B, 15."""
    name = "turn_degrees_all"
    found = walks(material, claim, name)
    verdict = above(found[name]["low"], found[name]["high"], claim.thresholds["right_angle"])
    return Finding(verdict, {"turn": found[name], "longest": found["turn_degrees"]})


def probabilities(material: Material, claim: Claim) -> Finding:
    """Probabilities of what is due, 16."""
    name, thresholds = "least_due", claim.thresholds
    found = measures(material, claim, name)
    verdict = above(found[name]["low"], found[name]["high"], thresholds["high"], thresholds["low"])
    return Finding(verdict, {"found": found})


def return_home(material: Material, claim: Claim) -> Finding:
    """Back at the end of a string, 17."""
    name = "return_fraction"
    found = measures(material, claim, name)
    verdict = below(found[name]["low"], found[name]["high"], claim.thresholds["back"])
    return Finding(verdict, {"left": found[name]})


def step_ratio(material: Material, claim: Claim) -> Finding:
    """B-steps against A-steps, 18."""
    name = "step_ratio"
    found = walks(material, claim, name)
    verdict = within(
        found[name]["low"], found[name]["high"], claim.thresholds["least"], claim.thresholds["greatest"]
    )
    return Finding(verdict, {"walk": found})
