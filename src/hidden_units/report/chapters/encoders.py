"""The encoders: hidden units as dots and lines, one-hot tables of growing size, and tables from pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from hidden_units.report.chapters import encoders_findings as findings
from hidden_units.report.elements import Figure, View, figure
from hidden_units.report.evidence import Study
from hidden_units.report.wording import confidence, count
from hidden_units.statistics.intervals import wilson

FIGURES = "encoders/figures"


def context(study: Study) -> dict[str, Any]:
    """What the chapter on the encoders shows."""
    evidence, config = study.evidence, study.config["encoders"]
    representatives = evidence.json("encoders/representatives.json") or {}
    overview = overview_rows(evidence.rows("encoders/overview.csv"), representatives, max(config["caps"]))
    success = evidence.rows("encoders/success.csv")
    drawn = picture_names(config)
    pictures = picture_rows(evidence.rows("encoders/pictures.csv"), overview, representatives)
    measured = [
        *findings.joined(evidence.rows("encoders/summary.csv"), evidence.rows("encoders/measures.csv")),
        *evidence.rows("encoders/patience.csv"),
    ]
    stop_loss = config["training"]["stop_loss"]
    return {
        "training": config["training"],
        "cap": max(config["caps"]),
        "overview": overview,
        "overview_finding": findings.overview(overview),
        "one_hot": has_one_hot(config),
        "patience": config["patience"]["tables"],
        "caps": sorted({row["cap"] for row in success}),
        "success": success_by_size(success),
        "limit_finding": findings.limit(success),
        "growth_finding": findings.growth(evidence.json("encoders/stopping.json")),
        "merged_finding": findings.merged(stop_loss, overview),
        "hidden_finding": findings.hidden_behind_the_loss(measured, representatives, stop_loss),
        "reported_limit": findings.REPORTED_LIMIT,
        "pictures": pictures,
        "picture_names": drawn,
        "confidence": confidence(wilson),
        "figures": figures(study, overview, success, representatives),
        "picture_figures": [picture_figure(study, name, pictures, representatives) for name in drawn],
        "picture_table": table_figure(study, drawn[0], overview, representatives) if drawn else None,
        "motion": [
            item
            for name in config["shown"]
            for item in (
                *(
                    []
                    if findings.is_one_hot(name) or name in drawn[:1]
                    else [table_figure(study, name, overview, representatives)]
                ),
                snapshots_figure(study, name, representatives),
            )
        ],
    }


def table_names(config: Mapping[str, Any]) -> list[str]:
    """The tables of a run by the names of their folders."""
    return [PurePosixPath(table).stem if "." in table else table for table in config["tables"]]


def picture_names(config: Mapping[str, Any]) -> list[str]:
    """The tables that were made from pictures."""
    return [PurePosixPath(table).stem for table in config["tables"] if table.endswith((".yaml", ".yml"))]


def has_one_hot(config: Mapping[str, Any]) -> bool:
    """Whether any table is that of an N-2-N encoder: the rules draw success against N only then."""
    return any(map(findings.is_one_hot, table_names(config)))


def title(name: str, representatives: Mapping[str, Any]) -> str:
    """What figures call a table: `9-2-9`, a picture's title; its name where that is not known."""
    return representatives.get(name, {"title": name})["title"]


def overview_rows(
    overview: Sequence[Mapping[str, Any]], representatives: Mapping[str, Any], cap: int
) -> list[dict[str, Any]]:
    """The summary of each table with its title; `capped` where the median run was given up at the cap."""
    return [
        {
            **row,
            "title": title(row["table"], representatives),
            "capped": row["epochs_median"] >= cap and row["stopped"] < row["seeds"],
        }
        for row in overview
    ]


