"""What the page trains before the reader's eyes: views whose networks learn as those of the run did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from hidden_units.checkerboard.models import network_from_mapping
from hidden_units.checkerboard.training import Settings
from hidden_units.encoders.measures import MERGED
from hidden_units.encoders.tables import is_identity
from hidden_units.report.elements import View

LARGEST_TABLE = 1600
"""Entries of the largest table that is offered: a browser trains it in seconds."""


def live_view(study: Any, folder: str, name: str) -> View | None:
    """The view of a figure beside which networks can be trained, None for other figures.

    Args:
        study: the `evidence.Study`; folder and name: of the figure, as in its method `figure`.
    """
    make = {("encoders", "stopping"): _encoders, ("checkerboard", "learned"): _checkerboard}.get(
        (folder, name)
    )
    return make and make(study)


def _encoders(study: Any) -> View:
    config, overview = study.config["encoders"], study.evidence.rows("encoders/overview.csv")
    chosen = study.evidence.json("encoders/representatives.json")
    tables: list[Mapping[str, Any]] = []
    for row in overview:
        title = chosen[row["table"]]["title"]
        if row["rows"] * row["columns"] > LARGEST_TABLE:
            continue
        if is_identity(row["table"]):
            tables.append({"title": title, "size": row["rows"]})
        else:
            table = study.evidence.table(f"encoders/{row['table']}/table.csv")
            tables.append({"title": title, "table": table.to_numpy().tolist()})
    longest = config["patience"]["max_epochs"] if config["patience"]["tables"] else max(config["caps"])
    settings = {"tables": tables, "training": config["training"], "merged": MERGED, "cap": longest}
    return View("trainEncoder", "Train one yourself", settings)


def _checkerboard(study: Any) -> View:
    config = study.config["checkerboard"]
    training = config["training"]
    rate = max(training["rates"], key=lambda rate: rate["learning_rate"])
    rest = {key: value for key, value in training.items() if key != "rates"}
    adam = {field.name: field.default for field in fields(Settings) if isinstance(field.default, float)}
    fewest = min(config["hidden"])
    near = study.evidence.json("checkerboard/thresholds.json")["near_whole"]
    designed = network_from_mapping(config["network"]).sigmoid(near or max(config["surfaces"]))
    settings = {
        # One unit fewer than the run trained, to see it fail.
        "hidden": sorted({max(1, fewest - 1), *config["hidden"]}),
        "training": {**rate, **rest, **adam},
        "designed": designed.to_mapping(),
    }
    return View("trainCheckerboard", "Train and draw lines", settings)
