"""From a study to one self-contained HTML page, by the templates in report/templates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from hidden_units.fonts import font_faces
from hidden_units.names import NO_BREAK, class_name, look_key
from hidden_units.report import wording
from hidden_units.report.chapters import CHAPTERS, contexts_of
from hidden_units.report.chapters.claims import claims_by_place, ledger_rows
from hidden_units.report.collecting import rule_times
from hidden_units.report.elements import Outline, packed
from hidden_units.report.evidence import Study
from hidden_units.report.references import REFERENCES

JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")
# A name of at most three letters, made equal to a number.
EQUATION = re.compile(r"\b(\w{1,3})\s=\s(?=[−\d])")
# Tags, whose attributes may hold pictures, and what is no text; in brackets, so that `split` keeps it.
NOT_TEXT = re.compile(
    r"""(<(?:script|svg)\b.*?</(?:script|svg)>|<pre\b.*?</pre>|<(?:"[^"]*"|'[^']*'|[^"'>])*>)""", re.DOTALL
)
# The tags that begin a paragraph of a chapter; others have a class for what they are.
PROSE = ("<p>", '<p class="lead">')
SPACES = re.compile(r"[ \n\t]+")


def environment(templates: Path, own: Sequence[str] = ()) -> Environment:
    """Jinja2 with escaping on, no undefined names, and the words and numbers of `wording` as filters.

    Args:
        own: the user's own networks, for the marks that networks have.
    """
    jinja = Environment(
        # Captions too: report/captions/ is where `snakemake --report` finds them.
        loader=FileSystemLoader([templates, templates.parent]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    jinja.filters.update(
        wording.FILTERS,
        alignment=alignment,
        cell=cell,
        class_name=lambda entry: mark_japanese(class_name(entry)),
        family_key=partial(look_key, own=own),
        japanese=mark_japanese,
        one_line=one_line,
    )
    jinja.tests["absent"] = wording.is_absent
    jinja.globals["references"] = REFERENCES
    jinja.globals["glossary"] = jinja.get_template("glossary.html.j2").module.TERMS
    return jinja


def mark_japanese(text: str) -> Markup:
    """Text with its Japanese parts marked as such, for fonts and screen readers."""
    parts = NOT_TEXT.split(str(escape(text)))
    parts[::2] = [JAPANESE.sub(r'<span lang="ja">\g<0></span>', part) for part in parts[::2]]
    return Markup("".join(parts))


def one_line(text: str) -> str:
    """Text with each line end or row of spaces as one space; spaces that do not break stay."""
    line = SPACES.sub(" ", text).strip()
    return Markup(line) if isinstance(text, Markup) else line


def cell(row: Mapping[str, Any], key: str, kind: str | Mapping[Any, str]) -> str:
    """What a column of a table shows of a row.

    Args:
        key: the row's key; for an interval what its keys `<key>low` and `<key>high` begin with.
        kind: `text`, the name of a filter for numbers such as `count`, the same with decimals (`decimal:4`),
            `interval`, for points `interval:points`; or the words for each value that the key may have.
    """
    if isinstance(kind, Mapping):
        return kind[row[key]]
    name, _, detail = kind.partition(":")
    if name == "text":
        value = row[key]
        return wording.DOES_NOT_APPLY if wording.is_absent(value) else mark_japanese(value)
    if name == "interval":
        return wording.interval(
            row[f"{key}low"], row[f"{key}high"], shown=detail or "percent", runs=row.get("seeds", 1)
        )
    return getattr(wording, name)(row[key], *map(int, filter(None, [detail])))


def alignment(column: Sequence[str]) -> Markup:
    """The class attribute of a column's cells: numbers to the right, intervals in the middle."""
    kind = "text" if isinstance(column[2], Mapping) else column[2].partition(":")[0]
    side = {"text": "", "listing": "", "model": "", "interval": "centre"}.get(kind, "right")
    classes = " ".join(filter(None, [side, *column[3:]]))
    return Markup(' class="{}"').format(classes) if classes else Markup("")


def with_equations_unbroken(html: str) -> str:
    """A page whose short equations, `n = 5`, stay on one line; tags and scripts are left as they are."""
    parts = NOT_TEXT.split(html)
    parts[::2] = [EQUATION.sub(rf"\1{NO_BREAK}={NO_BREAK}", part) for part in parts[::2]]
    return "".join(parts)


def with_terms_linked(html: str, glossary: Mapping[str, tuple[str, str, str]]) -> str:
    """A chapter whose paragraphs lead, at the first use of each word of the glossary, to its meaning.

    Args:
        html: of the chapter.
        glossary: by id what a word is called, its meaning, and the regular expression of its uses or nothing.
    """
    left = {
        id: re.compile(rf"\b(?:{uses})\b", re.IGNORECASE) for id, (_, _, uses) in glossary.items() if uses
    }
    parts = NOT_TEXT.split(html)
    is_prose, in_link = False, False
    for place, part in enumerate(parts):
        if place % 2:
            is_prose = part in PROSE or (is_prose and part != "</p>")
            in_link = part.startswith("<a ") or (in_link and part != "</a>")
        elif is_prose and not in_link:
            found = {id: match for id, uses in left.items() if (match := uses.search(part))}
            # From the end on, so that the places before it stay right; of two in one place the longer.
            begin = len(part)
            for id, match in sorted(found.items(), key=lambda item: item[1].span(), reverse=True):
                if match.end() <= begin:
                    begin = match.start()
                    link = Markup('<a class="term" href="#term-{}" title="{}">{}</a>')
                    # As text: Markup would escape what it is added to once more.
                    words = str(link.format(id, glossary[id][1], Markup(match[0])))
                    part = part[:begin] + words + part[match.end() :]
                    del left[id]
            parts[place] = part
    return "".join(parts)


def render_report(study: Study, templates: Path, style: str, browser: str) -> str:
    """The report of a study, with style sheet, fonts, figures and the scripts of report/browser/ inside."""
    jinja = environment(templates, study.own_models)
    outline, chapters = render_outline(jinja, study)
    return render_page(
        jinja.get_template("report.html.j2"),
        style,
        study=study,
        outline=outline,
        chapters=chapters,
        browser=Markup(browser),
        plotly=packed_plotly(),
        **study.config["report"],
    )


def render_slides(study: Study, templates: Path, style: str) -> str:
    """Slides of a study: one for each section of the article that has a figure, under what it found."""
    jinja = environment(templates, study.own_models)
    outline, _ = render_outline(jinja, study)
    return render_page(
        jinja.get_template("slides.html.j2"), style, study=study, outline=outline, **study.config["report"]
    )


def render_outline(jinja: Environment, study: Study) -> tuple[Outline, dict[str, Markup]]:
    """The outline of a report and its chapters by their ids, rendered twice as `Outline` explains."""
    contexts = contexts_of(study)
    first = Outline()
    render_chapters(jinja, study, contexts, first)
    outline = Outline(first.labels, claims_by_place(ledger_rows(study.evidence)))
    return outline, render_chapters(jinja, study, contexts, outline)


@cache
def packed_plotly() -> str:
    """Plotly's own JavaScript from its installed package, as a page holds it until a figure needs it."""
    return packed((files("plotly") / "package_data/plotly.min.js").read_bytes())


def render_chapters(
    jinja: Environment, study: Study, contexts: Mapping[str, Mapping[str, Any] | None], outline: Outline
) -> dict[str, Markup]:
    """The chapters by their ids, but for those without a context; the outline gets what they number."""
    bodies = {}
    for id, kind in CHAPTERS.items():
        if contexts[id] is not None:
            outline.chapter(id, id.title(), kind)
            template = jinja.get_template(f"chapters/{id}.html.j2")
            body = template.render(study=study, outline=outline, **contexts[id])
            if kind != "appendix":
                body = with_terms_linked(body, jinja.globals["glossary"])
            bodies[id] = Markup(with_equations_unbroken(body))
    return bodies


def render_machine_page(provenance: Mapping[str, Any], templates: Path, style: str) -> str:
    """The page about the machine and its times, from the content of provenance.json."""
    return render_page(
        environment(templates).get_template("machine.html.j2"),
        style,
        outline=Outline(),
        provenance=provenance,
        rules=rule_times(provenance["jobs"]),
        gibibyte=2**30,
    )


def render_page(template: Template, style: str, **context: Any) -> str:
    """A page with the style sheet and the glyphs that it uses inside."""
    draft = template.render(style=Markup(style), fonts="", **context)
    return template.render(style=Markup(style), fonts=Markup(font_faces(draft)), **context)
