"""The three classifiers: networks, protocol, accuracy, hidden size, confusions and mistakes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from hidden_units.names import LONGEST_NAME
from hidden_units.report.chapters import characters_findings as findings
from hidden_units.report.comparability import COMPUTATION, PROTOCOL, comparability, settings
from hidden_units.report.drawing import drawing
from hidden_units.report.elements import Figure, View, figure
from hidden_units.report.evidence import Study, records
from hidden_units.report.wording import (
    DOES_NOT_APPLY,
    NO_BREAK,
    amount,
    class_name,
    confidence,
    count,
    decimal,
    family_of,
    no_interval,
)
from hidden_units.statistics.intervals import mean_over_seeds

PAIRS_SHOWN = 8
# Two longer names and their numbers, three times beside each other, would not fit the page.
LONGEST_ON_ONE_LINE = 5
FIGURES = "characters/figures"


def context(study: Study) -> dict[str, Any]:
    """What the chapter on the characters shows."""
    evidence, models = study.evidence, study.main_models
    dataset = study.dataset
    classes = dataset["classes"] if dataset else []
    summary = evidence.rows("characters/summary.csv")
    pairs = evidence.rows("characters/confused_pairs.csv") if classes else []
    per_class = evidence.rows("characters/per_class.csv") if classes else []
    representatives = evidence.json("characters/representatives.json") or {}
    widths = sweep_rows(study, summary)
    return {
        "models": models,
        "classes": classes,
        "comparability": comparability(study),
        "networks": [network for model in models for network in [layers(study, model)] if network],
        "protocol": settings(PROTOCOL, study.config["training"], study.protocol["characters"]),
        "computation": settings(COMPUTATION, study.config["training"], study.protocol["characters"]),
        "seed_means": seed_means(evidence.rows("characters/means.csv"), models),
        "resamples": study.config["statistics"]["resamples"],
        "baselines": [row for row in summary if row["parameters"] is None],
        "widths": widths,
        "sweep_finding": findings.sweep(widths),
        "confidence": confidence(mean_over_seeds),
        "top_pairs": top_pairs(pairs, models, classes),
        "has_long_names": any(len(class_name(entry)) > LONGEST_ON_ONE_LINE for entry in classes),
        "per_class": per_class_rows(per_class, models, classes),
        "correlation_finding": findings.correlations(evidence.rows("characters/likeness.csv")),
        "learning_curves": learning_curves_figure(study),
        "sweep": sweep_figure(study, widths),
        "confusions": [
            confusion_figure(study, model, pairs, classes, representatives.get(model)) for model in models
        ],
        "per_class_figure": per_class_figure(study, per_class, models, classes),
        "likeness": likeness_figure(study, classes),
        "mistakes": [mistakes_figure(study, model, classes, representatives.get(model)) for model in models],
        "drawing": drawing(study),
    }


def layers(study: Study, model: str) -> dict[str, Any] | None:
    """The layers of a network with the arithmetic of their parameters, counted from trained weights.

    Returns:
        model, layers (a dict each: name, kind, formula, parameters) and the total; None without weights.
    """
    shapes = study.evidence.layers(f"characters/{model}/seed-0/weights.safetensors")
    if shapes is None:
        return None
    rows = []
    # The names of the layers sort in the order of computation: convolutions, hidden, output.
    for name in sorted({key.partition(".")[0] for key in shapes}):
        outputs, inputs, *kernel = shapes[f"{name}.weight"]
        fan_in = " × ".join(map(count, [inputs, *kernel]))
        kind = (
            f"convolution of {kernel[0]} × {kernel[1]}, {amount(inputs, 'channel')} to {count(outputs)}"
            if kernel
            else f"linear, {count(inputs)} to {count(outputs)}"
        )
        rows.append(
            {
                "name": name.replace("convolution", "convolution ").strip(),
                "kind": kind,
                "formula": f"({fan_in} + 1) × {count(outputs)}",
                "parameters": (math.prod([inputs, *kernel]) + 1) * outputs,
            }
        )
    return {"model": model, "layers": rows, "parameters": sum(map(math.prod, shapes.values()))}


def seed_means(means: Sequence[Mapping[str, Any]], models: Sequence[str]) -> list[dict[str, Any]]:
    """Accuracy and loss of each network over its seeds, in words: a row a measure.

    Args:
        means: characters/means.csv.

    Returns:
        model, first (of its rows), measure, seeds, mean, sd, student and bootstrap.
    """
    found = {(row["model"], row["measure"]): row for row in means}
    # How the fractions and nats of the file are shown, and by how many digits.
    shown = {"accuracy": ("accuracy, %", 100, 2), "loss": ("loss, nats", 1, 4)}
    rows = []
    for model in models:
        for measure, (words, times, digits) in shown.items():
            row = found.get((model, measure))
            if row is None:
                continue
            ends = {"student": ("low", "high"), "bootstrap": ("bootstrap_low", "bootstrap_high")}
            rows.append(
                {
                    "model": model,
                    "first": measure == "accuracy",
                    "measure": words,
                    "seeds": row["seeds"],
                    "mean": decimal(times * row["mean"], digits),
                    "sd": DOES_NOT_APPLY if row["sd"] is None else decimal(times * row["sd"], digits),
                    **{
                        name: bounds(row[low], row[high], times, digits) or no_interval(row["seeds"])
                        for name, (low, high) in ends.items()
                    },
                }
            )
    return rows


def bounds(low: float | None, high: float | None, times: float, digits: int) -> str:
    """`[79.21, 79.74]`, empty where there is no interval."""
    if low is None or high is None:
        return ""
    return f"[{decimal(times * low, digits)},{NO_BREAK}{decimal(times * high, digits)}]"


def sweep_rows(study: Study, summary: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The summaries of all hidden sizes, narrowest first, each with the published accuracy."""
    published = {row["model"]: row["accuracy"] for row in records(study.published)}
    rows = [
        {**row, "reported_accuracy": published.get(row["model"])}
        for row in summary
        if row["hidden"] is not None
    ]
    return sorted(rows, key=lambda row: row["hidden"])


