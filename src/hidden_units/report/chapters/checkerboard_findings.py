"""What the files of the checkerboard study show, in sentences: computed, so that they hold on any network.

Each function returns an empty sentence where its data are missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from hidden_units.checkerboard.models import WITHIN
from hidden_units.report.wording import NO_BREAK, amount, count, decimal, listing, plain

Rows = Sequence[Mapping[str, Any]]

POINTS = 9
K_IS = f"k{NO_BREAK}={NO_BREAK}"
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def unit_name(unit: str) -> str:
    """A unit as figures write it: `h₁` for h1, `output`."""
    return unit.translate(SUBSCRIPTS)


def solved(activations: pd.DataFrame | None) -> str:
    """How many points the step network gets right."""
    if activations is None:
        return ""
    right = int((activations["output"] == activations["target"]).sum())
    return f"It gets {'all nine points' if right == POINTS else f'{count(right)} of the nine points'} right."


def same_shape(activations: pd.DataFrame | None, published: pd.DataFrame | None) -> bool:
    """Whether both tables are there and have the same units."""
    return activations is not None and published is not None and [*activations] == [*published]


def agreement(activations: pd.DataFrame | None, published: pd.DataFrame | None) -> str:
    """How many rows of the activations are the published ones."""
    if activations is None or published is None:
        return ""
    if not same_shape(activations, published):
        return "The published network has other units, so its table of activations is not compared."
    rows = activations.merge(published, how="inner")
    if len(rows) == len(activations) == len(published):
        return (
            f"All {'nine' if len(rows) == POINTS else count(len(rows))} rows agree with the published table."
        )
    return f"{count(len(rows))} of the {count(len(activations))} rows agree with the published table."


def fewest(rows: Rows) -> str:
    """The smallest number of step units that solves the task, and what fewer can do."""
    if not rows:
        return ""
    solving = [row for row in rows if row["best_correct"] == POINTS]
    most = max(rows, key=lambda row: row["hidden"])
    if not solving:
        return (
            f"No network of up to {amount(most['hidden'], 'step unit')} gets all nine points right; the most "
            f"is {count(max(row['best_correct'] for row in rows))}."
        )
    enough = min(solving, key=lambda row: row["hidden"])
    below = [row for row in rows if row["hidden"] < enough["hidden"]]
    sentence = ""
    if below:
        best = listing(f"{count(row['best_correct'])} with {amount(row['hidden'], 'unit')}" for row in below)
        sentence = (
            f"No network of fewer than {amount(enough['hidden'], 'unit')} solves the task: the most points "
            f"that any gets right are {best}. "
        )
    number = enough["arrangements_at_best"]
    verb = "gets" if number == 1 else "get"
    ways = amount(number, "arrangement")
    return f"{sentence}With {amount(enough['hidden'], 'unit')}, {ways} of lines {verb} all nine right."


def best_networks(rows: Rows) -> str:
    """The most points that each number of units gets right."""
    best = listing(
        f"{count(row['best_correct'])} of {POINTS} with {amount(row['hidden'], 'unit')}" for row in rows
    )
    return f"The most points right are {best}." if rows else ""


def thresholds(found: Mapping[str, Any] | None) -> str:
    """From which scales on the sigmoid network is right, and near to its targets."""
    if not found:
        return ""
    if found["solves"] is None:
        return "At no scale that was tried are all points right."
    sentence = f"All nine points are right from {K_IS}{decimal(found['solves'], 2)} on"
    if found["near"] is None:
        return f"{sentence}; at no scale that was tried is every output within {WITHIN} of its target."
    near = decimal(found["near"], 2)
    return f"{sentence}, and every output is within {WITHIN} of its target from {K_IS}{near} on."


def scaling(rows: Rows, found: Mapping[str, Any] | None) -> str:
    """The answer to the published statement that a large constant makes sigmoids act as steps."""
    if not rows or not found:
        return ""
    first, margins = rows[0], {row["scale"]: row["margin"] for row in rows}
    sentences = [f"At {K_IS}{plain(first['scale'])}, {count(first['correct'])} of the nine points are right."]
    whole, near = found["solves_whole"], found["near_whole"]
    if whole is not None:
        margin = f", by a margin of {decimal(margins[whole], 4)}" if whole in margins else ""
        sentences.append(f"The smallest whole k that solves all nine is {plain(whole)}{margin}.")
    if near is not None:
        sentences.append(f"From {K_IS}{plain(near)} on all outputs are within {WITHIN} of their targets.")
        sentences.append(
            "The published statement, that a large constant makes the sigmoid network act like the step "
            f"network, holds: for these weights, a constant is large enough from {plain(near)} on."
        )
    else:
        sentences.append(
            "The published statement, that a large constant makes the sigmoid network act like the step "
            "network, is not borne out for these weights at any scale that was tried."
        )
    return " ".join(sentences)


def setting_name(row: Mapping[str, Any]) -> str:
    """A setting in words: `4 units at learning rate 0.01`."""
    return f"{amount(row['hidden'], 'unit')} at learning rate {plain(row['learning_rate'])}"


def extremes(rows: Rows) -> str:
    """The settings in which the most and the fewest restarts solved the task."""
    if not rows:
        return ""
    most, least = (choose(rows, key=lambda row: row["rate"]) for choose in (max, min))
    share = {row["rate"]: f"{count(row['solved'])} of {count(row['restarts'])}" for row in (most, least)}
    if most["rate"] == least["rate"]:
        return f"In every setting {share[most['rate']]} restarts solved the task."
    return (
        f"Most restarts solved it with {setting_name(most)} ({share[most['rate']]}), fewest with "
        f"{setting_name(least)} ({share[least['rate']]})."
    )


def success(rows: Rows, fewest_rows: Rows) -> str:
    """Which settings solved the task how often, above all those with the fewest units that can."""
    if not rows:
        return ""
    enough = fewest_enough(fewest_rows)
    counts = listing(
        f"{count(row['solved'])} of {count(row['restarts'])} restarts at learning rate "
        f"{plain(row['learning_rate'])}"
        for row in rows
        if row["hidden"] == enough
    )
    if not counts:
        return extremes(rows)
    return (
        f"{extremes(rows)} With {amount(enough, 'unit')}, the fewest that step units need, it was {counts}."
    )


def fewest_enough(rows: Rows) -> int | None:
    """The smallest number of step units that gets all points right, None where no number tried does."""
    return min((row["hidden"] for row in rows if row["best_correct"] == POINTS), default=None)


def learned(found: Mapping[str, Any] | None, fewest_rows: Rows) -> str:
    """Whether trained networks hold the designed lines, other arrangements of step units, or neither."""
    if not found:
        return ""
    settings = found["settings"]
    total = sum(setting["solved"] for setting in settings)
    if not total:
        return "No restart solved the task, so nothing was learned that could be compared."
    held = {
        number: sum(setting["arrangements"].get(str(number), 0) for setting in settings)
        for number in range(1, found["arrangements"] + 1)
    }
    other = sum(setting["other"] for setting in settings)
    sentences = []
    designed = found["designed"]
    if designed is not None:
        found_it = count(held[designed]) if held[designed] else "None"
        sentences.append(
            f"{found_it} of the {amount(total, 'solved restart')} found the lines of the designed network."
        )
    rest = sum(value for number, value in held.items() if number != designed)
    sentences.append(
        f"Another arrangement that would do with step units is held by {count(rest)}, none by {count(other)}."
    )
    enough = fewest_enough(fewest_rows)
    if enough is not None:
        short = sum(
            number for setting in settings for ways, number in setting["splits"].items() if int(ways) < enough
        )
        if short:
            sentences.append(
                f"In {count(short)} the hidden units part the points in fewer than {count(enough)} ways, too "
                "few for step units: such a network uses what a sigmoid says between off and on."
            )
    return " ".join(sentences)


def beside(found: Mapping[str, Any] | None, hidden: int) -> str:
    """What the learned network drawn beside the designed one has in common with it.

    Args:
        hidden: units of the designed network; drawn is the setting with as many, then the most solved.
    """
    if not found or found["designed"] is None:
        return ""
    alike = [setting for setting in found["settings"] if setting["hidden"] == hidden] or found["settings"]
    setting = max(alike, key=lambda setting: setting["solved"])
    chosen = setting["representative"]
    if not chosen["solved"]:
        return "The learned one has not solved the task."
    name = f"The learned one, {setting_name(setting)}, seed {chosen['seed']},"
    if chosen["arrangement"] is None:
        return f"{name} holds no arrangement of lines that step units could use."
    if chosen["arrangement"] == found["designed"]:
        return f"{name} holds the lines of the designed one."
    return (
        f"{name} holds arrangement {chosen['arrangement']} of the {found['arrangements']} that solve the "
        f"task, the designed one arrangement {found['designed']}."
    )


def surfaces(rows: Rows, scales: Sequence[float]) -> str:
    """How many points are right at each of the scales that are drawn."""
    right = [
        f"{count(row['correct'])} at {K_IS}{plain(row['scale'])}" for row in rows if row["scale"] in scales
    ]
    return f"Points right: {listing(right)}." if right else ""


def representatives(found: Mapping[str, Any] | None) -> str:
    """How many representative restarts could be replaced by step units."""
    if not found:
        return ""
    chosen = [
        setting["representative"] for setting in found["settings"] if setting["representative"]["solved"]
    ]
    hold = sum(representative["arrangement"] is not None for representative in chosen)
    return (
        f"Of the {count(len(chosen))} that solved it, {count(hold)} hold an arrangement of lines that step "
        "units could use."
        if chosen
        else "None of them solved the task."
    )
