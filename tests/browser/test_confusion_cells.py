"""The cells of a confusion matrix in a real browser: what they say, show and look like."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from hidden_units.characters.confusion import confusion
from hidden_units.datasets.brush import BrushSettings, draw_dataset
from hidden_units.page.confused_images import pack_confused_images
from tests.rendered_report import changed_copy, render

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MODEL = "netlin"
KANA = "おきすつなはまやれを"
ROMAJI = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
FIGURE = f"#figure-confusion-{MODEL}"
LONG_NAMES = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
]


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return draw_dataset(BrushSettings(train=10, test=1000))["test_images"]


@pytest.fixture(scope="module")
def answers() -> tuple[np.ndarray, np.ndarray]:
    """Labels of a thousand images and the outputs of a network that is right more often than not."""
    generator = np.random.default_rng(0)
    labels = np.repeat(np.arange(10), 100)
    outputs = generator.dirichlet(np.ones(10), 1000)
    outputs[np.arange(1000), labels] += 0.15
    return labels, np.log(outputs / outputs.sum(axis=1, keepdims=True))


@pytest.fixture(scope="module")
def counts(answers) -> np.ndarray:
    return confusion(*answers)


@pytest.fixture(scope="module")
def packed(images, answers) -> dict:
    return pack_confused_images(images, *answers, per_cell=3)


@pytest.fixture(scope="module")
def write_report(finished_run):
    """Writes the page of the finished study with another confusion matrix and other examples."""

    def write(folder: Path, counts: np.ndarray, packed: dict, fonts: bool = False, **dataset) -> Path:
        table = f"characters/figures/confusion_{MODEL}.csv"
        results = changed_copy(
            finished_run, folder / "run", dataset=dataset, tables={table: lambda rows: pd.DataFrame(counts)}
        )
        examples = results / f"characters/confused_images_{MODEL}.json"
        examples.unlink()
        examples.write_text(json.dumps({"model": MODEL, "seed": 1, **packed}))
        page = folder / "report.html"
        page.write_text(render(results, fonts, ("style.css", "browser/confusion.css")), encoding="utf-8")
        return page

    return write


@pytest.fixture(scope="module")
def report(write_report, counts, packed, tmp_path_factory) -> Path:
    return write_report(tmp_path_factory.mktemp("confusion"), counts, packed, fonts=True)


@pytest.fixture
def look(visit, report):
    """Opens the report, and in it the cells."""

    def open_cells(path: Path = report, **settings):
        page = visit(path, **settings)
        # By key: a mouse would be left where a cell appears, and look into that one.
        page.locator(f"{FIGURE} .look").press("Enter")
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
    """As the made-up classes have it, a hundred images each."""
    return f"{number} of 100 images, {number}.0 %"


def worst(counts: np.ndarray) -> tuple[int, int]:
    mistakes = np.where(np.eye(10, dtype=bool), 0, counts)
    return tuple(map(int, np.unravel_index(mistakes.argmax(), counts.shape)))


def test_the_cells_hold_the_counts(look, counts):
    page = look()
    shown = [
        [int(text) for text in row.locator("td").all_inner_texts()]
        for row in page.locator(".cells tbody tr").all()
    ]
    assert np.array_equal(shown, counts)


def test_at_first_the_most_frequent_mistake_is_looked_into(look, counts):
    target, chosen = worst(counts)
    page = look()
    assert panel(page).startswith(f"{KANA[target]} {ROMAJI[target]} → {KANA[chosen]}")
    assert page.locator(".cells td.shown").count() == 1


def test_a_cell_under_the_pointer_shows_its_count_and_share_until_the_pointer_leaves(look, counts):
    page = look()
    before = panel(page)
    cell(page, 2, 7).hover()
    assert panel(page).startswith(f"す su → や ya {share(counts[2, 7])}")
    heads = page.locator(".cells th.current").all_inner_texts()
    assert [" ".join(text.split()) for text in heads] == ["や ya", "す su"]
    page.mouse.move(5, 5)
    assert panel(page) == before


def test_a_cell_says_its_classes_count_and_share_to_those_who_hear_the_page(look, counts):
    page = look()
    assert cell(page, 2, 7).get_attribute(
        "aria-label"
    ) == f"target su, chosen ya: {share(counts[2, 7])}".replace(
        " images", "\N{NO-BREAK SPACE}images"
    ).replace(" %", "\N{NO-BREAK SPACE}%")


def test_one_cell_is_on_the_way_of_the_tab_key_and_arrows_go_to_the_others(look, counts):
    page = look()
    page.locator(f"{FIGURE} .look").focus()
    page.keyboard.press("Shift+Tab")
    assert focused(page) == worst(counts)
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "look"
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


def test_a_focused_cell_can_be_seen(look):
    page = look()
    cell(page, 4, 4).click()
    page.keyboard.press("ArrowDown")
    outline = cell(page, 5, 4).evaluate(
        "(cell) => getComputedStyle(cell).outlineStyle + getComputedStyle(cell).outlineWidth"
    )
    assert outline == "solid3px"


def test_a_finger_looks_into_a_cell(look, counts):
    page = look(viewport={"width": 380, "height": 800}, has_touch=True, is_mobile=True)
    cell(page, 6, 1).tap()
    assert panel(page).startswith(f"ま ma → き ki {share(counts[6, 1])}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", [(2, 7), (9, 0), (5, 5)])
def test_the_pictures_are_those_of_the_cell(look, images, answers, place, scheme):
    labels, outputs = answers
    page = look(color_scheme=scheme)
    page.add_style_tag(content=".into .character { width: 56px !important; }")
    cell(page, *place).click()
    pictures = page.locator(".examples .character").all()
    members = np.flatnonzero((labels == place[0]) & (outputs.argmax(axis=1) == place[1]))
    expected = members[np.argsort(-outputs.max(axis=1)[members], kind="stable")][:3]
    assert len(pictures) == len(expected) == 3
    flat = images.reshape(len(images), -1).astype(float)
    for picture, index in zip(pictures, expected, strict=True):
        assert f"test image {index + 1}," in picture.get_attribute("aria-label")
        shown = Image.open(io.BytesIO(picture.screenshot())).convert("L").resize((28, 28))
        shown = np.asarray(shown).astype(float)
        ink = shown if scheme == "dark" else 255 - shown
        likeness = [np.corrcoef(ink.ravel(), image)[0, 1] for image in flat]
        assert np.argmax(likeness) == index and likeness[index] > 0.9


def test_the_most_confident_example_comes_first(look):
    page = look()
    sure = [
        float(text.strip("> %\N{NO-BREAK SPACE}")) for text in page.locator(".examples li").all_inner_texts()
    ]
    assert sure == sorted(sure, reverse=True) and len(sure) == 3


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(look, scheme):
    page = look(color_scheme=scheme)
    found = Axe().run(page, FIGURE).response["violations"]
    assert [(item["id"], item["nodes"][0]["html"]) for item in found] == []


def test_the_printed_picture_comes_back(look):
    page = look()
    page.get_by_role("button", name="Back to the printed picture").or_(
        page.locator(f"{FIGURE} .look")
    ).first.click()
    assert page.locator(f"{FIGURE} img").is_visible() and not page.locator(".cells").is_visible()


def test_names_of_the_users_own_classes_stay_text_and_fit_a_phone(
    look, write_report, counts, packed, tmp_path
):
    names = ["<script>alert(1)</script>", *LONG_NAMES[1:]]
    classes = [{"label": k, "romaji": name, "kana": ""} for k, name in enumerate(names)]
    page = look(
        write_report(tmp_path, counts, packed, classes=classes), viewport={"width": 380, "height": 800}
    )
    cell(page, 0, 7).click()
    assert panel(page).startswith(f"<script>alert(1)</script> → Sneaker {share(counts[0, 7])}")
    assert page.locator(".cells").evaluate("(cells) => cells.scrollWidth <= cells.clientWidth")


def test_a_network_without_mistakes_shows_what_it_found(look, write_report, answers, images, tmp_path):
    labels, _ = answers
    certain = np.log(np.where(np.arange(10) == labels[:, None], 0.91, 0.01))
    packed = pack_confused_images(images, labels, certain, per_cell=3)
    page = look(write_report(tmp_path, confusion(labels, certain), packed))
    assert panel(page).startswith(f"お o, right {share(100)}")
    cell(page, 0, 1).hover()
    assert panel(page).startswith(f"お o → き ki {share(0)}")
