"""The look of figures: text that can be read on any ground."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hidden_units.errors import StudyError
from hidden_units.plotting import BLACK, COLOURS, draw_figures, ink_on, label_points, luminance, plt


def contrast(one, other) -> float:
    """Contrast as WCAG 2 has it, 1 to 21."""
    lighter, darker = sorted([luminance(one), luminance(other)], reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_luminance_is_that_of_the_standard():
    assert luminance("white") == pytest.approx(1) and luminance("#000000") == 0
    # Between these two greys lies the least contrast that WCAG allows, 4.5.
    assert contrast("#777777", "white") == pytest.approx(4.48, abs=0.005)
    assert contrast("#767676", "white") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("name", sorted(COLOURS.keys() - {"yellow"}))
def test_a_thin_line_of_every_colour_stands_out_on_white(name):
    assert contrast(COLOURS[name], "white") >= 3


def test_the_page_has_the_colours_of_the_figures():
    style = (Path(__file__).resolve().parents[2] / "report/style.css").read_text(encoding="utf-8")
    names = {"netlin": "blue", "netfull": "orange", "netconv": "green"}
    names |= {f"view-{name}": name for name in ("blue", "orange", "green", "vermilion")}
    by_day = style[: style.index("@media screen")]
    found = {name: re.search(rf"--{name}: (#[0-9a-f]{{6}});", by_day)[1] for name in names}
    assert found == {name: COLOURS[colour].lower() for name, colour in names.items()}


def test_ink_is_the_more_legible_of_black_and_white():
    for ground in [*COLOURS.values(), *np.linspace(0, 1, 20).astype(str)]:
        ink = ink_on(ground)
        other = BLACK if ink == "white" else "white"
        assert contrast(ground, ink) >= contrast(ground, other)


@pytest.mark.parametrize("name", ["YlGnBu", "PuOr", "Oranges", "Purples"])
def test_numbers_can_be_read_on_every_colour_of_a_heat_map(name):
    grounds = plt.get_cmap(name)(np.linspace(0, 1, 100))[:, :3]
    assert min(contrast(ground, ink_on(ground)) for ground in grounds) > 3.9


def line(slope="1"):
    """A figure, and the numbers in it."""
    table = pd.DataFrame({"x": [0, 1], "y": [0, float(slope)]})
    return table.plot("x", "y").figure, table


def test_figures_drawn_together_have_the_bytes_of_each_drawn_alone(tmp_path):
    def paths(folder, *stems):
        (tmp_path / folder).mkdir()
        return [str(tmp_path / folder / f"{stem}.{kind}") for stem in stems for kind in ("svg", "csv")]

    open_before = plt.get_fignums()
    together = {"line": paths("one", "line"), "lines": paths("several", "lines_2", "lines_-1")}
    draw_figures({"line": line, "lines": line}, together)
    assert (tmp_path / "several/lines_-1.csv").read_text() == "x,y\n0,0\n1,-1\n"
    alone = paths("alone", "lines_-1")
    draw_figures({"lines": line}, {"lines": alone})
    assert (tmp_path / "several/lines_-1.svg").read_bytes() == (tmp_path / "alone/lines_-1.svg").read_bytes()
    assert plt.get_fignums() == open_before


def test_a_figure_that_no_function_draws_is_named():
    with pytest.raises(StudyError, match=r"figures/toy.svg: .* no function 'toy'"):
        draw_figures({}, {"toy": ["figures/toy.svg", "figures/toy.csv"]})


def test_names_of_points_cover_neither_marks_nor_names_and_stay_in_the_chart():
    x, y = np.array([0.5, 0.52, 0.5, 0.999]), np.array([0.5, 0.535, 0.2, 0.8])
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlim=(0, 1), ylim=(0, 1))
    names = ["under its neighbour", "free", "free too", "at the edge"]
    label_points(
        axes, [(name, point, "above") for name, point in zip(names, zip(x, y, strict=True), strict=True)]
    )
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in axes.texts]
    assert [text.get_text() for text in axes.texts] == names
    marks = axes.transData.transform(np.column_stack([x, y]))
    for place, box in enumerate(boxes):
        assert not box.count_contains(marks) and not box.count_overlaps(boxes[place + 1 :])
        assert axes.bbox.contains(*box.min) and axes.bbox.contains(*box.max)
    # Where nothing is in the way, a name is where it is best.
    assert [text.get_position() for text in axes.texts[1:3]] == [(0, 8)] * 2
    plt.close(figure)
