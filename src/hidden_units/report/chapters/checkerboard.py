"""The checkerboard: a network designed by hand, the fewest units, sigmoids for steps, training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from hidden_units.checkerboard.models import WITHIN, network_from_mapping
from hidden_units.report.chapters import checkerboard_findings as findings
from hidden_units.report.elements import Figure, View, figure
from hidden_units.report.evidence import Evidence, Study, records
from hidden_units.report.wording import MINUS, NO_BREAK, confidence, count, listing, plain
from hidden_units.statistics.intervals import wilson

FIGURES = "checkerboard/figures"
SLIDER_END = 20  # the largest scale that a reader of the page can set


def context(study: Study) -> dict[str, Any]:
    """What the chapter on the checkerboard shows."""
    evidence, config = study.evidence, study.config["checkerboard"]
    activations = evidence.table("checkerboard/step_activations.csv")
    scaling = evidence.rows("checkerboard/scaling.csv")
    thresholds = evidence.json("checkerboard/thresholds.json")
    fewest = evidence.rows("checkerboard/fewest_units.csv")
    success = success_rows(evidence.rows("checkerboard/success.csv"), config["training"]["rates"])
    learned = evidence.json("checkerboard/learned.json")
    published = published_activations(activations, study.published_activations)
    return {
        "activations": [] if activations is None else records(activations),
        "hidden": hidden_columns(activations),
        "unit_name": findings.unit_name,
        "published": published,
        "agreement": findings.agreement(activations, study.published_activations),
        "parameters": parameters(evidence),
        "fewest": fewest,
        "fewest_finding": findings.fewest(fewest),
        "scaling": shown_scales(scaling, thresholds, config["surfaces"]),
        "scaling_finding": findings.scaling(scaling, thresholds),
        "training": config["training"],
        "hidden_sizes": listing(map(count, config["hidden"]), last="or"),
        "success": success,
        "success_finding": findings.success(success, fewest),
        "learned": learned["settings"] if learned else [],
        "arrangements": learned["arrangements"] if learned else 0,
        "designed": learned["designed"] if learned else None,
        "learned_finding": findings.learned(learned, fewest),
        "confidence": confidence(wilson),
        "figures": figures(
            evidence,
            equations(evidence),
            right=findings.solved(activations),
            best=findings.best_networks(fewest),
            near=findings.thresholds(thresholds),
            surfaces=findings.surfaces(scaling, config["surfaces"]),
            extremes=findings.extremes(success),
            beside=findings.beside(learned, len(hidden_columns(activations))),
            representatives=findings.representatives(learned),
            view=surfaces_view(config["network"], thresholds),
        ),
    }


def hidden_columns(activations: pd.DataFrame | None) -> list[str]:
    """The hidden units of a table of activations: h1, h2, ..."""
    return [] if activations is None else [name for name in activations.columns if name.startswith("h")]


def equations(evidence: Evidence) -> str:
    """Where each unit switches, the output last: `h₁ at x₁ + x₂ − 2.5 = 0`; empty without the weights."""
    lines = (evidence.json("checkerboard/lines.json") or {"hidden": []})["hidden"]
    found = [(findings.unit_name(f"h{line['unit']}"), line["equation"]) for line in lines]
    output = output_equation(evidence.rows(f"{FIGURES}/step_network.csv"))
    if output:
        found.append(("the output", output))
    return listing(f"{name} at {equation.replace(' ', NO_BREAK)}" for name, equation in found)


def output_equation(connections: Sequence[Mapping[str, Any]]) -> str | None:
    """The threshold of the output unit, `h₁ + h₂ − 1.5 = 0`, from the weights of the drawn network."""
    incoming = [row for row in connections if row["end"] == "output" and row["weight"]]
    if not incoming:
        return None
    text = "".join(
        f" {MINUS if row['weight'] < 0 else '+'} {term(row['start'], abs(row['weight']))}" for row in incoming
    )
    first = text[3:] if text[1] == "+" else MINUS + text[3:]
    return f"{first} = 0"


def term(start: str, size: float) -> str:
    """What a connection brings, sign aside: `h₁`, `2 h₁`, or the size of a bias."""
    if start == "bias":
        return plain(size)
    return findings.unit_name(start) if size == 1 else f"{plain(size)} {findings.unit_name(start)}"


def parameters(evidence: Evidence) -> int | None:
    """How many weights and biases the drawn network has, None without its file."""
    return len(evidence.rows(f"{FIGURES}/step_network.csv")) or None


def published_activations(
    activations: pd.DataFrame | None, published: pd.DataFrame | None
) -> list[dict[str, Any]]:
    """The published rows in the order of those of this run; none where the networks differ in shape."""
    if not findings.same_shape(activations, published):
        return []
    ordered = activations[["x1", "x2"]].merge(published, on=["x1", "x2"], how="left")
    return records(ordered)


def shown_scales(
    scaling: Sequence[Mapping[str, Any]], thresholds: Mapping[str, Any] | None, surfaces: Sequence[float]
) -> list[dict[str, Any]]:
    """The scales that say something: first and last, those drawn, and where the thresholds lie.

    Returns:
        scale, correct, margin, error (of the output furthest from its target), and `mark`, in words, where a
        threshold is passed.
    """
    marks = {}
    if thresholds and thresholds["solves_whole"] is not None:
        marks[thresholds["solves_whole"]] = "all points right from here on"
    if thresholds and thresholds["near_whole"] is not None:
        marks[thresholds["near_whole"]] = f"all within {WITHIN} from here on"
    ends = [scaling[place]["scale"] for place in (0, -1)] if scaling else []
    chosen = {*marks, *ends, *surfaces}
    return [
        {**row, "error": 0.5 - row["margin"], "mark": marks.get(row["scale"], "")}
        for row in scaling
        if row["scale"] in chosen
    ]


def success_rows(
    success: Sequence[Mapping[str, Any]], rates: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The settings with the epoch at which restarts were given up, None where the config has no such rate."""
    caps = {rate["learning_rate"]: rate["max_epochs"] for rate in rates}
    return [{**row, "cap": caps.get(row["learning_rate"])} for row in success]


