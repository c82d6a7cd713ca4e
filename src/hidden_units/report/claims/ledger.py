"""The ledger: every claim judged twice, by the published numbers and by what was measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace

import pandas as pd

from hidden_units.errors import StudyError
from hidden_units.report.claims import accuracies, checkerboard, confusions, lstm, parameters, srn
from hidden_units.report.claims.entries import READINGS, Change, Claim
from hidden_units.report.claims.material import Material
from hidden_units.report.claims.sentences import sentence
from hidden_units.report.claims.verdicts import (
    NOT_COMPARABLE,
    NOT_IN_RUN,
    NOT_TESTABLE,
    Finding,
    Judgement,
    MissingEvidence,
)
from hidden_units.report.comparability import Comparability, Setting
from hidden_units.report.wording import listing

Rule = Callable[[Material, Claim], Finding]

MODULES = (accuracies, parameters, confusions, checkerboard, srn, lstm)


def rules(suffix: str) -> dict[str, Rule]:
    """The rules by the names that claims.yaml gives them: `order_published` is the published rule `order`."""
    functions = {name: rule for module in MODULES for name, rule in vars(module).items()}
    return {name.removesuffix(suffix): rule for name, rule in functions.items() if name.endswith(suffix)}


PUBLISHED_RULES, MEASURED_RULES = rules("_published"), rules("_measured")


def judge_published(claim: Claim, material: Material) -> Judgement:
    """The verdict by the published numbers."""
    if claim.not_published:
        return Judgement(NOT_TESTABLE, claim.not_published)
    try:
        found = rule_of(claim, PUBLISHED_RULES)(material, claim)
    except MissingEvidence as missing:
        return Judgement(NOT_TESTABLE, str(missing))
    return Judgement(found.verdict, said(claim.published_evidence, claim, found), found.reason)


def judge_measured(claim: Claim, material: Material) -> Judgement:
    """The verdict by what was measured; other data or another protocol never contradict a claim."""
    if claim.study not in material.studies:
        return Judgement(NOT_IN_RUN, f"This run leaves out the study of this claim, {claim.study}.")
    comparable = not (claim.on_kmnist and material.not_comparable)
    try:
        found = rule_of(claim, MEASURED_RULES)(material, claim)
        judged = Judgement(found.verdict, said(claim.evidence, claim, found, comparable), found.reason)
    except MissingEvidence as missing:
        judged = Judgement(NOT_TESTABLE, str(missing))
    if not comparable:
        reason = f"This run does not compare with the published one, for {material.not_comparable}."
        return Judgement(NOT_COMPARABLE, f"{judged.evidence} {reason}".strip())
    if other := material.other_counting.get(claim.counting):
        reason = f"These networks do not compare with the published ones, for {other}."
        return Judgement(NOT_COMPARABLE, f"{judged.evidence} {reason}")
    return judged


def verdicts_as_read(
    claim: Claim, judged: Judgement, rules: dict[str, Rule], material: Material
) -> dict[str, str | None]:
    """The verdicts of the strictest and of the kindest reading; none where a claim has no other reading.

    Args:
        judged: by the claim's own rule. What it could not compare or test, or is not in the run, no
            reading can.
        rules: the published ones or the measured ones.
    """
    found = {}
    for name in READINGS:
        reading = getattr(claim, name)
        if reading is None or judged.verdict in (NOT_COMPARABLE, NOT_TESTABLE, NOT_IN_RUN):
            found[name] = None
            continue
        read = replace(
            claim, rule=reading.rule or claim.rule, thresholds={**claim.thresholds, **reading.thresholds}
        )
        try:
            found[name] = rule_of(read, rules)(material, read).verdict
        except MissingEvidence:
            found[name] = NOT_TESTABLE
    return found


def said(template: str, claim: Claim, found: Finding, comparable: bool = True) -> str:
    """The sentence on a finding.

    Args:
        comparable: whether what was measured compares with what was published; if not, the sentence says
            nothing of the latter.
    """
    about = {"thresholds": claim.thresholds, "model": claim.model, "pairs": claim.pairs}
    return sentence(template, {**about, "verdict": found.verdict, "comparable": comparable, **found.facts})


def rule_of(claim: Claim, rules: dict[str, Rule]) -> Rule:
    """The rule that a claim names.

    Raises:
        StudyError: there is no such rule.
    """
    if claim.rule not in rules:
        raise StudyError(
            f"claims.yaml: claim {claim.id} names the rule {claim.rule!r}, expected one of "
            f"{', '.join(rules)}; correct the name, or write the rule."
        )
    return rules[claim.rule]


def why_not_comparable(found: Comparability) -> str:
    """Why accuracies do not compare with the published ones; empty where they do."""
    if found.data_reason:
        return found.data_reason
    return changed_protocol(found.deviations)


def changed_protocol(settings: Sequence[Setting]) -> str:
    """Which settings are not the published ones, as a reason; empty where all are."""
    changes = listing(
        f"{setting.name} {setting.used}, as published {setting.published}"
        for setting in settings
        if setting.is_changed
    )
    return f"the protocol was changed ({changes})" if changes else ""


def ledger(claims: Sequence[Claim], material: Material) -> pd.DataFrame:
    """The rows of claims.csv, one a claim; `shown_in` holds ids of the report's figures and tables."""
    rows = []
    for claim in claims:
        published, measured = judge_published(claim, material), judge_measured(claim, material)
        as_printed = verdicts_as_read(claim, published, PUBLISHED_RULES, material)
        rows.append(
            {
                "id": claim.id,
                "section": claim.section,
                "claim": claim.claim,
                "published_verdict": published.verdict,
                "measured_verdict": measured.verdict,
                "evidence": measured.evidence,
                "published_evidence": published.evidence,
                "published_rule": claim.published_rule or None,
                "measured_rule": claim.measured_rule,
                "name": claim.name,
                "shown_in": " ".join(claim.shown_in),
                "rule_changed": "; ".join(f"{change.what}: {change.why}" for change in claim.changed) or None,
                "reason": measured.reason or None,
                "published_reason": published.reason or None,
                **verdicts_as_read(claim, measured, MEASURED_RULES, material),
                **{f"published_{name}": verdict for name, verdict in as_printed.items()},
                **{f"{name}_reading": getattr(getattr(claim, name), "says", None) for name in READINGS},
            }
        )
    return pd.DataFrame(rows)


def changed_rules(claims: Sequence[Claim]) -> pd.DataFrame:
    """The rows of changed_rules.csv, one a change: claim, what, why, and the verdicts before and after it."""
    rows = [{"claim": claim.id, **asdict(change)} for claim in claims for change in claim.changed]
    return pd.DataFrame(rows, columns=["claim", *Change.__dataclass_fields__]).replace("", None)
