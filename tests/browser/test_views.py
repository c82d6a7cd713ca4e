"""Figures to look at closely, in a real browser: each tells the numbers behind its picture, by keys too."""

from __future__ import annotations

from collections import Counter
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from altered_page import altered_page
from open_views import look

from hidden_units.checkerboard.models import network_from_mapping
from hidden_units.sequences.languages import Language
from hidden_units.sequences.measures.trajectories import strings_table
from hidden_units.sequences.networks import LSTM, SRN
from tests.published import DEFAULTS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SWEEP, LEARNING, RESTARTS = "sweep", "learning-curves", "learning-srn-anb2n"
STATES, HIDDEN, CELLS = "srn-states", "lstm-hidden", "lstm-cells"
UNITS = {STATES: ["h1", "h2"], HIDDEN: ["h1", "h2", "h3"], CELLS: ["c1", "c2", "c3"]}
SNAPSHOTS, SURFACES = "snapshots-star16", "surfaces"
WIDTHS, SEEDS, EPOCHS, STEPS = (20, 110), 3, 4, 5
PHONE = {"width": 380, "height": 800}
NO_SPACE = """const get = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return kind.startsWith("webgl") ? null : get.call(this, kind, ...rest);
};"""


@pytest.fixture(scope="session")
def made() -> SimpleNamespace:
    """Tables of figures whose values are easy to foresee, as their files hold them."""
    sweep = pd.DataFrame(list(product(WIDTHS, range(SEEDS))), columns=["hidden", "seed"])
    sweep["parameters"] = sweep["hidden"] * 795 + 10
    sweep["accuracy"] = 0.8 + sweep["hidden"] / 1000 + 0.01 * (sweep["seed"] - 1)
    sweep["loss"] = 0.5
    for name, shift in (("mean", 0.0), ("low", -0.0248), ("high", 0.0248), ("reported", 0.04)):
        column = name if name == "reported" else f"accuracy_{name}"
        sweep[column] = 0.8 + sweep["hidden"] / 1000 + shift
    # The seeds of a width may not scatter.
    sweep.loc[sweep["hidden"] == WIDTHS[-1], ["accuracy_low", "accuracy_high"]] = np.nan
    rows = list(product(("netlin", "netfull-20", "netconv"), range(SEEDS), range(1, EPOCHS + 1)))
    history = pd.DataFrame(rows, columns=["model", "seed", "epoch"])
    history["train_loss"], history["test_loss"] = 1 / history["epoch"], 1.2 / history["epoch"]
    history["accuracy"] = 0.6 + 0.02 * history["epoch"] + 0.001 * history["seed"]

    curves = pd.DataFrame(list(product(range(9), range(STEPS))), columns=["seed", "step"])
    curves["step"] *= 1000
    curves["nominal_error"] = 0.2 / (1 + curves["step"] / 1000) + 0.001 * curves["seed"]
    curves["excess_nll"] = 2 * curves["nominal_error"]
    curves["right_strings"] = curves["step"] / curves["step"].max()
    curves["solved"] = curves["seed"] % 3 != 1

    random = np.random.default_rng(0)
    srn = SRN.from_vector(random.normal(size=SRN.parameters(2, 2)), 2, 2)
    lstm = LSTM.from_vector(random.normal(size=LSTM.parameters(3, 3)), 3, 3)
    walks = {STATES: strings_table(srn, Language((1, 2)), 6)}
    walks[HIDDEN] = walks[CELLS] = strings_table(lstm, Language((1, 2, 3)), 6)
    return SimpleNamespace(sweep=sweep, history=history, curves=curves, walks=walks)


@pytest.fixture(scope="session")
def altered(report, made, tmp_path_factory) -> Path:
    """The page of the smoke study with these tables."""
    tables = {SWEEP: made.sweep, LEARNING: made.history, RESTARTS: made.curves}
    for figure, strings in made.walks.items():
        # Its dots are the states of the shorter strings.
        shorter = strings.query("string <= 4").drop(columns="string")
        tables[figure] = pd.concat([shorter.assign(letter=shorter["letter"].fillna("S")), strings])
    others = [{"model": "netconv", "name": "NetConv", "accuracy": 0.96}]
    path = tmp_path_factory.mktemp("views") / "page.html"
    return altered_page(report, path, tables, {SWEEP: {"others": others}})


