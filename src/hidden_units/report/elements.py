"""Figures as templates show them, and the numbers of chapters, sections, figures and tables."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from markupsafe import Markup

from hidden_units.report.evidence import Evidence
from hidden_units.report.wording import NO_BREAK

POINTS_PER_INCH = 72
FULL_WIDTH_INCHES = 7.2


@dataclass(frozen=True)
class Figure:
    """A picture with its words; without bytes a sentence stands in its place."""

    id: str
    path: str  # in the run's folder
    svg: bytes | None
    alt: str  # what a reader who cannot see it should know
    caption: str  # what to see

    @property
    def source(self) -> str:
        """The figure as an address that holds it."""
        return f"data:image/svg+xml;base64,{base64.b64encode(self.svg).decode('ascii')}"

    @property
    def inches(self) -> float:
        """The width at which it was drawn; all are shown at one scale, so that letters are of one size."""
        points = re.search(rb'<svg[^>]*? width="([0-9.]+)pt"', self.svg)
        return round(float(points[1]) / POINTS_PER_INCH, 3) if points else FULL_WIDTH_INCHES

    @property
    def data(self) -> str:
        """The file of its numbers, which lies beside it."""
        return str(PurePosixPath(self.path).with_suffix(".csv"))


def figure(evidence: Evidence, id: str, path: str, alt: str, caption: str) -> Figure:
    """The figure of a run, with no bytes where its file is missing."""
    return Figure(id, path, evidence.figure(path), alt, caption)


@dataclass
class Section:
    """An entry of the contents."""

    id: str
    number: str
    title: str
    sections: list[Section] = field(default_factory=list)


class Outline:
    """Gives numbers in the order in which a page is rendered.

    References may point forward, so a page is rendered twice: the second time with the numbers of the first.
    """

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self.known = dict(known or {})
        self.labels: dict[str, str] = {}
        self.chapters: list[Section] = []

    def chapter(self, id: str, title: str) -> str:
        """Begin a chapter and return its number."""
        number = str(len(self.chapters) + 1)
        self.chapters.append(Section(id, number, title))
        self.labels[id] = f"chapter {number}"
        return number

    def section(self, id: str, title: str) -> str:
        """Begin a section of the current chapter and return its number."""
        chapter = self.chapters[-1]
        number = f"{chapter.number}.{len(chapter.sections) + 1}"
        chapter.sections.append(Section(id, number, title))
        self.labels[id] = f"section {number}"
        return number

    def label(self, kind: str, id: str) -> str:
        """Number a figure or table: `Figure 3` for kind `figure`; one that has a number keeps it."""
        name = f"{kind}-{id}"
        if name not in self.labels:
            taken = sum(key.startswith(f"{kind}-") for key in self.labels)
            self.labels[name] = f"{kind.capitalize()} {taken + 1}"
        return self.labels[name]

    def reference(self, id: str) -> Markup:
        """A link to a chapter, section, figure or table, such as `figure-sweep`.

        Raises:
            KeyError: nothing on the page has that id.
        """
        # The first time round, what follows is not known yet.
        label = self.known[id] if self.known else self.labels.get(id, "")
        return Markup('<a href="#{}">{}</a>').format(id, label.replace(" ", NO_BREAK))
