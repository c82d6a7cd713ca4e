"""Every view of a page, opened, and what axe finds in a page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

# Brings every part of the page near once, for some begin when they are seen, and returns to its top.
WALK = """async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += 800) {
    window.scrollTo({ top: y, behavior: "instant" });
    await new Promise((done) => setTimeout(done, 30));
  }
  window.scrollTo({ top: 0, behavior: "instant" });
}"""
ALL_ARE_OPEN = """(all) => {
  const opened = document.querySelectorAll('.view .look[aria-expanded="true"]:enabled');
  return opened.length === all;
}"""


def look(page, figure: str):
    """Open a figure's view with the keyboard, unless it opens by itself, and return it when it is there."""
    place = page.locator(f"#figure-{figure}")
    if place.locator("[data-open]").count():
        place.scroll_into_view_if_needed()
    else:
        place.locator(".look").press("Enter")
    page.wait_for_selector(f'#figure-{figure} .look[aria-expanded="true"]')
    return place.locator(".stage")


def open_views(page) -> int:
    """Open every view, wait until all stand, and return how many there are."""
    page.evaluate(WALK)
    buttons = page.locator(".view .look")
    for button in page.locator(".view:not([data-open]) .look").all():
        button.click()
    page.wait_for_function(ALL_ARE_OPEN, arg=buttons.count())
    return buttons.count()


def violations(page) -> list[tuple[str, str]]:
    """What axe finds serious or critical, with the place of each."""
    return [
        (item["id"], node["html"][:200])
        for item in Axe().run(page).response["violations"]
        if item["impact"] in ("serious", "critical")
        for node in item["nodes"]
    ]