@pytest.fixture
def open_page(visit, altered):
    """Opens the page, motion reduced."""
    return lambda at=altered, **settings: visit(at, reduced_motion="reduce", **settings)


def put(page, figure: str, value: float) -> None:
    """Move a figure's slider."""
    page.locator(f"#figure-{figure}-slider").fill(str(value))


def facts(stage) -> dict[str, str]:
    """What the reading of a stage says, by name."""
    names, values = stage.locator("dt").all_inner_texts(), stage.locator("dd").all_inner_texts()
    return {plain(name): plain(value) for name, value in zip(names, values, strict=True)}


def table(stage) -> list[list[str]]:
    """The cells of the table of a stage, without its head."""
    rows = stage.locator("tbody tr").all()
    return [[plain(cell) for cell in row.locator("th, td").all_inner_texts()] for row in rows]


def plain(text: str) -> str:
    return text.strip().replace("\u00a0", " ").replace("\u2212", "-")


def traces(page, figure: str) -> list[dict]:
    """What Plotly was told to draw."""
    return page.evaluate(
        """id => document.getElementById(id).data.map(({x, y, z, mode, text}) => ({x, y, z, mode, text}))""",
        f"figure-{figure}-chart",
    )


def test_sweep_reads_mean_interval_seeds_and_report(open_page):
    page = open_page()
    stage = look(page, SWEEP)
    page.locator("#figure-sweep-slider").press("Home")
    assert facts(stage) == {
        "mean": "82.00 %",
        "95 % interval": "79.52 to 84.48 %",
        "seeds 0 to 2": "81.00, 82.00, 83.00",
        "reported, one run": "86.00 %",
        "parameters": "15,910",
    }
    page.locator("#figure-sweep-slider").press("ArrowRight")
    assert facts(stage)["mean"] == "91.00 %" and "95 % interval" not in facts(stage)
    page.get_by_label("Hidden units: one step back").click()
    assert facts(stage)["mean"] == "82.00 %"
    # Words for those who listen come once the reader stops.
    page.wait_for_function("document.querySelector('#figure-sweep .spoken').textContent.includes('81.00')")
    hovers = [text for trace in traces(page, SWEEP) for text in trace["text"] or []]
    assert "20 hidden units, seed 2<br>83.00\u00a0%" in hovers
    lines = [trace for trace in traces(page, SWEEP) if trace["mode"] == "lines" and len(trace["x"]) == 2]
    assert np.allclose([trace["y"] for trace in lines], [[96, 96], [79.52, 84.48]])
    assert lines[0]["text"] == 2 * ["NetConv, mean<br>96.00\u00a0%"]
    assert page.evaluate("document.getElementById('figure-sweep-chart').layout.yaxis.range") == [70, 100]


def test_learning_reads_the_means_of_an_epoch(open_page, made):
    page = open_page()
    stage = look(page, LEARNING)
    put(page, LEARNING, 1)
    means = (
        made.history.query("epoch == 2")
        .groupby("model", sort=False)[["accuracy", "test_loss", "train_loss"]]
        .mean()
    )
    assert [row[0] for row in table(stage)] == ["NetLin", "NetFull", "NetConv"]
    assert [row[1:] for row in table(stage)] == [
        [f"{100 * row.accuracy:.2f} %", f"{row.test_loss:.4f}", f"{row.train_loss:.4f}"]
        for row in means.itertuples()
    ]


