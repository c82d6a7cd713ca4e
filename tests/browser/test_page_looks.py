"""How the whole report looks: by day, by night, on phones, on paper, and to readers who listen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from open_views import WALK, open_views

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"viewport": {"width": 380, "height": 780}}
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "narrow-light": {**PHONE, "color_scheme": "light"},
    "narrow-dark": {**PHONE, "color_scheme": "dark"},
}


@pytest.fixture(scope="session")
def pictures(tmp_path_factory) -> Path:
    """Where screenshots go: the folder that HIDDEN_UNITS_SCREENSHOTS names, or one that is soon forgotten."""
    folder = os.environ.get("HIDDEN_UNITS_SCREENSHOTS")
    return Path(folder).resolve() if folder else tmp_path_factory.mktemp("screenshots")


def violations(page) -> list[tuple[str, str]]:
    """What axe finds serious or critical, with the place of each."""
    return [
        (item["id"], node["html"][:200])
        for item in Axe().run(page).response["violations"]
        if item["impact"] in ("serious", "critical")
        for node in item["nodes"]
    ]


def save_chapters(page, folder: Path, name: str) -> None:
    """A picture of every chapter, for people to look at."""
    folder.mkdir(parents=True, exist_ok=True)
    for chapter in page.locator("section.chapter").all():
        chapter.screenshot(path=folder / f"{chapter.get_attribute('id')}-{name}.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit, report, scheme):
    assert violations(visit(report, color_scheme=scheme)) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_with_every_view_open(visit, report, scheme):
    page = visit(report, color_scheme=scheme)
    assert open_views(page) > 0
    assert violations(page) == []


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("has_views", [False, True], ids=["printed pictures", "views"])
def test_nothing_stands_out_of_the_window(visit, report, pictures, look, has_views):
    page = visit(report, **LOOKS[look])
    page.evaluate(WALK)
    if has_views:
        open_views(page)
    save_chapters(page, pictures, f"{look}-views" if has_views else look)
    assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_on_paper_nothing_is_left_of_what_the_browser_adds(visit, report, pictures):
    page = visit(report, viewport={"width": 794, "height": 1123}, color_scheme="dark")
    open_views(page)
    page.emulate_media(media="print")
    save_chapters(page, pictures, "print")
    for what in (".view", ".theme", ".skip", ".stage"):
        assert page.locator(what).first.is_hidden(), what
    assert all(picture.is_visible() for picture in page.locator("figure > img").all())
    assert page.evaluate("() => getComputedStyle(document.documentElement).colorScheme") == "light"


# Text with kana outside of anything that is marked as Japanese.
UNMARKED_KANA = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const unmarked = [];
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (/[\\u3040-\\u30ff]/.test(data) && !parentElement.closest("script, [lang=ja]")) unmarked.push(data);
  }
  return unmarked;
}"""


def test_figures_have_words_for_all_readers_and_kana_are_marked_as_japanese(visit, report):
    page = visit(report)
    texts = page.locator("figure > img").evaluate_all("(pictures) => pictures.map((picture) => picture.alt)")
    assert min(map(len, texts)) > 30 and len(set(texts)) == len(texts)
    captions = page.locator("figure > figcaption").all_inner_texts()
    assert len(captions) == page.locator("figure").count() and min(map(len, captions)) > 30
    assert page.evaluate("() => document.documentElement.lang") == "en-GB"
    page.evaluate(WALK)
    open_views(page)
    assert page.evaluate(UNMARKED_KANA) == []
