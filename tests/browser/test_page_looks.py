"""How the whole report looks: by day, by night, on phones, on paper, and to readers who listen."""

from __future__ import annotations

import pytest
from open_views import WALK, open_views, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKS = {
    "light": {"color_scheme": "light"},
    "dark on a phone": {"color_scheme": "dark", "viewport": {"width": 380, "height": 780}},
}
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


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_stands_out_of_the_window_and_axe_finds_nothing_serious(visit, report, look):
    page = visit(report, **LOOKS[look])
    page.evaluate(WALK)
    wider = "() => document.documentElement.scrollWidth - window.innerWidth"
    assert page.evaluate(wider) <= 0
    assert open_views(page) > 0
    assert page.evaluate(wider) <= 0
    assert page.evaluate(UNMARKED_KANA) == []
    assert violations(page) == []


# Pictures that are not whole on the screen, and tables that scroll without a sign.
CUT = """() => [...document.querySelectorAll("figure > svg")].filter((picture) => {
  const { left, right } = picture.getBoundingClientRect();
  return left < 0 || right > document.documentElement.clientWidth;
}).map((picture) => picture.parentElement.id)"""
UNSIGNED = """() => [...document.querySelectorAll("main *")].filter((element) => (
  element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX === "auto"
  && !getComputedStyle(element).backgroundImage.includes("gradient")
)).map((element) => element.outerHTML.slice(0, 100))"""


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_every_picture_is_whole_and_what_scrolls_is_shaded_at_its_edge(visit, report, width):
    page = visit(report, viewport={"width": width, "height": 780})
    assert page.evaluate(CUT) == []
    scrolling = "(tables) => tables.filter((table) => table.scrollWidth > table.clientWidth).length"
    assert page.locator(".table").evaluate_all(scrolling) > 5
    assert page.evaluate(UNSIGNED) == []


@pytest.mark.parametrize("touched", [False, True])
def test_on_a_phone_a_picture_without_a_view_can_be_enlarged(visit, report, touched):
    page = visit(report, viewport={"width": 390, "height": 780}, has_touch=touched)
    figure = page.locator("figure:not(:has(.view)):has(> svg)").first
    button, picture = figure.locator(".larger"), figure.locator("> svg")
    fitting = picture.bounding_box()["width"]
    button.tap() if touched else button.press("Enter")
    assert picture.bounding_box()["width"] > 1.3 * fitting and button.inner_text() == "Fit the screen"
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    figure.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("(figure) => figure.scrollLeft > 0", arg=figure.element_handle())
    assert violations(page) == []
    button.tap() if touched else button.press("Enter")
    assert picture.bounding_box()["width"] == fitting


DRAWN = "(picture) => getComputedStyle(picture).filter !== 'none'"


@pytest.mark.parametrize(
    ("settings", "turned"),
    [
        ({"color_scheme": "light"}, False),
        ({"color_scheme": "dark"}, True),
        ({"color_scheme": "dark", "forced_colors": "active"}, False),
    ],
)
def test_by_night_drawings_are_light_on_dark_and_characters_keep_their_ink(visit, report, settings, turned):
    page = visit(report, **settings)
    characters = page.locator("#figure-samples > svg, [id^=figure-mistakes-] > svg")
    drawings = page.locator("figure:not(#figure-samples, [id^=figure-mistakes-]) > svg, .picture img")
    assert {each.evaluate(DRAWN) for each in drawings.all()} == {turned}
    assert {each.evaluate(DRAWN) for each in characters.all()} == {False}
    page.emulate_media(media="print")
    assert not drawings.first.evaluate(DRAWN)


def test_on_paper_nothing_is_left_of_what_the_browser_adds(visit, report):
    page = visit(report, viewport={"width": 794, "height": 1123}, color_scheme="dark")
    open_views(page)
    page.emulate_media(media="print")
    for what in (".view", ".theme", ".skip", ".stage"):
        assert page.locator(what).first.is_hidden(), what
    assert all(picture.is_visible() for picture in page.locator("figure > svg").all())
    assert page.evaluate("() => getComputedStyle(document.documentElement).colorScheme") == "light"
