"""Networks and hidden sizes against each other, accuracy against size, measured against reported."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from hidden_units.characters.ablations import own_value
from hidden_units.names import NO_BREAK, SWEPT_SETTINGS, class_names, model_name
from hidden_units.report.chapters.characters import lucky_widths
from hidden_units.report.chapters.sensitivity import LEVEL
from hidden_units.report.comparability import comparability
from hidden_units.report.evidence import Study, records
from hidden_units.report.wording import confidence, count, differs_as_printed, is_absent
from hidden_units.statistics.comparisons import paired_over_seeds, unpaired_over_seeds
from hidden_units.statistics.intervals import Interval, prediction_of_one_more
from hidden_units.statistics.plateau import find_plateau

# The networks whose confusion matrices were published, report/published/confusion_<model>.csv.
PUBLISHED_MATRICES = ("netlin", "netfull-110", "netconv")
NETWORKS = ("networks", "own networks")
OTHER_SEEDS, OTHER_IMAGES = "other seeds", "other test images"
# A classifier in a smaller share of the resamples is not sure to be on the front.
SURE = 0.95
# Of more values than these the table shows a choice; the figure has all.
SWEPT_ROWS = 10

Row = Mapping[str, Any]


def context(study: Study) -> dict[str, Any]:
    """What the chapter on comparisons shows."""
    evidence, statistics = study.evidence, study.config["statistics"]
    comparisons = evidence.rows("characters/comparisons.csv")
    answer = evidence.json("characters/plateau.json")
    widths = evidence.rows("characters/plateau.csv")
    economy = [named(row) for row in evidence.rows("characters/economy.csv")]
    lucky = lucky_widths(evidence)
    reported = reported_rows(evidence.rows("characters/summary.csv"), records(study.published), lucky)
    means = {row["model"]: row["accuracy_mean"] for row in evidence.rows("characters/summary.csv")}
    comparable = comparability(study)
    with_matrix = [model for model in study.main_models if model in PUBLISHED_MATRICES]
    return {
        "comparability": comparable,
        "names": class_names(study.dataset["classes"]),
        "pairs": network_pairs(comparisons, evidence.rows("characters/outperformance.csv")),
        "networks": [
            by_significance(comparisons, "networks", question) for question in (OTHER_SEEDS, OTHER_IMAGES)
        ],
        "own_networks": [
            by_significance(comparisons, "own networks", question) for question in (OTHER_SEEDS, OTHER_IMAGES)
        ]
        if study.own_models
        else [],
        "steps": by_significance(comparisons, "widths", OTHER_SEEDS),
        "level": LEVEL,
        "confidence": confidence(unpaired_over_seeds),
        "resamples": statistics["resamples"],
        "margin": 100 * statistics["equivalence_margin"],
        "answer": answer,
        "widths": [row | {"shown": shown(row)} for row in widths],
        "widths_rounded_off": any(
            differs_as_printed(row["accuracy_mean"], max(each["accuracy_mean"] for each in widths))
            for row in widths
        ),
        "lucky": [int(model.partition("-")[2]) for model in lucky],
        "bound_confidence": confidence(find_plateau),
        "plateau": plateau(answer["smallest_equivalent"], widths),
        "choices": choices(widths) if widths else None,
        "economy": sorted(economy, key=lambda row: row["stored_numbers"]),
        "front": front(economy),
        "reported": reported,
        "rounded_off": any(differs_as_printed(row["reported_accuracy"], row["accuracy"]) for row in reported),
        "pairs_rounded_off": any(
            differs_as_printed(means[row["a"]], means[row["b"]])
            for row in comparisons
            if row["family"] == "networks" and row["question"] == OTHER_SEEDS
        ),
        "agreement": agreement(reported),
        "run_confidence": confidence(prediction_of_one_more),
        "differences": [
            {
                "model": model,
                **extremes(evidence.rows(f"characters/figures/difference_{model}.csv")),
            }
            for model in (with_matrix if comparable.shown else [])
        ],
        "swept": swept(study),
        "without_matrix": [model for model in study.main_models if model not in with_matrix],
    }


def swept(study: Study) -> dict[str, Any] | None:
    """What one setting at several values does; None where the configuration sweeps none.

    Returns:
        setting (its name), is_width, own (the main study's value), seeds (the number trained at each value),
        found (see `best_values`), diverged (the rows with such a training), rows (of characters/swept.csv,
        network by network; where there are more than `SWEPT_ROWS` those of the main study and the best), all
        (whether these are all), confidence, figure.
    """
    asked = study.config.get("sweep") or {}
    if not asked.get("setting"):
        return None
    rows = study.evidence.rows("characters/swept.csv")
    own = own_value(study.config)
    found = best_values(rows, own)
    of_models = [row for each in found for row in rows if row["model"] == each["model"]]
    shown = [row for row in of_models if any(row in (each["own"], each["best"]) for each in found)]
    return {
        "setting": SWEPT_SETTINGS[asked["setting"]],
        "is_width": asked["setting"] == "hidden",
        "own": own,
        "seeds": max(row["seeds"] + row["diverged"] for row in rows),
        "found": found,
        "diverged": [row for row in rows if row["diverged"]],
        "rows": of_models if len(rows) <= SWEPT_ROWS else shown,
        "all": len(rows) <= SWEPT_ROWS,
        "confidence": confidence(paired_over_seeds),
        "figure": study.figure("characters", "swept"),
    }


def best_values(rows: Sequence[Row], own: float) -> list[dict[str, Any]]:
    """Of each network the row of the main study's value, and of the value with the highest mean.

    Args:
        rows: characters/swept.csv.
        own: the main study's value.

    Returns:
        model, own, best, and whether their difference is significant.
    """
    found = []
    for model in dict.fromkeys(row["model"] for row in rows):
        trained = [row for row in rows if row["model"] == model and row["seeds"]]
        best = max(trained, key=lambda row: row["accuracy_mean"])
        (main,) = (row for row in trained if row["value"] == own)
        significant = not is_absent(best["p_holm"]) and best["p_holm"] < LEVEL
        found.append({"model": model, "own": main, "best": best, "significant": significant})
    return found


def named(row: Row) -> dict[str, Any]:
    """The row with its classifier's name as a list in a sentence has it: `NetFull 110`, `NetConv`."""
    family, _, hidden = row["model"].partition("-")
    name = f"NetFull{NO_BREAK}{count(int(hidden))}" if family == "netfull" else model_name(row["model"])
    return {**row, "name": name}


def network_pairs(comparisons: Sequence[Row], better: Sequence[Row]) -> list[dict[str, Any]]:
    """The pairs of networks, each with all its comparisons.

    Args:
        comparisons: characters/comparisons.csv.
        better: characters/outperformance.csv.

    Returns:
        a, b and rows: the columns of characters/comparisons.csv and `outperformance`, the row of the other
        table where the method gives that probability, else None.
    """
    chances = {(row["a"], row["b"]): row for row in better if row["family"] in NETWORKS}
    pairs: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in comparisons:
        if row["family"] in NETWORKS:
            pair = row["a"], row["b"]
            chance = None if row["probability_b_better"] is None else chances[pair]
            pairs.setdefault(pair, []).append({**row, "outperformance": chance})
    return [{"a": a, "b": b, "rows": rows} for (a, b), rows in pairs.items()]


def reported_rows(
    summary: Sequence[Row], published: Sequence[Row], lucky: Mapping[str, Row]
) -> list[dict[str, Any]]:
    """Every reported classifier with what was measured of it, None where it was not trained here.

    Args:
        summary: characters/summary.csv.
        published: report/published/accuracies.csv.
        lucky: see `characters.lucky_widths`.

    Returns:
        model, name, parameters, reported_parameters, accuracy, one_more (where one further run may fall, None
        for one seed), pooled_one_more (the same from the other widths' scatter, None unless lucky),
        reported_accuracy, difference, loss, reported_loss.
    """
    summaries = {row["model"]: row for row in summary}
    rows = []
    for row in published:
        measured = summaries.get(row["model"], {})
        mean, sd = measured.get("accuracy_mean"), measured.get("accuracy_sd")
        pooled = lucky.get(row["model"])
        rows.append(
            named(row)
            | {
                "parameters": measured.get("parameters"),
                "reported_parameters": row["parameters"],
                "accuracy": mean,
                "one_more": None if sd is None else prediction_of_one_more(mean, sd, int(measured["seeds"])),
                "pooled_one_more": pooled and pooled_one_more(pooled),
                "reported_accuracy": row["accuracy"],
                "difference": None if mean is None else mean - row["accuracy"],
                "loss": measured.get("loss_mean"),
                "reported_loss": row["loss"],
            }
        )
    return rows


def pooled_one_more(scatter: Row) -> Interval:
    """Where one further run may fall by the other widths' scatter, and as sure as that is known.

    Args:
        scatter: row of characters/scatter.csv; its interval is t sd ∕ √n to each side, that of one further
            run is t sd √(1 + 1 ∕ n).
    """
    half = (scatter["pooled_high"] - scatter["mean"]) * math.sqrt(scatter["seeds"] + 1)
    return Interval(scatter["mean"] - half, scatter["mean"] + half)


def by_significance(rows: Sequence[Row], family: str, question: str) -> dict[str, Any]:
    """The tests of one family and question by their outcome; without scatter there is none, nor significance.

    Args:
        rows: characters/comparisons.csv.

    Returns:
        question, seeds (the fewest), significant, not_significant, smallest (of the significant differences,
        None without any) and largest (of all differences, None where nothing was compared).
    """
    # The bootstrap gives an interval and no test.
    tests = [
        row
        for row in rows
        if (row["family"], row["question"]) == (family, question) and row["method"] != "bootstrap"
    ]
    significant = [row for row in tests if not is_absent(row["p_holm"]) and row["p_holm"] < LEVEL]

    def size(row: Row) -> float:
        return abs(row["difference"])

    return {
        "question": question,
        "seeds": min((row["seeds"] for row in tests), default=0),
        "significant": significant,
        "not_significant": [row for row in tests if row not in significant],
        "smallest": min(significant, key=size, default=None),
        "largest": max(tests, key=size, default=None),
    }


def shown(width: Row) -> str:
    """What the bounds of a hidden size show of it: `equivalent`, `worse` or `neither`."""
    return "equivalent" if width["equivalent"] else "worse" if width["worse"] else "neither"


def plateau(answer: int | None, widths: Sequence[Row]) -> dict[str, Any]:
    """The hidden sizes by what is shown of them, and of those narrower than the smallest equivalent one.

    Args:
        answer: the smallest equivalent size, None if there is none.
        widths: characters/plateau.csv.

    Returns:
        equivalent and worse; of the narrower sizes `narrower_worse` and `narrower_undecided`; `is_widest`,
        whether no size was wider than the answer.
    """
    hidden = {name: [row["hidden"] for row in widths if row[name]] for name in ("equivalent", "worse")}
    narrower = [row["hidden"] for row in widths if answer is not None and row["hidden"] < answer]
    return {
        **hidden,
        "narrower_worse": [size for size in narrower if size in hidden["worse"]],
        "narrower_undecided": [size for size in narrower if size not in hidden["worse"]],
        "is_widest": answer == max((row["hidden"] for row in widths), default=None),
    }


def choices(widths: Sequence[Row]) -> dict[str, Any]:
    """Which hidden sizes resampled seeds choose most often, at most three, and which is most often the best.

    Args:
        widths: characters/plateau.csv.
    """
    ranked = sorted((row for row in widths if row["share_chosen"]), key=lambda row: -row["share_chosen"])
    return {"chosen": ranked[:3], "best": max(widths, key=lambda row: row["share_best"])}


def front(economy: Sequence[Row]) -> dict[str, list[Row]]:
    """The classifiers on the Pareto front, and those that may leave it.

    Args:
        economy: characters/economy.csv.

    Returns:
        classifiers, fewest numbers first, and of these `unsure`.
    """
    on_front = sorted((row for row in economy if row["on_front"]), key=lambda row: row["stored_numbers"])
    return {
        "classifiers": on_front,
        "unsure": [
            row for row in on_front if row["share_on_front"] is not None and row["share_on_front"] < SURE
        ],
    }


def agreement(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Where reported figures agree with measured ones.

    Args:
        rows: see `comparisons.reported_rows`.

    Returns:
        same_parameters and other_parameters, of the classifiers that have both numbers; inside and outside
        the range where one more run would be expected, of those that have one.
    """
    counted = [row for row in rows if None not in (row["parameters"], row["reported_parameters"])]
    ranged = [row for row in rows if row["one_more"]]
    inside = [
        row for row in ranged if row["one_more"].low <= row["reported_accuracy"] <= row["one_more"].high
    ]
    return {
        "same_parameters": [row for row in counted if row["parameters"] == row["reported_parameters"]],
        "other_parameters": [row for row in counted if row["parameters"] != row["reported_parameters"]],
        "inside": inside,
        "outside": [row for row in ranged if row not in inside],
    }


def extremes(cells: Sequence[Row]) -> dict[str, Row]:
    """The confusions furthest `above` and `below` the published rates.

    Args:
        cells: target, chosen, difference of each pair of classes, the diagonal included.
    """
    mistakes = [cell for cell in cells if cell["target"] != cell["chosen"]]
    return {
        name: choose(mistakes, key=lambda cell: cell["difference"])
        for name, choose in (("above", max), ("below", min))
    }
