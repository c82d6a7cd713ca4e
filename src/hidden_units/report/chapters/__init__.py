"""The chapters of the report in their order.

A chapter is a template, report/templates/chapters/<id>.html.j2, and a function that makes the template's
context from the study's files; where the configuration leaves a chapter out, it returns None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Chapter:
    """A chapter of the report."""

    id: str
    title: str
    context: Callable[[Study], dict[str, Any] | None]


CHAPTERS = (
    Chapter("summary", "Summary", summary.context),
    Chapter("data", "Data", data.context),
    Chapter("characters", "Characters", characters.context),
    Chapter("comparisons", "Comparisons", comparisons.context),
    Chapter("sensitivity", "Sensitivity", sensitivity.context),
    Chapter("checkerboard", "Checkerboard", checkerboard.context),
    Chapter("encoders", "Encoders", encoders.context),
    Chapter("sequences", "Sequences", sequences.context),
    Chapter("claims", "Claims", claims.context),
    Chapter("methods", "Methods", methods.context),
    Chapter("versions", "Versions", lambda study: {}),
)
