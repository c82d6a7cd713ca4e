"""What a reader takes along: pictures, the address of a figure and of a view's state, steps that play."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from open_views import look

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIGURE, STATES = "learned", "srn-states"
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


def action(page, figure: str, words: str):
    return page.locator(f"#figure-{figure} .take button", has_text=words)


def test_a_picture_is_saved_as_svg_and_as_png_of_twice_the_size(visit, report, finished_run):
    page = visit(report, color_scheme="dark")
    with page.expect_download() as event:
        action(page, FIGURE, "SVG").click()
    assert event.value.suggested_filename == f"figure-{FIGURE}.svg"
    drawn = Path(event.value.path()).read_text(encoding="utf-8")
    original = (finished_run / f"checkerboard/figures/{FIGURE}.svg").read_text(encoding="utf-8")
    # The page's fonts are in it, and all else of the run's own file.
    assert "font/woff2" in drawn and re.findall("<text.*?</text>", drawn) == re.findall(
        "<text.*?</text>", original
    )
    assert drawn.count("<path") == original.count("<path") > 10
    with page.expect_download() as event:
        action(page, FIGURE, "PNG").click()
    assert event.value.suggested_filename == f"figure-{FIGURE}.png"
    png = Path(event.value.path()).read_bytes()
    picture = page.locator(f"#figure-{FIGURE} > svg")
    natural = picture.evaluate(
        "({ width, height }) => [width, height].map((side) => Math.floor(side.baseVal.value))"
    )
    assert png.startswith(b"\x89PNG")
    assert list(struct.unpack(">II", png[16:24])) == [2 * side for side in natural]


def test_the_row_is_one_stop_of_the_tab_key_and_says_what_it_did(visit, report):
    page = visit(report, **CLIPBOARD)
    assert page.locator(".take").count() == page.locator("figure:has(> svg)").count() > 0
    action(page, FIGURE, "SVG").focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.textContent === 'copied'")
    kinds = page.evaluate("async () => (await navigator.clipboard.read()).flatMap((item) => item.types)")
    assert kinds == ["image/png"]
    page.wait_for_function("() => document.activeElement.textContent === 'copy'")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('.take')") is None
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.textContent === 'copied'")
    address = page.evaluate("() => navigator.clipboard.readText()")
    assert address == f"{report.as_uri()}#figure-{FIGURE}"


def test_a_button_that_may_not_copy_says_so(visit, report):
    refusing = "navigator.clipboard.writeText = () => Promise.reject(new Error('no'));"
    page = visit(report, script=refusing, has_touch=True)
    action(page, FIGURE, "link").tap()
    page.wait_for_selector(f"#figure-{FIGURE} .take >> text=not allowed here")


def state(page) -> dict[str, str]:
    """What the address says."""
    return {name: value for name, (value,) in parse_qs(page.evaluate("location.hash.slice(1)")).items()}


def test_the_address_holds_the_state_of_a_view_and_brings_it_back(visit, report):
    page = visit(report, viewport={"width": 390, "height": 800})
    stage = look(page, STATES)
    stage.get_by_label("String", exact=True).select_option("2")
    page.locator(f"#figure-{STATES}-slider").press("ArrowRight")
    page.get_by_label("Symbols read: one step forward").click()
    page.wait_for_function("() => location.hash.endsWith('k=2')")
    assert state(page) == {"figure": STATES, "network": "0", "string": "2", "k": "2"}
    read = stage.locator("dd").all_inner_texts()
    page.reload()
    page.wait_for_selector(f'#figure-{STATES} .look[aria-expanded="true"]')
    page.wait_for_function(f"() => document.getElementById('figure-{STATES}-slider').value === '2'")
    assert stage.locator("dd").all_inner_texts() == read
    page.wait_for_function(
        "(id) => Math.abs(document.getElementById(id).getBoundingClientRect().top) < 100",
        arg=f"figure-{STATES}",
    )
    page.keyboard.press("Escape")
    assert page.evaluate("location.hash") == f"#figure-{STATES}" and stage.is_hidden()
    # Another address on the same page; what is not on offer changes nothing.
    page.evaluate("() => { location.hash = '#figure=learned&units=99&speed=10'; }")
    page.wait_for_selector('#figure-learned .look[aria-expanded="true"]')
    page.wait_for_function("() => document.getElementById('figure-learned-speed').value === '10'")
    assert page.locator("#figure-learned-units").input_value() == "4"


@pytest.mark.parametrize("hand", ["mouse", "finger", "keys"])
def test_a_string_plays_to_its_end_and_from_its_start_again(visit, report, hand):
    page = visit(report, has_touch=hand == "finger")
    stage, slider = look(page, STATES), page.locator(f"#figure-{STATES}-slider")
    stage.get_by_label("String", exact=True).select_option("1")
    play = stage.locator(".play")
    slider.press("End")
    last = slider.input_value()
    # Each step is noted as it is shown: a busy machine may look too seldom to see the first.
    slider.evaluate("""(slider) => {
        window.seen = [];
        const note = new MutationObserver(() => seen.push(slider.value));
        const all = { subtree: true, childList: true, characterData: true, attributes: true };
        note.observe(slider.closest("figure"), all);
    }""")
    {"mouse": play.click, "finger": play.tap, "keys": lambda: play.press("Enter")}[hand]()
    page.wait_for_function("() => seen.includes('0')")
    page.wait_for_function("() => document.querySelector('#figure-srn-states .play').textContent === 'Play'")
    assert slider.input_value() == last


def test_each_heading_has_a_mark_with_its_address(visit, report):
    page = visit(report)
    headings, marks = page.locator(".chapter > h2, h3[id]"), page.locator(".anchor")
    assert marks.count() == headings.count() > 10
    mark = marks.nth(5)
    assert mark.evaluate("(mark) => getComputedStyle(mark).opacity") == "0"
    mark.focus()
    assert mark.evaluate("(mark) => getComputedStyle(mark).opacity") == "1"
    page.keyboard.press("Enter")
    place = page.locator(page.evaluate("location.hash"))
    assert place.locator(".anchor").first.get_attribute("href") == mark.get_attribute("href")
    page.emulate_media(media="print")
    assert not mark.is_visible() and not page.locator(".take").first.is_visible()
