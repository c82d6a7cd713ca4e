"""Rules for the claims about the SRN that counts, 13 to 18; words and numbers in claims.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hidden_units.report.claims.entries import Claim
from hidden_units.report.claims.material import Material, require_seeds
from hidden_units.report.claims.verdicts import Judgement, above, below, with_interval, within
from hidden_units.report.wording import decimal

FOLDER = "sequences/srn-anb2n"
WALKS, CLAIMS = f"{FOLDER}/dynamics.json", f"{FOLDER}/claim_measures.json"

Medians = Mapping[str, Mapping[str, Any]]


def walks(material: Material, wanted: str) -> Medians:
    """Medians of the walks over the solved restarts."""
    return known(material.json(WALKS)["summary"]["walk"], wanted)


def measures(material: Material, wanted: str) -> Medians:
    """Medians over the solved restarts of what was measured for the claims."""
    return known(material.json(CLAIMS), wanted)


def known(medians: Medians, wanted: str) -> Medians:
    """The medians, where two or more solved restarts have the wanted one.

    Raises:
        MissingEvidence: fewer have it.
    """
    require_seeds(medians[wanted]["count"] if wanted in medians else 0, "solved restart")
    return medians


def over(medians: Medians, name: str) -> str:
    """`the median over 124 solved restarts`."""
    return f"the median over {medians[name]['count']} solved restarts"


def one_cluster(material: Material, claim: Claim) -> Judgement:
    """Initial and end states as one cluster, 13."""
    found, name = measures(material, "home_radius"), "home_radius"
    verdict = below(
        found[name]["low"], found[name]["high"], claim.thresholds["apart"], claim.thresholds["mixed"]
    )
    parts = walks(material, "home_offset")
    return Judgement(
        verdict,
        f"The radius is {with_interval(found[name], 3)} of the distance to the nearest other state, "
        f"{over(found, name)}: "
        f"{decimal(parts['home_offset']['median'], 3)} from the initial state to the centre and "
        f"{decimal(parts['home_spread']['median'], 3)} around it, against "
        f"{decimal(parts['home_gap']['median'], 3)}.",
    )


def proportional(material: Material, claim: Claim) -> Judgement:
    """Distance against count, 14."""
    found, name = measures(material, "distance_exponent"), "distance_exponent"
    verdict = within(
        found[name]["low"], found[name]["high"], claim.thresholds["least"], claim.thresholds["greatest"]
    )
    parts = walks(material, "count_correlation")
    return Judgement(
        verdict,
        f"The exponent is {with_interval(found[name])}, {over(found, name)}. Read otherwise, distance and "
        "count "
        f"correlate at {decimal(parts['count_correlation']['median'], 3)}, a line through the origin "
        "explains "
        f"{decimal(parts['count_proportional']['median'], 2)} of the variance, and each A-step of the "
        "longest string "
        f"is {decimal(parts['a_step_growth']['median'], 2)} times the last.",
    )


def turn(material: Material, claim: Claim) -> Judgement:
    """The turn at the first B, 15."""
    found, name = walks(material, "turn_degrees_all"), "turn_degrees_all"
    verdict = above(found[name]["low"], found[name]["high"], claim.thresholds["right_angle"])
    return Judgement(
        verdict,
        f"The walk turns by {with_interval(found[name], 1, '°')}, {over(found, name)}; in the longest "
        "string by "
        f"{decimal(found['turn_degrees']['median'], 1)}°.",
    )


def probabilities(material: Material, claim: Claim) -> Judgement:
    """Probabilities of what is due, 16."""
    found, name = measures(material, "least_due"), "least_due"
    verdict = above(found[name]["low"], found[name]["high"], claim.thresholds["high"])
    return Judgement(
        verdict,
        f"The least probability is {with_interval(found[name])}, {over(found, name)} "
        f"({decimal(found['least_due_b']['median'], 2)} among the B’s, "
        f"{decimal(found['least_due_a']['median'], 2)} "
        f"among the A’s); the mean over the positions is {decimal(found['mean_due']['median'], 3)}.",
    )


def return_home(material: Material, claim: Claim) -> Judgement:
    """Back at the end of a string, 17."""
    found, name = measures(material, "return_fraction"), "return_fraction"
    verdict = below(found[name]["low"], found[name]["high"], claim.thresholds["back"])
    return Judgement(
        verdict,
        f"What is left at the end is {with_interval(found[name], 3)} of the greatest distance within the "
        "string, "
        f"{over(found, name)}.",
    )


def step_ratio(material: Material, claim: Claim) -> Judgement:
    """B-steps against A-steps, 18."""
    found, name = walks(material, "step_ratio"), "step_ratio"
    verdict = within(
        found[name]["low"], found[name]["high"], claim.thresholds["least"], claim.thresholds["greatest"]
    )
    return Judgement(
        verdict,
        f"B-steps are {with_interval(found[name])} times as long as A-steps, {over(found, name)}. Read "
        "otherwise, the "
        f"ratio is {with_interval(found['step_ratio_within'])} without the first A and the first B of each "
        "string, and "
        f"{with_interval(found['step_ratio_longest'])} so in the longest string alone.",
    )