def test_restarts_read_medians_and_the_chosen_one(open_page, made):
    page = open_page()
    stage = look(page, RESTARTS)
    put(page, RESTARTS, 2)
    page.locator(f"#figure-{RESTARTS}-seed").select_option(value="4")
    at = made.curves.query("step == 2000")
    groups = [at[at["solved"]], at[~at["solved"]], at[at["seed"] == 4]]
    names = [
        f"solved at the end, median of {len(groups[0])}",
        f"failed, median of {len(groups[1])}",
        "seed 4, failed",
    ]
    medians = [group[["nominal_error", "excess_nll", "right_strings"]].median() for group in groups]
    assert table(stage) == [
        [name, f"{row.nominal_error:.4f}", f"{row.excess_nll:.4f}", f"{100 * row.right_strings:.0f} %"]
        for name, row in zip(names, medians, strict=True)
    ]
    drawn = traces(page, RESTARTS)
    chosen = made.curves.query("seed == 4")["nominal_error"].to_numpy()
    assert any(
        trace["y"][:-1] == pytest.approx(chosen, abs=1e-6)
        for trace in drawn
        if len(trace["y"]) == len(chosen) + 1
    )


HOVER = """([id, x, y, panel]) => {
    const chart = document.getElementById(id), size = chart._fullLayout;
    const across = size["xaxis" + panel], up = size["yaxis" + panel];
    const box = chart.getBoundingClientRect();
    return [box.left + across._offset + across.d2p(x), box.top + up._offset + up.d2p(y)];
}"""


POINTED_AT = [
    (SWEEP, [110, 95.0, ""], "110 hidden units, reported, one run"),
    (LEARNING, [3, 1.2 / 3, "2"], "epoch 3"),
    (RESTARTS, [3000, 0.2 / 4 + 0.008, ""], "seed 8, solved"),
]


def test_values_show_under_the_pointer(open_page):
    page = open_page()
    for figure, place, words in POINTED_AT:
        look(page, figure)
        chart = page.locator(f"#figure-{figure}-chart")
        chart.scroll_into_view_if_needed()
        page.mouse.move(*page.evaluate(HOVER, [f"figure-{figure}-chart", *place]))
        chart.locator(".hovertext").filter(has_text=words).wait_for()


def told(row, units: list[str]) -> str:
    """The last line of what shows under the pointer at a state."""
    lowered = str.maketrans("123", "\N{SUBSCRIPT ONE}\N{SUBSCRIPT TWO}\N{SUBSCRIPT THREE}")
    return ", ".join(f"{unit.translate(lowered)} {row[unit]:.3f}" for unit in units)


def test_states_have_their_values_to_show_under_the_pointer(open_page, made):
    page = open_page()
    for figure, units in UNITS.items():
        look(page, figure)
        states = made.walks[figure].query("string <= 4 and time > 0")
        hovers = [plain(text) for trace in traces(page, figure) for text in trace["text"] or []]
        assert Counter(text.rpartition("<br>")[2] for text in hovers) == Counter(
            told(row, units) for _, row in states.iterrows()
        )


def test_a_drag_turns_the_space_a_button_goes_on_from_there_and_a_new_theme_keeps_it_turned(open_page):
    page = open_page()
    look(page, CELLS)
    chart = page.locator(f"#figure-{CELLS}-chart")
    chart.scroll_into_view_if_needed()

    def eye() -> np.ndarray:
        found = page.evaluate(f"document.getElementById('figure-{CELLS}-chart').layout.scene.camera.eye")
        return np.array([found[axis] for axis in "xyz"])

    def around(place: np.ndarray) -> float:
        return np.degrees(np.arctan2(place[1], place[0]))

    before = eye()
    box = chart.locator("canvas").first.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    for step in (1, 2):
        page.mouse.move(middle[0] + 40 * step, middle[1] + 10 * step, steps=4)
    page.mouse.up()
    page.wait_for_timeout(500)
    dragged = eye()
    assert abs(around(dragged) - around(before)) > 5
    assert np.linalg.norm(dragged) == pytest.approx(np.linalg.norm(before), rel=0.02)
    page.locator(f"#figure-{CELLS}").get_by_label("Turn right by 15 degrees").press("Enter")
    turned = eye()
    assert around(turned) - around(dragged) == pytest.approx(15)
    assert turned[2] == pytest.approx(dragged[2])
    for _ in range(2):
        page.locator("button.theme").press("Enter")
    assert eye() == pytest.approx(turned)