def success_by_size(success: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A row a size of one-hot table, in it the outcome at each cap, None where it was not trained so long."""
    caps = sorted({row["cap"] for row in success})
    found = {(row["rows"], row["cap"]): row for row in success}
    return [
        {"rows": size, "outcomes": [found.get((size, cap)) for cap in caps]}
        for size in sorted({row["rows"] for row in success})
    ]


def picture_rows(
    pictures: Sequence[Mapping[str, Any]],
    overview: Sequence[Mapping[str, Any]],
    representatives: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """A row a picture: in how many seeds all signs agree, and how much of the drawing was bent."""
    shapes = {row["table"]: row for row in overview}
    rows = []
    for name in dict.fromkeys(row["table"] for row in pictures):
        own = [row for row in pictures if row["table"] == name]
        rows.append(
            {
                "table": name,
                "title": title(name, representatives),
                "dots": shapes.get(name, {}).get("rows"),
                "lines": shapes.get(name, {}).get("columns"),
                "seeds": len(own),
                "same": sum(row["same_arrangement"] for row in own),
                "least": min(row["disparity"] for row in own),
                "most": max(row["disparity"] for row in own),
            }
        )
    return rows


# figures


def figures(
    study: Study,
    overview: Sequence[Mapping[str, Any]],
    success: Sequence[Mapping[str, Any]],
    representatives: Mapping[str, Any],
) -> dict[str, Figure]:
    """The figures that are there once, by the names of their files."""
    evidence = study.evidence
    ends = findings.ends(representatives)
    limit = findings.at_caps(success)
    growth = findings.growth(evidence.json("encoders/stopping.json"))
    longer = findings.longer(evidence.rows("encoders/patience.csv"), representatives)
    words = {
        "ends": (
            "encoder-ends",
            f"For each table a square with a dot for each row and a line for each output. {ends}",
            "Where training ended, in the representative run of each table: a dot for the two hidden "
            f"activations of each row, a line where each output changes sides. {ends}",
        ),
        "success": (
            "encoder-success",
            f"Share of seeds that learned the N-2-N table against N, a curve for each cap. {limit}",
            "The share of seeds that learned the N-2-N table at each cap, with Wilson’s "
            f"{confidence(wilson)} intervals for other seeds. {limit}",
        ),
        "stopping": (
            "encoder-stopping",
            f"Epochs until the loss fell to its threshold against N, both axes logarithmic. {growth}",
            "Epochs until the loss fell to its threshold, a dot for each seed; triangles were given up "
            f"before. {growth}",
        ),
        "patience": (
            "encoder-patience",
            f"Pairs of squares with dots and lines, at the cap and after longer training. {longer}",
            "One run of each table where the others were given up, and where longer training ended; a row "
            f"with a wrong output stands out. {longer}",
        ),
    }
    return {
        name: figure(evidence, id, f"{FIGURES}/{name}.svg", alt.strip(), caption.strip())
        for name, (id, alt, caption) in words.items()
    }


def snapshots_figure(study: Study, name: str, representatives: Mapping[str, Any]) -> Figure:
    """Dots and lines of one table as training moves them."""
    evidence, called = study.evidence, title(name, representatives)
    table = evidence.table(f"encoders/{name}/table.csv")
    finding = findings.motion(evidence.table(f"{FIGURES}/snapshots_{name}.csv"), table)
    return figure(
        evidence,
        f"snapshots-{name}",
        f"{FIGURES}/snapshots_{name}.svg",
        f"Dots and lines of {called} in a square at each snapshot of training. {finding}".strip(),
        f"{called} as training moves its dots and lines. {finding}".strip(),
        None if table is None else snapshots_view(called, table),
    )


def snapshots_view(called: str, table: pd.DataFrame) -> View:
    """Training as a slider over its snapshots; the targets say which rows are right."""
    label = (
        f"Dots and lines of {called} in the square of its two hidden units; the slider below goes from "
        "snapshot to snapshot of training."
    )
    return View("snapshots", "Watch it train", {"table": table.to_numpy().tolist(), "label": label})


def picture_figure(
    study: Study, name: str, pictures: Sequence[Mapping[str, Any]], representatives: Mapping[str, Any]
) -> Figure:
    """A picture as drawn beside what was learned from its table."""
    called = title(name, representatives)
    finding = findings.same_signs([row for row in pictures if row["table"] == name])
    return figure(
        study.evidence,
        f"picture-{name}",
        f"{FIGURES}/picture_{name}.svg",
        f"{called} as drawn, as learned, and as learned but turned to lie like the first. {finding}".strip(),
        f"{called} as drawn (left), as learned from its table alone (middle), and the same turned, and "
        f"mirrored where that is nearer, to lie like the drawing (right). {finding}".strip(),
    )


def table_figure(
    study: Study, name: str, overview: Sequence[Mapping[str, Any]], representatives: Mapping[str, Any]
) -> Figure:
    """The target table beside the hidden codes."""
    called, chosen = title(name, representatives), representatives.get(name)
    shape = next((row for row in overview if row["table"] == name), None)
    size = f" of {count(shape['rows'])} rows and {count(shape['columns'])} outputs" if shape else ""
    finding = findings.codes(chosen, study.evidence.rows(f"encoders/{name}/codes.csv"))
    return figure(
        study.evidence,
        f"table-{name}",
        f"{FIGURES}/table_{name}.svg",
        f"The target table{size} beside the two hidden activations of each row. {finding}".strip(),
        f"{called}: the target table, dark where 1 is asked for, beside the hidden code of each row. "
        f"{finding}".strip(),
    )
