"""A chapter's template on its own, filled with facts that a test makes up."""

from __future__ import annotations

import html
import re
from pathlib import Path
from types import SimpleNamespace

from hidden_units.report.elements import Figure, Outline
from hidden_units.report.render import environment

ROOT = Path(__file__).parents[3]
FIGURE = Figure("some", "some/figures/some.svg", b"<svg/>", b"x\n1\n", "captions/characters/sweep.rst")


def words_of(chapter: str, config: dict, **facts) -> str:
    """The text of a chapter's template, tags taken out and any space as a single one.

    Args:
        chapter: its id, such as `sensitivity`.
        config: what the template reads of the resolved configuration.
        facts: what the chapter's `context` would return.
    """
    template = environment(ROOT / "report/templates").get_template(f"chapters/{chapter}.html.j2")
    study = SimpleNamespace(config=config, figure=lambda *_, **__: FIGURE)
    outline = Outline()
    outline.chapter(chapter, chapter)
    page = template.render(study=study, outline=outline, **facts)
    page = re.sub(r"<script.*?</script>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())