@pytest.mark.parametrize(("figure", "units"), UNITS.items())
def test_a_string_is_walked_symbol_by_symbol(open_page, made, figure, units):
    page = open_page()
    stage = look(page, figure)
    options = page.locator(f"#figure-{figure}-string option").all_inner_texts()
    assert ["longer than any in training" in option for option in options] == [False] * 4 + [True] * 2
    page.locator(f"#figure-{figure}-string").select_option(value="2")
    walk = made.walks[figure].query("string == 2").reset_index(drop=True)
    letters = [letter for letter in "ABC" if f"p_{letter}" in walk]
    slider = page.locator(f"#figure-{figure}-slider")
    slider.press("Home")
    for time, row in walk.iterrows():
        if time:
            slider.press("ArrowRight")
        read = facts(stage)
        if time:
            length = int((walk["letter"] == row.letter).sum())
            assert read["read"] == f"{row.letter}, {row.position} of {length}"
            assert stage.locator(".tile.here").inner_text() == row.letter
        assert float(read["count"]) == pytest.approx(row["count"], abs=0.005)
        assert stage.locator(".tile.read").count() == time
        states = [float(plain(text)) for text in stage.locator(".centred .number").all_inner_texts()]
        assert states == pytest.approx(row[units].to_numpy(dtype=float), abs=0.0006)
        odds = [plain(text) for text in stage.locator(".value:not(.centred) .number").all_inner_texts()]
        assert [float(odd.strip("<>% ")) / 100 for odd in odds] == pytest.approx(
            row[[f"p_{letter}" for letter in letters]].to_numpy(dtype=float), abs=0.0011
        )
        assert stage.locator(".most .name").inner_text() == row.predicted
        verdict = stage.locator(".judged").inner_text()
        if row.deterministic:
            assert verdict == f"{row.next_letter} follows: {'right' if row.correct else 'wrong'}."
        else:
            assert "right" not in verdict.replace("nothing to get right", "")
        here = next(trace for trace in reversed(traces(page, figure)))
        assert [here[axis][0] for axis in "xyz"[: len(states)]] == pytest.approx(
            row[units].to_numpy(dtype=float), abs=1e-5
        )
    slider.press("End")
    assert slider.get_attribute("aria-valuetext") == f"{len(walk) - 1} of {len(walk) - 1}"


def test_without_space_the_walk_is_flat(open_page):
    page = open_page(script=NO_SPACE)
    stage = look(page, HIDDEN)
    put(page, HIDDEN, 3)
    assert stage.locator(".tile.read").count() == 3
    assert stage.locator(".centred").count() == 3
    assert traces(page, HIDDEN)[0]["z"] is None


def test_encoder_follows_its_snapshots(open_page, finished_run):
    parts = pd.read_csv(finished_run / "encoders/figures/snapshots_star16.csv")
    table = np.loadtxt(finished_run / "encoders/star16/table.csv", delimiter=",", skiprows=1) == 1
    page = open_page()
    stage = look(page, SNAPSHOTS)
    frame = stage.locator("svg .frame")
    left, side = (float(frame.get_attribute(name)) for name in ("x", "width"))
    for place, epoch in enumerate(parts["epoch"].unique()):
        put(page, SNAPSHOTS, place)
        now = parts[parts["epoch"] == epoch]
        codes = now.query("part == 'dot'")[["h1", "h2"]].to_numpy()
        lines = now.query("part == 'line'")[["w1", "w2", "bias"]].to_numpy()
        wrong = (codes @ lines[:, :2].T + lines[:, 2] > 0) != table
        read = facts(stage)
        assert read["epoch"] == f"{epoch:,}"
        assert read["rows all right"] == f"{(~wrong.any(axis=1)).sum()} of {len(table)}"
        assert read["entries right"] == f"{(~wrong).sum()} of {table.size}"
        assert stage.locator(".dot.wrong").count() == wrong.any(axis=1).sum()
        boxes = [dot.bounding_box() for dot in stage.locator(".dot").all()]
        origin = stage.locator("svg").bounding_box()["x"] + left
        shown = [((box["x"] + box["width"] / 2 - origin) / side * 2 - 1) * 1.06 for box in boxes]
        assert shown == pytest.approx(codes[:, 0], abs=0.02)


