"""Networks and hidden sizes against each other, accuracy against size, measured against reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hidden_units.report.chapters import comparisons_findings as findings
from hidden_units.report.chapters.sensitivity import LEVEL
from hidden_units.report.comparability import comparability
from hidden_units.report.evidence import Study, records
from hidden_units.report.wording import NO_BREAK, class_names, confidence, count, model_name
from hidden_units.statistics.comparisons import unpaired_over_seeds
from hidden_units.statistics.intervals import prediction_of_one_more
from hidden_units.statistics.plateau import find_plateau

# The networks whose confusion matrices were published, report/published/confusion_<model>.csv.
PUBLISHED_MATRICES = ("netlin", "netfull-110", "netconv")


def context(study: Study) -> dict[str, Any]:
    """What the chapter on comparisons shows."""
    evidence, statistics = study.evidence, study.config["statistics"]
    comparisons = evidence.rows("characters/comparisons.csv")
    answer = evidence.json("characters/plateau.json")
    widths = evidence.rows("characters/plateau.csv")
    economy = [named(row) for row in evidence.rows("characters/economy.csv")]
    reported = reported_rows(evidence.rows("characters/summary.csv"), records(study.published))
    comparable = comparability(study)
    with_matrix = [model for model in study.main_models if model in PUBLISHED_MATRICES]
    return {
        "comparability": comparable,
        "names": class_names(study.dataset["classes"]),
        "pairs": network_pairs(comparisons, evidence.rows("characters/outperformance.csv")),
        "networks": [
            findings.by_significance(comparisons, "networks", question)
            for question in (findings.OTHER_SEEDS, findings.OTHER_IMAGES)
        ],
        "steps": findings.by_significance(comparisons, "widths", findings.OTHER_SEEDS),
        "level": LEVEL,
        "confidence": confidence(unpaired_over_seeds),
        "resamples": statistics["resamples"],
        "margin": 100 * statistics["equivalence_margin"],
        "answer": answer,
        "widths": [row | {"shown": findings.shown(row)} for row in widths],
        "bound_confidence": confidence(find_plateau),
        "plateau": findings.plateau(answer["smallest_equivalent"], widths),
        "choices": findings.choices(widths) if widths else None,
        "economy": sorted(economy, key=lambda row: row["stored_numbers"]),
        "front": findings.front(economy),
        "reported": reported,
        "agreement": findings.agreement(reported),
        "run_confidence": confidence(prediction_of_one_more),
        "differences": [
            {
                "model": model,
                **findings.extremes(evidence.rows(f"characters/figures/difference_{model}.csv")),
            }
            for model in (with_matrix if comparable.shown else [])
        ],
        "without_matrix": [model for model in study.main_models if model not in with_matrix],
    }


def named(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with its classifier's name as a list in a sentence has it: `NetFull 110`, `NetConv`."""
    family, _, hidden = row["model"].partition("-")
    name = f"NetFull{NO_BREAK}{count(int(hidden))}" if family == "netfull" else model_name(row["model"])
    return {**row, "name": name}


def network_pairs(
    comparisons: Sequence[Mapping[str, Any]], better: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The pairs of networks, each with all its comparisons.

    Args:
        comparisons: characters/comparisons.csv.
        better: characters/outperformance.csv.

    Returns:
        a, b and rows: the columns of characters/comparisons.csv and `outperformance`, the row of the other
        table where the method gives that probability, else None.
    """
    chances = {(row["a"], row["b"]): row for row in better if row["family"] == "networks"}
    pairs: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in comparisons:
        if row["family"] == "networks":
            pair = row["a"], row["b"]
            chance = None if row["probability_b_better"] is None else chances[pair]
            pairs.setdefault(pair, []).append({**row, "outperformance": chance})
    return [{"a": a, "b": b, "rows": rows} for (a, b), rows in pairs.items()]


def reported_rows(
    summary: Sequence[Mapping[str, Any]], published: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Every reported classifier with what was measured of it, None where it was not trained here.

    Args:
        summary: characters/summary.csv.
        published: report/published/accuracies.csv.

    Returns:
        model, name, parameters, reported_parameters, accuracy, one_more (where one further run may fall, None
        for one seed), reported_accuracy, difference, loss, reported_loss.
    """
    summaries = {row["model"]: row for row in summary}
    rows = []
    for row in published:
        measured = summaries.get(row["model"], {})
        mean, sd = measured.get("accuracy_mean"), measured.get("accuracy_sd")
        rows.append(
            named(row)
            | {
                "parameters": measured.get("parameters"),
                "reported_parameters": row["parameters"],
                "accuracy": mean,
                "one_more": None if sd is None else prediction_of_one_more(mean, sd, int(measured["seeds"])),
                "reported_accuracy": row["accuracy"],
                "difference": None if mean is None else mean - row["accuracy"],
                "loss": measured.get("loss_mean"),
                "reported_loss": row["loss"],
            }
        )
    return rows
