"""The whole report in a real browser: quiet, quick, reached by keyboard, readable by day, by night and on a phone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"viewport": {"width": 380, "height": 780}}
USABLE_SECONDS = 2
OPENED = '.view .look[aria-expanded="true"]:enabled'


@pytest.fixture(scope="session")
def report(finished_run) -> Path:
    return finished_run / "report/report.html"


@pytest.fixture(scope="session")
def pictures(tmp_path_factory) -> Path:
    """Where screenshots go: the folder that HIDDEN_UNITS_SCREENSHOTS names, or one that is soon forgotten."""
    folder = os.environ.get("HIDDEN_UNITS_SCREENSHOTS")
    return Path(folder).resolve() if folder else tmp_path_factory.mktemp("screenshots")


def walk(page) -> None:
    """Bring every part of the page near once, for some begin when they are seen, and return to its top."""
    page.evaluate(
        """async () => {
          for (let y = 0; y < document.documentElement.scrollHeight; y += 800) {
            window.scrollTo({ top: y, behavior: "instant" });
            await new Promise((done) => setTimeout(done, 30));
          }
          window.scrollTo({ top: 0, behavior: "instant" });
        }"""
    )


def open_views(page) -> int:
    """Open every view, wait until all stand, and return how many there are."""
    walk(page)
    buttons = page.locator(".view .look")
    for button in buttons.all():
        button.click()
    page.wait_for_function(
        "([opened, all]) => document.querySelectorAll(opened).length === all", arg=[OPENED, buttons.count()]
    )
    return buttons.count()


def violations(page) -> list[tuple[str, str]]:
    """What axe finds serious or critical, with the place of each."""
    return [
        (item["id"], node["html"][:200])
        for item in Axe().run(page).response["violations"]
        if item["impact"] in ("serious", "critical")
        for node in item["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit, report, scheme):
    assert violations(visit(report, color_scheme=scheme)) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_with_every_view_open(visit, report, scheme):
    page = visit(report, color_scheme=scheme)
    assert open_views(page) > 0
    assert violations(page) == []


def test_every_view_opens_and_the_printed_picture_comes_back(visit, report):
    page = visit(report)
    open_views(page)
    for view in page.locator("figure:has(.look)").all():
        stage, picture = view.locator(".stage"), view.locator("img").first
        assert stage.is_visible() and not picture.is_visible()
        assert stage.evaluate("(stage) => stage.childElementCount > 0"), view.get_attribute("id")
        view.locator(".look").click()
        assert picture.is_visible() and not stage.is_visible()


def test_without_scripts_every_figure_stands_there_and_nothing_that_does_not_work(visit, report):
    page = visit(report, java_script_enabled=False)
    assert page.locator("figure > img").count() > 10
    assert all(picture.is_visible() for picture in page.locator("figure > img").all())
    assert page.locator("button:visible").count() == 0


# What can be used, the id of each in an attribute; a group of radio buttons has one stop.
MARK = """() => {
  const usable = "a[href], button, input, select, textarea, summary, [tabindex='0'], [contenteditable]";
  const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length;
  const isStop = (element) => seen(element) && !element.disabled && element.tabIndex >= 0
    && !(element.type === "radio" && !element.checked);
  return [...document.querySelectorAll(usable)].filter(isStop).map((element, place) => {
    element.dataset.stop = place;
    return `${place} ${element.outerHTML.slice(0, 120)}`;
  });
}"""


def test_the_tab_key_comes_to_everything_that_can_be_used(visit, report):
    page = visit(report)
    open_views(page)
    stops = page.evaluate(MARK)
    page.evaluate(
        "() => { document.activeElement.blur(); window.scrollTo({ top: 0, behavior: 'instant' }); }"
    )
    reached = []
    for _ in range(len(stops) + 40):  # places that scroll are stops too
        page.keyboard.press("Tab")
        reached.append(page.evaluate("() => document.activeElement.dataset.stop ?? null"))
    in_order = [int(stop) for stop in dict.fromkeys(reached) if stop is not None]
    assert [stops[place] for place in set(range(len(stops))) - set(in_order)] == []
    assert in_order == sorted(in_order), "the order of the Tab key is not that of the page"


def test_what_looks_as_if_it_could_be_clicked_can_be_reached_by_keyboard(visit, report):
    page = visit(report)
    open_views(page)
    unreachable = page.evaluate(
        """() => [...document.querySelectorAll("body *")].filter((element) =>
            element.getClientRects().length && getComputedStyle(element).cursor === "pointer"
            && !element.closest("a[href], button, input, select, label, summary, [tabindex]")
        ).map((element) => element.outerHTML.slice(0, 120))"""
    )
    assert unreachable == []


def test_the_first_tab_leads_past_the_contents(visit, report):
    page = visit(report)
    page.keyboard.press("Tab")
    skip = page.evaluate("() => [document.activeElement.textContent, document.activeElement.hash]")
    assert skip[0] == "Skip to the report" and page.locator(skip[1]).count() == 1


def background(page) -> str:
    return page.evaluate("() => getComputedStyle(document.body).backgroundColor")


def test_the_button_of_the_colours_goes_round_and_is_remembered(visit, report):
    page = visit(report, color_scheme="light")
    button, day = page.locator(".theme"), background(page)
    button.click()
    assert button.inner_text() == "Colours: light" and background(page) == day
    button.click()
    night = background(page)
    assert button.inner_text() == "Colours: dark" and night != day
    page.reload()
    assert page.locator(".theme").inner_text() == "Colours: dark" and background(page) == night
    page.locator(".theme").click()
    assert background(page) == day
    page.emulate_media(color_scheme="dark")
    assert background(page) == night


def test_the_contents_mark_where_the_reader_is(visit, report):
    page = visit(report, viewport={"width": 1280, "height": 900})
    marks = {}
    for heading in page.locator("section.chapter[id], section.chapter h3[id]").all():
        place = heading.get_attribute("id")
        marks[place] = page.evaluate(
            """async (id) => {
              const top = document.getElementById(id).getBoundingClientRect().top + window.scrollY;
              window.scrollTo({ top: top - 20, behavior: "instant" });
              await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
              const reachesTop = Math.abs(document.getElementById(id).getBoundingClientRect().top - 20) < 2;
              const current = [...document.querySelectorAll("#contents [aria-current]")].map((link) => link.hash);
              // The heading of a chapter is that of its first section too if both stand together.
              return reachesTop ? current : null;
            }""",
            place,
        )
    assert all(mark is None or len(mark) == 1 for mark in marks.values())
    followed = [place for place, mark in marks.items() if mark == [f"#{place}"]]
    sections = page.locator("section.chapter h3[id]").count()
    # A chapter that opens with a section is marked by that section; at the end nothing can be scrolled further.
    assert len(followed) >= sections - 3
    assert page.locator("#contents").evaluate("(list) => list.getBoundingClientRect().top") < 5


def test_the_numbers_of_every_figure_are_saved_byte_for_byte(visit, report, finished_run):
    page = visit(report, accept_downloads=True)
    buttons = page.locator(".file button").all()
    assert len(buttons) > 10
    for button in buttons:
        name = button.inner_text().removesuffix(" ↓").strip()
        with page.expect_download() as event:
            button.click()
        assert event.value.suggested_filename == Path(name).name
        assert Path(event.value.path()).read_bytes() == (finished_run / name).read_bytes()


def test_the_page_is_usable_within_two_seconds(visit, report):
    """From the navigation to the first act of a reader that is painted; the best of three, for machines are busy."""
    seconds = []
    for _ in range(3):
        page = visit(report)
        page.locator(".theme").click()
        painted, parsed = page.evaluate(
            """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done([
              performance.now(), performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd,
            ].map((time) => time / 1000)))))"""
        )
        print(f"parsed after {parsed:.2f} s, first act painted after {painted:.2f} s")
        seconds.append(painted)
    assert min(seconds) < USABLE_SECONDS


def test_the_page_is_at_most_eight_megabytes(report):
    assert report.stat().st_size <= 8e6


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("light", {"color_scheme": "light"}),
        ("dark", {"color_scheme": "dark"}),
        ("narrow-light", {**PHONE, "color_scheme": "light"}),
        ("narrow-dark", {**PHONE, "color_scheme": "dark"}),
    ],
)
@pytest.mark.parametrize("is_open", [False, True], ids=["printed", "views"])
def test_nothing_stands_out_of_the_window(visit, report, pictures, name, settings, is_open):
    """With a picture of every chapter, for people to look at."""
    page = visit(report, **settings)
    if is_open:
        open_views(page)
    assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0
    for chapter in page.locator("section.chapter").all():
        kind = f"{name}-views" if is_open else name
        chapter.screenshot(path=pictures / f"{chapter.get_attribute('id')}-{kind}.png")


def test_on_paper_nothing_is_left_of_what_the_browser_adds(visit, report, pictures):
    page = visit(report, viewport={"width": 794, "height": 1123})
    open_views(page)
    page.emulate_media(media="print")
    for what in (".view", ".theme", ".skip", ".stage"):
        assert page.locator(what).first.is_hidden(), what
    assert all(picture.is_visible() for picture in page.locator("figure > img").all())
    assert page.evaluate("() => getComputedStyle(document.documentElement).colorScheme") == "light"
    for chapter in page.locator("section.chapter").all():
        chapter.screenshot(path=pictures / f"{chapter.get_attribute('id')}-print.png")


def test_every_picture_has_words_and_every_figure_a_caption(visit, report):
    page = visit(report)
    texts = page.locator("figure > img").evaluate_all("(pictures) => pictures.map((picture) => picture.alt)")
    assert min(map(len, texts)) > 30 and len(set(texts)) == len(texts)
    captions = page.locator("figure").evaluate_all(
        "(figures) => figures.map((figure) => figure.querySelector('figcaption').innerText)"
    )
    assert min(map(len, captions)) > 30
    assert page.evaluate("() => document.documentElement.lang") == "en-GB"
    kana = page.evaluate(
        """() => {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const unmarked = [];
          while (walker.nextNode()) {
            const parent = walker.currentNode.parentElement;
            if (/[\\u3040-\\u30ff]/.test(walker.currentNode.data) && !parent.closest("script, [lang=ja]")) {
              unmarked.push(walker.currentNode.data);
            }
          }
          return unmarked;
        }"""
    )
    assert kana == []
