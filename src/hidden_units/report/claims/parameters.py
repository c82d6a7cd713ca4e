"""Rules for the claims about parameters, 3 and 6; words and numbers in claims.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hidden_units.report.claims.entries import Claim
from hidden_units.report.claims.material import Material, require_models
from hidden_units.report.claims.verdicts import (
    CONTRADICTED,
    NOT_TESTABLE,
    SUPPORTED,
    UNDECIDED,
    Judgement,
    MissingEvidence,
    called,
)
from hidden_units.report.wording import amount, count, decimal, is_absent, listing, percent_in_text

SUMMARY, ECONOMY = "characters/summary.csv", "characters/economy.csv"


# parameters, claim 3


def parameters_published(material: Material, claim: Claim) -> Judgement:
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
            f"{row.model}’s {row.layer} layer"
            for row in printed.itertuples()
            if row.parameters != row.computed
        ),
        *(f"the total of {model}" for model in totals if totals[model] != sums[model]),
    ]
    found = listing(f"{count(sums[model])} for {called(model)}" for model in totals)
    evidence = f"The printed layers sum to {found}, and {len(printed)} of them have their own number printed."
    if wrong:
        return Judgement(CONTRADICTED, f"{evidence} Printed otherwise: {listing(wrong)}.")
    return Judgement(SUPPORTED, f"{evidence} All agree.")


def parameters_measured(material: Material, claim: Claim) -> Judgement:
    """The sizes of the trained networks against the printed totals."""
    table = material.table(SUMMARY).dropna(subset=["parameters"]).set_index("model")["parameters"]
    held = {model: int(size) for model, size in table.items()}
    totals = printed_totals(material)
    trained = [model for model in held if model in totals or is_netfull(model)]
    require_models(
        [model for model in totals if not is_netfull(model)],
        trained,
        {model: called(model) for model in totals},
    )
    if not any(map(is_netfull, trained)):
        raise MissingEvidence("NetFull was not trained in this run.")
    inputs, classes = int(claim.thresholds["inputs"]), int(claim.thresholds["classes"])
    expected = totals | {
        model: netfull_parameters(model, inputs, classes) for model in trained if is_netfull(model)
    }
    wrong = [model for model in trained if held[model] != expected[model]]
    wrong += [
        model
        for model in totals
        if is_netfull(model) and totals[model] != netfull_parameters(model, inputs, classes)
    ]
    found = listing(f"{called(model)} {count(held[model])}" for model in trained)
    if wrong:
        odd = listing(dict.fromkeys(map(called, wrong)))
        return Judgement(CONTRADICTED, f"Held by the trained networks: {found}. Not by the rule: {odd}.")
    return Judgement(SUPPORTED, f"Held by the trained networks: {found}. All are by the rule.")


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


def balance_published(material: Material, claim: Claim) -> Judgement:
    """Whether NetConv is ahead of the smaller and of the larger networks, or behind one, as printed."""
    published = material.published
    sizes = published.layers.assign(parameters=(published.layers["inputs"] + 1) * published.layers["outputs"])
    parameters = sizes.groupby("model")["parameters"].sum().to_dict()
    first, last = (sizes[sizes["model"] == "netfull-110"].iloc[place] for place in (0, -1))
    for model in published.widths:
        parameters[model] = netfull_parameters(model, first["inputs"], last["outputs"])
    accuracy = {model: published.accuracy[model] for model in published.accuracies["model"]}
    beaten, beaten_by = dominance(accuracy, parameters)
    larger = [
        model for model in accuracy if parameters[model] >= parameters["netconv"] and model != "netconv"
    ]
    ahead = bool(larger) and set(larger) <= set(beaten)
    verdict = CONTRADICTED if beaten_by else SUPPORTED if ahead else UNDECIDED
    return Judgement(verdict, balance_evidence(accuracy, parameters, beaten, beaten_by))


def dominance(accuracy: Mapping[str, float], parameters: Mapping[str, int]) -> tuple[list[str], list[str]]:
    """The networks that are no better than NetConv and no smaller, and those no worse and no larger."""
    own, size = accuracy["netconv"], parameters["netconv"]
    others = [model for model in accuracy if model != "netconv"]
    beaten = [model for model in others if own >= accuracy[model] and size <= parameters[model]]
    beaten_by = [model for model in others if accuracy[model] >= own and parameters[model] <= size]
    return beaten, beaten_by


def balance_evidence(
    accuracy: Mapping[str, float],
    parameters: Mapping[str, int],
    beaten: Sequence[str],
    beaten_by: Sequence[str],
) -> str:
    """What NetConv beats, what beats it, and the accuracy per parameter beside it."""
    others = [model for model in accuracy if model != "netconv"]
    per = {model: 100 * accuracy[model] / (parameters[model] / 1000) for model in accuracy}
    ranked = sorted(per, key=per.get, reverse=True)
    names = listing(map(called, beaten)) or "none"
    text = (
        f"Of {amount(len(others), 'other network')} NetConv dominates {names}, with at least their accuracy "
        f"and no more parameters, and is dominated by {listing(map(called, beaten_by)) or 'none'}."
    )
    return (
        f"{text} In accuracy per thousand parameters {called(ranked[0])} is first with "
        f"{decimal(per[ranked[0]], 2)} points, NetConv in place {ranked.index('netconv') + 1} of "
        f"{len(ranked)} with {decimal(per['netconv'], 2)}."
    )


def balance_measured(material: Material, claim: Claim) -> Judgement:
    """NetConv against the smaller and the larger networks, over resampled seeds."""
    table = material.table(ECONOMY).dropna(subset=["parameters"]).set_index("model")
    require_models(["netconv"], table.index, {"netconv": "NetConv"})
    accuracy, parameters = table["accuracy_mean"].to_dict(), table["parameters"].to_dict()
    others = [model for model in accuracy if model != "netconv"]
    if not others:
        raise MissingEvidence("NetConv is the only network in this run.")
    beaten, beaten_by = dominance(accuracy, parameters)
    evidence = balance_evidence(accuracy, parameters, beaten, beaten_by)
    ahead, behind = table.loc["netconv", ["share_ahead", "share_behind"]]
    if is_absent(behind):
        few = "Resamples need two or more seeds of each network that do not all give the same."
        return Judgement(NOT_TESTABLE, f"{evidence} {few}", evidence)
    sure = claim.thresholds["sure_share"]
    if is_absent(ahead):
        evidence += " No network is larger, so size was not put to the test."
    else:
        evidence += f" It is ahead of all others in {percent_in_text(ahead, 0)} of the resamples."
    evidence += f" It is dominated in {percent_in_text(behind, 0)} of the resamples."
    if behind >= sure:
        return Judgement(CONTRADICTED, evidence, evidence)
    decided = not is_absent(ahead) and ahead >= sure
    return Judgement(SUPPORTED if decided else UNDECIDED, evidence, evidence)
