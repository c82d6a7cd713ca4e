"""The three classifiers: networks, protocol, accuracy, hidden size, confusions and mistakes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from hidden_units.names import (
    CLASSES_NUMBERED,
    LONGEST_NAME,
    LUCKY,
    NO_BREAK,
    class_name,
    class_names,
    family_of,
    is_own_name,
    look_key,
    model_name,
)
from hidden_units.report.comparability import COMPUTATION, PROTOCOL, comparability, settings
from hidden_units.report.elements import View
from hidden_units.report.evidence import Evidence, Study
from hidden_units.report.wording import confidence, count, differs_as_printed, interval, interval_is_known
from hidden_units.statistics.intervals import mean_over_seeds

PAIRS_SHOWN = 8
# Two longer names and their numbers, in three columns next to each other, would not fit the page.
LONGEST_ON_ONE_LINE = 5
FIGURES = "characters/figures"
# The distance in pixels that is told of moved images: far enough to matter, near enough to read.
MOVED_BY = 2

Row = Mapping[str, Any]


def context(study: Study) -> dict[str, Any]:
    """What the chapter on the characters shows."""
    evidence, models = study.evidence, study.models
    classes = study.dataset["classes"]
    names = class_names(classes)
    summary = study.summaries()
    pairs = evidence.rows("characters/confused_pairs.csv")
    per_class = evidence.rows("characters/per_class.csv")
    drawn = evidence.table(f"{FIGURES}/per_class.csv")["label"].unique()
    lucky = lucky_widths(evidence)
    widths = [
        row | {"pooled": pooled_interval(lucky.get(row["model"]))}
        for row in sorted(summary, key=lambda row: row["hidden"] or 0)
        if row["hidden"] is not None
    ]
    families = {"names": {name: family_of(name) for name in models}} | keys_of_own(study)
    return {
        "models": models,
        "names": names,
        "comparability": comparability(study),
        "networks": [
            *(layers(evidence, model) for model in study.main_models),
            *(
                {"model": model, **evidence.json(f"characters/{model}/network.json")}
                for model in study.own_models
            ),
        ],
        "protocol": settings(PROTOCOL, study.config["training"], study.protocol["characters"]),
        "computation": settings(COMPUTATION, study.config["training"], study.protocol["characters"]),
        "learning": learning(evidence.rows(f"{FIGURES}/learning_curves.csv")),
        "learning_curves": study.figure(
            "characters", "learning_curves", view=View("learning", "Explore", families)
        ),
        "seed_means": [
            row for model in models for row in evidence.rows("characters/means.csv") if row["model"] == model
        ],
        "resamples": study.config["statistics"]["resamples"],
        "baselines": [
            row | {"name": model_name(row["model"])} for row in summary if row["parameters"] is None
        ],
        "neighbours": beside_neighbours(summary, models[1]),
        "widths": widths,
        "lucky": list(lucky.values()),
        "sweep": sweep(widths),
        "sweep_figure": study.figure("characters", "sweep", view=sweep_view(summary, study)),
        "confidence": confidence(mean_over_seeds),
        "top_pairs": top_pairs(pairs, models, classes),
        "has_long_names": any(len(name) > LONGEST_ON_ONE_LINE for name in names),
        "per_class": per_class_rows(per_class, models, names, drawn),
        "lowest_recall": lowest_recall(per_class, models),
        "most_alike": most_alike(evidence.rows(f"{FIGURES}/likeness.csv")),
        "correlations": [
            row for row in evidence.rows("characters/likeness.csv") if row["spearman"] is not None
        ],
        "runs": [representative_run(study, model, pairs, classes) for model in models],
        "moved": moved(
            evidence.rows("characters/shifts.csv"), evidence.rows("characters/shifts_summary.csv")
        ),
        "drawing": drawing(evidence),
    }


def moved(runs: Sequence[Row], summary: Sequence[Row]) -> dict[str, Any]:
    """What the three lose when images move, and whether NetConv loses less than each of the others.

    That is seen where each of its runs loses less than any run of another, and not seen where all runs of
    another lose less than any of its own. Where it loses least because it reads less than another even after
    the move, it `had less` to lose, and that shows nothing.

    Args:
        runs: characters/shifts.csv.
        summary: characters/shifts_summary.csv.

    The user's own networks are left out.

    Returns:
        outcome; pixels, the distance that it is about; `after`, the rows of the summary there, most accurate
        first; NetConv's rows `unmoved` and `farthest` from there.
    """
    runs, summary = ([row for row in rows if not is_own_name(row["model"])] for rows in (runs, summary))
    at = {(row["model"], row["seed"], row["pixels"]): row["accuracy"] for row in runs}
    lost = {
        name: [
            accuracy - at[model, seed, MOVED_BY]
            for (model, seed, pixels), accuracy in at.items()
            if model == name and not pixels
        ]
        for name, _, _ in at
    }
    own = lost.pop("netconv")
    after = sorted(
        (row for row in summary if row["pixels"] == MOVED_BY), key=lambda row: -row["accuracy_mean"]
    )
    if len(own) > 1 and all(max(own) < min(other) for other in lost.values()):
        outcome = "seen" if after[0]["model"] == "netconv" else "had less"
    elif len(own) > 1 and any(min(own) > max(other) for other in lost.values()):
        outcome = "not seen"
    else:
        outcome = "undecided"
    netconv = [row for row in summary if row["model"] == "netconv"]
    return {
        "outcome": outcome,
        "pixels": MOVED_BY,
        "after": after,
        "unmoved": min(netconv, key=lambda row: row["pixels"]),
        "farthest": max(netconv, key=lambda row: row["pixels"]),
    }


def layers(evidence: Evidence, model: str) -> dict[str, Any]:
    """The layers of a network with the arithmetic of their parameters, counted from trained weights.

    Returns:
        model, layers (a dict each: name, inputs, outputs, kernel, formula, parameters) and the total.
    """
    shapes = evidence.layers(f"characters/{model}/seed-0/weights.safetensors")
    rows = []
    # The names of the layers sort in the order of computation: convolutions, hidden, output.
    for name in sorted({key.partition(".")[0] for key in shapes}):
        outputs, inputs, *kernel = shapes[f"{name}.weight"]
        fan_in = " × ".join(map(count, [inputs, *kernel]))
        rows.append(
            {
                "name": name.replace("convolution", "convolution ").strip(),
                "inputs": inputs,
                "outputs": outputs,
                "kernel": kernel,
                "formula": f"({fan_in} + 1) × {count(outputs)}",
                "parameters": (math.prod([inputs, *kernel]) + 1) * outputs,
            }
        )
    return {"model": model, "layers": rows, "parameters": sum(map(math.prod, shapes.values()))}


def top_pairs(pairs: Sequence[Row], models: Sequence[str], classes: Sequence[Row]) -> list[dict[str, Any]]:
    """The most often confused ordered pairs: a row a place, a pair a model in it, with names that fit.

    Of each pair, `tied` says whether another one of the model, shown or not, has the same number.
    """
    names = [class_name(entry, LONGEST_NAME) for entry in classes]
    ranked = []
    for model in models:
        own = [row for row in pairs if row["model"] == model]
        alike = Counter(row["count_mean"] for row in own)
        ranked.append(
            [
                {
                    **row,
                    "target_name": names[row["target"]],
                    "chosen_name": names[row["chosen"]],
                    "tied": alike[row["count_mean"]] > 1,
                }
                for row in own[:PAIRS_SHOWN]
            ]
        )
    return [{"rank": rank, "pairs": row} for rank, row in enumerate(zip(*ranked, strict=True), start=1)]


def per_class_rows(
    table: Sequence[Row], models: Sequence[str], names: Sequence[str], drawn: Collection[int]
) -> list[dict[str, Any]]:
    """Precision and recall: a row a class of those drawn, in it the measures of each model."""
    found = {(row["model"], row["label"]): row for row in table}
    return [
        {"name": name, "measures": [found[model, label] for model in models]}
        for label, name in enumerate(names)
        if label in drawn
    ]


def representative_run(
    study: Study, model: str, pairs: Sequence[Row], classes: Sequence[Row]
) -> dict[str, Any]:
    """What is shown of a network's representative seed.

    Returns:
        model, seed, matrix (the figure), confused (see `most_confused`) and surest (the row of its most
        confident mistake, None if it made none).
    """
    seed = study.evidence.json("characters/representatives.json")[model]
    mistakes = study.evidence.rows(f"{FIGURES}/mistakes_{model}.csv")
    view = View(
        "confusion",
        "See the mistaken images",
        {
            "of": f"{family_of(model)}, seed {seed}",
            "classes": [{"kana": entry["kana"], "romaji": entry["romaji"]} for entry in classes],
            "packed": study.evidence.json(f"characters/confused_images_{model}.json"),
            "scale": most_mistaken(study),
            "numbered": len(classes) <= CLASSES_NUMBERED,
        },
    )
    return {
        "model": model,
        "seed": seed,
        "numbered": len(classes) <= CLASSES_NUMBERED,
        "matrix": study.figure("characters", "confusion", model, view=view),
        "confused": most_confused([row for row in pairs if row["model"] == model]),
        "surest": mistakes[0] if mistakes else None,
    }


def most_mistaken(study: Study) -> int:
    """The images of the most frequent mistake of all networks, where the colours of each matrix end."""
    matrices = [study.evidence.table(f"{FIGURES}/confusion_{model}.csv").to_numpy() for model in study.models]
    return max(1, *(int(counts[~np.eye(len(counts), dtype=bool)].max()) for counts in matrices))


def keys_of_own(study: Study) -> dict[str, dict[str, str]]:
    """What a view must know of the colours of the user's own networks; nothing where there are none."""
    keys = {model: look_key(model, study.own_models) for model in study.own_models}
    return {"keys": keys} if keys else {}


