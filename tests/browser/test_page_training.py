"""Networks that learn and read in the page: their arithmetic against the library's, and a reader's acts."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from open_views import look, violations

from hidden_units.checkerboard import training as checkerboard
from hidden_units.encoders import training as encoders
from hidden_units.sequences.languages import Language
from hidden_units.sequences.measures.trajectories import states_table
from hidden_units.sequences.networks import LSTM, SRN
from tests.rendered_report import browser_code

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ENCODER, LEARNER, STATES = "encoder-stopping", "learned", "srn-states"


@pytest.fixture
def scripts(visit, tmp_path):
    """A page with nothing but the report's scripts, not as a module, so that a test can call them."""
    path = tmp_path / "scripts.html"
    path.write_text(
        f"<!DOCTYPE html><meta charset='utf-8'><script>{browser_code()}</script>", encoding="utf-8"
    )
    return visit(path)


TRAIN_ENCODER = """([targets, settings, parameters, epochs]) => {
  const network = makeEncoder(targets, settings, Float64Array.from(parameters));
  while (network.epoch < epochs && !network.ended) network.step();
  const { epoch, ended } = network;
  return { epoch, ended, loss: network.loss(), dots: network.dots(), lines: network.lines() };
}"""


# The first two differ after one update if a gradient does; the last is stopped by its loss.
@pytest.mark.parametrize(("shape", "epochs"), [((4, 4), 1), ((5, 7), 1), ((5, 7), 400), ((4, 4), 1000)])
def test_an_encoder_learns_as_the_library_does(scripts, shape, epochs):
    random = np.random.default_rng(0)
    table = np.eye(4) if shape == (4, 4) else random.integers(0, 2, shape)
    settings = encoders.Settings(0.4, 0.9, 0.3, stop_loss=0.02, max_epochs=epochs)
    runs = encoders.train(table, settings, [3])
    start = encoders.initial_parameters(*shape, settings.initial_sd, 3)
    found = scripts.evaluate(TRAIN_ENCODER, [table.tolist(), asdict(settings), start.tolist(), epochs])
    assert (found["epoch"], found["ended"]) == (runs.epochs[0], runs.stopped[0])
    assert found["ended"] == (epochs == 1000)
    assert found["loss"] == pytest.approx(runs.loss[0], abs=1e-6)
    assert np.allclose(found["dots"], runs.networks[0].codes, rtol=0, atol=1e-6)
    assert np.allclose(found["lines"], runs.networks[0].lines, rtol=0, atol=1e-6)


TRAIN_LEARNER = """([hidden, settings, parameters]) => {
  const network = makeLearner(hidden, settings, Float64Array.from(parameters));
  while (!network.ended) network.step();
  return { ...network.mapping(), epoch: network.epoch, solved: network.solved };
}"""


@pytest.mark.parametrize(("hidden", "epochs"), [(3, 1), (4, 300), (6, 4000)])
def test_a_network_on_the_checkerboard_learns_as_the_library_does(scripts, hidden, epochs):
    settings = checkerboard.Settings(hidden, 0.01, epochs, 1e-5, 0.15, consecutive=200)
    restarts = checkerboard.train(settings, [0])
    network = restarts.networks[0]
    start = checkerboard.initial_parameters(settings, 0)
    found = scripts.evaluate(TRAIN_LEARNER, [hidden, asdict(settings), start.tolist()])
    assert (found["epoch"], found["solved"]) == (restarts.epochs[0], restarts.solved[0])
    assert found["solved"] == (hidden == 6)
    assert np.allclose(found["hidden"]["weights"], network.hidden_weights, rtol=0, atol=1e-6)
    assert np.allclose(found["hidden"]["biases"], network.hidden_biases, rtol=0, atol=1e-6)
    output = [*found["output"]["weights"], found["output"]["bias"]]
    assert np.allclose(output, [*network.output_weights, network.output_bias], rtol=0, atol=1e-6)


def test_first_weights_are_normal_and_the_same_from_the_same_seed(scripts):
    draw = "(seed) => Array.from({ length: 4000 }, normalNumbers(seed, 2))"
    first, again, other = (np.array(scripts.evaluate(draw, seed)) for seed in (1, 1, 2))
    assert (first == again).all() and not (first == other).any()
    assert abs(first.mean()) < 0.15 and abs(first.std() - 2) < 0.15
    assert abs((np.abs(first) < 2).mean() - 0.683) < 0.03


def weights(network) -> dict[str, list]:
    return {name: values.tolist() for name, values in vars(network).items()}


