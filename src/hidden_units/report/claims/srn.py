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
    Judgement,
    MissingEvidence,
    above,
    below,
    with_interval,
    within,
)
from hidden_units.report.wording import decimal, percent_in_text

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


def over(medians: Medians, name: str) -> str:
    """`the median over 124 solved restarts`."""
    return f"the median over {medians[name]['count']} solved restarts"


def one_cluster(material: Material, claim: Claim) -> Judgement:
    """Initial and end states as one cluster, 13."""
    name = "home_radius"
    found = measures(material, claim, name)
    verdict = below(
        found[name]["low"], found[name]["high"], claim.thresholds["apart"], claim.thresholds["mixed"]
    )
    parts = walks(material, claim)
    return Judgement(
        verdict,
        f"The radius is {with_interval(found[name], 3)} of the distance to the nearest other state, "
        f"{over(found, name)}: {decimal(parts['home_offset']['median'], 3)} from the initial state to the "
        f"centre and {decimal(parts['home_spread']['median'], 3)} around it, against "
        f"{decimal(parts['home_gap']['median'], 3)}.",
    )


def proportional(material: Material, claim: Claim) -> Judgement:
    """Distance against count, 14."""
    name, thresholds = "distance_exponent", claim.thresholds
    found = measures(material, claim, name)
    parts = walks(material, claim, "count_proportional")
    exponent, line = found[name], parts["count_proportional"]
    verdict = within(exponent["low"], exponent["high"], thresholds["least"], thresholds["greatest"])
    if verdict == SUPPORTED and line["low"] < thresholds["line"]:
        verdict = UNDECIDED
    return Judgement(
        verdict,
        f"The exponent is {with_interval(exponent)}, {over(found, name)}, and a line through the origin "
        f"explains {with_interval(line)} of the variance. Read otherwise, distance and count correlate at "
        f"{decimal(parts['count_correlation']['median'], 3)}, and each A-step of the longest string is "
        f"{decimal(parts['a_step_growth']['median'], 2)} times the last.",
    )


def turn(material: Material, claim: Claim) -> Judgement:
    """The turn at the first B, 15."""
    name = "turn_degrees_all"
    found = walks(material, claim, name)
    verdict = above(found[name]["low"], found[name]["high"], claim.thresholds["right_angle"])
    return Judgement(
        verdict,
        f"The walk turns by {with_interval(found[name], 1, '°')}, {over(found, name)}; in the longest string "
        f"by {decimal(found['turn_degrees']['median'], 1)}°.",
    )


def probabilities(material: Material, claim: Claim) -> Judgement:
    """Probabilities of what is due, 16."""
    name, thresholds = "least_due", claim.thresholds
    found = measures(material, claim, name)
    verdict = above(found[name]["low"], found[name]["high"], thresholds["high"], thresholds["low"])
    return Judgement(
        verdict,
        f"The least probability is {with_interval(found[name])}, {over(found, name)} "
        f"({decimal(found['least_due_b']['median'], 2)} among the B’s, "
        f"{decimal(found['least_due_a']['median'], 2)} among the A’s); the mean over the positions is "
        f"{decimal(found['mean_due']['median'], 3)}.",
    )


def return_home(material: Material, claim: Claim) -> Judgement:
    """Back at the end of a string, 17."""
    name = "return_fraction"
    found = measures(material, claim, name)
    verdict = below(found[name]["low"], found[name]["high"], claim.thresholds["back"])
    return Judgement(
        verdict,
        f"What is left at the end is {with_interval(found[name], 3)} of the greatest distance within the "
        f"string, {over(found, name)}.",
    )


def step_ratio(material: Material, claim: Claim) -> Judgement:
    """B-steps against A-steps, 18."""
    name = "step_ratio"
    found = walks(material, claim, name)
    verdict = within(
        found[name]["low"], found[name]["high"], claim.thresholds["least"], claim.thresholds["greatest"]
    )
    return Judgement(
        verdict,
        f"B-steps are {with_interval(found[name])} times as long as A-steps, {over(found, name)}. Read "
        f"otherwise, the ratio is {with_interval(found['step_ratio_within'])} without the first A and the "
        f"first B of each string, and {with_interval(found['step_ratio_longest'])} so in the longest string "
        "alone.",
    )
