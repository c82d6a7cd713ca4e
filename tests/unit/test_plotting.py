"""The look of figures: text that can be read on any ground."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex, to_rgb

from hidden_units.errors import StudyError
from hidden_units.plotting import (
    BLACK,
    COLOURS,
    GREY,
    GRID,
    PALE,
    draw_figures,
    figure_bytes,
    fixed,
    ink_on,
    label_points,
    luminance,
    plt,
    use_style,
)


def contrast(one, other) -> float:
    """Contrast as WCAG 2 has it, 1 to 21."""
    lighter, darker = sorted([luminance(one), luminance(other)], reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_luminance_is_that_of_the_standard():
    assert luminance("white") == pytest.approx(1) and luminance("#000000") == 0
    # Between these two greys lies the least contrast that WCAG allows, 4.5.
    assert contrast("#777777", "white") == pytest.approx(4.48, abs=0.005)
    assert contrast("#767676", "white") == pytest.approx(4.54, abs=0.005)


STYLE = (Path(__file__).resolve().parents[2] / "report/style.css").read_text(encoding="utf-8")
BY_NIGHT = STYLE[STYLE.index(':root[data-theme="dark"]') :]


def colour_on_the_page(colour, by_night, kind="stroke"):
    """What a page draws in place of a colour of a figure."""
    name = re.search(rf'\[{kind}="{colour.lower()}"\] {{ {kind}: var\(--([\w-]+)\); }}', STYLE)[1]
    return re.search(rf"--{name}: (#[0-9a-f]{{6}});", BY_NIGHT if by_night else STYLE)[1]


@pytest.mark.parametrize("by_night", [False, True], ids=["day", "night"])
@pytest.mark.parametrize(
    "colour", [*sorted(set(COLOURS.values()) - {COLOURS["yellow"]}), GREY, GRID, "#ffffff"]
)
def test_lines_of_every_colour_stand_out_and_by_day_are_those_of_the_file(colour, by_night):
    shown, paper = (colour_on_the_page(each, by_night) for each in (colour, "#ffffff"))
    assert shown == colour_on_the_page(colour, by_night, "fill") and (by_night or shown == colour.lower())
    # Text is black or grey; a grid and paper are not to stand out.
    wanted = {GRID: 1.2, "#ffffff": 1, BLACK: 4.5, GREY: 4.5}.get(colour, 3)
    assert contrast(shown, paper) >= wanted


@pytest.mark.parametrize("colour", sorted(PALE.keys() - {COLOURS["yellow"]}))
def test_text_can_be_read_on_pale_areas_by_day_and_by_night(colour):
    found = re.search(
        rf'\[fill="{PALE[colour]}"\] {{ fill: color-mix\(in srgb, var\(--([\w-]+)\) 15%,', STYLE
    )
    assert found, PALE[colour]
    for by_night in (False, True):
        full, paper = (to_rgb(colour_on_the_page(each, by_night)) for each in (colour, "#ffffff"))
        pale = 0.15 * np.array(full) + 0.85 * np.array(paper)
        assert contrast(pale, colour_on_the_page(BLACK, by_night)) >= 4.5
        assert by_night or to_hex(pale) == PALE[colour]


def test_colours_on_a_picture_are_none_that_a_page_changes():
    for colour in [*COLOURS.values(), GREY, "white"]:
        assert f'"{fixed(colour)}"' not in STYLE and contrast(fixed(colour), colour) < 1.05


def test_ink_is_the_more_legible_of_black_and_white():
    for ground in [*COLOURS.values(), *np.linspace(0, 1, 20).astype(str)]:
        ink = ink_on(ground)
        other = "white" if contrast(ink, BLACK) < 2 else BLACK
        assert contrast(ground, ink) >= contrast(ground, other) - 0.05


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


def test_panels_hold_each_axes_with_its_bar_each_title_and_each_column_of_a_legend():
    use_style()
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3))
    (line,) = left.plot([0, 1], label="a line")
    figure.colorbar(right.imshow([[0, 1]]), ax=right, label="beside")
    figure.suptitle("of all")
    figure.legend([line, line], ["one", "two"], loc="outside lower center", ncols=2)
    svg = figure_bytes(figure).decode()
    described = re.search('data-panels="([^"]*)"', svg)[1].split(",")
    boxes = np.array([[float(side) for side in panel.split(" ")[:4]] for panel in described])
    assert [panel.split(" ")[4:] for panel in described] == [["3"], ["0"], ["1", "2"], ["4"], ["4"]]
    assert {*re.findall('data-part="([0-9])"', svg)} == {*"01234"}
    # Every letter is in one of them.
    for x, y in re.findall('<text x="([^"]*)" y="([^"]*)"', svg):
        inside = (boxes[:, :2] <= [float(x), float(y)]) & (
            [float(x), float(y)] <= boxes[:, :2] + boxes[:, 2:]
        )
        assert inside.all(axis=1).any(), (x, y)
    alone, axes = plt.subplots()
    axes.plot([0, 1])
    assert b"data-panels" not in figure_bytes(alone)
    nothing, axes = plt.subplots()
    axes.set_visible(False)
    assert b"data-panels" not in figure_bytes(nothing)
    assert b"data-panels" not in figure_bytes(plt.figure())
