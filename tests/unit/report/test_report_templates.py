"""No number is typed into a template: all come from files."""

from __future__ import annotations

import re

import pytest

from hidden_units.report.elements import Figure
from hidden_units.report.references import REFERENCES
from tests.rendered_report import ROOT

TEMPLATES = sorted((ROOT / "report/templates").rglob("*.j2"))
# Names that have a digit, N-2-M among them (an encoder), and the year of a source after its author.
NAMES = re.compile(r"SHA-256|b?float(?:16|32)|manifest\.sha256|\bN-2-[MN]\b|\([A-Z]\w+, (?:19|20)\d\d\)")
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TAG = re.compile(r"<style>.*?</style>|<[^>]*>", re.DOTALL)


def typed_digits(source: str) -> list[str]:
    """Digits in a template's words, outside of tags, expressions and names."""
    return re.findall(r"\S*\d\S*", NAMES.sub("", TAG.sub("", JINJA.sub("", source))))


def typed_digits_in_sentences(source: str) -> list[str]:
    """Digits in the words that a template's expressions hold as text, such as a caption given to a macro."""
    inside = " ".join(JINJA.findall(source))
    sentences = [sentence for sentence in re.findall(r'"([^"]*)"', inside) if " " in sentence]
    return [digits for sentence in sentences for digits in typed_digits(sentence)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_a_number(path):
    source = path.read_text(encoding="utf-8")
    assert typed_digits(source) == []
    assert typed_digits_in_sentences(source) == []


def test_every_work_is_cited_and_every_citation_has_its_work():
    """A year that is typed after a name would have no entry in the list of references."""
    words = "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    assert set(re.findall(r'm\.cite\("(\w+)"\)', words)) == set(REFERENCES)
    assert re.findall(r"\([A-Z]\w+(?: and [A-Z]\w+)?, (?:19|20)\d\d\)", words) == []
    claims = (ROOT / "report/published/claims.yaml").read_text(encoding="utf-8")
    known = {f"{work.names}, {work.year}" for work in REFERENCES.values()}
    assert set(re.findall(r"\(([A-Z]\w+(?: and [A-Z]\w+)?, (?:19|20)\d\d)\)", claims)) <= known


def test_references_are_in_the_order_of_their_names_with_addresses_that_ask_for_no_plain_text():
    works = list(REFERENCES.values())
    assert [work.names for work in works] == sorted(work.names for work in works)
    assert all(work.url.startswith("https://") for work in works)
    assert len({work.url for work in works}) == len(works)


def test_a_typed_number_would_be_found():
    assert typed_digits('<p class="a1">{{ x[1] }} (Wilson, 1927) is 84.07 %</p>') == ["84.07"]
    assert typed_digits_in_sentences('{% call m.table("sweep", "All 8 widths.", rows) %}') == ["8"]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "report/captions").rglob("*.rst")), ids=lambda path: path.stem
)
def test_every_caption_is_one_to_three_sentences(path):
    caption = path.read_text(encoding="utf-8")
    assert 1 <= len(re.findall(r"[.!?](?:\s|$)", caption)) <= 3
    assert len(caption.split()) > 15


@pytest.mark.parametrize(
    "path", sorted((ROOT / "report/captions").glob("*/*.rst")), ids=lambda path: path.stem
)
def test_every_figure_names_the_function_that_drew_it(path):
    figure = Figure(
        "x", f"{path.parent.name}/figures/x.svg", b"", b"", f"captions/{path.parent.name}/{path.name}"
    )
    assert f"\ndef {figure.function}(" in (ROOT / figure.script).read_text(encoding="utf-8")
