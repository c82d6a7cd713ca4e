"""Figures as templates show them, and the numbers of chapters, sections, figures and tables."""

from __future__ import annotations

import base64
import gzip
import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from markupsafe import Markup

from hidden_units.names import NO_BREAK
from hidden_units.report.measures import Measure, measures_of

POINTS_PER_INCH = 72
FULL_WIDTH_INCHES = 7.2
# Fonts of a figure, which a page has already, and places where the name of a part stands.
OWN_FONTS = re.compile("<style>@font-face.*?</style>", re.DOTALL)
PART = re.compile('(?<= id=")|(?<=url\\(#)|(?<=href="#)')


@dataclass(frozen=True)
class View:
    """What the browser makes of a figure when a reader opens its view."""

    widget: str  # the name of its function in report/browser/
    action: str  # what the button says
    settings: Mapping[str, Any] = field(default_factory=dict)  # what the function gets besides the numbers


@dataclass(frozen=True)
class Figure:
    """A picture with its numbers and the file of its caption."""

    id: str
    path: str  # in the run's folder
    svg: bytes
    numbers: bytes  # the CSV next to it
    caption: str  # the file of its caption, in report/
    view: View | None = None
    code: str = ""  # the address of its script, if that is known

    def drawn(self, words: str) -> Markup:
        """The figure as a part of a page, whose fonts it uses.

        Args:
            words: what it shows, for readers who cannot see it.
        """
        svg = PART.sub(f"{self.id}-", OWN_FONTS.sub("", self.svg.decode("utf-8")))
        opening = Markup('<svg role="img" aria-label="{}"').format(words)
        return Markup(svg.replace("<svg", opening, 1))

    @property
    def inches(self) -> float:
        """The width at which it was drawn; all are shown at one scale, so that letters are of one size."""
        points = re.search(rb'<svg[^>]*? width="([0-9.]+)pt"', self.svg)
        return round(float(points[1]) / POINTS_PER_INCH, 3) if points else FULL_WIDTH_INCHES

    @property
    def aspect(self) -> float:
        """Its width over its height."""
        box = re.search(rb'<svg[^>]*? viewBox="\S+ \S+ ([0-9.]+) ([0-9.]+)"', self.svg)
        return round(float(box[1]) / float(box[2]), 3) if box else 1.0

    @property
    def data(self) -> str:
        """The file of its numbers, next to it."""
        return str(PurePosixPath(self.path).with_suffix(".csv"))

    @property
    def script(self) -> str:
        """The script that drew it."""
        return f"workflow/scripts/draw_{PurePosixPath(self.path).parts[0]}.py"

    @property
    def function(self) -> str:
        """The function that drew it: all figures of one caption are drawn by the one of its name."""
        return PurePosixPath(self.caption).stem

    @property
    def packed_numbers(self) -> str:
        """The file of its numbers as the page holds it."""
        return packed(self.numbers)


def packed(content: bytes) -> str:
    """Bytes as a page holds them until its reader wants them: gzip in base64, the same each time."""
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode("ascii")


@dataclass
class Section:
    """An entry of the contents."""

    id: str
    number: str
    title: str
    kind: str = "section"
    sections: list[Section] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)


class Outline:
    """Gives numbers in the order in which a page is rendered.

    References may point forward, so a page is rendered twice: the second time with the numbers of the first.
    """

    def __init__(
        self, known: Mapping[str, str] | None = None, claims: Mapping[str, Sequence[int]] | None = None
    ) -> None:
        self.known = dict(known or {})
        self.claims = dict(claims or {})  # by the id of the figure or table on which they rest
        self.labels: dict[str, str] = {}
        self.chapters: list[Section] = []

    def chapter(self, id: str, title: str, kind: str = "chapter") -> str:
        """Begin a `chapter`, an `appendix` or what has no number (``), and return its number or letter."""
        before = sum(chapter.kind == kind for chapter in self.chapters)
        number = {"chapter": str(before + 1), "appendix": string.ascii_uppercase[before]}.get(kind, "")
        self.chapters.append(Section(id, number, title, kind))
        self.labels[id] = f"{kind} {number}".strip()
        return number

    def entitle(self, title: str) -> str:
        """Give the current chapter the title that its template chose, and print nothing."""
        self.chapters[-1].title = title
        return ""

    def section(self, id: str, title: str) -> str:
        """Begin a section of the current chapter and return its number."""
        chapter = self.chapters[-1]
        number = ".".join(filter(None, [chapter.number, str(len(chapter.sections) + 1)]))
        chapter.sections.append(Section(id, number, title))
        self.labels[id] = f"section {number}"
        return number

    def columns(self, chapters: Sequence[Section]) -> list[Sequence[Section]]:
        """Chapters in two columns of the contents, cut where the longer one has the fewest lines."""
        lines = [1 + len(chapter.sections) for chapter in chapters]
        cut = min(
            range(1, len(lines) + 1), key=lambda cut: max(sum(lines[:cut]), sum(lines[cut:])), default=0
        )
        return [column for column in (chapters[:cut], chapters[cut:]) if column]

    def label(self, kind: str, id: str) -> str:
        """Number a figure or table: `Figure 3` for kind `figure`; one that has a number keeps it."""
        name = f"{kind}-{id}"
        if name not in self.labels:
            taken = sum(key.startswith(f"{kind}-") for key in self.labels)
            self.labels[name] = f"{kind.capitalize()} {taken + 1}"
        return self.labels[name]

    def show(self, figure: Figure) -> str:
        """Number a figure, which belongs to the current section if one has begun."""
        for chapter in self.chapters[-1:]:
            for section in chapter.sections[-1:]:
                section.figures.append(figure)
        return self.label("figure", figure.id)

    def claims_on(self, id: str) -> Markup:
        """Links to the claims that rest on a figure or table: ` (claims 7, 18)`; empty if none does."""
        links = [Markup('<a href="#claim-{0}">{0}</a>').format(number) for number in self.claims.get(id, ())]
        if not links:
            return Markup("")
        word = "claim" if len(links) == 1 else "claims"
        return Markup(' <span class="claims">({}{}{})</span>').format(
            word, NO_BREAK, Markup(", ").join(links)
        )

    def method(self, place: str) -> Markup:
        """A link to how the numbers of a figure were measured: `accuracy, section 9.1`; empty without any."""
        section = self.known.get("measures", "").replace(" ", NO_BREAK)
        links = [
            link_to(each, ", ".join(filter(None, [each.name, section]))) for each in measures_of([place])
        ]
        return Markup("").join(links)

    def methods(self, places: Sequence[str]) -> Markup:
        """Links to how the numbers of some figures and tables were measured; empty without any."""
        links = [link_to(measure, measure.name) for measure in measures_of(places)]
        return Markup(", ").join(links)

    def reference(self, id: str) -> Markup:
        """A link to a chapter, section, figure or table, such as `figure-sweep`.

        Raises:
            KeyError: nothing on the page has that id.
        """
        # The first time round, what follows is not known yet.
        label = self.known[id] if self.known else self.labels.get(id, "")
        return Markup('<a href="#{}">{}</a>').format(id, label.replace(" ", NO_BREAK))


def link_to(measure: Measure, words: str) -> Markup:
    """A link to an entry of the chapter on methods."""
    return Markup('<a href="#{}">{}</a>').format(measure.anchor, words)