def test_encoder_follows_a_row_and_comes_near(open_page):
    page = open_page()
    stage = look(page, SNAPSHOTS)
    page.locator(f"#figure-{SNAPSHOTS}-row").select_option(label="3")
    assert stage.locator(".dot:not(.other)").count() == 1
    assert stage.locator("text.row").text_content() == "3"
    page.get_by_label("Zoom in on the dots").check()
    boxes = [dot.bounding_box() for dot in stage.locator(".dot").all()]
    # No label of the axes is cut off.
    edge = stage.locator("svg").bounding_box()["x"]
    assert all(tick.bounding_box()["x"] >= edge for tick in stage.locator(".tick, .axis").all())
    # At the first snapshot all dots lie within a hundredth; now they fill the square.
    assert max(np.ptp([box[axis] for box in boxes]) for axis in "xy") > 150


def test_checkerboard_computes_what_python_does(open_page):
    page = open_page()
    stage = look(page, SURFACES)
    for k in (1, 1.95, 2, 4.5, 20):
        put(page, SURFACES, k)
        outputs = network_from_mapping(DEFAULTS["checkerboard"]["network"]).sigmoid(k).output()
        rows = table(stage)
        assert [row[0] for row in rows] == [f"({x1}, {x2})" for x1 in range(3) for x2 in range(3)]
        assert [float(row[2]) for row in rows] == pytest.approx(outputs, abs=6e-5)
        targets = np.array([int(row[1]) for row in rows])
        right = (outputs >= 0.5) == (targets == 1)
        assert [row[3] == "right" for row in rows] == right.tolist()
        assert facts(stage)["right"] == f"{right.sum()} of 9"
        assert float(facts(stage)["furthest from its target"]) == pytest.approx(
            abs(outputs - targets).max(), abs=6e-5
        )


def test_checkerboard_goes_where_all_nine_become_right(open_page, finished_run):
    page = open_page()
    stage = look(page, SURFACES)
    assert facts(stage)["right"] != "9 of 9"
    # Rounded up as in the text, because just below it a point is wrong.
    words = page.get_by_role("button", name="all nine right").inner_text()
    least = pd.read_json(finished_run / "checkerboard/thresholds.json", typ="series")["solves"]
    assert 0 <= float(words.rpartition("= ")[2]) - least < 0.01
    page.get_by_role("button", name="all nine right").press("Enter")
    assert page.locator(f"#figure-{SURFACES}-slider").input_value() == "2"
    assert facts(stage)["right"] == "9 of 9"
    page.get_by_label("Scale k: one step back").press("Enter")
    assert page.locator(f"#figure-{SURFACES}-slider").input_value() == "1.5"
    assert facts(stage)["right"] != "9 of 9"


def test_colours_follow_the_theme(open_page):
    page = open_page(color_scheme="light")
    look(page, SWEEP)
    look(page, SURFACES)
    ink = "document.getElementById('figure-sweep-chart').layout.font.color"
    by_day = page.evaluate(ink)
    page.locator("button.theme").press("Enter")
    page.locator("button.theme").press("Enter")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate(ink) != by_day


FOCUSED = "() => document.activeElement.outerHTML.slice(0, 60)"
OPEN = (STATES, SNAPSHOTS, "confusion-netlin")
VIEWS = (SWEEP, STATES, HIDDEN, SNAPSHOTS, SURFACES, "confusion-netlin")


