"""What lives in the page: networks that learn there as those of the run did, or read what a reader types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from hidden_units.checkerboard.models import network_from_mapping
from hidden_units.checkerboard.training import Settings
from hidden_units.encoders.measures import MERGED
from hidden_units.encoders.tables import is_identity
from hidden_units.report.elements import View
from hidden_units.sequences.runs import read_runs
from hidden_units.statistics.ranks import median_seed

LARGEST_TABLE = 1600
"""Entries of the largest table that is offered: a browser trains it in seconds."""


def live_view(study: Any, folder: str, name: str, which: str, view: View | None) -> View | None:
    """The view of a figure with what lives in it: networks that can be trained, or that read any string.

    Args:
        study: the `evidence.Study`; folder, name, which and view: of the figure, as in its method `figure`.
    """
    # Where training for longer is drawn, a reader may do the same.
    patience = "patience" if study.config["encoders"]["patience"]["tables"] else "stopping"
    if view is not None and view.widget == "space":
        return replace(view, settings={**view.settings, **_readers(study, which)})
    if (folder, name) == ("encoders", patience):
        return _encoders(study)
    if (folder, name) == ("checkerboard", "learned"):
        return _checkerboard(study)
    return view


def _readers(study: Any, task: str) -> dict[str, Any]:
    """The weights of a task's representative network and of a failed one, and its multiplicities."""
    runs = read_runs(study.evidence.path(f"sequences/{task}/snapshots.safetensors"))
    ends = study.evidence.rows(f"sequences/{task}/restarts.csv")
    shown = study.evidence.json(f"sequences/{task}/dynamics.json")["seed"]
    # Like the representative of the solved, the one in the middle of those that failed.
    failed = {row["seed"]: row["excess_nll"] for row in ends if not row["solved"] and row["seed"] != shown}
    solved = {row["seed"]: row["solved"] for row in ends}
    seeds = [shown, *([median_seed(failed)] if failed else [])]
    networks = [
        {
            "name": f"seed {seed}, {'solved' if solved[seed] else 'failed'}",
            **{field: values.tolist() for field, values in vars(runs.network(seed)).items()},
        }
        for seed in seeds
    ]
    return {"networks": networks, "multiplicities": runs.language.multiplicities}


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
    patient = config["patience"]["tables"]
    longest = config["patience"]["max_epochs"] if patient else max(config["caps"])
    drawn = [chosen[name]["title"] for name in patient]
    settings = {
        "tables": tables,
        # At first the one that the figure shows.
        "start": next((place for place, table in enumerate(tables) if table["title"] in drawn), 0),
        "training": config["training"],
        "merged": MERGED,
        "cap": longest,
    }
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
