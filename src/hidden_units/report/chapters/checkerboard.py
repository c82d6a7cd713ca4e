"""The checkerboard: a network designed by hand, the fewest units, sigmoids for steps, training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from hidden_units.checkerboard.learned import closest_setting
from hidden_units.checkerboard.models import WITHIN, network_from_mapping
from hidden_units.names import LOWERED, MINUS, NO_BREAK
from hidden_units.report.elements import View
from hidden_units.report.evidence import Study, records
from hidden_units.report.wording import confidence, plain
from hidden_units.statistics.intervals import wilson

Rows = Sequence[Mapping[str, Any]]

POINTS = 9
SLIDER_END = 20  # the largest scale that a reader of the page can set


def context(study: Study) -> dict[str, Any]:
    """What the chapter on the checkerboard shows."""
    evidence, config = study.evidence, study.config["checkerboard"]
    activations = evidence.table("checkerboard/step_activations.csv")
    scaling = evidence.rows("checkerboard/scaling.csv")
    thresholds = evidence.json("checkerboard/thresholds.json")
    fewest = evidence.rows("checkerboard/fewest_units.csv")
    enough = fewest_enough(fewest)
    learned = evidence.json("checkerboard/learned.json")
    connections = evidence.rows("checkerboard/figures/step_network.csv")
    hidden = [name for name in activations.columns if name.startswith("h")]
    success = success_rows(evidence.rows("checkerboard/success.csv"), config["training"]["rates"])
    return {
        "points": POINTS,
        "within": WITHIN,
        "unit_name": unit_name,
        "activations": records(activations),
        "hidden": hidden,
        "right": int((activations["output"] == activations["target"]).sum()),
        "parameters": len(connections),
        "switches": switches(evidence.json("checkerboard/lines.json")["hidden"], connections),
        **published_activations(activations, study.published_activations),
        "fewest": fewest,
        "enough": enough,
        "scaling": shown_scales(scaling, thresholds, config["surfaces"]),
        "surfaces_view": surfaces_view(config["network"], thresholds),
        "thresholds": thresholds,
        "margin_once_solved": {row["scale"]: row["margin"] for row in scaling}.get(
            thresholds["solves_whole"]
        ),
        "training": config["training"],
        "success": success,
        "most_solved": max(success, key=lambda row: row["rate"]),
        "least_solved": min(success, key=lambda row: row["rate"]),
        "confidence": confidence(wilson),
        "learned": learned,
        "learned_counts": learned_counts(learned, enough["hidden"]),
        "drawn": closest_setting(learned["settings"], len(hidden)),
        "solved_representatives": [
            setting["representative"]
            for setting in learned["settings"]
            if setting["representative"]["solved"]
        ],
    }


def unit_name(unit: str) -> str:
    """A unit as figures write it: `h₁` for h1, `output`."""
    return unit.translate(LOWERED)


def switches(lines: Rows, connections: Rows) -> list[tuple[str, str]]:
    """Where each unit switches, the output last: `h₁` and `x₁ + x₂ − 2.5 = 0`, which stays on one line.

    Args:
        lines: of the hidden units, from checkerboard/lines.json.
        connections: of the drawn network: start, end, weight.
    """
    found = [(unit_name(f"h{line['unit']}"), line["equation"]) for line in lines]
    found.append(("output", output_equation(connections)))
    return [(name, equation.replace(" ", NO_BREAK)) for name, equation in found]


def output_equation(connections: Rows) -> str:
    """The threshold of the output unit, `h₁ + h₂ − 1.5 = 0`, from the weights of the drawn network."""
    incoming = [row for row in connections if row["end"] == "output" and row["weight"]]
    text = "".join(
        f" {MINUS if row['weight'] < 0 else '+'} {term(row['start'], abs(row['weight']))}" for row in incoming
    )
    first = text[3:] if text.startswith(" +") else MINUS + text[3:]
    return f"{first} = 0"


def term(start: str, size: float) -> str:
    """What a connection brings, sign aside: `h₁`, `2 h₁`, or the size of a bias."""
    if start == "bias":
        return plain(size)
    return unit_name(start) if size == 1 else f"{plain(size)} {unit_name(start)}"


def published_activations(activations: pd.DataFrame, published: pd.DataFrame) -> dict[str, Any]:
    """The `published` rows in the order of those of this run, and how many are `agreeing`.

    No rows are returned where the published network has other units, for then nothing can be compared.
    """
    if [*activations] != [*published]:
        return {"published": [], "agreeing": 0}
    ordered = activations[["x1", "x2"]].merge(published, on=["x1", "x2"], how="left")
    return {"published": records(ordered), "agreeing": len(activations.merge(published, how="inner"))}


def fewest_enough(rows: Rows) -> Mapping[str, Any]:
    """The row of the fewest step units that get all points right; the search ends with them."""
    return min((row for row in rows if row["best_correct"] == POINTS), key=lambda row: row["hidden"])


def shown_scales(
    scaling: Rows, thresholds: Mapping[str, Any], surfaces: Sequence[float]
) -> list[dict[str, Any]]:
    """The scales that say something: first and last, those drawn, and where the thresholds are.

    Returns:
        scale, correct, margin, error (of the output furthest from its target), and `mark`, the key of the
        threshold that is passed there, or None.
    """
    marks = {thresholds[key]: key for key in ("solves_whole", "near_whole") if thresholds[key] is not None}
    chosen = {*marks, scaling[0]["scale"], scaling[-1]["scale"], *surfaces}
    return [
        {**row, "error": 0.5 - row["margin"], "mark": marks.get(row["scale"])}
        for row in scaling
        if row["scale"] in chosen
    ]


def success_rows(success: Rows, rates: Rows) -> list[dict[str, Any]]:
    """The settings, each with `cap`, the epoch at which its restarts were given up."""
    caps = {rate["learning_rate"]: rate["max_epochs"] for rate in rates}
    return [{**row, "cap": caps[row["learning_rate"]]} for row in success]


def learned_counts(learned: Mapping[str, Any], enough: int) -> dict[str, int]:
    """How many restarts were solved, and how many of these hold which lines.

    Args:
        learned: checkerboard/learned.json.
        enough: the fewest step units that solve the task.

    Returns:
        `solved`; of these the lines of the `designed` network, those of `another` arrangement that step units
        could use, or of `neither`; those that divide the points in `too_few` ways for step units; and
        `smallest`, of the networks with just enough units how many are solved and how many hold neither.
    """
    settings = learned["settings"]
    held = {
        number: sum(setting["arrangements"][str(number)] for setting in settings)
        for number in range(1, learned["arrangements"] + 1)
    }
    designed = held.get(learned["designed"], 0)
    smallest = [setting for setting in settings if setting["hidden"] == enough]
    return {
        "solved": sum(setting["solved"] for setting in settings),
        "designed": designed,
        "another": sum(held.values()) - designed,
        "neither": sum(setting["other"] for setting in settings),
        "smallest": {
            "solved": sum(setting["solved"] for setting in smallest),
            "neither": sum(setting["other"] for setting in smallest),
        },
        "too_few": sum(
            number for setting in settings for ways, number in setting["splits"].items() if int(ways) < enough
        ),
    }


def surfaces_view(network: Mapping[str, Any], thresholds: Mapping[str, Any]) -> View:
    """The output over the plane with the scale as a slider: the browser computes it from the weights."""
    marks = [("all nine right", "solves"), (f"all within {WITHIN:g} of their targets", "near")]
    settings = {
        "network": network_from_mapping(network).sigmoid(1).to_mapping(),
        "least": 1,
        "most": SLIDER_END,
        "thresholds": [
            [words, thresholds[key]] for words, key in marks if 1 <= (thresholds[key] or 0) <= SLIDER_END
        ],
        "label": "Output of the sigmoid network over the plane as colour, with the nine points; the slider "
        "below scales all weights and biases.",
    }
    return View("checkerboard", "Scale the weights", settings)
