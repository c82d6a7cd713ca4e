"""The place to draw a character in a real browser: its arithmetic against torch's, and a visitor's acts."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest
from altered_page import with_drawing
from open_views import violations

from hidden_units.characters.probing import occlusion, restore
from hidden_units.characters.training import normalise, predict, to_device, train
from hidden_units.datasets.brush import BrushSettings, draw_dataset, load_skeletons
from hidden_units.page.samples import measure_hand, pack_images
from hidden_units.page.weights import pack_network, to_half
from tests import published

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MODELS = ("netlin", "netfull-20", "netconv")
PER_CLASS = 50
READY = ".draw-tool:not([hidden])"
BROWSER = Path(__file__).parents[2] / "report/browser"


@pytest.fixture(scope="session")
def data() -> dict[str, np.ndarray]:
    return draw_dataset(BrushSettings(train=4000, test=600))


@pytest.fixture(scope="session")
def networks(data) -> dict[str, dict[str, np.ndarray]]:
    """The three networks, trained just enough to know most characters."""
    settings = published.characters(epochs=2, learning_rate=0.03, momentum=0.9)
    images = to_device(**data)
    return {model: train(model, 0, images, settings).weights for model in MODELS}


@pytest.fixture(scope="session")
def packed(data, networks) -> dict:
    """What draw.json holds."""
    return {
        "classes": [
            {"label": label, "romaji": character.romaji, "kana": character.kana}
            for label, character in enumerate(load_skeletons())
        ],
        "networks": [pack_network(model, 0, weights) for model, weights in networks.items()],
        "images": pack_images(data["test_images"], data["test_labels"], PER_CLASS),
        "hand": measure_hand(data["test_images"]),
    }


@pytest.fixture(scope="session")
def drawing(report, packed, tmp_path_factory) -> Path:
    """The page of the smoke study with these networks, which know more than those of its own."""
    return with_drawing(report, tmp_path_factory.mktemp("draw") / "page.html", packed)


@pytest.fixture
def page(visit, drawing):
    """The page with the place to draw at the top of the window, ready."""
    page = visit(drawing, viewport={"width": 1200, "height": 1000})
    place = page.locator("[data-widget=draw]")
    place.evaluate("(place) => place.scrollIntoView({ behavior: 'instant' })")
    page.wait_for_selector(READY)
    return page


def settled(page) -> None:
    """Wait until what was done has been drawn: two frames."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def answers(page) -> dict[str, str]:
    """The answer that each network shows."""
    return {
        part.get_attribute("data-model"): " ".join(part.locator(".draw-answer").inner_text().split())
        for part in page.locator(".draw-network").all()
    }


def bars(page) -> np.ndarray:
    """The heights of the bars, (networks, 10)."""
    heights = page.locator(".draw-bar > i").evaluate_all(
        "(bars) => bars.map((bar) => Number(bar.style.transform.slice(7, -1)))"
    )
    return np.reshape(heights, (-1, 10))


# Read from a copy: reading a canvas often makes Chromium complain of the page.
OPACITIES = """(shown) => {
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [shown.width, shown.height];
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(shown, 0, 0);
  return [...context.getImageData(0, 0, shown.width, shown.height).data].filter((_, k) => k % 4 === 3);
}"""


def seen(page) -> np.ndarray:
    """The image that the networks see, as it is shown: (28, 28) from 0 to 255."""
    return np.reshape(page.locator(".draw-seen").evaluate(OPACITIES), (28, 28)).astype(np.uint8)


def in_field(page) -> np.ndarray:
    """What is in the field, from its middles of the 28 rows and columns: from 0 to 255."""
    opacities = np.array(page.locator(".draw-canvas").evaluate(OPACITIES))
    side = round(len(opacities) ** 0.5)
    middles = ((np.arange(28) + 0.5) * side / 28).astype(int)
    return opacities.reshape(side, side)[np.ix_(middles, middles)]


def ink_in_field(page) -> int:
    """How many pixels of the field have ink."""
    return np.count_nonzero(page.locator(".draw-canvas").evaluate(OPACITIES))


def draw(page, strokes) -> None:
    """Draw strokes, points (x, y) in units of the field's side, with the mouse."""
    field = page.locator(".draw-canvas").bounding_box()
    for stroke in strokes:
        places = [(field["x"] + field["width"] * x, field["y"] + field["height"] * y) for x, y in stroke]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=3)
        page.mouse.up()
    settled(page)


LINE = [[(0.3, 0.2), (0.35, 0.8)]]


