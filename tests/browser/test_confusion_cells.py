"""The cells of a confusion matrix in a real browser: what they say, show and look like."""

from __future__ import annotations

import io
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from altered_page import altered_page
from open_views import look as open_view
from PIL import Image

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MODEL = "netlin"
NAME = f"confusion-{MODEL}"
FIGURE = f"#figure-{NAME}"
LONG_NAMES = ["Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]


@pytest.fixture(scope="module")
def counts(finished_run) -> np.ndarray:
    """How often each class was taken for each, 40 images a class."""
    return np.loadtxt(
        finished_run / f"characters/{MODEL}/confusion.csv", delimiter=",", skiprows=1, dtype=int
    )


@pytest.fixture(scope="module")
def answers(finished_run) -> tuple[np.ndarray, np.ndarray]:
    """Labels of the test images and the outputs of the network that is shown."""
    seed = json.loads((finished_run / "characters/representatives.json").read_text())[MODEL]
    with np.load(finished_run / f"characters/{MODEL}/seed-{seed}/predictions.npz") as predictions:
        return predictions["labels"], predictions["log_probabilities"]


@pytest.fixture
def look(visit, report):
    """Opens the report, or another page, and in it the cells."""

    def open_cells(path: Path = report, **settings):
        page = visit(path, **settings)
        # Not with the mouse, which would be left where a cell appears, and look into that one.
        open_view(page, NAME)
        page.wait_for_selector(".cells")
        return page

    return open_cells


def cell(page, target: int, chosen: int):
    return page.locator(".cells tbody tr").nth(target).locator("td").nth(chosen)


def panel(page) -> str:
    """What is said of the cell that is looked into."""
    return " ".join(page.locator(".into").inner_text().split())


def focused(page) -> tuple[int, int]:
    """The cell that has the focus."""
    return tuple(
        page.evaluate(
            "() => [document.activeElement.parentNode.rowIndex - 2, document.activeElement.cellIndex - 1]"
        )
    )


def share(number: int) -> str:
    """As the page says it."""
    return f"{number} of 40 images, {number / 40:.1%}".replace("%", " %")


def worst(counts: np.ndarray) -> list[tuple[int, int]]:
    """The mistakes, the most frequent first."""
    mistakes = np.where(np.eye(10, dtype=bool), 0, counts)
    order = np.argsort(-mistakes, axis=None, kind="stable")
    return [(int(place) // 10, int(place) % 10) for place in order]


def test_the_cells_hold_the_counts_and_say_their_classes_and_share_to_those_who_hear_the_page(look, counts):
    page = look()
    shown = [
        [int(text) for text in row.locator("td").all_inner_texts()]
        for row in page.locator(".cells tbody tr").all()
    ]
    assert np.array_equal(shown, counts)
    assert (
        page.locator("[role=grid]").get_attribute("aria-label").startswith("Confusion matrix of NetLin, seed")
    )
    said = " ".join(cell(page, 2, 7).get_attribute("aria-label").split())
    assert said == f"target su, chosen ya: {share(counts[2, 7])}"


def test_at_first_the_most_frequent_mistake_is_looked_into(look, counts):
    page = look()
    assert worst(counts)[0] == (1, 8)
    assert panel(page).startswith(f"き ki → れ re {share(counts[1, 8])}")
    assert page.locator(".cells td.shown").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_under_high_contrast_cells_and_characters_keep_their_colours(look, counts, scheme):
    page = look(forced_colors="active", color_scheme=scheme)
    mistakes = counts * (1 - np.eye(len(counts), dtype=int))
    places = [np.unravel_index(order, counts.shape) for order in mistakes.argsort(axis=None)[[0, -1]]]
    colour = "element => getComputedStyle(element).backgroundColor"
    least, most = (cell(page, *map(int, place)).evaluate(colour) for place in places)
    character, paper = (page.locator(name).first.evaluate(colour) for name in (".character", ".stage"))
    assert least != most and character != paper
    shown = page.locator(".cells td.shown").evaluate("element => getComputedStyle(element).boxShadow")
    assert shown != "none"


def test_a_cell_under_the_pointer_shows_its_count_and_share_until_the_pointer_leaves(look, counts):
    page = look()
    before = panel(page)
    cell(page, 2, 7).hover()
    assert panel(page).startswith(f"す su → や ya {share(counts[2, 7])}")
    heads = page.locator(".cells th.current").all_inner_texts()
    assert [" ".join(text.split()) for text in heads] == ["や ya", "す su"]
    page.mouse.move(5, 5)
    assert panel(page) == before


def test_one_cell_is_on_the_way_of_the_tab_key_and_arrows_go_to_the_others(look, counts):
    page = look()
    page.locator(f"{FIGURE} select").focus()
    page.keyboard.press("Tab")
    assert focused(page) == worst(counts)[0]
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("() => document.activeElement.tagName") == "SELECT"
    cell(page, 4, 4).click()
    ways = [
        *[("ArrowUp", (3, 4)), ("ArrowLeft", (3, 3)), ("ArrowDown", (4, 3)), ("ArrowRight", (4, 4))],
        *[("Home", (4, 0)), ("End", (4, 9)), ("PageUp", (0, 9)), ("PageDown", (9, 9))],
        *[("Control+Home", (0, 0)), ("ArrowUp", (0, 0)), ("ArrowLeft", (0, 0)), ("Control+End", (9, 9))],
    ]
    for key, place in ways:
        page.keyboard.press(key)
        assert focused(page) == place, key
        assert share(counts[place]) in panel(page)
        assert page.locator(".cells td[tabindex='0']").count() == 1
    outline = cell(page, 9, 9).evaluate(
        "(cell) => getComputedStyle(cell).outlineStyle + getComputedStyle(cell).outlineWidth"
    )
    assert outline == "solid3px"


def test_a_finger_looks_into_a_cell(look, counts):
    page = look(viewport={"width": 380, "height": 800}, has_touch=True, is_mobile=True)
    cell(page, 6, 1).tap()
    assert panel(page).startswith(f"ま ma → き ki {share(counts[6, 1])}")


def test_every_mistaken_image_of_a_cell_is_shown_when_asked_for(look, counts, answers):
    labels, outputs = answers
    page = look()
    target, chosen = worst(counts)[0]
    number = counts[target, chosen]
    assert number > 4 and page.locator(".examples .character").count() == 3
    cell(page, target, chosen).focus()
    page.keyboard.press("Tab")
    button = page.locator(".into button")
    assert button.inner_text() == f"Show all {number}"
    page.keyboard.press("Enter")
    shown = [
        int(picture.get_attribute("aria-label").split()[2].rstrip(",")) - 1
        for picture in page.locator(".examples .character").all()
    ]
    members = np.flatnonzero((labels == target) & (outputs.argmax(axis=1) == chosen))
    assert shown == list(members[np.argsort(-outputs.max(axis=1)[members], kind="stable")])
    # Asked for once, they are shown of the next cell too, until the reader has enough.
    second = worst(counts)[1]
    cell(page, *second).click()
    assert page.locator(".examples .character").count() == counts[second] > 3
    button.press("Enter")
    assert button.evaluate("(button) => button === document.activeElement")
    assert page.locator(".examples .character").count() == 3


def test_the_same_cell_is_looked_into_of_another_network(look, finished_run):
    page = look()
    cell(page, 2, 7).click()
    networks = page.locator(f"{FIGURE} select")
    assert networks.locator("option").count() == 3
    networks.select_option(index=2)
    other = np.loadtxt(
        finished_run / "characters/netconv/confusion.csv", delimiter=",", skiprows=1, dtype=int
    )
    page.wait_for_function(
        "() => document.querySelector('[role=grid]').getAttribute('aria-label').includes('NetConv')"
    )
    assert panel(page).startswith(f"す su → や ya {share(other[2, 7])}")
    shown = [
        int(text)
        for row in page.locator(".cells tbody tr").all()
        for text in row.locator("td").all_inner_texts()
    ]
    assert np.array_equal(np.reshape(shown, (10, 10)), other)
    assert page.locator(f"{FIGURE} .note").inner_text().startswith("This is NetConv, seed")
    assert "network=2" in page.evaluate(
        "async () => { await new Promise((done) => setTimeout(done, 700)); return location.hash; }"
    )
    networks.select_option(index=0)
    page.wait_for_function("() => !document.querySelector('#figure-confusion-netlin .note').textContent")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pictures_are_those_of_the_cell(look, finished_run, counts, answers, scheme):
    labels, outputs = answers
    page = look(color_scheme=scheme)
    page.add_style_tag(content=".into .character { width: 56px !important; }")
    flat = np.load(finished_run / "data/test_images.npy").reshape(len(labels), -1).astype(float)
    for place in [*worst(counts)[:2], (5, 5)]:
        cell(page, *place).click()
        pictures = page.locator(".examples .character").all()
        members = np.flatnonzero((labels == place[0]) & (outputs.argmax(axis=1) == place[1]))
        # The most confident come first, a few at first.
        expected = members[np.argsort(-outputs.max(axis=1)[members], kind="stable")][:3]
        assert len(pictures) == len(expected) == 3
        for picture, index in zip(pictures, expected, strict=True):
            assert f"test image {index + 1}," in picture.get_attribute("aria-label")
            shown = Image.open(io.BytesIO(picture.screenshot())).convert("L").resize((28, 28))
            shown = np.asarray(shown).astype(float)
            ink = shown if scheme == "dark" else 255 - shown
            likeness = [np.corrcoef(ink.ravel(), image)[0, 1] for image in flat]
            assert np.argmax(likeness) == index and likeness[index] > 0.9


CONTRASTS = """(cells) => cells.map((cell) => {
  const level = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number).map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, k) => sum + [0.2126, 0.7152, 0.0722][k] * value, 0);
  const { color, backgroundColor } = getComputedStyle(cell);
  const [low, high] = [level(color), level(backgroundColor)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
})"""


def test_every_count_can_be_read_by_day_and_by_night(look):
    page = look(color_scheme="light")
    seen = []
    for theme in ("auto", "light", "dark"):
        mistakes = page.locator(".cells td:not(.right)")
        assert min(mistakes.evaluate_all(CONTRASTS)) >= 4.5, theme
        seen.append(mistakes.first.evaluate("(cell) => cell.style.backgroundColor"))
        page.locator(".theme").click()
    assert seen[0] == seen[1] != seen[2]


def test_names_of_the_users_own_classes_stay_text_and_fit_a_phone(look, counts, report, tmp_path):
    names = ["<script>alert(1)</script>", *LONG_NAMES]
    classes = [{"romaji": name, "kana": ""} for name in names]
    page = look(
        altered_page(report, tmp_path / "page.html", {}, {NAME: {"classes": classes}}),
        viewport={"width": 380, "height": 800},
    )
    cell(page, 0, 7).click()
    assert panel(page).startswith(f"<script>alert(1)</script> → Sneaker {share(counts[0, 7])}")
    assert page.locator(".cells").evaluate("(cells) => cells.scrollWidth <= cells.clientWidth")


def test_a_network_without_mistakes_shows_what_it_found(look, report, tmp_path):
    perfect = pd.DataFrame(40 * np.eye(10, dtype=int))
    page = look(altered_page(report, tmp_path / "page.html", {NAME: perfect}))
    assert panel(page).startswith(f"お o, right {share(40)}")
    cell(page, 0, 1).hover()
    assert panel(page).startswith(f"お o → き ki {share(0)}")


SEEN_NAMES = """(heads) => heads.map((head) => {
  const { color, fontSize } = getComputedStyle(head);
  const { top, bottom, left, right } = head.firstChild.getBoundingClientRect();
  return { color, text: head.innerText, top, bottom, left, right, size: parseFloat(fontSize) };
}).filter((name) => name.color !== "rgba(0, 0, 0, 0)")"""


@pytest.mark.parametrize("width", [380, 1200])
@pytest.mark.parametrize("many", [31, 100])
def test_names_of_many_classes_are_large_enough_and_apart_and_the_current_ones_are_seen(
    look, report, tmp_path, many, width
):
    classes = [{"romaji": f"{number} is a name that goes on", "kana": ""} for number in range(many)]
    table = pd.DataFrame(np.eye(many, dtype=int) + 1)
    page = look(
        altered_page(
            report, tmp_path / "page.html", {NAME: table}, {NAME: {"classes": classes, "numbered": False}}
        ),
        viewport={"width": width, "height": 900},
    )
    cell(page, 1, 3).hover()
    current = {classes[1]["romaji"], classes[3]["romaji"]}
    columns = [] if width < 400 else [("thead .chosen", "left", "right")]
    for heads, low, high in [("tbody .target", "top", "bottom"), *columns]:
        seen = page.locator(f".cells {heads}").evaluate_all(SEEN_NAMES)
        assert current & {name["text"] for name in seen} and len(seen) > 15
        assert min(name["size"] for name in seen) >= 12
        others = [name for name in seen if name["text"] not in current]
        assert all(a[high] <= b[low] + 1 for a, b in pairwise(others))
    assert page.locator(".cells").evaluate("(cells) => cells.scrollWidth <= cells.clientWidth")
    rows = page.locator(".cells tbody tr").evaluate_all(
        "(rows) => rows.map((row) => row.getBoundingClientRect().height)"
    )
    assert max(rows) - min(rows) < 1 and max(rows) * many < 600
