"""Networks and hidden sizes against each other, accuracy against size, reported beside measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hidden_units.datasets.classes import has_published_classes
from hidden_units.report.chapters import comparisons_findings as findings
from hidden_units.report.comparability import Comparability, comparability
from hidden_units.report.elements import Figure, figure
from hidden_units.report.evidence import Study, records
from hidden_units.report.wording import confidence, family_of, listing, model_name, points_interval
from hidden_units.statistics.comparisons import unpaired_over_seeds
from hidden_units.statistics.intervals import prediction_of_one_more
from hidden_units.statistics.plateau import find_plateau

FIGURES = "characters/figures"
# The networks whose confusion matrices were published, report/published/confusion_<model>.csv.
PUBLISHED_MATRICES = ("netlin", "netfull-110", "netconv")


def context(study: Study) -> dict[str, Any]:
    """What the chapter on comparisons shows."""
    evidence = study.evidence
    comparisons = evidence.rows("characters/comparisons.csv")
    answer = evidence.json("characters/plateau.json")
    widths = evidence.rows("characters/plateau.csv")
    economy = evidence.rows("characters/economy.csv")
    comparable = comparability(study)
    reported = reported_rows(study)
    return {
        "comparability": comparable,
        "compared": evidence.path("characters/comparisons.csv") is not None,
        "networks": network_rows(comparisons, evidence.rows("characters/outperformance.csv")),
        "networks_finding": findings.networks(comparisons),
        "confidence": confidence(unpaired_over_seeds),
        "p_value": findings.p_value,
        "statistics": study.config["statistics"],
        "margin": findings.margin_in_words(study.config["statistics"]["equivalence_margin"]),
        "answer": answer,
        "widths": widths,
        "bound_confidence": confidence(find_plateau),
        "plateau_finding": findings.plateau(answer, widths),
        "held_out_finding": findings.held_out(answer),
        "next_finding": findings.next_widths(comparisons),
        "distribution_finding": findings.distribution(answer, widths),
        "economy": sorted(economy, key=lambda row: row["stored_numbers"]),
        "economy_finding": findings.economy(economy),
        "reported": reported,
        "reported_finding": findings.reported(reported, comparable),
        "run_confidence": confidence(prediction_of_one_more),
        "figures": figures(study, comparisons, answer, widths, economy),
        "differences": difference_figures(study, comparable),
        "no_difference": no_difference(study),
    }


def network_rows(
    comparisons: Sequence[Mapping[str, Any]], better: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The comparisons of networks, the rows of one pair under each other.

    Returns:
        The columns of characters/comparisons.csv, `interval` in words, and `outperformance`: probability,
        low, high, or None.
    """
    own = [row for row in comparisons if row["family"] == "networks"]
    chances = {(row["a"], row["b"]): row for row in better if row["family"] == "networks"}
    pairs = list(dict.fromkeys((row["a"], row["b"]) for row in own))
    return [
        row
        | {
            "first": place == 0,
            "interval": "same on all images: no interval"
            if row["question"] == findings.OTHER_IMAGES and row["low"] is None
            else points_interval(row["low"], row["high"], row["seeds"]),
            "rows": sum((other["a"], other["b"]) == pair for other in own),
            "outperformance": chances.get(pair) if row["probability_b_better"] is not None else None,
        }
        for pair in pairs
        for place, row in enumerate(row for row in own if (row["a"], row["b"]) == pair)
    ]


def reported_rows(study: Study) -> list[dict[str, Any]]:
    """Every reported classifier with what was measured of it, None where it was not trained here.

    Returns:
        model, parameters, reported_parameters, accuracy, one_more (where one further run may fall, None for
        one seed), reported_accuracy, difference, loss, reported_loss.
    """
    summaries = {row["model"]: row for row in study.evidence.rows("characters/summary.csv")}
    rows = []
    for row in records(study.published):
        measured = summaries.get(row["model"], {})
        mean, sd = measured.get("accuracy_mean"), measured.get("accuracy_sd")
        seeds = int(measured.get("seeds") or 0)
        rows.append(
            {
                "model": row["model"],
                "parameters": measured.get("parameters"),
                "reported_parameters": row["parameters"],
                "accuracy": mean,
                "one_more": None if sd is None else prediction_of_one_more(mean, sd, seeds),
                "reported_accuracy": row["accuracy"],
                "difference": None if mean is None else mean - row["accuracy"],
                "loss": measured.get("loss_mean"),
                "reported_loss": row["loss"],
            }
        )
    return rows if any(row["accuracy"] is not None for row in rows) else []


