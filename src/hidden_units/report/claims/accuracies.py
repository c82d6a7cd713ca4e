"""Rules for the claims about accuracies and hidden sizes, 1, 2, 4 and 5; words and numbers in claims.yaml."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import stats

from hidden_units.report.claims.entries import Claim
from hidden_units.report.claims.material import Material, require_models, require_seeds
from hidden_units.report.claims.verdicts import (
    CONTRADICTED,
    NOT_TESTABLE,
    SUPPORTED,
    UNDECIDED,
    Judgement,
    MissingEvidence,
    all_of,
    below,
    called,
)
from hidden_units.report.wording import (
    amount,
    count,
    decimal,
    family_of,
    interval,
    is_absent,
    listing,
    percent_in_text,
    points,
)
from hidden_units.statistics.intervals import Interval, prediction_of_one_more, wilson

SUMMARY, SWEEP = "characters/summary.csv", "characters/sweep.csv"
COMPARISONS, ECONOMY = "characters/comparisons.csv", "characters/economy.csv"


def units(model: str) -> str:
    """`110 hidden units` for `netfull-110`."""
    return f"{model.partition('-')[2]} hidden units"


# accuracies, claims 1 and 2


def accuracies_published(material: Material, claim: Claim) -> Judgement:
    """Printed accuracies against the traces of the printed matrices."""
    return against_traces(material, claim, material.published.networks)


def widths_published(material: Material, claim: Claim) -> Judgement:
    """The rows of the printed width table that have a printed matrix."""
    return against_traces(material, claim, material.published.widths)


def against_traces(material: Material, claim: Claim, models: Sequence[str]) -> Judgement:
    """Whether printed accuracies are the traces of the printed matrices, where there are any."""
    rounding = claim.thresholds["rounding_points"] / 100
    matrices, printed = material.published.matrices, material.published.accuracy
    checked = [model for model in models if model in matrices]
    traces = {model: np.trace(matrices[model]) / matrices[model].sum() for model in checked}
    wrong = [model for model in checked if not agrees(printed[model], traces[model], rounding)]
    found = listing(
        f"{percent_in_text(traces[model])} for {called(model)} (printed {percent_in_text(printed[model])})"
        for model in checked
    )
    evidence = f"The printed matrices give {found}."
    left = [model for model in models if model not in matrices]
    if wrong:
        return Judgement(CONTRADICTED, evidence)
    if left:
        return Judgement(NOT_TESTABLE, f"{evidence} No matrix is printed for the other {len(left)} sizes.")
    return Judgement(SUPPORTED, evidence)


def agrees(a: float, b: float, tolerance: float) -> bool:
    """Whether two fractions differ by no more than a tolerance, the rounding of a computer aside."""
    return abs(a - b) <= tolerance + 1e-12


def accuracies_measured(material: Material, claim: Claim) -> Judgement:
    """The three networks' accuracies against where one more run is expected."""
    models = material.published.networks
    names = {model: called(model) for model in models}
    return reached(material, claim, models, names)


def widths_measured(material: Material, claim: Claim) -> Judgement:
    """The hidden sizes' accuracies against where one more run is expected."""
    models = material.published.widths
    return reached(material, claim, models, {model: units(model) for model in models})


def reached(material: Material, claim: Claim, models: Sequence[str], names: dict[str, str]) -> Judgement:
    """Whether each published accuracy is one that this run's networks could have reached."""
    thresholds = claim.thresholds
    table = material.table(SUMMARY).set_index("model")
    trained = [model for model in models if model in table.index]
    finding = f"In the mean over seeds {means(table, trained, names)}." if trained else ""
    try:
        require_models(models, table.index, names)
        require_seeds(int(table.loc[models, "seeds"].min()))
    except MissingEvidence as missing:
        return Judgement(NOT_TESTABLE, f"{finding} {missing}".strip(), finding)
    # Bonferroni: all intervals hold together.
    confidence = 1 - (1 - thresholds["confidence_percent"] / 100) / len(models)
    parts, verdicts = [], []
    for model in models:
        row, printed = table.loc[model], material.published.accuracy[model]
        expected = prediction_of_one_more(
            row["accuracy_mean"], row["accuracy_sd"], int(row["seeds"]), confidence
        )
        verdicts.append(accuracy_verdict(printed, row["accuracy_mean"], expected, claim))
        where = (
            f"one more run expected within {interval(expected.low, expected.high)}"
            if expected
            else "without scatter, so that nothing is known of one more run"
        )
        parts.append(
            f"{names[model]} {percent_in_text(row['accuracy_mean'])}, {where}, "
            f"printed {percent_in_text(printed)}"
        )
    outside = [
        names[model] for model, verdict in zip(models, verdicts, strict=True) if verdict == CONTRADICTED
    ]
    note = f" Out of reach: {listing(outside)}." if outside else ""
    seeds = amount(int(table.loc[models, "seeds"].min()), "seed")
    return Judgement(all_of(verdicts), f"In the mean over {seeds}: {'; '.join(parts)}.{note}", finding)