def sweep_view(summary: Sequence[Row], study: Study) -> View:
    """The width sweep, with the other networks' means to compare."""
    others = [
        {"model": row["model"], "name": model_name(row["model"]), "accuracy": row["accuracy_mean"]}
        for row in summary
        if row["model"] in study.models and row["hidden"] is None
    ]
    return View("sweep", "Explore", {"others": others} | keys_of_own(study))


def drawing(evidence: Evidence) -> dict[str, Any]:
    """What the place to draw a character needs: its packed data, images a class, and rounded networks."""
    packed = evidence.json("report/draw.json")
    return {
        "packed": packed,
        "per_class": max(Counter(packed["images"]["labels"]).values()),
        "precision": evidence.rows("report/half_precision.csv"),
    }


def learning(history: Sequence[Row]) -> dict[str, Any]:
    """From which epoch on the networks rank as at the end, and what the last epoch changed.

    Args:
        history: rows of the learning curves: model, seed, epoch, accuracy.

    Returns:
        order (models, lowest mean accuracy first, those together whose means are equal), settled (the first
        of the last epochs that all have this order), gains (change of the mean in the last epoch by model;
        empty if there is only one epoch) and improving (the models whose change in the last epoch is surely
        above zero for other seeds too).
    """
    seeds = pd.DataFrame(history).pivot_table(index="epoch", columns=["model", "seed"], values="accuracy")
    steps = seeds.sort_index().diff().iloc[-1].dropna()
    means = pd.DataFrame(history).pivot_table(index="epoch", columns="model", values="accuracy", sort=False)
    means = means.sort_index()
    ranks = means.rank(axis="columns")
    as_at_the_end = (ranks == ranks.iloc[-1]).all(axis="columns").to_numpy()
    return {
        "order": [list(level.index) for _, level in means.iloc[-1].groupby(means.iloc[-1].round(12))],
        "settled": int(means.index[::-1][as_at_the_end[::-1].cumprod().sum() - 1]),
        "gains": dict(means.iloc[-1] - means.iloc[-2]) if len(means) > 1 else {},
        "improving": [
            model
            for model, gains in steps.groupby(level="model")
            if mean_over_seeds(gains.to_numpy()).low > 0
        ],
    }


