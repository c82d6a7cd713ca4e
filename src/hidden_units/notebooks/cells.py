"""What the cells of the notebooks use: results found, parameters checked, output of the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
from IPython.display import display
from matplotlib.figure import Figure

from hidden_units.errors import StudyError
from hidden_units.names import MINUS
from hidden_units.plotting import figure_bytes, use_style

# A hyphen before a digit is a minus, but not between the parts of a name such as 2-cycle.
LEADING_HYPHEN = re.compile(r"(?<![\w-])-(?=\d)")
NUMBER = re.compile(r"[<+-]?\d")


def set_up() -> None:
    """Set the look of the figures, and show an expected mistake as its sentence, without a traceback."""
    StudyError._render_traceback_ = lambda error: [str(error)]
    use_style()


def find_results(results: Path | str, *needed: str) -> Path:
    """The folder of a run, searched from the working folder upwards, with the files that a notebook needs.

    Args:
        results: such as `results/brush`.
        needed: names of files in it.

    Raises:
        StudyError: there is no such folder, or a file is missing.
    """
    here = Path.cwd()
    places = [Path(results), *(folder / results for folder in here.parents)]
    folder = next((place for place in places if place.is_dir()), None)
    if folder is None:
        raise StudyError(
            f"{results}: there is no such folder here or above, expected the results of a run; set the "
            "parameter `results`, or make them with `make report`."
        )
    missing = [name for name in needed if not (folder / name).is_file()]
    if missing:
        raise StudyError(
            f"{results}/{missing[0]}: has not been made, so this notebook has nothing to show; the "
            "configuration of the run may leave it out, or the run has not finished."
        )
    return folder


def choose(name: str, value: Any, known: Iterable[Any]) -> Any:
    """The value of a parameter if it is among the known ones.

    Raises:
        StudyError: it is not; the sentence lists those that are.
    """
    known = list(known)
    if value not in known:
        raise StudyError(
            f"parameter `{name}`: found {value!r}, expected one of {', '.join(map(str, known))}; change the "
            "cell of parameters."
        )
    return value


def show_figure(figure: Figure, words: str) -> None:
    """Show a figure as an SVG, saved as all figures of the study are, and close it.

    Args:
        words: what the figure shows, in a sentence, for readers who cannot see it.
    """
    display({"image/svg+xml": figure_bytes(figure).decode(), "text/plain": words}, raw=True)


def show_table(frame: pd.DataFrame) -> None:
    """Show a table without its row numbers; its cells should be text already, or whole numbers."""
    display({"text/html": html_table(frame), "text/plain": frame.to_string(index=False)}, raw=True)


def say(words: str) -> None:
    """Show Markdown with numbers from files in it, set as text."""
    display({"text/markdown": words, "text/plain": words}, raw=True)


def html_table(frame: pd.DataFrame) -> str:
    """The table in HTML: numbers to the right, words to the left, a true minus before negative numbers."""
    columns = {name: [str(cell) for cell in frame[name]] for name in frame}
    looks = {
        name: "" if any(map(NUMBER.match, cells)) else ' class="text"' for name, cells in columns.items()
    }
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
