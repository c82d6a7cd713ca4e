"""A chapter's template on its own, filled with the facts that a test is about."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace

from hidden_units.names import STUDIES
from hidden_units.report.elements import Figure, Outline
from hidden_units.report.render import cell, environment

ROOT = Path(__file__).parents[3]
FIGURE = Figure("some", "some/figures/some.svg", b"<svg/>", b"x\n1\n", "captions/characters/sweep.rst")


class Nothing(float):
    """What a test leaves out: false, empty, a dash as a number, and so is all that it holds.

    A whole report has no such thing, and a name that is missing there is an error.
    """

    # A figure's words are included by the name of their file.
    caption = FIGURE.caption

    def __new__(cls, *_, **__):
        return super().__new__(cls, "nan")

    def __str__(self):
        return ""

    def __bool__(self):
        return False

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0

    def __getattr__(self, name):
        return self

    def __getitem__(self, key):
        return self

    def __call__(self, *_, **__):
        return self


def words_of(chapters: str, config: dict, **facts) -> str:
    """The text of some chapters' templates, tags taken out and any space as a single one.

    Args:
        chapters: their ids, such as `sensitivity`, or `reading characters` for two.
        config: what the template reads of the resolved configuration.
        facts: of what the chapter's `context` would return, those that matter; the others are nothing.
    """
    jinja = environment(ROOT / "report/templates")
    jinja.undefined = Nothing
    jinja.tests["defined"] = lambda value: not isinstance(value, Nothing)
    jinja.filters["cell"] = lambda row, *column: cell(
        defaultdict(Nothing, row) if isinstance(row, dict) else row, *column
    )
    config = {"studies": [*STUDIES], **config}
    study = SimpleNamespace(
        config=config, has=lambda study: study in config["studies"], figure=lambda *_, **__: FIGURE
    )
    outline, page = Outline(), ""
    for chapter in chapters.split():
        outline.chapter(chapter, chapter)
        page += jinja.get_template(f"chapters/{chapter}.html.j2").render(
            study=study, outline=outline, **facts
        )
    page = re.sub(r"<script.*?</script>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())
