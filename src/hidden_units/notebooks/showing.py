"""What a notebook shows: figures, tables and sentences whose bytes are the same each time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from hidden_units.plotting import save_figure

MINUS = "\N{MINUS SIGN}"
# A hyphen before a digit is a minus, but not between the parts of a name such as 2-cycle.
LEADING_HYPHEN = re.compile(r"(?<![\w-])-(?=\d)")
NUMBER = re.compile(r"[<+-]?\d")


@dataclass(frozen=True)
class Drawing:
    """A figure as Jupyter shows it: an SVG, and words for whoever cannot see it."""

    svg: str
    words: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"image/svg+xml": self.svg, "text/plain": self.words}


@dataclass(frozen=True)
class Table:
    """A table as Jupyter shows it, without the column of row numbers."""

    frame: pd.DataFrame

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": html_table(self.frame), "text/plain": self.frame.to_string(index=False)}


@dataclass(frozen=True)
class Sentence:
    """Words with numbers from files in them, set as text and not as output."""

    words: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/markdown": self.words, "text/plain": self.words}


def show_figure(figure: Figure, words: str) -> Drawing:
    """The figure as a drawing, written the way in which all figures of the study are, and closed.

    Args:
        words: what is to be seen in it, in a sentence.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "figure.svg"
        save_figure(figure, path)
        return Drawing(path.read_text(encoding="utf-8"), words)


def show_table(frame: pd.DataFrame) -> Table:
    """The table; its cells should be words already, or whole numbers."""
    return Table(frame)


def say(words: str) -> Sentence:
    """A sentence, in Markdown."""
    return Sentence(words)


def html_table(frame: pd.DataFrame) -> str:
    """The table in HTML: numbers to the right, words to the left, a true minus before negative numbers."""
    columns = {name: [str(cell) for cell in frame[name]] for name in frame}
    looks = {name: "" if any(map(is_number, cells)) else ' class="text"' for name, cells in columns.items()}
    head = "".join(f'<th scope="col"{looks[name]}>{escape(name)}</th>' for name in columns)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{looks[name]}>{escape(LEADING_HYPHEN.sub(MINUS, cell))}</td>"
            for name, cell in zip(columns, row, strict=True)
        )
        + "</tr>\n"
        for row in zip(*columns.values(), strict=True)
    )
    return f'<table class="evidence"><thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>'


def is_number(cell: str) -> bool:
    """Whether a cell begins as a number does."""
    return bool(NUMBER.match(cell))
