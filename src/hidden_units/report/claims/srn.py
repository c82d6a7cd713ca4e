"""Rules for the claims about the SRN that counts, 13 to 18; words and numbers in claims.yaml."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from hidden_units.names import SRN_TASK
from hidden_units.report.claims.entries import Claim
from hidden_units.report.claims.material import Material, require_for_median
from hidden_units.report.claims.verdicts import (
    SUPPORTED,
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
    return known(material.files.json(WALKS)["summary"]["walk"], claim, *wanted)


def measures(material: Material, claim: Claim, *wanted: str) -> Medians:
    """Medians over the solved restarts of what was measured for the claims; see `known`."""
    return known(material.files.json(CLAIMS), claim, *wanted)


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
                f"The intervals of this run are at {percent_in_text(entry['confidence'], 0)}, and the "
                f"rule needs {percent_in_text(confidence, 0)}."
            )
    return medians


def one_median(
    source: Callable[..., Medians], name: str, decide: Callable[..., str], *limits: str
) -> Callable[[Material, Claim], Finding]:
    """A rule that one median decides.

    Args:
        source: `walks` or `measures`, which hold the median of that name.
        decide: `within`, `above` or `below`; its limits are the thresholds of these names.
    """

    def rule(material: Material, claim: Claim) -> Finding:
        median = source(material, claim, name)[name]
        verdict = decide(median["low"], median["high"], *(claim.thresholds[limit] for limit in limits))
        return Finding(verdict, facts(material, claim))

    return rule


def facts(material: Material, claim: Claim) -> dict[str, Medians]:
    """All medians, for the claim's sentence."""
    return {"walk": walks(material, claim), "measured": measures(material, claim)}


one_cluster_measured = one_median(measures, "home_radius", below, "apart", "mixed")  # 13
turn_measured = one_median(walks, "turn_degrees_all", above, "right_angle")  # 15
probabilities_measured = one_median(measures, "least_due", above, "high")  # 16
mean_probability_measured = one_median(measures, "mean_due", above, "high")  # 16, read kindly
return_home_measured = one_median(measures, "return_fraction", below, "back")  # 17
step_ratio_measured = one_median(walks, "step_ratio", within, "least", "greatest")  # 18


def proportional_measured(material: Material, claim: Claim) -> Finding:
    """Distance against count, 14."""
    decide = one_median(measures, "distance_exponent", within, "least", "greatest")
    found = decide(material, claim)
    line = walks(material, claim, "count_proportional")["count_proportional"]
    if found.verdict == SUPPORTED:
        return Finding(above(line["low"], line["high"], claim.thresholds["line"], -math.inf), found.facts)
    return found