# figures


def figures(
    evidence: Evidence,
    lines: str,
    *,
    right: str,
    best: str,
    near: str,
    surfaces: str,
    extremes: str,
    beside: str,
    representatives: str,
    view: View,
) -> dict[str, Figure]:
    """The figures of the chapter by the names of their files, with the findings that they show."""
    switches = f"The units switch as follows: {lines}. " if lines else ""
    words = {
        "step_network": (
            "step-network",
            f"Diagram of the network designed by hand, two inputs to the left, the output to the right. "
            f"{switches}{right}",
            "The network designed by hand. Weights stand on the connections, negative ones dashed, biases "
            f"inside the units. {right}",
        ),
        "half_planes": (
            "half-planes",
            f"The plane once for each hidden unit, half of it shaded, and once for the output. {right}",
            "Where each hidden unit is on, and where the output is: on one side of a line, and where enough "
            f"hidden units are on. {switches}",
        ),
        "fewest_units": (
            "fewest-units",
            f"Nine points with the lines and the shaded answers of the best networks. {best}",
            f"The best networks of few step units, a cross at each point that they get wrong. {best}",
        ),
        "scaling": (
            "scaling",
            f"Line chart of the outputs at the nine points against the scale k of the weights. {near}",
            "Outputs of the sigmoid network at the nine points against the scale k of its weights and "
            f"biases. {near}",
        ),
        "surfaces": (
            "surfaces",
            f"The output over the plane at growing scales, as colour with the boundary at 0.5. {surfaces}",
            "Output of the sigmoid network over the plane as its weights grow; the thick line is the "
            f"decision boundary at 0.5, thin ones are contours. {surfaces}",
        ),
        "restarts": (
            "checkerboard-restarts",
            "Share of restarts solved in each setting with intervals, and how that share grows with the "
            f"epochs. {extremes}",
            "Left, the share of restarts that solved the task at each learning rate η, with Wilson’s "
            f"{confidence(wilson)} intervals for other restarts; right, the share that had solved it by each "
            f"epoch; a curve ends where its restarts were given up. {extremes}",
        ),
        "learned": (
            "learned",
            "Two networks, the designed one above the learned one: output over the plane with the lines of "
            f"the hidden units, and the activations at the nine points. {beside}",
            "The network designed by hand above one that learned the task: the output over the plane with "
            f"the hidden units’ lines, and all activations at the nine points. {beside}",
        ),
        "representatives": (
            "representatives",
            f"Output over the plane of one restart a setting. {representatives}",
            "Output of the representative restart of each setting, units and learning rate η: the one with "
            f"the median first epoch among those that solved the task. {representatives}",
        ),
    }
    return {
        name: figure(
            evidence,
            id,
            f"{FIGURES}/{name}.svg",
            alt.strip(),
            caption.strip(),
            view if name == "surfaces" else None,
        )
        for name, (id, alt, caption) in words.items()
    }


def surfaces_view(network: Mapping[str, Any], thresholds: Mapping[str, Any] | None) -> View:
    """The output over the plane with the scale as a slider: the browser computes it from the weights."""
    reached = thresholds or {}
    marks = [("all nine right", "solves"), (f"all within {WITHIN:g} of their targets", "near")]
    settings = {
        "network": network_from_mapping(network).sigmoid(1).to_mapping(),
        "least": 1,
        "most": SLIDER_END,
        "thresholds": [
            [words, reached[key]] for words, key in marks if 1 <= (reached.get(key) or 0) <= SLIDER_END
        ],
        "label": "Output of the sigmoid network over the plane as colour, with the nine points; the slider "
        "below scales all weights and biases.",
    }
    return View("checkerboard", "Scale the weights", settings)
