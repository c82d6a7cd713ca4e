"""The chapters of the report in their order.

A chapter is a template, report/templates/chapters/<id>.html.j2, and a function that makes the template's
context from the study's files; where the configuration leaves a chapter out, it returns None.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hidden_units.report.chapters import (
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

Context = Callable[[Study], dict[str, Any] | None]
# By their ids, which are their titles too.
CHAPTERS: dict[str, Context] = {
    "summary": summary.context,
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
