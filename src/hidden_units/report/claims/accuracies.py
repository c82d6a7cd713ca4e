"""Rules for the claims about accuracies and hidden sizes, 1, 2, 4 and 5; words and numbers in claims.yaml."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise

import numpy as np
import scipy

from hidden_units.report.claims.entries import Claim
from hidden_units.report.claims.material import Material, require_models, require_seeds
from hidden_units.report.claims.verdicts import (
    CONTRADICTED,
    NOT_TESTABLE,
    SUPPORTED,
    THIN,
    Finding,
    MissingEvidence,
    all_of,
    below,
    called,
)
from hidden_units.report.wording import count, listing
from hidden_units.statistics.intervals import Interval, prediction_of_one_more, wilson

SUMMARY, SWEEP = "characters/summary.csv", "characters/sweep.csv"
COMPARISONS = "characters/comparisons.csv"


def units(model: str) -> str:
    """`110 hidden units` for `netfull-110`."""
    return f"{model.partition('-')[2]} hidden units"


# accuracies, claims 1 and 2


def accuracies_published(material: Material, claim: Claim) -> Finding:
    """Printed accuracies against the traces of the printed matrices."""
    return against_traces(material, claim, material.published.networks)


def widths_published(material: Material, claim: Claim) -> Finding:
    """The rows of the printed width table that have a printed matrix."""
    return against_traces(material, claim, material.published.widths)


def against_traces(material: Material, claim: Claim, models: Sequence[str]) -> Finding:
    """Whether printed accuracies are the traces of the printed matrices, where there are any."""
    rounding = claim.thresholds["rounding_points"] / 100
    matrices, printed = material.published.matrices, material.published.accuracy
    checked = [model for model in models if model in matrices]
    traces = {model: np.trace(matrices[model]) / matrices[model].sum() for model in checked}
    wrong = [model for model in checked if not agrees(printed[model], traces[model], rounding)]
    left = [model for model in models if model not in matrices]
    facts = {
        "checked": [{"model": each, "trace": traces[each], "printed": printed[each]} for each in checked],
        "left": len(left),
    }
    if wrong:
        return Finding(CONTRADICTED, facts)
    return Finding(NOT_TESTABLE if left else SUPPORTED, facts)


def agrees(a: float, b: float, tolerance: float) -> bool:
    """Whether two fractions differ by no more than a tolerance, the rounding of a computer aside."""
    return abs(a - b) <= tolerance + 1e-12


def accuracies_measured(material: Material, claim: Claim) -> Finding:
    """The three networks' accuracies against where one more run is expected."""
    return reached(material, claim, material.published.networks, called)


def widths_measured(material: Material, claim: Claim) -> Finding:
    """The hidden sizes' accuracies against where one more run is expected."""
    return reached(material, claim, material.published.widths, units)


def reached(material: Material, claim: Claim, models: Sequence[str], name: Callable[[str], str]) -> Finding:
    """Whether each published accuracy is one that this run's networks could have reached."""
    table = material.files.table(SUMMARY).set_index("model")
    trained = [model for model in models if model in table.index]
    rows = [{"name": name(model), "mean": table.loc[model, "accuracy_mean"]} for model in trained]
    try:
        require_models(models, table.index, name)
        require_seeds(seeds := int(table.loc[models, "seeds"].min()))
    except MissingEvidence as missing:
        return Finding(NOT_TESTABLE, {"networks": rows, "missing": str(missing)})
    # Bonferroni: all intervals hold together.
    confidence = 1 - (1 - claim.thresholds["confidence_percent"] / 100) / len(models)
    verdicts = {}
    for model, row in zip(models, rows, strict=True):
        mean, sd = table.loc[model, ["accuracy_mean", "accuracy_sd"]]
        printed = material.published.accuracy[model]
        expected = prediction_of_one_more(mean, sd, int(table.loc[model, "seeds"]), confidence)
        verdicts[row["name"]] = accuracy_verdict(printed, mean, expected, claim)
        row |= {"expected": expected, "printed": printed}
    outside = [network for network, verdict in verdicts.items() if verdict == CONTRADICTED]
    facts = {"networks": rows, "missing": "", "seeds": seeds, "outside": outside}
    return Finding(all_of(verdicts.values()), facts)


def accuracy_verdict(printed: float, mean: float, expected: Interval | None, claim: Claim) -> str:
    """The verdict on one printed accuracy (a fraction); undecided where the runs do not scatter."""
    if expected is None:
        return THIN
    near = agrees(printed, mean, claim.thresholds["tolerance_points"] / 100)
    if not near and not expected.low <= printed <= expected.high:
        return CONTRADICTED
    half = (expected.high - expected.low) / 2
    return SUPPORTED if half <= claim.thresholds["widest_points"] / 100 else THIN