@pytest.fixture
def arithmetic(browser):
    """A page that holds the arithmetic of the networks and nothing else."""
    with browser.new_page() as page:
        page.add_script_tag(path=BROWSER / "networks.js")
        yield page


@pytest.mark.parametrize("place", range(3), ids=MODELS)
def test_the_browser_computes_the_probabilities_of_torch(arithmetic, data, packed, networks, place):
    images, model = data["test_images"][:200], MODELS[place]
    computed = arithmetic.evaluate(
        """([packed, flat]) => {
          const network = unpackNetwork(packed, 28), pixels = bytesOf(flat);
          return Array.from({ length: pixels.length / 784 }, (_, k) =>
            [...network.probabilities(pixels.subarray(784 * k, 784 * (k + 1)))]);
        }""",
        [packed["networks"][place], base64.b64encode(images.tobytes()).decode("ascii")],
    )
    expected = predict(restore(model, to_half(model, networks[model]), 10), normalise(images)).exp().numpy()
    assert expected.max() > 0.9 and len(np.unique(expected.argmax(axis=1))) == 10
    assert np.abs(np.array(computed) - expected).max() < 1e-5


def test_the_browser_covers_the_squares_that_the_library_covers(arithmetic, data, packed, networks):
    image, (model, weights) = data["test_images"][3], list(networks.items())[1]
    found = arithmetic.evaluate(
        "([packed, flat]) => [...occlusion(unpackNetwork(packed, 28), bytesOf(flat), 28)].flat()",
        [packed["networks"][1], base64.b64encode(image.tobytes()).decode("ascii")],
    )
    expected = occlusion(restore(model, to_half(model, weights), 10), image)
    assert np.array_equal(expected[["row", "column"]], [(each["row"], each["column"]) for each in found])
    lost = expected.probability - expected.covered
    assert lost.max() > 0.1 and np.abs(lost - [each["lost"] for each in found]).max() < 1e-5


def test_maps_of_where_networks_look_come_when_asked_for_and_follow_the_image(page):
    button, maps = page.get_by_text("Where they look", exact=True).first, page.locator(".draw-looks canvas")
    assert not maps.first.is_visible()
    button.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"

    def painted() -> list[int]:
        page.wait_for_timeout(1000)
        return [np.count_nonzero(map.evaluate(OPACITIES)) for map in maps.all()]

    page.wait_for_function(
        "() => [...document.querySelectorAll('.draw-looks canvas')].every(({ width }) => width === 28)"
    )
    first = painted()
    assert len(first) == 3 and min(first) > 50
    page.locator(".draw-clear").click()
    assert painted() == [0, 0, 0]
    button.press("Enter")
    assert not maps.first.is_visible()


def test_every_finite_float16_is_decoded_to_the_number_that_it_stands_for(arithmetic):
    halves = np.arange(2**16, dtype="<u2").view("<f2")
    halves = halves[np.isfinite(halves)]
    text = base64.b64encode(halves.tobytes()).decode("ascii")
    decoded = arithmetic.evaluate("(text) => [...halvesToFloats(bytesOf(text))]", text)
    assert np.array_equal(decoded, halves.astype(float))


def assert_empty(page) -> None:
    """Nothing is drawn, so no network answers."""
    assert set(answers(page).values()) == {"no answer yet"}
    assert not bars(page).any() and not seen(page).any() and ink_in_field(page) == 0
    assert page.locator(".draw-nearest button:enabled").count() == 0


def test_at_first_the_networks_read_an_example_which_gives_way_to_the_first_stroke(page, data):
    number = int(page.locator(".draw-source").inner_text().removeprefix("Test image ").partition(":")[0])
    example = data["test_images"][number - 1]
    assert np.array_equal(seen(page), example)
    # Of what is on offer, the first that some network reads and some does not.
    verdicts = [answer.rpartition(", ")[2] for answer in answers(page).values()]
    assert set(verdicts) == {"right", "wrong"}
    draw(page, LINE)
    assert not seen(page)[(example > 0) & (np.arange(28) > 18)].any()
    page.locator(".draw-undo").click()
    settled(page)
    assert_empty(page)


def test_no_network_answers_after_clear(page):
    draw(page, LINE)
    page.locator(".draw-samples .draw-picture").first.click()
    page.locator(".draw-clear").click()
    settled(page)
    assert_empty(page)


