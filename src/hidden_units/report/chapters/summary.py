"""First page: what was done on which data, and the headline figures next to the reported ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, groupby, pairwise
from typing import Any

from hidden_units.names import LSTM_TASK, SRN_TASK
from hidden_units.report.chapters.characters import drawing
from hidden_units.report.chapters.claims import MARKS, ledger_rows, tallies
from hidden_units.report.chapters.findings import findings
from hidden_units.report.comparability import comparability
from hidden_units.report.evidence import Evidence, Study
from hidden_units.report.wording import confidence, differs_as_printed, interval_is_known, is_absent
from hidden_units.statistics.intervals import mean_over_seeds

Row = Mapping[str, Any]


def context(study: Study) -> dict[str, Any]:
    """What the first page shows."""
    has_images = study.has("characters")
    rows = headline(study) if has_images else []
    return {
        "dataset": study.dataset if has_images else None,
        "comparability": comparability(study) if has_images else None,
        "rows": rows,
        "rounded_off": any(
            differs_as_printed(row["reported_accuracy"], row["accuracy_mean"]) for row in rows
        ),
        # What sentences say of an order is about the three.
        "order": order_of_accuracies(rows[: len(study.main_models)]),
        "own": rows[len(study.main_models) :],
        "confidence": confidence(mean_over_seeds),
        "findings": findings(study.evidence, study.config["studies"]),
        "least_runs": fewest_runs(study.config),
        "others": other_studies(study.evidence, study.config),
        "tallies": tallies(ledger_rows(study.evidence)),
        "marks": MARKS,
        "drawing": drawing(study.evidence) if has_images else None,
        "paragraphs": [
            part.strip() for part in study.config["report"]["notes"].split("\n\n") if part.strip()
        ],
    }


def fewest_runs(config: Mapping[str, Any]) -> int:
    """How often the least trained network of the run's studies was trained."""
    runs = {
        "characters": [config["seeds"]],
        "checkerboard": [config["checkerboard"]["restarts"]],
        "encoders": [config["encoders"]["seeds"]],
        "sequences": [runs for runs in config["sequences"]["restarts"].values() if runs],
    }
    return min(number for study in config["studies"] for number in runs[study])


def headline(study: Study) -> list[dict[str, Any]]:
    """The summaries of all networks, with the reported numbers and the difference in accuracy."""
    rows = {row["model"]: row for row in study.summaries()}
    for row in rows.values():
        reported = row["reported_accuracy"]
        row["difference"] = None if reported is None else row["accuracy_mean"] - reported
    return [rows[model] for model in study.models]


def order_of_accuracies(rows: Sequence[Row]) -> dict[str, Any]:
    """Whether accuracy rises from the smallest network to the largest, and how sure that is over seeds.

    Args:
        rows: the networks, smallest first.

    Returns:
        `holds`; `ranked`, the rows from lowest to highest mean; `levels`, the same with those together whose
        means are equal; `unknown`, those without an interval; and of all pairs the `overlapping` ones, lowest
        mean first.
    """

    def mean(row: Row) -> float:
        return round(row["accuracy_mean"], 12)

    ranked = sorted(rows, key=mean)
    unknown = [row for row in ranked if not interval_is_known(row)]
    return {
        "holds": all(low["accuracy_mean"] < high["accuracy_mean"] for low, high in pairwise(rows)),
        "ranked": ranked,
        "levels": [list(level) for _, level in groupby(ranked, mean)],
        "unknown": unknown,
        "overlapping": [
            (low, high)
            for low, high in combinations(ranked, 2)
            if not unknown and low["accuracy_high"] >= high["accuracy_low"]
        ],
    }


def other_studies(evidence: Evidence, config: Mapping[str, Any]) -> dict[str, Any]:
    """The main result of each study but the classifiers, with the cap on training that it depends on.

    Returns:
        `checkerboard`, restarts with as many hidden units as the network made by hand, with max_epochs;
        `encoder`, with its cap and, where its seeds were trained for longer too, how many of them solved it;
        None where none applies. `counting`, the restarts of each kind of recurrent network; `step_ratio` of
        the SRN, None where no restart counts. A study that is left out has nothing of these.
    """
    has = config["studies"].__contains__
    by_hand = len(config["checkerboard"]["network"]["hidden"]["biases"])
    epochs = {
        rate["learning_rate"]: rate["max_epochs"] for rate in config["checkerboard"]["training"]["rates"]
    }
    board = best_of_size(evidence.rows("checkerboard/success.csv") if has("checkerboard") else [], by_hand)
    encoder = first_to_fail(evidence.rows("encoders/overview.csv") if has("encoders") else [])
    if encoder:
        longer = [row for row in evidence.rows("encoders/patience.csv") if row["table"] == encoder["table"]]
        encoder = {
            **encoder,
            "cap": max(config["encoders"]["caps"]),
            "longer": {"seeds": len(longer), "solved": sum(row["solved"] for row in longer)},
        }
    counting, ratio = [], {"median": None}
    if has("sequences"):
        counting = [
            {"network": network, **evidence.json(f"sequences/{task}/success.json")}
            for task, network in ((SRN_TASK, "SRN"), (LSTM_TASK, "LSTM"))
        ]
        ratio = evidence.json(f"sequences/{SRN_TASK}/dynamics.json")["summary"]["walk"]["step_ratio"]
    return {
        "checkerboard": board and {**board, "max_epochs": epochs[board["learning_rate"]]},
        "encoder": encoder,
        "counting": counting,
        "step_ratio": None if is_absent(ratio["median"]) else ratio,
    }


def best_of_size(success: Sequence[Row], hidden: int) -> Row | None:
    """The restarts of a hidden size at the learning rate at which most solve the checkerboard."""
    own = [row for row in success if row["hidden"] == hidden]
    return max(own, key=lambda row: (row["rate"], row["learning_rate"]), default=None)


def first_to_fail(overview: Sequence[Row]) -> Row | None:
    """The smallest one-hot table on which some seed fails, or the largest if none does."""
    one_hot = sorted(
        (row for row in overview if row["table"].startswith("identity-")), key=lambda row: row["rows"]
    )
    return next((row for row in one_hot if row["solved"] < row["seeds"]), one_hot[-1] if one_hot else None)
