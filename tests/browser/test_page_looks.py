"""How the whole report looks: by day, by night, on phones, on paper, and to readers who listen."""

from __future__ import annotations

import io

import numpy as np
import pytest
from open_views import WALK, open_views, violations
from PIL import Image

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


# Of each entry of a key how far its words go beyond its right, in points.
BEYOND = """(entries) => entries.map((entry) => {
  const { x, width } = entry.viewBox.baseVal;
  const drawn = document.querySelector(entry.querySelector("use").getAttribute("href"));
  const words = [...drawn.querySelectorAll("text")].map((text) => text.getBBox());
  const own = words.filter((box) => box.x >= x && box.x < x + width);
  return Math.max(...own.map((box) => box.x + box.width)) - x - width;
})"""


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_every_picture_is_whole_and_what_scrolls_is_shaded_at_its_edge(visit, report, width):
    page = visit(report, viewport={"width": width, "height": 780})
    assert page.evaluate(CUT) == []
    stacks = page.locator("figure:has(> svg[data-panels]:not([hidden])) > .panels")
    assert stacks.count() > 10 and all(stack.is_visible() for stack in stacks.all())
    # A key's entries are in one place, with room for their words.
    assert stacks.locator(".entry").count() == stacks.locator(".entries > .entry").count() > 20
    beyond = stacks.locator(".entry").evaluate_all(BEYOND)
    assert min(beyond) > -20 and max(beyond) <= 0
    scrolling = "(tables) => tables.filter((table) => table.scrollWidth > table.clientWidth).length"
    assert page.locator(".table").evaluate_all(scrolling) > 5
    assert page.evaluate(UNSIGNED) == []


def test_in_forced_colours_too_a_table_that_scrolls_is_shaded_at_its_edge(visit, report):
    page = visit(report, viewport={"width": 390, "height": 780}, forced_colors="active", color_scheme="light")
    scrolling = "(tables) => tables.findIndex((table) => table.scrollWidth > table.clientWidth + 40)"
    tables = page.locator(".table")
    table = tables.nth(tables.evaluate_all(scrolling))
    table.scroll_into_view_if_needed()

    def usual(side: str) -> int:
        box = table.bounding_box()
        # The median row is no line, and no letter, whose ground is the page's.
        left = box["x"] + 1 if side == "left" else box["x"] + box["width"] - 4
        clip = {"x": left, "y": box["y"], "width": 3, "height": box["height"]}
        strip = np.asarray(Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("L"))
        return int(np.median(strip.max(axis=1)))

    assert usual("left") > 250 and usual("right") < 120
    table.evaluate("(table) => table.scrollTo({ left: table.scrollWidth, behavior: 'instant' })")
    assert usual("left") < 120 and usual("right") > 250


# The smallest letters of each figure of the main text as they are on the screen, in pixels.
LETTERS = """() => Object.fromEntries([
  ...document.querySelectorAll(".chapter:not(.appendix) figure > svg")
].map((picture) => {
  const parts = [...picture.parentElement.querySelectorAll(":scope > .panels svg")];
  const sizes = (parts.length ? parts : [picture]).flatMap((shown) => {
    const scale = shown.getBoundingClientRect().width / shown.viewBox.baseVal.width;
    const used = [...shown.querySelectorAll("use")];
    const drawn = used.map((use) => picture.querySelector(use.getAttribute("href")));
    return (parts.length ? drawn : [picture]).flatMap((part) => [...part.querySelectorAll("text")])
      .map((text) => scale * parseFloat(getComputedStyle(text).fontSize));
  });
  return [picture.parentElement.id, Math.min(...sizes)];
}))"""


def test_on_a_phone_no_letters_of_the_main_text_are_below_nine_pixels_but_of_matrices(visit, report):
    sizes = visit(report, viewport={"width": 390, "height": 780}).evaluate(LETTERS)
    assert len(sizes) > 10
    # A matrix has a view.
    small = {figure for figure, size in sizes.items() if size < 9}
    assert {figure for figure in small if not figure.startswith("figure-confusion")} == set()


@pytest.mark.parametrize("touched", [False, True])
def test_on_a_phone_a_picture_without_a_view_can_be_enlarged(visit, report, touched):
    page = visit(report, viewport={"width": 390, "height": 780}, has_touch=touched)
    figure = page.locator("figure:not(:has(.view)):has(> svg:not([data-panels]))").first
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


# Letters that are in no panel of their picture.
OUTSIDE = """() => [...document.querySelectorAll("figure > svg[data-panels]")].flatMap((picture) => {
  const boxes = picture.dataset.panels.split(",").map((box) => box.split(" ").map(Number));
  const place = picture.getCTM().inverse();
  return [...picture.querySelectorAll("text")].filter((text) => {
    const { x, y, width, height } = text.getBBox();
    const middle = new DOMPoint(x + width / 2, y + height / 2).matrixTransform(place.multiply(text.getCTM()));
    return !boxes.some(([left, top, wide, high]) => (
      left <= middle.x && middle.x <= left + wide && top <= middle.y && middle.y <= top + high));
  }).map((text) => `${picture.parentElement.id}: ${text.textContent}`);
})"""
# The paper of each drawing, and the colours of its letters.
COLOURS = """() => [...document.querySelectorAll("figure > svg")].map((picture) => (
  [picture.querySelector("path"), ...picture.querySelectorAll("text")]
    .map((each) => getComputedStyle(each).fill)))"""
WHITE, INK, NIGHT, LIGHT = "rgb(255, 255, 255)", "rgb(29, 37, 48)", "rgb(20, 25, 31)", "rgb(230, 233, 237)"


@pytest.mark.parametrize(
    ("settings", "paper", "ink"),
    [
        ({"color_scheme": "light"}, WHITE, INK),
        ({"color_scheme": "dark"}, NIGHT, LIGHT),
        ({"color_scheme": "dark", "forced_colors": "active"}, NIGHT, LIGHT),
    ],
)
def test_drawings_have_the_colours_of_the_page_and_of_the_file_in_print(visit, report, settings, paper, ink):
    page = visit(report, **settings)
    drawings = page.evaluate(COLOURS)
    assert {drawing[0] for drawing in drawings} == {paper}
    assert sum(ink in drawing for drawing in drawings) > 0.9 * len(drawings)
    assert page.evaluate(OUTSIDE) == []
    page.emulate_media(media="print")
    assert {drawing[0] for drawing in page.evaluate(COLOURS)} == {WHITE}


def test_in_forced_colours_the_current_place_and_small_buttons_are_underlined(visit, report):
    page = visit(report, viewport={"width": 1300, "height": 800}, forced_colors="active")
    page.locator("h2[id]").nth(2).scroll_into_view_if_needed()
    for what in ("#contents a[aria-current]", ".take button"):
        page.wait_for_selector(what, state="attached")
        line = page.locator(what).first.evaluate("(element) => getComputedStyle(element).textDecorationLine")
        assert line == "underline", what


def test_on_paper_nothing_is_left_of_what_the_browser_adds(visit, report):
    page = visit(report, viewport={"width": 794, "height": 1123}, color_scheme="dark")
    open_views(page)
    page.emulate_media(media="print")
    for what in (".view", ".theme", ".skip", ".stage"):
        assert page.locator(what).first.is_hidden(), what
    assert all(picture.is_visible() for picture in page.locator("figure > svg").all())
    assert page.evaluate("() => getComputedStyle(document.documentElement).colorScheme") == "light"