def test_a_stroke_changes_the_answers_while_it_is_drawn(page):
    field = page.locator(".draw-canvas").bounding_box()
    page.mouse.move(field["x"] + 100, field["y"] + 60)
    page.mouse.down()
    page.mouse.move(field["x"] + 110, field["y"] + 200, steps=5)
    settled(page)
    first = bars(page)
    assert first.sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-3)
    page.mouse.move(field["x"] + 240, field["y"] + 220, steps=5)
    settled(page)
    assert np.abs(bars(page) - first).max() > 0.01
    page.mouse.up()
    page.mouse.move(field["x"] + 20, field["y"] + 20, steps=5)
    settled(page)
    assert np.abs(bars(page) - first).max() > 0.01
    assert page.locator(".draw-nearest button:enabled").count() == 5


def test_a_finger_and_a_pen_draw_and_pressure_broadens_the_stroke(page):
    def stroke(kind: str, pressure: float) -> int:
        page.locator(".draw-clear").click()
        page.locator(".draw-canvas").evaluate(
            """(field, [kind, pressure]) => {
              field.setPointerCapture = () => {};
              const frame = field.getBoundingClientRect();
              const send = (name, y) => field.dispatchEvent(new PointerEvent(name, {
                pointerId: 7, pointerType: kind, pressure, button: 0,
                clientX: frame.x + 150, clientY: frame.y + y,
              }));
              send("pointerdown", 40);
              send("pointermove", 200);
              send("pointerup", 200);
            }""",
            [kind, pressure],
        )
        settled(page)
        return ink_in_field(page)

    finger, light, firm = stroke("touch", 1), stroke("pen", 0.1), stroke("pen", 0.9)
    assert light < finger < firm
    assert page.locator(".draw-canvas").evaluate("(field) => getComputedStyle(field).touchAction") == "none"


def test_a_drawing_is_brought_to_the_size_stroke_and_middle_of_the_data(page, packed):
    hand = packed["hand"]
    # A small ring in a corner: the measure of the outline is exact in the mean over all directions.
    angles = np.linspace(0, 2 * np.pi, 40)
    draw(page, [list(zip(0.3 + 0.2 * np.cos(angles), 0.3 + 0.2 * np.sin(angles), strict=True))])
    image = seen(page)
    measured = measure_hand(image[None])
    assert abs(measured["extent"] - hand["extent"]) <= 1
    assert measured["stroke_width"] == pytest.approx(hand["stroke_width"], rel=0.05)
    for axis in (0, 1):
        inked = np.flatnonzero((image >= 64).any(axis=axis))
        assert (inked[0] + inked[-1] + 1) / 2 == pytest.approx(14, abs=0.5)


def test_characters_drawn_with_the_mouse_are_read_as_themselves(page):
    known = 0
    for character in load_skeletons():
        page.locator(".draw-clear").click()
        form = max(character.forms, key=lambda form: form.weight)
        draw(page, [[(0.2 + 0.6 * x, 0.2 + 0.6 * y) for x, y, _ in stroke] for stroke in form.strokes])
        known += answers(page)["netconv"].startswith(character.kana)
    assert known >= 8


def test_a_test_image_that_is_put_in_is_computed_from_its_own_pixels(page, data, networks):
    place = int(np.flatnonzero(data["test_labels"] == 3)[0])
    page.locator(".draw-samples .draw-picture").nth(3).click()
    settled(page)
    assert np.array_equal(seen(page), data["test_images"][place])
    assert ink_in_field(page) > 1000
    batch = normalise(data["test_images"][place : place + 1])
    for row, (model, weights) in zip(bars(page), networks.items(), strict=True):
        expected = predict(restore(model, to_half(model, weights), 10), batch)[0].exp().numpy()
        assert row == pytest.approx(expected, abs=1e-3)
        verdict = "right" if expected.argmax() == 3 else "wrong"
        assert answers(page)[model].endswith(verdict)
    assert page.locator(".draw-source").inner_text().startswith(f"Test image {place + 1}:")
    # It is not its own neighbour.
    distances = page.locator(".draw-nearest small").all_inner_texts()
    assert len(distances) == 5 and float(distances[0]) > 0.5


def test_a_stroke_on_a_test_image_leaves_the_image_under_it(page, data):
    page.locator(".draw-samples .draw-picture").nth(3).click()
    settled(page)
    before = seen(page).astype(int)
    draw(page, LINE)
    after = seen(page).astype(int)
    assert (after >= before).all() and (after > before).any()
    # The stroke stays where it was drawn: from (0.3, 0.2) to (0.35, 0.8) of the field.
    rows, columns = np.nonzero(after > before)
    assert rows.min() >= 3 and rows.max() <= 25 and columns.min() >= 5 and columns.max() <= 13
    page.locator(".draw-undo").click()
    settled(page)
    assert np.array_equal(seen(page), before)


