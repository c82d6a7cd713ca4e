"""Rules for the claims about parameters, 3 and 6; words and numbers in claims.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from hidden_units.names import is_own_name
from hidden_units.report.claims.entries import Claim
from hidden_units.report.claims.material import Material, require_models
from hidden_units.report.claims.verdicts import (
    BETWEEN,
    CONTRADICTED,
    NOT_TESTABLE,
    SUPPORTED,
    THIN,
    Finding,
    MissingEvidence,
)
from hidden_units.report.wording import is_absent

SUMMARY, ECONOMY = "characters/summary.csv", "characters/economy.csv"
DATASET = "data/dataset.json"


# parameters, claim 3


def parameters_published(material: Material, claim: Claim) -> Finding:
    """Printed layers and totals against (inputs + 1) × outputs."""
    published = material.published
    computed = published.layers.assign(
        computed=(published.layers["inputs"] + 1) * published.layers["outputs"]
    )
    printed = computed.dropna(subset=["parameters"])
    sums = computed.groupby("model")["computed"].sum()
    totals = printed_totals(material)
    wrong = [
        *(
            {"model": row.model, "layer": row.layer}
            for row in printed.itertuples()
            if row.parameters != row.computed
        ),
        *({"model": model, "layer": ""} for model in totals if totals[model] != sums[model]),
    ]
    facts = {"sums": {model: sums[model] for model in totals}, "printed": len(printed), "wrong": wrong}
    return Finding(CONTRADICTED if wrong else SUPPORTED, facts)


def parameters_measured(material: Material, claim: Claim) -> Finding:
    """The sizes of the trained networks against the printed totals."""
    table = material.files.table(SUMMARY).dropna(subset=["parameters"]).set_index("model")["parameters"]
    held = {model: int(size) for model, size in table.items()}
    totals = printed_totals(material)
    trained = [model for model in held if model in totals or is_netfull(model)]
    require_models([model for model in totals if not is_netfull(model)], trained)
    if not any(map(is_netfull, trained)):
        raise MissingEvidence("NetFull was not trained in this run.")
    inputs, classes = int(claim.thresholds["inputs"]), int(claim.thresholds["classes"])
    found = len(material.files.json(DATASET)["counts"]["test_per_class"])
    if found != classes:
        raise MissingEvidence(f"The printed sizes are for {classes} classes, and these images have {found}.")
    expected = totals | {
        model: netfull_parameters(model, inputs, classes)
        for model in {*totals, *trained}
        if is_netfull(model)
    }
    wrong = [
        model
        for model in dict.fromkeys([*trained, *totals])
        if not held.get(model, expected[model]) == expected[model] == totals.get(model, expected[model])
    ]
    facts = {"held": {model: held[model] for model in trained}, "wrong": wrong}
    return Finding(CONTRADICTED if wrong else SUPPORTED, facts)


def printed_totals(material: Material) -> dict[str, int]:
    """The printed parameter counts by model."""
    table = material.published.accuracies.dropna(subset=["parameters"])
    return {model: int(size) for model, size in zip(table["model"], table["parameters"], strict=True)}


def is_netfull(model: str) -> bool:
    """Whether it is a NetFull of some width."""
    return model.startswith("netfull-")


def netfull_parameters(model: str, inputs: int, classes: int) -> int:
    """Parameters of `netfull-110`: both of its layers with their biases."""
    hidden = int(model.partition("-")[2])
    return (inputs + 1) * hidden + (hidden + 1) * classes


# the best balance, claim 6


def balance_published(material: Material, claim: Claim) -> Finding:
    """NetConv against all others as printed."""
    accuracy, parameters = as_printed(material)
    facts = balance(accuracy, parameters)
    if facts["beaten_by"]:
        return Finding(CONTRADICTED, facts)
    return Finding(SUPPORTED if len(facts["beaten"]) == facts["others"] else BETWEEN, facts)


def larger_beaten_published(material: Material, claim: Claim) -> Finding:
    """6, read most kindly: as printed, against the larger networks alone."""
    accuracy, parameters = as_printed(material)
    facts = balance(accuracy, parameters)
    if facts["beaten_by"]:
        return Finding(CONTRADICTED, facts)
    larger = {model for model, size in parameters.items() if size >= parameters["netconv"]} - {"netconv"}
    return Finding(SUPPORTED if larger and larger <= set(facts["beaten"]) else BETWEEN, facts)


def efficiency_published(material: Material, claim: Claim) -> Finding:
    """6, read most strictly: accuracy per parameter as printed."""
    return efficiency(balance(*as_printed(material)))


def as_printed(material: Material) -> tuple[dict[str, float], dict[str, int]]:
    """Accuracies and numbers of parameters of all printed networks."""
    published = material.published
    sizes = published.layers.assign(parameters=(published.layers["inputs"] + 1) * published.layers["outputs"])
    parameters = sizes.groupby("model")["parameters"].sum().to_dict()
    first, last = (sizes[sizes["model"] == "netfull-110"].iloc[place] for place in (0, -1))
    for model in published.widths:
        parameters[model] = netfull_parameters(model, first["inputs"], last["outputs"])
    return published.accuracy, parameters


def efficiency(facts: Mapping[str, Any]) -> Finding:
    """Whether NetConv is first in accuracy per parameter."""
    return Finding(SUPPORTED if facts["first"] == "netconv" else CONTRADICTED, facts)


def balance(accuracy: Mapping[str, float], parameters: Mapping[str, int]) -> dict[str, Any]:
    """What NetConv beats, what beats it, and the ranking by accuracy (points) per thousand parameters.

    It beats what is no better and no smaller, and is beaten by what is no worse and no larger.
    """
    own, size = accuracy["netconv"], parameters["netconv"]
    others = [model for model in accuracy if model != "netconv"]
    per = {model: 100 * accuracy[model] / (parameters[model] / 1000) for model in accuracy}
    ranked = sorted(per, key=per.get, reverse=True)
    return {
        "others": len(others),
        "beaten": [model for model in others if own >= accuracy[model] and size <= parameters[model]],
        "beaten_by": [model for model in others if accuracy[model] >= own and parameters[model] <= size],
        "first": ranked[0],
        "most": per[ranked[0]],
        "place": ranked.index("netconv") + 1,
        "ranked": len(ranked),
        "own": per["netconv"],
    }


def balance_measured(material: Material, claim: Claim) -> Finding:
    """NetConv against all others, over resampled seeds."""
    return resampled_balance(material, claim, needs_smaller=True)


def larger_beaten_measured(material: Material, claim: Claim) -> Finding:
    """6, read most kindly: against the larger networks alone, over resampled seeds."""
    return resampled_balance(material, claim, needs_smaller=False)


def efficiency_measured(material: Material, claim: Claim) -> Finding:
    """6, read most strictly: accuracy per parameter in the mean over seeds."""
    return efficiency(balance(*measured_sizes(material)[:2]))


def measured_sizes(material: Material) -> tuple[dict[str, float], dict[str, int], pd.Series]:
    """Mean accuracies and numbers of parameters of the trained networks; the row of NetConv."""
    table = material.files.table(ECONOMY).dropna(subset=["parameters"]).set_index("model")
    # The published claims are about the study's networks, whatever else a run has.
    table = table.drop(filter(is_own_name, table.index))
    require_models(["netconv"], table.index)
    if len(table) == 1:
        raise MissingEvidence("NetConv is the only network in this run.")
    return table["accuracy_mean"].to_dict(), table["parameters"].to_dict(), table.loc["netconv"]


def resampled_balance(material: Material, claim: Claim, needs_smaller: bool) -> Finding:
    """The share of resamples in which NetConv is ahead of the others, or is dominated.

    Args:
        needs_smaller: whether it must dominate the smaller networks too, which a larger one cannot.
    """
    accuracy, parameters, row = measured_sizes(material)
    ahead, behind = row["share_ahead"], row["share_behind"]
    facts = {**balance(accuracy, parameters), "ahead": ahead, "behind": behind}
    if is_absent(behind):
        return Finding(NOT_TESTABLE, facts)
    sure = claim.thresholds["sure_share"]
    if behind >= sure:
        return Finding(CONTRADICTED, facts)
    in_reach = not (needs_smaller and min(parameters.values()) < parameters["netconv"])
    if in_reach and not is_absent(ahead) and ahead >= sure:
        return Finding(SUPPORTED, facts)
    return Finding(BETWEEN if behind <= 1 - sure and not in_reach else THIN, facts)