# the order, claim 4


def order_published(material: Material, claim: Claim) -> Finding:
    """Printed accuracies with their Wilson intervals, in the printed order."""
    networks, accuracy = material.published.networks, material.published.accuracy
    sizes = {model: int(material.published.matrices[model].sum()) for model in networks}
    bounds = {
        model: wilson(
            round(accuracy[model] * sizes[model]), sizes[model], claim.thresholds["confidence_percent"] / 100
        )
        for model in networks
    }
    verdicts = []
    for low, high in pairwise(networks):
        if bounds[low].high < bounds[high].low:
            verdicts.append(SUPPORTED)
        else:
            verdicts.append(CONTRADICTED if bounds[high].high < bounds[low].low else THIN)
    shown = [
        {"model": each, "accuracy": accuracy[each], "low": bounds[each].low, "high": bounds[each].high}
        for each in networks
    ]
    return Finding(all_of(verdicts), {"networks": shown})


def order_measured(material: Material, claim: Claim) -> Finding:
    """Whether each step up is significant over the seeds."""
    table = material.files.table(COMPARISONS)
    table = table[(table["question"] == "other seeds") & (table["method"] == "Welch")].set_index(["a", "b"])
    steps, verdicts = [], []
    for step in pairwise(material.networks):
        if step not in table.index:
            raise MissingEvidence(f"{COMPARISONS} does not compare {listing(map(called, step))}.")
        row = table.loc[step]
        require_seeds(int(row["seeds"]))
        significant = row["p_holm"] <= claim.thresholds["level"]
        verdicts.append(THIN if not significant else SUPPORTED if row["difference"] > 0 else CONTRADICTED)
        steps.append(
            {"from": step[0], "to": step[1], "significant": significant, **row[["difference", "low", "high"]]}
        )
    return Finding(all_of(verdicts), {"steps": steps})


# little further gain, claim 5


def plateau_published(material: Material, claim: Claim) -> Finding:
    """The printed gain beyond the named size, with its interval for other test images."""
    accuracy = {
        int(model.partition("-")[2]): material.published.accuracy[model]
        for model in material.published.widths
    }
    base, beyond = parted(accuracy, claim)
    images = claim.thresholds["images"]
    gains = {}
    for size in beyond:
        variance = sum(p * (1 - p) / images for p in (accuracy[base], accuracy[size]))
        confidence = claim.thresholds["confidence_percent"] / 100
        half = scipy.stats.norm.ppf((1 + confidence) / 2) * math.sqrt(variance)
        gain = accuracy[size] - accuracy[base]
        gains[size] = (gain, Interval(gain - half, gain + half))
    return gain_finding(base, gains, claim)


def plateau_measured(material: Material, claim: Claim) -> Finding:
    """The gain of means over seeds beyond the named size, with Welch's interval."""
    sweep = material.files.table(SWEEP)
    runs = {int(size): group["accuracy"].to_numpy() for size, group in sweep.groupby("hidden")}
    base, beyond = parted(runs, claim)
    require_seeds(min(map(len, runs.values())))
    gains = {}
    for size in beyond:
        if np.ptp(runs[size]) == np.ptp(runs[base]) == 0:
            found = Interval(math.nan, math.nan)
        else:
            welch = scipy.stats.ttest_ind(runs[size], runs[base], equal_var=False)
            found = welch.confidence_interval(claim.thresholds["confidence_percent"] / 100)
        gains[size] = (runs[size].mean() - runs[base].mean(), found)
    return gain_finding(base, gains, claim)


def parted(sizes: Collection[int], claim: Claim) -> tuple[int, list[int]]:
    """The largest size up to the named one, and all beyond it."""
    limit = claim.thresholds["units"]
    up_to, beyond = [size for size in sizes if size <= limit], [size for size in sizes if size > limit]
    if not up_to or not beyond:
        raise MissingEvidence(
            f"The gain beyond {count(limit)} hidden units needs a size up to that and one beyond, and "
            f"there are {listing(map(count, sorted(sizes))) or 'none'}."
        )
    return max(up_to), sorted(beyond)


def gain_finding(base: int, gains: dict[int, tuple[float, Interval]], claim: Claim) -> Finding:
    """The verdict on gains over the base; each with its interval, as fractions, nan without scatter."""
    little = claim.thresholds["little_points"] / 100
    # A bound that is nan is on neither side, so a gain without scatter stays undecided.
    verdict = all_of(below(found.low, found.high, little) for _, found in gains.values())
    rows = [
        {"size": size, "gain": gain, "low": float(found.low), "high": float(found.high)}
        for size, (gain, found) in gains.items()
    ]
    return Finding(verdict, {"base": base, "gains": rows})