def test_an_image_is_moved_by_whole_pixels_and_read_anew(page, data):
    place = int(np.flatnonzero(data["test_labels"] == 3)[0])
    page.locator(".draw-samples .draw-picture").nth(3).click()
    settled(page)
    before = bars(page)
    for way in ("left", "left", "down"):
        page.get_by_label(f"Move the image one pixel {way}").press("Enter")
    settled(page)
    moved = np.zeros_like(data["test_images"][place])
    moved[1:, :-2] = data["test_images"][place][:-1, 2:]
    assert np.array_equal(seen(page), moved)
    # So does what is in the field.
    assert np.abs(in_field(page) - moved).max() <= 1
    assert page.locator(".draw-source").inner_text().endswith("Moved 2 left, 1 down.")
    assert (np.abs(bars(page) - before).max(axis=1) > 0.001).all()
    # A stroke is where the pointer was all the same: from (0.3, 0.2) to (0.35, 0.8) of the field.
    draw(page, LINE)
    rows, columns = np.nonzero(seen(page) > moved)
    assert rows.min() >= 3 and rows.max() <= 25 and columns.min() >= 5 and columns.max() <= 13
    page.locator(".draw-samples .draw-picture").nth(3).click()
    settled(page)
    assert np.array_equal(seen(page), data["test_images"][place])


def test_what_is_no_character_is_read_all_the_same(page):
    page.locator(".draw-cross").press("Enter")
    settled(page)
    image = seen(page)
    assert image.any() and np.array_equal(image, image[:, ::-1])
    assert bars(page).sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-3)
    assert page.locator(".draw-source").inner_text().startswith("None of the classes")
    draw(page, LINE)
    assert page.locator(".draw-source").inner_text().startswith("Your drawing")


def test_the_nearest_images_are_those_that_numpy_finds(page, data):
    labels = data["test_labels"]
    chosen = np.concatenate([np.flatnonzero(labels == label)[:PER_CLASS] for label in range(10)])
    draw(page, LINE)
    drawn = seen(page) / 255
    distances = np.sqrt(((data["test_images"][chosen] / 255 - drawn) ** 2).sum(axis=(1, 2)))
    nearest = np.argsort(distances, kind="stable")[:5]
    shown = page.locator(".draw-nearest .draw-picture").all()
    for picture, place in zip(shown, nearest, strict=True):
        words = " ".join(picture.text_content().split())
        assert words.startswith(f"Put in test image {chosen[place] + 1}:")
        assert words.endswith(f"{distances[place]:.1f}")


def test_other_images_are_offered_and_the_first_come_back_after_all_of_a_class(page):
    def offered() -> list[str]:
        return page.locator(".draw-samples .draw-picture").all_text_contents()

    first = offered()
    page.locator(".draw-others").click()
    assert not set(first) & set(offered())
    for _ in range(PER_CLASS - 1):
        page.locator(".draw-others").click()
    assert offered() == first


def test_the_keyboard_reaches_all_and_the_answers_are_told_once(page):
    reached = []
    page.locator(".draw-undo").focus()
    for _ in range(24):
        reached.append(page.evaluate("document.activeElement.className"))
        page.keyboard.press("Tab")
    actions = ["draw-undo", "draw-clear", "draw-cross", "draw-look", *["draw-step"] * 4]
    assert reached == [*actions, *["draw-picture"] * 5, "draw-others", *["draw-picture"] * 10]
    told = page.evaluate_handle(
        """() => {
          const told = [];
          new MutationObserver(() => told.push(document.querySelector(".draw-said").textContent))
            .observe(document.querySelector(".draw-said"), { childList: true });
          return told;
        }"""
    )
    page.locator(".draw-samples .draw-picture").nth(5).press("Enter")
    page.wait_for_timeout(1000)
    assert len(told.json_value()) == 1
    assert told.json_value()[0].startswith("NetLin reads ")
    draw(page, [[(0.2 + 0.03 * k, 0.5) for k in range(20)]])
    page.wait_for_timeout(1000)
    assert len(told.json_value()) == 2


@pytest.mark.parametrize("media, scripts", [("print", True), ("screen", False)])
def test_on_paper_and_without_scripts_a_sentence_stands_in_its_place(visit, drawing, media, scripts):
    page = visit(drawing, java_script_enabled=scripts)
    page.emulate_media(media=media)
    assert page.locator(".draw-static").is_visible() and not page.locator(".draw-tool").is_visible()


def test_nothing_reaches_over_the_side_of_the_window_and_axe_finds_nothing(page):
    """The whole page is tried too, but before anything is drawn."""
    page.locator(".draw-samples .draw-picture").first.click()
    for width in (360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