def beside_neighbours(summary: Sequence[Row], model: str) -> dict[str, Any] | None:
    """The best classifier that trains no network next to a network; None where there is none.

    Args:
        summary: characters/summary.csv; model: the network.

    Returns:
        `best`, its row; `network`, the network's; and `order`: 1 where the best is above the network's
        interval, -1 where it is below, 0 where it is inside or the interval is unknown.
    """
    untrained = [row for row in summary if row["parameters"] is None]
    if not untrained:
        return None
    best = max(untrained, key=lambda row: row["accuracy_mean"])
    network = next(row for row in summary if row["model"] == model)
    order = 0
    if interval_is_known(network):
        above = best["accuracy_mean"] > network["accuracy_high"]
        order = above - (best["accuracy_mean"] < network["accuracy_low"])
    return {"best": {**best, "name": model_name(best["model"])}, "network": network, "order": order}


def sweep(widths: Sequence[Row]) -> dict[str, Any]:
    """Which hidden size has the best mean, and how the others compare.

    Args:
        widths: summaries of NetFull, narrowest first.

    Returns:
        best (its row), span (of all means), rounded_off (whether those printed give another), unknown (rows
        without an interval) and overlapping (other rows with an interval that reaches that of the best, if
        all are known).
    """
    best = max(widths, key=lambda row: row["accuracy_mean"])
    means = [row["accuracy_mean"] for row in widths]
    unknown = [row for row in widths if not interval_is_known(row)]
    return {
        "best": best,
        "span": max(means) - min(means),
        "rounded_off": differs_as_printed(min(means), max(means)),
        "unknown": unknown,
        "overlapping": [
            row
            for row in widths
            if not unknown and row is not best and row["accuracy_high"] >= best["accuracy_low"]
        ],
    }


