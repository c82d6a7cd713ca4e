"""How the whole report looks: by day, by night, on phones, on paper, and to readers who listen."""

from __future__ import annotations

import pytest
from open_views import WALK, open_views, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "narrow": {"viewport": {"width": 380, "height": 780}},
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


def test_on_paper_nothing_is_left_of_what_the_browser_adds(visit, report):
    page = visit(report, viewport={"width": 794, "height": 1123}, color_scheme="dark")
    open_views(page)
    page.emulate_media(media="print")
    for what in (".view", ".theme", ".skip", ".stage"):
        assert page.locator(what).first.is_hidden(), what
    assert all(picture.is_visible() for picture in page.locator("figure > img").all())
    assert page.evaluate("() => getComputedStyle(document.documentElement).colorScheme") == "light"