READ = "([weights, word, times]) => readWord(makeReader(weights), word, times)"


@pytest.mark.parametrize(("kind", "hidden", "times"), [(SRN, 2, (1, 2)), (LSTM, 3, (1, 2, 3))])
def test_a_string_is_read_as_the_library_reads_it(scripts, kind, hidden, times):
    language, sizes = Language(times), [3, 1, 2]
    vector = np.random.default_rng(0).normal(size=kind.parameters(hidden, len(times)))
    network = kind.from_vector(vector, hidden, len(times))
    expected = states_table(network, language, [sizes])
    word = "".join(expected["letter"].dropna())
    found = pd.DataFrame(scripts.evaluate(READ, [weights(network), word, times]))
    odds = [f"p_{letter}" for letter in "ABC"[: len(times)]]
    numbers = ["count", *network.state_names, *odds]
    assert np.allclose(found[numbers], expected[numbers], rtol=0, atol=1e-6)
    for column in ("letter", "position", "next_letter", "deterministic"):
        # After the last A of a string nothing is known, and the table looks ahead.
        known = expected["deterministic"] if column == "next_letter" else slice(1, None)
        assert found.loc[known, column].tolist() == expected.loc[known, column].tolist()
    judged = expected["deterministic"]
    assert found.loc[judged, "correct"].tolist() == expected.loc[judged, "correct"].tolist()
    assert found["lawful"].all()


@pytest.mark.parametrize(("word", "lawful"), [("AABBBBA", 7), ("AABBA", 4), ("ABBB", 3), ("BA", 0)])
def test_what_is_not_of_the_language_is_not_judged(scripts, word, lawful):
    network = SRN.from_vector(np.zeros(SRN.parameters(2, 2)), 2, 2)
    found = scripts.evaluate(READ, [weights(network), word, [1, 2]])
    assert [row["lawful"] for row in found] == [place <= lawful for place in range(len(word) + 1)]


def facts(stage) -> dict[str, str]:
    names, values = stage.locator("dt").all_inner_texts(), stage.locator("dd").all_inner_texts()
    return dict(zip(names, values, strict=True))


def wait_for(page, figure: str, pattern: str):
    """Wait until the reading of a figure says so."""
    page.wait_for_function(
        "([id, pattern]) => RegExp(pattern).test(document.querySelector(`#figure-${id} .facts`).textContent)",
        arg=[figure, pattern],
    )


@pytest.mark.parametrize("settings", [{}, {"reduced_motion": "reduce"}], ids=["moving", "calm"])
def test_an_encoder_is_trained_to_its_end_by_keys_alone(visit, report, settings):
    page = visit(report, **settings)
    stage = look(page, ENCODER)
    assert facts(stage)["state"] == "not trained yet" and "of 16 outputs" in facts(stage)["right"]
    assert stage.locator("circle, rect.dot").count() == 4 and stage.locator(".boundary").count() == 4
    stage.locator(".train").press("Enter")
    wait_for(page, ENCODER, "ended, solved")
    assert facts(stage)["right"] == "16 of 16 outputs" and facts(stage)["loss"] <= "0.0200"
    first = facts(stage)["epoch"]
    # Other weights, slowly, and a pause that holds.
    stage.get_by_label("Speed").select_option("1")
    stage.locator(".train").press("Enter")
    wait_for(page, ENCODER, "in training")
    stage.locator(".play").press("Enter")
    assert facts(stage)["state"] == "paused" and facts(stage)["epoch"] != first
    held = facts(stage)["epoch"]
    page.wait_for_timeout(100)
    assert facts(stage)["epoch"] == held
    # Another table begins anew; a closed view does not go on.
    stage.get_by_label("Table").select_option(label="8-2-8")
    assert facts(stage)["epoch"] == "0" and stage.locator(".boundary").count() == 8
    stage.locator(".train").press("Enter")
    stage.press("Escape")
    page.wait_for_timeout(100)
    assert page.locator(f"#figure-{ENCODER} .play").text_content() == "Go on"


def test_attempts_on_the_checkerboard_are_counted(visit, report):
    page = visit(report)
    stage = look(page, LEARNER)
    stage.get_by_label("Hidden units").select_option("6")
    stage.get_by_label("Speed").select_option("Infinity")
    for tried in (1, 2):
        stage.locator(".train").click()
        wait_for(page, LEARNER, f"solved [0-9] of {tried}")
    assert facts(stage)["state"] in ("solved", "given up")
    # Each number of units has a count of its own.
    stage.get_by_label("Hidden units").select_option("3")
    assert facts(stage)["with 3 units"] == "none trained yet"


