"""The page of a comparison, with the report's looks and without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from hidden_units.compare.runs import FinishedRun
from hidden_units.compare.tables import DATASET, Compared, own_networks, same_test_images
from hidden_units.names import SWEPT_SETTINGS
from hidden_units.report.chapters.claims import MARKS
from hidden_units.report.chapters.sensitivity import LEVEL
from hidden_units.report.elements import Figure, Outline
from hidden_units.report.evidence import records
from hidden_units.report.render import environment, render_page
from hidden_units.report.wording import confidence
from hidden_units.statistics.comparisons import unpaired_over_seeds

# Letters of a setting's value; configuration.csv has it whole.
LONGEST_VALUE = 160
REPORT = Path(__file__).resolve().parents[3] / "report"


@dataclass(frozen=True)
class Overlay(Figure):
    """A figure of a comparison, which no rule draws."""

    @property
    def script(self) -> str:
        """The module that drew it."""
        return "src/hidden_units/compare/figures.py"


def render_comparison(
    runs: Sequence[FinishedRun],
    compared: Compared,
    settings: pd.DataFrame,
    verdicts: pd.DataFrame,
    folder: Path,
    drawn: Sequence[str],
    swept_once: pd.DataFrame,
) -> str:
    """The page as one self-contained file.

    Args:
        settings: the rows of configuration.csv.
        verdicts: the rows of verdicts.csv.
        folder: where the figures are.
        drawn: their names.
        swept_once: rows of `tables.sweep` whose network and setting one run alone swept.
    """
    names = [run.name for run in runs]
    style = [REPORT / "style.css", *sorted((REPORT / "browser").glob("*.css"))]
    judged = [[row[name] for name in names if row[name] is not None] for row in records(verdicts)]
    changed = [len(set(words)) > 1 for words in judged]
    return render_page(
        environment(REPORT / "templates", own_networks(runs)).get_template("compare/page.html.j2"),
        "\n".join(path.read_text(encoding="utf-8") for path in style),
        outline=Outline(),
        names=names,
        titles=[run.entry(DATASET, "title") if DATASET in run.names else "" for run in runs],
        settings=records(settings),
        groups=groups(compared),
        compared=compared,
        same_images=same_test_images(runs),
        classes={run.name: len(run.json(DATASET).get("classes", [])) for run in runs if DATASET in run.names},
        changed=records(verdicts[changed]),
        unchanged=sum(len(words) > 1 for words in judged) - sum(changed),
        marks=MARKS,
        longest=LONGEST_VALUE,
        level=LEVEL,
        confidence=confidence(unpaired_over_seeds),
        swept_once=records(swept_once.drop_duplicates(["run", "setting", "model"])),
        swept_settings=SWEPT_SETTINGS,
        figures={name: figure(name, folder) for name in drawn},
    )


def figure(name: str, folder: Path) -> Overlay:
    """A figure of the comparison with its numbers and caption."""
    svg, numbers = ((folder / f"{name}.{kind}").read_bytes() for kind in ("svg", "csv"))
    # Not an id of the report's, whose chapter on methods is elsewhere.
    return Overlay(f"{name}-of-runs", f"{name}.svg", svg, numbers, f"compare/{name}.rst")


def groups(compared: Compared) -> dict[tuple[str, str], dict[str, Any]]:
    """What the tables show, by study and question.

    Returns:
        items: label and the rows of comparisons.csv, the first run's first; outcomes: of each other run its
        name, the items tested, those that differ significantly, and the row of the largest difference;
        is_same, whether all runs hold the same networks or restarts.
    """
    found = {}
    for key, rows in compared.table.groupby(["study", "question"], sort=False):
        items = [
            {"label": compared.labels[item], "item": item, "rows": records(of_item)}
            for item, of_item in rows.groupby("item", sort=False)
        ]
        others = rows.dropna(subset="difference").groupby("run", sort=False)
        outcomes = [outcome(run, records(of_run)) for run, of_run in others]
        is_same = all(found["shared"] and not found["largest"]["difference"] for found in outcomes)
        found[key] = {"items": items, "outcomes": outcomes, "is_same": is_same}
    return found


def outcome(run: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How a run differs from the first; shared, whether all its networks or restarts are the first's."""
    # A baseline has no seeds.
    counted = [row for row in rows if row["count"] is not None]
    tested = [row for row in rows if row["p_holm"] is not None]
    return {
        "run": run,
        "shared": bool(counted) and all(row["shared"] for row in counted),
        "tested": len(tested),
        "significant": [row for row in tested if row["p_holm"] < LEVEL],
        "largest": max(rows, key=lambda row: abs(row["difference"])),
    }
