"""The whole report in a real browser: quiet, quick, for keyboards, and with its numbers to take away."""

from __future__ import annotations

from pathlib import Path

import pytest
from open_views import open_views

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LARGEST_BYTES = 8e6
# Chromium asks its user before it lets a page save more files than these.
FILES_AT_ONCE = 10


LOOKS_USABLE = """() => [...document.querySelectorAll("body *")].filter((element) =>
  element.getClientRects().length && getComputedStyle(element).cursor === "pointer"
  && !element.matches("figure:has(.look) > svg")
  && !element.closest("a[href], button, input, select, label, summary, [tabindex], svg, .js-plotly-plot")
).map((element) => element.outerHTML.slice(0, 120))"""


def test_every_view_opens_and_the_printed_picture_comes_back(visit, report):
    page = visit(report)
    open_views(page)
    # What looks as if it could be clicked is usable by keyboard; charts only show values at the pointer,
    # and what a picture opens its button opens too.
    assert page.evaluate(LOOKS_USABLE) == []
    for figure in page.locator("figure:has(.look)").all():
        stage, picture = figure.locator(".stage"), figure.locator("> svg")
        assert stage.is_visible() and not picture.is_visible()
        assert stage.evaluate("(stage) => stage.childElementCount > 0"), figure.get_attribute("id")
        figure.locator(".look").click()
        assert picture.is_visible() and not stage.is_visible()


def test_without_scripts_every_figure_stands_there_and_no_button_that_does_nothing(visit, report):
    page = visit(report, java_script_enabled=False)
    printed = page.locator("figure > svg").all()
    assert len(printed) > 10 and all(picture.is_visible() for picture in printed)
    assert not any(button.is_visible() for button in page.locator("button").all())


# Marks what can be used with its place in the page; of a group of radio buttons one is a stop.
MARK = """() => {
  const usable = "a[href], button, input, select, textarea, summary, [tabindex='0'], [contenteditable]";
  const isStop = (element) => element.checkVisibility({ visibilityProperty: true })
    && element.getClientRects().length && !element.disabled && element.tabIndex >= 0
    && (element.type !== "radio" || element.checked);
  return [...document.querySelectorAll(usable)].filter(isStop).map((element, place) => {
    element.dataset.stop = place;
    return element.outerHTML.slice(0, 120);
  });
}"""


def test_the_tab_key_comes_to_everything_that_can_be_used_in_the_order_of_the_page(visit, report):
    page = visit(report)
    open_views(page)
    stops = page.evaluate(MARK)
    first = page.locator(".skip")
    first.focus()
    reached = [first.get_attribute("data-stop")]
    for _ in range(len(stops) + 40):  # a part that scrolls is a stop too
        page.keyboard.press("Tab")
        reached.append(page.evaluate("() => document.activeElement.dataset.stop ?? null"))
    in_order = [int(stop) for stop in dict.fromkeys(reached) if stop is not None]
    assert [stops[place] for place in set(range(len(stops))) - set(in_order)] == []
    assert in_order == sorted(in_order)


def test_the_first_tab_leads_past_the_contents(visit, report):
    page = visit(report)
    page.keyboard.press("Tab")
    words, place = page.evaluate("() => [document.activeElement.textContent, document.activeElement.hash]")
    assert words == "Skip to the report" and page.locator(place).count() == 1


def background(page) -> str:
    return page.evaluate("() => getComputedStyle(document.body).backgroundColor")


def test_the_button_of_the_colours_goes_round_and_is_remembered(visit, report):
    page = visit(report, color_scheme="light")
    button, day = page.locator(".theme"), background(page)
    button.click()
    assert button.inner_text() == "Theme: light" and background(page) == day
    button.click()
    night = background(page)
    assert button.inner_text() == "Theme: dark" and night != day
    page.reload()
    assert page.locator(".theme").inner_text() == "Theme: dark" and background(page) == night
    page.locator(".theme").click()
    assert background(page) == day
    page.emulate_media(color_scheme="dark")
    assert background(page) == night


# Brings a place to the top of the window; what the contents mark then, null if it does not come so far.
READ = """async (id) => {
  const place = document.getElementById(id);
  window.scrollTo({ top: place.getBoundingClientRect().top + window.scrollY - 20, behavior: "instant" });
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  if (Math.abs(place.getBoundingClientRect().top - 20) > 2) return null;
  return [...document.querySelectorAll("#contents [aria-current]")].map((link) => link.hash.slice(1));
}"""


def test_the_contents_mark_where_the_reader_is(visit, report):
    page = visit(report)
    headings = page.locator("section.chapter[id], section.chapter h3[id]")
    places = headings.evaluate_all("(headings) => headings.map((heading) => heading.id)")
    marks = {place: page.evaluate(READ, place) for place in places}
    # The last places cannot be brought to the top.
    marks = {place: mark for place, mark in marks.items() if mark is not None}
    assert len(marks) > len(places) / 2 and all(len(mark) == 1 for mark in marks.values())
    # What follows may already have come into the upper third of the window.
    following = dict(zip(places, [*places[1:], None], strict=True))
    assert [place for place, (mark,) in marks.items() if mark not in (place, following[place])] == []
    assert sum(mark == place for place, (mark,) in marks.items()) > len(marks) / 2
    assert page.locator("#contents").bounding_box()["y"] < 5


@pytest.mark.parametrize("width", [390, 1280])
def test_a_link_leads_to_its_place_though_views_open_on_the_way(visit, report, width):
    page = visit(report, viewport={"width": width, "height": 780})
    for address in ("beyond", "one-run"):
        page.locator(f"#contents a[href='#{address}']").evaluate("(link) => link.click()")
        page.wait_for_timeout(3000)
        assert page.locator("[data-open] .look[aria-expanded=true]").count() > 0
        place = page.locator(f"#{address}")
        top = place.evaluate("(place) => place.getBoundingClientRect().top")
        assert abs(top) <= 40, address
        # And the reader can go on from there.
        page.mouse.wheel(0, 300)
        page.wait_for_timeout(500)
        assert place.evaluate("(place) => place.getBoundingClientRect().top") < top - 200


def test_every_figure_has_one_download_of_its_numbers_byte_for_byte(visit, report, finished_run):
    page = visit(report)
    names = page.locator(".file button").all_inner_texts()
    figures, offering = page.locator("figure:has(> svg)"), page.locator("figure:has(.file button)")
    assert len(names) == figures.count() == offering.count() > 0
    for place, name in enumerate(names):
        if place % FILES_AT_ONCE == 0:
            page = visit(report)
        with page.expect_download() as event:
            page.locator(".file button").nth(place).click()
        path = finished_run / name.removesuffix(" ↓").strip()
        assert event.value.suggested_filename == path.name
        assert Path(event.value.path()).read_bytes() == path.read_bytes()


def test_the_page_is_at_most_eight_megabytes(report):
    assert report.stat().st_size <= LARGEST_BYTES
