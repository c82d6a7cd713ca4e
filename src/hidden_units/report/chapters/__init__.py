"""The chapters of the report in their order: the first page, the article, and the appendices that prove it.

A chapter is a template, report/templates/chapters/<id>.html.j2, and a function that makes the template's
context: of an appendix from the study's files, or None where the configuration leaves it out; of a chapter of
the article from the contexts of the first page and the appendices, so that a fact is computed once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hidden_units.report.chapters import (
    article,
    characters,
    checkerboard,
    claims,
    comparisons,
    data,
    encoders,
    methods,
    sensitivity,
    sequences,
    summary,
)
from hidden_units.report.evidence import Study

Context = dict[str, Any] | None
FIRST_PAGE = "summary"
# By their ids; their templates give them titles.
ARTICLE: dict[str, Callable[..., dict[str, Any]]] = {
    "reading": article.reading,
    "by-hand": article.by_hand,
    "drawing-board": article.drawing_board,
    "counting": article.counting,
    "one-run": article.one_run,
}
# By their ids, which are their titles too.
APPENDICES: dict[str, Callable[[Study], Context]] = {
    "data": data.context,
    "characters": characters.context,
    "comparisons": comparisons.context,
    "sensitivity": sensitivity.context,
    "checkerboard": checkerboard.context,
    "encoders": encoders.context,
    "sequences": sequences.context,
    "claims": claims.context,
    "methods": methods.context,
    "versions": lambda study: {},
}
# The ids of all chapters in the order of the page, with what each is.
CHAPTERS = {FIRST_PAGE: "", **dict.fromkeys(ARTICLE, "chapter"), **dict.fromkeys(APPENDICES, "appendix")}
# The chapters that are about one study, by its name; the others are part of every report.
OF_STUDY = {
    "reading": "characters",
    "by-hand": "checkerboard",
    "drawing-board": "encoders",
    "counting": "sequences",
    **dict.fromkeys(["data", "characters", "comparisons", "sensitivity"], "characters"),
    **{study: study for study in ("checkerboard", "encoders", "sequences")},
}


def contexts_of(study: Study) -> dict[str, Context]:
    """What the templates of all chapters show, by their ids; None for one that the run has not."""
    left_out = {id for id, about in OF_STUDY.items() if not study.has(about)}
    facts = {FIRST_PAGE: summary.context(study)}
    facts |= {id: None if id in left_out else context(study) for id, context in APPENDICES.items()}
    article = {id: None if id in left_out else context(**facts) for id, context in ARTICLE.items()}
    return {**facts, **article}