# figures


def figures(
    study: Study,
    comparisons: Sequence[Mapping[str, Any]],
    answer: Mapping[str, Any] | None,
    widths: Sequence[Mapping[str, Any]],
    economy: Sequence[Mapping[str, Any]],
) -> dict[str, Figure]:
    """The figures of differences, of the plateau and of the front, by the names of their files."""
    words = {
        "comparisons": (
            "Dot plot of differences in test accuracy with intervals, networks above, hidden sizes of "
            f"NetFull below. {findings.networks(comparisons)} {findings.next_widths(comparisons)}",
            "Differences of test accuracy with their intervals, second minus first, each family on its own "
            "scale. Blue: what other seeds would give, by Welch and by the bootstrap, which is too narrow "
            "for few seeds; red: what the representative runs would do on other test images.",
        ),
        "plateau": (
            f"Left, how far each hidden size lies below the best, with bounds and the margin; right, bars of "
            f"how often each would be chosen. {findings.plateau(answer, widths)}",
            "Left, how far each hidden size lies below the best, from its lower to its upper bound; a size "
            "is equivalent where the upper bound lies below the margin, the dashed line. Right, what "
            "resampled seeds would choose.",
        ),
        "economy": (
            "Scatter plot of test accuracy against the numbers that a classifier keeps, on a logarithmic "
            f"axis, with the Pareto front as a stepped line. {findings.economy(economy)}",
            "Test accuracy against the numbers that a classifier keeps: parameters of a network, training "
            "images of a baseline. Filled marks lie on the front; an open one is beaten by another "
            "classifier, which keeps no more and is no worse.",
        ),
    }
    return {
        name: figure(study.evidence, name, f"{FIGURES}/{name}.svg", alt.strip(), caption)
        for name, (alt, caption) in words.items()
    }


def difference_figures(study: Study, comparable: Comparability) -> list[Figure]:
    """Measured minus published confusions of each network of which a matrix was published."""
    if not study.dataset or not has_published_classes(study.dataset["classes"]):
        return []
    classes = study.dataset["classes"]
    drawn = []
    for model in [model for model in study.main_models if model in PUBLISHED_MATRICES]:
        name = f"{FIGURES}/difference_{model}"
        finding = findings.confusion_difference(study.evidence.rows(f"{name}.csv"), classes)
        caption = (
            f"{'' if comparable.comparable else 'Not comparable. '}{family_of(model)}: rates of confusion in "
            "the mean over seeds, minus the published ones, in points; orange is more often here, purple "
            f"less. The diagonal, in bold, is the difference in recall. {finding}"
        )
        alt = f"Heat map of measured minus published rates of confusion of {family_of(model)}. {finding}"
        drawn.append(
            figure(study.evidence, f"difference-{model}", f"{name}.svg", alt.strip(), caption.strip())
        )
    return drawn


def no_difference(study: Study) -> str:
    """Which networks have no such figure, and why; empty where all have one."""
    if study.dataset is None:
        return (
            "The published matrices are not set beside the measured ones, for it is not known which classes "
            "the data have."
        )
    if not study.dataset or not has_published_classes(study.dataset["classes"]):
        return (
            "The published matrices are not set beside the measured ones: they are of the ten classes of "
            "KMNIST, and these data have others."
        )
    without = [model_name(model) for model in study.main_models if model not in PUBLISHED_MATRICES]
    return f"No matrix was published of {listing(without)}." if without else ""
