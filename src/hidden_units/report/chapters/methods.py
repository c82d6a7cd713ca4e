"""How the figures were obtained: training, measures, and which question each interval answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hidden_units.names import task_name
from hidden_units.notebooks.pages import Page, notebook_pages
from hidden_units.report.evidence import Study
from hidden_units.report.wording import confidence
from hidden_units.statistics.intervals import mean_over_seeds, wilson


def context(study: Study) -> dict[str, Any]:
    """What the chapter on methods shows."""
    return {
        "characters": study.config["characters"],
        "intervals": two_intervals(study) if study.has("characters") else [],
        "notebooks": [named(page) for page in notebook_pages(study.config)],
        "wilson_confidence": confidence(wilson),
        "seeds_confidence": confidence(mean_over_seeds),
    }


def named(page: Page) -> Page:
    """The page with its task in words: `The state space of the SRN on aⁿb²ⁿ`."""
    task = page.parameters.get("task")
    return replace(page, title=page.title.replace(task, f"the {task_name(task)}")) if task else page


def two_intervals(study: Study) -> list[dict[str, Any]]:
    """For each classifier the interval over other test images and that over other seeds."""
    summaries = {row["model"]: row for row in study.evidence.rows("characters/summary.csv")}
    representatives = study.evidence.json("characters/representatives.json")
    rows = []
    for model in study.models:
        run = study.evidence.json(f"characters/{model}/seed-{representatives[model]}/metrics.json")
        other_images = wilson(run["correct"], run["images"])
        rows.append({"model": model, "run": run, "other_images": other_images, "summary": summaries[model]})
    return rows
