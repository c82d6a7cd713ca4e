"""The encoders: hidden units as dots and lines, one-hot tables of growing size, and tables from pictures."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from hidden_units.encoders.tables import is_identity
from hidden_units.report.elements import View
from hidden_units.report.evidence import Study
from hidden_units.report.wording import confidence
from hidden_units.statistics.intervals import wilson
from hidden_units.statistics.ranks import median_seed

Rows = Sequence[Mapping[str, Any]]

# The size up to which back-propagation is reported to learn one-hot encoders with two hidden units.
REPORTED_LIMIT = 19
# The least that the cross-entropy of a one-hot table costs in all where two rows share a code: each of the
# two outputs that should distinguish them gives one half for both.
MERGED_COST = 4 * math.log(2)


def context(study: Study) -> dict[str, Any]:
    """What the chapter on the encoders shows."""
    evidence, config = study.evidence, study.config["encoders"]
    chosen = evidence.json("encoders/representatives.json")
    titles = {name: representative["title"] for name, representative in chosen.items()}
    overview = overview_rows(evidence.rows("encoders/overview.csv"), titles, max(config["caps"]))
    success = evidence.rows("encoders/success.csv")
    patience = evidence.rows("encoders/patience.csv")
    pictures = [PurePosixPath(table).stem for table in config["tables"] if table.endswith((".yaml", ".yml"))]
    measured = joined(evidence.rows("encoders/summary.csv"), evidence.rows("encoders/measures.csv"))
    one_hot = sorted(row["rows"] for row in overview if is_identity(row["table"]))
    return {
        "training": config["training"],
        "cap": max(config["caps"]),
        "overview": overview,
        "learned_by": by_outcome(overview),
        "representatives": chosen,
        "wrong_at_end": [entry["title"] for entry in chosen.values() if not entry["solved"]],
        "one_hot": one_hot,
        "caps": sorted({row["cap"] for row in success}),
        "success": success_by_size(success),
        "gains": gains(success),
        "stopped_wrong": stopped_wrong([*measured, *patience]),
        "limit": limit(success),
        "growth": evidence.json("encoders/stopping.json"),
        "longer": longer(patience, titles) if config["patience"]["tables"] else [],
        "merged": {"cost": MERGED_COST, "size": size_that_hides(config["training"]["stop_loss"])},
        "hidden": hidden_by_the_loss(measured, patience, titles),
        "pictures": picture_rows(evidence.rows("encoders/pictures.csv"), overview),
        "nearest": {
            name: nearest(evidence.table(f"encoders/{name}/codes.csv"))
            for name in {*pictures[:1], *config["shown"]}
        },
        # The section on pictures has the first picture's table; one-hot tables need no drawing.
        "shown": [
            {
                "table": name,
                "with_table": not is_identity(name) and name not in pictures[:1],
                "motion": motion(
                    evidence.table(f"encoders/figures/snapshots_{name}.csv"),
                    evidence.table(f"encoders/{name}/table.csv"),
                ),
                "view": snapshots_view(titles[name], evidence.table(f"encoders/{name}/table.csv")),
            }
            for name in config["shown"]
        ],
        "confidence": confidence(wilson),
    }


def overview_rows(overview: Rows, titles: Mapping[str, str], cap: int) -> list[dict[str, Any]]:
    """The summary of each table with its title; `capped` where the median run was given up at the cap."""
    return [
        {
            **row,
            "title": titles[row["table"]],
            "capped": row["epochs_median"] >= cap and row["stopped"] < row["seeds"],
        }
        for row in overview
    ]


def by_outcome(overview: Rows) -> dict[str, list[Mapping[str, Any]]]:
    """The tables that `every` seed learned, that `some` did and that `none` did."""
    return {
        "every": [row for row in overview if row["solved"] == row["seeds"]],
        "some": [row for row in overview if 0 < row["solved"] < row["seeds"]],
        "none": [row for row in overview if not row["solved"]],
    }


def picture_rows(pictures: Rows, overview: Rows) -> list[dict[str, Any]]:
    """A row a picture: in how many seeds all signs agree, and how much of the drawing was bent."""
    shapes = {row["table"]: row for row in overview}
    rows = []
    for name in dict.fromkeys(row["table"] for row in pictures):
        own = [row for row in pictures if row["table"] == name]
        rows.append(
            {
                "table": name,
                "title": shapes[name]["title"],
                "dots": shapes[name]["rows"],
                "lines": shapes[name]["columns"],
                "seeds": len(own),
                "same": sum(row["same_arrangement"] for row in own),
                "least": min(row["disparity"] for row in own),
                "most": max(row["disparity"] for row in own),
            }
        )
    return rows


def nearest(codes: pd.DataFrame) -> float | None:
    """How far apart the two nearest hidden codes are; None for a single row."""
    points = codes[["h1", "h2"]].to_numpy()
    apart = np.linalg.norm(points[:, None] - points[None], axis=-1)[np.triu_indices(len(points), 1)]
    return float(apart.min()) if apart.size else None


def motion(snapshots: pd.DataFrame, table: pd.DataFrame) -> dict[str, Any]:
    """How the dots part, and when every output came right for good.

    Args:
        snapshots: dots and lines: part, h1, h2, w1, w2, bias, epoch.
        table: the targets, a column an output.

    Returns:
        `first` and `last` snapshot and the last that is `wrong` (None if none is), each with epoch, right
        (entries) and spread (of the dots); `right_from`, the epoch of the snapshot after that (None if the
        last one is wrong); `only_zeros`, whether the first one has as many entries right as the table has
        zeros; `entries`.
    """
    target = table.to_numpy() == 1
    moments = []
    for epoch, moment in snapshots.groupby("epoch", sort=True):
        dots = moment.loc[moment["part"] == "dot", ["h1", "h2"]].to_numpy()
        lines = moment.loc[moment["part"] == "line", ["w1", "w2", "bias"]].to_numpy()
        is_on = dots @ lines[:, :2].T + lines[:, 2] >= 0
        right = int((is_on == target).sum())
        moments.append({"epoch": epoch, "right": right, "spread": float(np.ptp(dots, axis=0).max())})
    wrong = [place for place, moment in enumerate(moments) if moment["right"] < target.size]
    after = wrong[-1] + 1 if wrong else 0
    return {
        "first": moments[0],
        "last": moments[-1],
        "wrong": moments[wrong[-1]] if wrong else None,
        "right_from": moments[after]["epoch"] if after < len(moments) else None,
        "only_zeros": moments[0]["right"] == np.sum(~target),
        "entries": target.size,
    }


def success_by_size(success: Rows) -> list[dict[str, Any]]:
    """A row a size of one-hot table, in it the outcome at each cap, None where it was not trained so long."""
    caps = sorted({row["cap"] for row in success})
    found = {(row["rows"], row["cap"]): row for row in success}
    return [
        {"rows": size, "outcomes": [found.get((size, cap)) for cap in caps]}
        for size in sorted({row["rows"] for row in success})
    ]


def gains(success: Rows) -> list[dict[str, Any]]:
    """The sizes that more seeds learned at a cap, `after`, than at the one `before` it: size, least, most."""
    found = {(row["rows"], row["cap"]): row["solved"] for row in success}
    steps = []
    for before, after in itertools.pairwise(sorted({cap for _, cap in found})):
        sizes = [
            {"size": size, "least": found[size, before], "most": solved}
            for (size, cap), solved in sorted(found.items())
            if cap == after and solved > found.get((size, before), math.inf)
        ]
        if sizes:
            steps.append({"before": before, "after": after, "sizes": sizes})
    return steps


def limit(success: Rows) -> dict[str, Any]:
    """What the runs say of the size that is reported as the limit.

    Returns:
        `largest`, the outcome at the greatest cap of the largest size that any seed learned, None if none
        did; `beyond`, the sizes tried that are larger than `reported`, and their greatest `cap` (None without
        any); whether a size within the limit was learned by training `longer` than that.
    """
    learned = [row for row in success if row["solved"]]
    beyond = [row for row in success if row["rows"] > REPORTED_LIMIT]
    cap = max((row["cap"] for row in beyond), default=None)
    return {
        "reported": REPORTED_LIMIT,
        "largest": max(learned, key=lambda row: (row["rows"], row["cap"]), default=None),
        "beyond": sorted({row["rows"] for row in beyond}),
        "cap": cap,
        "longer": any(cap and row["cap"] > cap for row in learned if row["rows"] <= REPORTED_LIMIT),
    }


def longer(runs: Rows, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """How the runs of longer training ended, a row a table.

    Returns:
        title, the seed shown, seeds, solved, and the least and most epochs of the solved ones; of the others
        `stopped`, how many their loss ended with something wrong, and `capped`, how many were given up.
    """
    found = []
    for table in dict.fromkeys(row["table"] for row in runs):
        own = [row for row in runs if row["table"] == table]
        epochs = [row["epochs"] for row in own if row["solved"]]
        stopped = sum(row["stopped"] and not row["solved"] for row in own)
        found.append(
            {
                "title": titles[table],
                "seed": median_seed({row["seed"]: row["epochs"] for row in own}),
                "solved": len(epochs),
                "seeds": len(own),
                "least": min(epochs, default=None),
                "most": max(epochs, default=None),
                "stopped": stopped,
                "capped": len(own) - len(epochs) - stopped,
            }
        )
    return found


def stopped_wrong(runs: Rows) -> list[dict[str, Any]]:
    """The one-hot tables whose loss ended runs with something wrong: size, runs, least and most epochs."""
    epochs: dict[int, list[int]] = {}
    for row in runs:
        if is_identity(row["table"]) and row["stopped"] and not row["solved"]:
            epochs.setdefault(row["rows"], []).append(row["epochs"])
    return [
        {"size": size, "runs": len(own), "least": min(own), "most": max(own)} for size, own in epochs.items()
    ]


def size_that_hides(stop_loss: float) -> int:
    """From which size on two rows with one code cost the mean loss less than that at which training stops."""
    return math.floor(math.sqrt(MERGED_COST / stop_loss)) + 1


def joined(summary: Rows, measures: Rows) -> list[dict[str, Any]]:
    """The runs of summary.csv with what measures.csv says of them."""
    measured = {(row["table"], row["seed"]): row for row in measures}
    return [{**row, **measured[row["table"], row["seed"]]} for row in summary]


def hidden_by_the_loss(runs: Rows, patience: Rows, titles: Mapping[str, str]) -> dict[str, Any]:
    """What was still wrong in runs that the loss had stopped, and in which runs codes were merged.

    Args:
        runs: up to the cap; patience: those trained for longer.

    Returns:
        `wrong` (of both) and `merged` (up to the cap), each a row a table with title, runs and wrong outputs;
        `merged_stopped`, how many runs with merged codes the loss had stopped; `merged_longer`, how many of
        the others had merged codes at their end.
    """
    wrong = [row for row in [*runs, *patience] if row["stopped"] and not row["solved"]]
    merged = [row for row in runs if row["distinct_codes"] < row["rows"]]

    def tables(rows: Rows) -> list[dict[str, Any]]:
        grouped: dict[str, list[Mapping[str, Any]]] = {}
        for row in rows:
            grouped.setdefault(row["table"], []).append(row)
        return [
            {"title": titles[table], "runs": len(own), "outputs": sum(row["entries_wrong"] for row in own)}
            for table, own in grouped.items()
        ]

    return {
        "wrong": tables(wrong),
        "merged": tables(merged),
        "merged_stopped": sum(row["stopped"] for row in merged),
        "merged_longer": sum(row["distinct_codes"] < row["rows"] for row in patience),
    }


def snapshots_view(title: str, table: pd.DataFrame) -> View:
    """Training as a slider over its snapshots; the targets say which rows are right."""
    label = (
        f"Dots and lines of {title} in the square of its two hidden units; the slider below goes from "
        "snapshot to snapshot of training."
    )
    return View("snapshots", "Watch it train", {"table": table.to_numpy().tolist(), "label": label})