def top_pairs(
    pairs: Sequence[Mapping[str, Any]], models: Sequence[str], classes: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The most often confused ordered pairs: a row a rank, a pair a model in it, with names that fit."""
    names = [class_name(entry, LONGEST_NAME) for entry in classes]
    ranked = {
        model: [
            {**row, "target_name": names[row["target"]], "chosen_name": names[row["chosen"]]}
            for row in pairs
            if row["model"] == model
        ][:PAIRS_SHOWN]
        for model in models
    }
    if not all(ranked.values()):
        return []
    return [
        {"rank": place + 1, "pairs": [ranked[model][place] for model in models]}
        for place in range(min(map(len, ranked.values())))
    ]


def per_class_rows(
    table: Sequence[Mapping[str, Any]], models: Sequence[str], classes: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Precision and recall: a row a class, in it the measures of each model."""
    found = {(row["model"], row["label"]): row for row in table}
    if not all((model, entry["label"]) in found for model in models for entry in classes):
        return []
    return [
        {"entry": entry, "measures": [found[model, entry["label"]] for model in models]} for entry in classes
    ]


# figures


def learning_curves_figure(study: Study) -> Figure:
    """Accuracy and loss after each epoch."""
    finding = findings.learning(study.evidence.rows(f"{FIGURES}/learning_curves.csv"))
    return figure(
        study.evidence,
        "learning-curves",
        f"{FIGURES}/learning_curves.svg",
        f"Two line charts over the epochs, test accuracy and loss. {finding}".strip(),
        f"Test accuracy (left) and loss on test and training images (right) after each epoch; thin lines are "
        f"single seeds, bold ones the means. {finding}".strip(),
        View("learning", "Read its values", {"names": {name: family_of(name) for name in study.main_models}}),
    )


def sweep_figure(study: Study, widths: Sequence[Mapping[str, Any]]) -> Figure:
    """Accuracy against hidden units."""
    finding = findings.sweep(widths)
    caption = f"Test accuracy of NetFull against its number of hidden units. {finding}".strip()
    caption += findings.shown_intervals(widths)
    if any(row["reported"] is not None for row in widths):
        caption += " The open diamonds are the reported accuracies, one run each."
    return figure(
        study.evidence,
        "sweep",
        f"{FIGURES}/sweep.svg",
        f"Line chart of test accuracy against hidden units. {finding}".strip(),
        caption,
        View("sweep", "Read its values"),
    )


def confusion_figure(
    study: Study,
    model: str,
    pairs: Sequence[Mapping[str, Any]],
    classes: Sequence[Mapping[str, Any]],
    seed: int | None,
) -> Figure:
    """The confusion matrix of a model's representative seed."""
    finding = findings.confusion([row for row in pairs if row["model"] == model], classes)
    which = family_of(model) if seed is None else f"{family_of(model)}, seed {seed}"
    return figure(
        study.evidence,
        f"confusion-{model}",
        f"{FIGURES}/confusion_{model}.svg",
        f"Confusion matrix of {which}. {finding}".strip(),
        f"Confusions of {which}: rows are targets, columns the class chosen; colour shows the mistakes alone."
        f" {finding}".strip(),
        confusion_view(study, model, classes, which) if classes else None,
    )


def confusion_view(study: Study, model: str, classes: Sequence[Mapping[str, Any]], which: str) -> View:
    """The cells of a matrix to look into, with images where they were packed."""
    packed = study.evidence.json(f"characters/confused_images_{model}.json")
    names = [{"kana": entry["kana"], "romaji": entry["romaji"]} for entry in classes]
    return View("confusion", "Look into its cells", {"of": which, "classes": names, "packed": packed})


def per_class_figure(
    study: Study,
    table: Sequence[Mapping[str, Any]],
    models: Sequence[str],
    classes: Sequence[Mapping[str, Any]],
) -> Figure:
    """Recall and precision of each class."""
    finding = findings.per_class(table, models, classes)
    return figure(
        study.evidence,
        "per-class",
        f"{FIGURES}/per_class.svg",
        f"Dot plot of recall and precision of each class under each network. {finding}".strip(),
        f"Recall (of the images of a class, how many were found) and precision (of the images given to a "
        f"class, how many were right) under the representative seeds. {finding}".strip(),
    )


def likeness_figure(study: Study, classes: Sequence[Mapping[str, Any]]) -> Figure:
    """The class means, their likeness, and the confusions of the linear network."""
    finding = findings.likeness(study.evidence.rows(f"{FIGURES}/likeness.csv"), classes)
    return figure(
        study.evidence,
        "likeness",
        f"{FIGURES}/likeness.svg",
        "The mean image of each class, and two matrices beside each other: likeness of the means and rate of "
        f"confusion by NetLin. {finding}".strip(),
        "Above, the mean of all training images of each class; below, how alike two means are (left) and how "
        f"often NetLin confuses the two classes, either way (right). {finding}".strip(),
    )


def mistakes_figure(
    study: Study, model: str, classes: Sequence[Mapping[str, Any]], seed: int | None
) -> Figure:
    """The mistakes of which a representative seed was surest."""
    finding = findings.mistakes(study.evidence.rows(f"{FIGURES}/mistakes_{model}.csv"), classes)
    which = family_of(model) if seed is None else f"{family_of(model)}, seed {seed}"
    return figure(
        study.evidence,
        f"mistakes-{model}",
        f"{FIGURES}/mistakes_{model}.svg",
        f"Test images that {which} got wrong with the highest probability. {finding}".strip(),
        f"The mistakes that {which} was surest of: target → choice, and the probability of the choice. "
        f"{finding}".strip(),
    )