@pytest.mark.parametrize("figure", VIEWS)
def test_the_focus_goes_into_a_view_its_controls_follow_and_escape_closes_it(open_page, figure):
    page = open_page()
    stage = look(page, figure)
    button, picture = page.locator(f"#figure-{figure} .look"), page.locator(f"#figure-{figure} > svg")
    if figure in OPEN:
        # It stands open and has left the focus where it was; closed and opened again it is like the others.
        assert page.evaluate("document.activeElement === document.body") and not picture.is_visible()
        assert page.evaluate("location.hash") == ""
        for _ in range(2):
            button.press("Enter")
    assert stage.evaluate("(stage) => stage === document.activeElement")
    assert button.inner_text() == "Close" and button.get_attribute("aria-label").startswith("Close: Figure")
    page.keyboard.press("Tab")
    assert stage.evaluate("(stage) => stage.contains(document.activeElement)"), page.evaluate(FOCUSED)
    page.keyboard.press("Escape")
    assert picture.is_visible() and not stage.is_visible()
    assert button.evaluate("(button) => button === document.activeElement"), page.evaluate(FOCUSED)
    page.keyboard.press("Enter")
    assert stage.evaluate("(stage) => stage === document.activeElement")


@pytest.mark.parametrize("touched", [False, True])
def test_a_picture_opens_its_own_view(open_page, touched):
    page = open_page(has_touch=touched)
    for figure in (SWEEP, SURFACES, CELLS):
        picture = page.locator(f"#figure-{figure} > svg")
        assert picture.evaluate("(picture) => getComputedStyle(picture).cursor") == "pointer"
        (picture.tap if touched else picture.click)()
        page.wait_for_selector(f'#figure-{figure} .look[aria-expanded="true"]')
        assert not picture.is_visible()
    still = page.locator("figure:not(:has(.look)) > svg").first
    assert still.evaluate("(picture) => getComputedStyle(picture).cursor") == "auto"


def test_the_wheel_and_a_swipe_over_a_view_scroll_the_page(open_page):
    page = open_page(has_touch=True, viewport=PHONE)
    for figure in (SWEEP, STATES, HIDDEN, CELLS, SNAPSHOTS, SURFACES):
        look(page, figure)
        chart = page.locator(f"#figure-{figure} .chart, #figure-{figure} canvas").first
        chart.scroll_into_view_if_needed()
        page.wait_for_timeout(300)
        box = chart.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        top = page.evaluate("scrollY")
        page.mouse.move(x, y)
        page.mouse.wheel(0, 120)
        page.wait_for_function("(top) => scrollY > top + 100", arg=top, timeout=5000)
        page.mouse.wheel(0, -120)
        page.wait_for_function("(top) => scrollY === top", arg=top, timeout=5000)
        touch = page.context.new_cdp_session(page)
        for moved in range(0, 200, 20):
            kind = "touchMove" if moved else "touchStart"
            points = [{"x": x, "y": y - moved}]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.wait_for_function("(top) => scrollY > top + 100", arg=top, timeout=5000)


def test_at_the_start_a_wrong_prediction_is_called_wrong(open_page, made):
    page = open_page()
    for figure, walks in made.walks.items():
        stage = look(page, figure)
        start = walks.query("string == 2 and time == 0").iloc[0]
        verdict = stage.locator(".judged")
        if start.predicted == "A":
            assert verdict.inner_text() == "Every string begins with A, as predicted."
        else:
            assert verdict.inner_text().endswith(f"; {start.predicted} is predicted, which is wrong.")
        assert ("wrong-one" in verdict.get_attribute("class")) == (start.predicted != "A")
    starts = [walks.query("time == 0").iloc[0].predicted == "A" for walks in made.walks.values()]
    assert set(starts) == {True, False}  # both kinds are seen


def test_charts_follow_the_width_of_the_window(open_page):
    page = open_page()
    for figure in (SWEEP, HIDDEN, SNAPSHOTS, SURFACES):
        look(page, figure)
    page.set_viewport_size(PHONE)
    page.wait_for_timeout(500)
    for figure in (SWEEP, HIDDEN):
        assert (
            page.evaluate("id => document.getElementById(id).layout.width", f"figure-{figure}-chart") <= 380
        )
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