def lucky_widths(evidence: Evidence) -> dict[str, Row]:
    """The rows of characters/scatter.csv of the widths that scatter far less than the others, by model."""
    return {row["model"]: row for row in evidence.rows("characters/scatter.csv") if row["is_lucky"]}


def pooled_interval(scatter: Row | None) -> str | None:
    """The marked interval of a mean from the other widths' scatter; None where its own will do."""
    return scatter and f"{LUCKY}{NO_BREAK}{interval(scatter['pooled_low'], scatter['pooled_high'])}"


def most_confused(pairs: Sequence[Row]) -> dict[str, Row]:
    """The pairs most often confused: `here`, by the representative seed, and in the `mean` over seeds.

    Args:
        pairs: ranked pairs of one model, the most often confused first.
    """
    return {"here": max(pairs, key=lambda row: row["count_representative"]), "mean": pairs[0]}


def lowest_recall(table: Sequence[Row], models: Sequence[str]) -> dict[int, list[Row]]:
    """The rows with the lowest recall of each model, by the label of their class.

    A model whose lowest recall is that of several classes has none.
    """
    lowest: dict[int, list[Row]] = {}
    for model in models:
        own = [row for row in table if row["model"] == model]
        row = min(own, key=lambda row: row["recall"])
        if sum(other["recall"] == row["recall"] for other in own) == 1:
            lowest.setdefault(row["label"], []).append(row)
    return lowest


def most_alike(table: Sequence[Row]) -> Row | None:
    """The two classes whose means are most alike; None where there is no other pair, or no correlation.

    Args:
        table: ordered pairs with their similarity, the diagonal included.
    """
    pairs = [row for row in table if row["target"] < row["chosen"] and row["similarity"] is not None]
    return max(pairs, key=lambda row: row["similarity"]) if len(pairs) > 1 else None