def means(table: pd.DataFrame, models: Sequence[str], names: dict[str, str]) -> str:
    """`NetLin reaches 72.17 % and NetConv 95.86 %`."""
    return listing(f"{names[model]} {percent_in_text(table.loc[model, 'accuracy_mean'])}" for model in models)


def accuracy_verdict(printed: float, mean: float, expected: Interval | None, claim: Claim) -> str:
    """The verdict on one printed accuracy (a fraction); undecided where the runs do not scatter."""
    if expected is None:
        return UNDECIDED
    near = agrees(printed, mean, claim.thresholds["tolerance_points"] / 100)
    if not near and not expected.low <= printed <= expected.high:
        return CONTRADICTED
    half = (expected.high - expected.low) / 2
    return SUPPORTED if half <= claim.thresholds["widest_points"] / 100 else UNDECIDED


# the order, claim 4


def order_published(material: Material, claim: Claim) -> Judgement:
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
            verdicts.append(CONTRADICTED if bounds[high].high < bounds[low].low else UNDECIDED)
    found = listing(
        f"{family_of(model)} {percent_in_text(accuracy[model])} "
        f"{interval(bounds[model].low, bounds[model].high)}"
        for model in networks
    )
    return Judgement(all_of(verdicts), f"With Wilson’s intervals: {found}.")


def order_measured(material: Material, claim: Claim) -> Judgement:
    """Each step of the order, told from none over the seeds."""
    table = material.table(COMPARISONS)
    table = table[(table["question"] == "other seeds") & (table["method"] == "Welch")].set_index(["a", "b"])
    parts, verdicts = [], []
    for step in pairwise(material.networks):
        if step not in table.index:
            raise MissingEvidence(f"{COMPARISONS} does not compare {listing(map(called, step))}.")
        row = table.loc[step]
        row = row.iloc[0] if isinstance(row, pd.DataFrame) else row
        require_seeds(int(row["seeds"]))
        told = row["p_holm"] <= claim.thresholds["level"]
        up = row["difference"] > 0
        verdicts.append(UNDECIDED if not told else SUPPORTED if up else CONTRADICTED)
        parts.append(
            f"{called(step[1])} is {points(row['difference'])} points from {called(step[0])} "
            f"{interval_in_points(row['low'], row['high'])}"
            f"{'' if told else ', not told from none'}"
        )
    evidence = f"Over the seeds {listing(parts)}."
    return Judgement(all_of(verdicts), evidence, evidence)


def interval_in_points(low: float | None, high: float | None) -> str:
    """An interval of differences over two seeds or more: `[+6.84, +7.80]`, or why there is none."""
    return "no scatter: no interval" if is_absent(low) else interval(low, high, shown="points")


# little further gain, claim 5


def plateau_published(material: Material, claim: Claim) -> Judgement:
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
        half = stats.norm.ppf((1 + claim.thresholds["confidence_percent"] / 100) / 2) * math.sqrt(variance)
        gain = accuracy[size] - accuracy[base]
        gains[size] = (gain, Interval(gain - half, gain + half))
    return gain_judgement(base, gains, claim)


def plateau_measured(material: Material, claim: Claim) -> Judgement:
    """The gain of means over seeds beyond the named size, with Welch's interval."""
    sweep = material.table(SWEEP)
    runs = {int(size): group["accuracy"].to_numpy() for size, group in sweep.groupby("hidden")}
    base, beyond = parted(runs, claim)
    require_seeds(min(map(len, runs.values())))
    gains = {}
    for size in beyond:
        gain = runs[size].mean() - runs[base].mean()
        if np.ptp(runs[size]) == np.ptp(runs[base]) == 0:
            gains[size] = (gain, None)
            continue
        found = stats.ttest_ind(runs[size], runs[base], equal_var=False).confidence_interval(
            claim.thresholds["confidence_percent"] / 100
        )
        gains[size] = (gain, Interval(float(found.low), float(found.high)))
    return gain_judgement(base, gains, claim)


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


def gain_judgement(base: int, gains: dict[int, tuple[float, Interval | None]], claim: Claim) -> Judgement:
    """The verdict on gains over the base; each with its interval, as fractions, None without scatter."""
    little = claim.thresholds["little_points"] / 100
    verdict = all_of(
        below(found.low, found.high, little) if found else UNDECIDED for _, found in gains.values()
    )
    parts = listing(
        f"{count(size)} hidden units in place of {count(base)} gain {points(gain)} points "
        + (interval_in_points(found.low, found.high) if found else interval_in_points(None, None))
        for size, (gain, found) in gains.items()
    )
    evidence = f"{parts}."
    if verdict == UNDECIDED:
        return Judgement(
            verdict,
            f"{evidence} That excludes neither a gain above {decimal(100 * little, 1)} points nor none.",
            evidence,
        )
    return Judgement(verdict, evidence, evidence)