def right(stage) -> int:
    return int(facts(stage)["right"].split()[0])


def test_a_line_is_moved_by_keys_and_training_goes_on_from_there(visit, report):
    page = visit(report)
    stage = look(page, LEARNER)
    assert right(stage) == 9 and facts(stage)["state"] == "by hand"
    handle = stage.locator(".handle").first
    before = handle.evaluate("(handle) => [handle.style.left, handle.style.top]")
    handle.focus()
    for _ in range(30):
        page.keyboard.press("ArrowDown")
    assert right(stage) < 9
    assert handle.evaluate("(handle) => [handle.style.left, handle.style.top]") != before
    assert handle.evaluate("(handle) => handle === document.activeElement")
    stage.locator(".play").press("Enter")
    wait_for(page, LEARNER, "^epoch[1-9][0-9]")
    # What the hand has helped does not count.
    wait_for(page, LEARNER, "none trained yet")
    # Nor has a hand touched a network that has only its first weights.
    stage.get_by_label("Hidden units").select_option("6")
    assert facts(stage)["state"] == "not trained yet"


@pytest.mark.parametrize("hand", ["mouse at an end", "mouse at the line", "finger"])
def test_a_line_is_dragged(visit, report, hand):
    page = visit(report, has_touch=hand == "finger", viewport={"width": 390, "height": 800})
    stage = look(page, LEARNER)
    plane = stage.locator(".plane svg")
    plane.scroll_into_view_if_needed()
    frame, handle = plane.bounding_box(), stage.locator(".handle").first.bounding_box()
    at = [handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2]
    if hand == "mouse at the line":  # x1 + x2 = 2.5 of the first unit: where x1 is 1.25
        at = [frame["x"] + frame["width"] * 1.75 / 3, frame["y"] + frame["height"] * 1.25 / 3]
    to = [frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2]
    scrolled = page.evaluate("scrollY")
    if hand == "finger":
        session = page.context.new_cdp_session(page)
        for kind, points in (("touchStart", [at]), ("touchMove", [to]), ("touchEnd", [])):
            session.send(
                "Input.dispatchTouchEvent",
                {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
            )
    else:
        page.mouse.move(*at)
        page.mouse.down()
        page.mouse.move(*to, steps=4)
        page.mouse.up()
    assert right(stage) < 9 and page.evaluate("scrollY") == scrolled
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_string_is_typed_and_read_by_a_network_that_failed(visit, report):
    page = visit(report)
    stage = look(page, STATES)
    stage.get_by_label("Your own").fill("aab x bbba")
    stage.get_by_label("Your own").press("Enter")
    assert stage.get_by_label("String", exact=True).input_value() == "own"
    assert stage.locator(".tile").all_inner_texts() == list("AABBBBA")
    slider = page.locator(f"#figure-{STATES}-slider")
    slider.press("End")
    assert facts(stage)["read"] == "A, 1 of 1" and facts(stage)["count"] == "1"
    # A string that the file has too is read alike.
    strings = stage.get_by_label("String", exact=True)
    strings.select_option("2")
    slider.press("End")
    printed = stage.locator(".value .number").all_inner_texts()
    stage.get_by_label("Your own").fill("AABBBB")
    stage.get_by_label("Your own").press("Enter")
    slider.press("End")
    assert stage.locator(".value .number").all_inner_texts() == printed
    networks = stage.get_by_label("Network")
    assert networks.locator("option").count() == 2
    networks.select_option("1")
    slider.press("End")
    assert stage.locator(".value .number").all_inner_texts() != printed
    shown, named = (networks.locator("option").nth(place).inner_text() for place in (1, 0))
    assert (
        stage.locator(".note").inner_text()
        == f"This is {shown}. The caption is about {named}, which is printed."
    )
    networks.select_option("0")
    assert stage.locator(".note").inner_text() == ""
    slider.press("End")
    assert stage.locator(".value .number").all_inner_texts() == printed
    stage.get_by_label("Your own").fill("ABA")
    stage.get_by_label("Your own").press("Enter")
    slider.press("End")
    assert "No such string" in stage.locator(".judged").inner_text() and "count" not in facts(stage)
    assert facts(stage)["read"] == "A, 1 in a row"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_trained_is_accessible(visit, report, scheme):
    page = visit(report, color_scheme=scheme)
    look(page, STATES)
    for figure in (ENCODER, LEARNER):
        look(page, figure).locator(".train").click()
    page.wait_for_timeout(100)
    assert violations(page) == []
