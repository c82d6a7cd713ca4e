"""Pictures of the network designed by hand, and of those that learned: success, and what they learned.

Every function takes data and returns a figure; `hidden_units.plotting` sets the look and saves it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, ListedColormap, to_rgb
from matplotlib.contour import QuadContourSet
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Patch
from matplotlib.ticker import MultipleLocator

from hidden_units.checkerboard.models import (
    HIGH,
    LOW,
    POINTS,
    TARGETS,
    WITHIN,
    SigmoidNetwork,
    StepNetwork,
    line_equation,
    number_text,
    plane,
)
from hidden_units.names import LOWERED
from hidden_units.plotting import (
    BLACK,
    COLOURS,
    FULL_WIDTH_INCHES,
    GREY,
    MARKERS,
    PHONE_WIDTH_INCHES,
    draw_line,
    fixed,
    label_cells,
    percent_axis,
    small_multiples,
)
from hidden_units.rounding import at_most

# Not opaque: it lies on the paper, whose colour is another by night.
ACTIVE = (*to_rgb(COLOURS["blue"]), 0.2)
LABEL_ANGLE, LABEL_DISTANCE = np.radians(67), 0.1
OUTPUT_MAP = LinearSegmentedColormap.from_list("output", ["#e8963c", "#ffffff", "#3b8bc2"])
UNIT_COLOURS = [COLOURS[name] for name in ("blue", "vermilion", "green", "purple", "orange", "sky")]
RATE_STYLES = ("-", (0, (5, 2)), (0, (1.5, 1.5)))


def unit_name(unit: int) -> str:
    """h₁, h₂, ... for units counted from 0."""
    return "h" + str(unit + 1).translate(LOWERED)


def draw_points(ax: Axes, outputs: np.ndarray | None = None, on_picture: bool = False) -> None:
    """The nine points: filled for target 1, open for 0, crossed out where `outputs` is wrong."""
    black, white, cross = map(fixed if on_picture else str, (BLACK, "white", COLOURS["vermilion"]))
    for target, face in ((1, black), (0, white)):
        x1, x2 = POINTS[target == TARGETS].T
        ax.scatter(x1, x2, s=46, facecolor=face, edgecolor=black, linewidth=1.2, zorder=5)
    if outputs is not None and (wrong := (np.asarray(outputs) >= 0.5) != (TARGETS == 1)).any():
        x1, x2 = POINTS[wrong].T
        ax.scatter(x1, x2, s=240, marker="x", color=cross, linewidth=2.0, zorder=4)


def plane_axes(ax: Axes) -> None:
    """The square of the study with whole-numbered ticks, framed."""
    ax.set(xlim=(LOW, HIGH), ylim=(LOW, HIGH), aspect="equal")
    ax.xaxis.set_major_locator(MultipleLocator(1))
    ax.yaxis.set_major_locator(MultipleLocator(1))
    ax.spines[["top", "right"]].set_visible(True)
    ax.set_xlabel("x₁", labelpad=1)
    ax.set_ylabel("x₂", labelpad=5)


def step_regions(network: StepNetwork, steps: int = 601) -> np.ndarray:
    """Where the hidden units, and last the output, are on over the square: (h + 1, x2, x1) of 0 and 1."""
    _, points = plane(steps)
    # Fractions would take seconds a panel.
    floats = StepNetwork(**vars(network.sigmoid()))
    return np.column_stack([floats.hidden(points), floats.output(points)]).T.reshape(-1, steps, steps)


def network_diagram(network: StepNetwork) -> plt.Figure:
    """The units as circles, their biases inside, and every weight on its connection; negative ones dashed."""
    size = network.hidden_size
    # In inches, but for the margin.
    span, (left, middle, right) = 0.8 * max(2, size), (0.0, 2.25, 4.0)
    figure, ax = plt.subplots(figsize=(PHONE_WIDTH_INCHES, span + 0.6))
    inputs = [(left, y) for y in _spread(2, 0.75 * span)]
    hidden = [(middle, y) for y in _spread(size, span)]
    output = (right, 0.0)

    for unit, weights in enumerate(network.hidden_weights):
        for start, weight in zip(inputs, weights, strict=True):
            # The weights are written near the hidden unit, where the two connections have fanned apart.
            _connect(ax, start, hidden[unit], weight, 0.72)
        _connect(ax, hidden[unit], output, network.output_weights[unit], 0.35)

    _unit(ax, *inputs[0], "x₁")
    _unit(ax, *inputs[1], "x₂")
    for unit, (x, y) in enumerate(hidden):
        _unit(ax, x, y, unit_name(unit), network.hidden_biases[unit])
    _unit(ax, *output, "out", network.output_bias)
    for x, text in ((left, "inputs"), (middle, "hidden step units"), (right, "output step unit")):
        ax.text(x, span / 2 + 0.05, text, ha="center", va="bottom", color=GREY)
    handles = [
        Line2D([], [], color=COLOURS["blue"], label="positive weight"),
        Line2D([], [], color=COLOURS["vermilion"], linestyle=(0, (4, 2)), label="negative weight"),
    ]
    ax.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, 0.04), ncols=2)
    ax.set(xlim=(-0.35, 4.45), ylim=(-span / 2, span / 2 + 0.25), aspect="equal")
    ax.axis("off")
    return figure


def _spread(count: int, span: float) -> list[float]:
    """Heights of `count` units over `span`, from the top."""
    return [span / 2 - span * (place + 0.5) / count for place in range(count)]


def _unit(ax: Axes, x: float, y: float, name: str, bias: Fraction | None = None) -> None:
    ax.add_patch(Circle((x, y), 0.28, facecolor="white", edgecolor=COLOURS["black"], linewidth=1.2, zorder=3))
    ax.text(x, y + (0.08 if bias is not None else 0), name, ha="center", va="center", zorder=4)
    if bias is not None:
        sign = "+" if bias > 0 else ""
        text = f"{sign}{number_text(bias)}"
        ax.text(x, y - 0.13, text, ha="center", va="center", fontsize=9, color=GREY, zorder=4)


def _connect(ax: Axes, start: tuple, end: tuple, weight: Fraction, place: float) -> None:
    positive = weight >= 0
    colour = COLOURS["blue"] if positive else COLOURS["vermilion"]
    style = "-" if positive else (0, (4, 2))
    ax.plot(*zip(start, end, strict=True), color=colour, linestyle=style, linewidth=1.4, zorder=1)
    x, y = (a + place * (b - a) for a, b in zip(start, end, strict=True))
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
    text = f"{'+' if positive else ''}{number_text(weight)}"
    ax.text(x, y, text, ha="center", va="center", fontsize=9, bbox=box, zorder=2)


def half_planes_figure(network: StepNetwork) -> plt.Figure:
    """For each hidden unit the half-plane in which it is on, its line's equation above, and the output."""
    regions = step_regions(network)
    size = network.hidden_size
    columns = min(3, size + 1)
    figure, panels = small_multiples(size + 1, columns, FULL_WIDTH_INCHES / columns + 0.25, 0.35)
    for unit, line in enumerate(network.lines):
        _step_panel(panels[unit], regions[unit])
        draw_line(panels[unit], *line, color=COLOURS["blue"], linewidth=1.4)
        title = f"{unit_name(unit)}:  {line_equation(*line)}"
        panels[unit].set_title(title, fontsize=10, fontweight="regular")
    outputs = network.output()
    _step_panel(panels[size], regions[size], outputs)
    for line in network.lines:
        draw_line(panels[size], *line, color=GREY, linewidth=0.7, linestyle=(0, (4, 3)))
    right = int(np.sum(outputs == TARGETS))
    panels[size].set_title(f"output:  {right} of 9 right", fontsize=10, fontweight="regular")
    handles = _point_handles(wrong=right < 9, dashed=True)
    if free := figure.axes[size + 1 :]:
        free[0].legend(handles=handles, loc="center left")
    else:
        figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    return figure


def _step_panel(ax: Axes, active: np.ndarray, outputs: np.ndarray | None = None) -> None:
    """The part of the square where a step unit is on, and the nine points."""
    # An image, not a contour: a step's contour is a staircase of thousands of corners.
    shown = np.ma.masked_equal(active, 0)
    half = (HIGH - LOW) / (len(active) - 1) / 2
    extent = 2 * (LOW - half, HIGH + half)
    ax.imshow(
        shown, origin="lower", extent=extent, cmap=ListedColormap([ACTIVE]), interpolation="none", zorder=0
    )
    draw_points(ax, outputs)
    plane_axes(ax)


def _point_handles(wrong: bool, dashed: bool = False, active: str = "the unit is on") -> list:
    black = COLOURS["black"]
    point = {"linestyle": "none", "marker": "o", "markersize": 6.5, "markeredgecolor": black}
    handles = [
        Line2D([], [], markerfacecolor=black, label="target 1", **point),
        Line2D([], [], markerfacecolor="white", label="target 0", **point),
        Patch(facecolor=ACTIVE, label=active),
    ]
    if dashed:
        handles.append(Line2D([], [], color=GREY, linewidth=0.7, linestyle=(0, (4, 3)), label="hidden lines"))
    if wrong:
        cross = {"linestyle": "none", "marker": "x", "markersize": 9, "color": COLOURS["vermilion"]}
        handles.append(Line2D([], [], markeredgewidth=1.8, label="wrong", **cross))
    return handles


def arrangements_figure(networks: Mapping[str, StepNetwork]) -> plt.Figure:
    """Step networks side by side, by title: hidden lines, and the region in which the output is on."""
    columns = min(3, len(networks))
    figure, panels = small_multiples(len(networks), columns, FULL_WIDTH_INCHES / columns + 0.28, 0.35)
    wrong = False
    for ax, (title, network) in zip(panels, networks.items(), strict=True):
        outputs = network.output()
        wrong |= bool(np.any(outputs != TARGETS))
        _step_panel(ax, step_regions(network)[-1], outputs)
        for line, colour in zip(network.lines, itertools.cycle(UNIT_COLOURS), strict=False):
            draw_line(ax, *line, color=colour, linewidth=1.3)
        ax.set_title(title, fontsize=10)
    handles = _point_handles(wrong, active="the output is on")
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    return figure


def scaling_figure(outputs: pd.DataFrame, thresholds: Mapping[str, float | None]) -> plt.Figure:
    """Output of each point against k, points with one output as one curve.

    Args:
        outputs: scale, x1, x2, target, output on a fine grid of scales.
        thresholds: from which k on the task is solved, and the outputs near their targets.
    """
    figure, ax = plt.subplots(figsize=(FULL_WIDTH_INCHES, 3.3))
    curves = outputs.pivot_table(index=["target", "x1", "x2"], columns="scale", values="output")
    scales = curves.columns.to_numpy()
    groups = curves.round(9).groupby(list(scales), sort=False).groups.values()
    shades = {
        1: itertools.cycle(["blue", "sky", "black"]),
        0: itertools.cycle(["vermilion", "orange", "purple"]),
    }
    for place, group in enumerate(sorted(groups, key=lambda group: (-group[0][0], group[0]))):
        target = group[0][0]
        names = ", ".join(f"({x1},{x2})" for _, x1, x2 in group)
        ax.plot(
            scales,
            curves.loc[group[0]],
            color=COLOURS[next(shades[target])],
            linestyle="-" if target else (0, (5, 2)),
            marker=MARKERS[place % len(MARKERS)],
            markevery=np.linspace(0, len(scales) - 1, 9).astype(int).tolist(),
            label=f"target {target}: {names}",
        )
    ax.axhline(0.5, color=GREY, linewidth=0.8, linestyle=":")
    ax.set(ylabel="output", ylim=(-0.03, 1.03), xlim=(0, 1.025 * scales.max()))
    ax.set_xlabel("scale k of all weights and biases")
    ax.xaxis.set_major_locator(MultipleLocator(2))
    ax.legend(loc="center right", bbox_to_anchor=(1.0, 0.3), handlelength=3)
    for value, text, height in (
        (thresholds["solves"], "all nine right", 0.9),
        (thresholds["near"], f"all within {WITHIN:g} of their targets", 0.75),
    ):
        if value is not None and value < scales.max():
            ax.axvline(value, color=GREY, linewidth=0.8)
            place = {"transform": ax.get_xaxis_transform(), "ha": "left", "va": "center"}
            ax.text(
                value + 0.006 * scales.max(),
                height,
                f"{text}\nfrom k = {at_most(value, 2)}",
                fontsize=9,
                **place,
            )
    return figure


def surfaces_figure(
    networks: Mapping[str, SigmoidNetwork], columns: int = 2, contours: bool = True
) -> plt.Figure:
    """Output over the plane as colour and contours, the decision boundary at 0.5 drawn thick, by title."""
    columns = min(columns, len(networks))
    # A square panel next to the colour bar, and room for its title and labels.
    figure, panels = small_multiples(len(networks), columns, 3.9 / columns + 1.15)
    for ax, (title, network) in zip(panels, networks.items(), strict=True):
        image = draw_surface(ax, network, title, contours)
    _bar(image, "output", ax=figure.axes, shrink=0.6, aspect=28)
    return figure


def _bar(image: AxesImage, label: str, **place: Any) -> None:
    """A colour bar from 0 to 1 next to the axes of an image."""
    bar = image.figure.colorbar(image, ticks=[0, 0.25, 0.5, 0.75, 1], label=label, **place)
    bar.outline.set_linewidth(0.5)


def draw_surface(ax: Axes, network: SigmoidNetwork, title: str, contours: bool = False) -> AxesImage:
    """Output from 0 to 1 as colour, the boundary at 0.5, and optionally labelled contours where it varies."""
    axis, points = plane()
    surface = network.output(points).reshape(len(axis), len(axis))
    extent = (LOW, HIGH, LOW, HIGH)
    image = ax.imshow(
        surface, origin="lower", extent=extent, cmap=OUTPUT_MAP, vmin=0, vmax=1, interpolation="none"
    )
    if contours and (levels := _contour_levels(float(surface.min()), float(surface.max()))):
        lines = ax.contour(axis, axis, surface, levels=levels, colors=fixed(GREY), linewidths=0.6)
        if places := _label_places(lines):
            ax.clabel(lines, fontsize=7, fmt="%g", inline_spacing=2, manual=places)
    if surface.min() < 0.5 < surface.max():
        ax.contour(axis, axis, surface, levels=[0.5], colors=fixed(BLACK), linewidths=1.6)
    draw_points(ax, network.output(), on_picture=True)
    plane_axes(ax)
    ax.set_title(title)
    return image


def _label_places(lines: QuadContourSet) -> list[tuple[float, float]]:
    """A place for each level's label along one ray from the centre, clear of the frame and of each other."""
    centre = (LOW + HIGH) / 2
    places: list[tuple[float, float]] = []
    for path in lines.get_paths():
        inside = path.vertices[np.all(np.abs(path.vertices - centre) < 0.8 * (HIGH - LOW) / 2, axis=1)]
        if len(inside):
            way = inside - centre
            x, y = inside[np.argmin(np.abs(np.arctan2(way[:, 1], way[:, 0]) - LABEL_ANGLE))]
            places.append((float(x), float(y)))
    return [
        place
        for place in places
        if all(math.dist(place, other) > LABEL_DISTANCE for other in places if other != place)
    ]


def _contour_levels(low: float, high: float) -> list[float]:
    """Round levels between the extremes, 0.5 left to the thick line: tenths, or finer where all is flat."""
    for step in (0.2, 0.1, 0.05, 0.02, 0.01, 0.005):
        levels = np.round(np.arange(0, 1 + step / 2, step), 6)
        levels = levels[(levels > low) & (levels < high) & (levels != 0.5)]
        if len(levels) >= 4:
            break
    return levels.tolist()


def restarts_figure(restarts: pd.DataFrame, success: pd.DataFrame, caps: dict[float, int]) -> plt.Figure:
    """The share of restarts solved by each epoch, a curve a setting, named at its end.

    Args:
        restarts: hidden, learning_rate, seed, solved, first_epoch.
        success: the table of `success.success_table`, one row a setting.
        caps: learning rate -> the epoch at which restarts were given up; curves end there.
    """
    figure, ax = plt.subplots(figsize=(FULL_WIDTH_INCHES, 3.5))
    sizes = sorted(success["hidden"].unique())
    learning_rates = sorted(success["learning_rate"].unique())
    names = []
    for row in success.itertuples(index=False):
        size, rate = sizes.index(row.hidden), learning_rates.index(row.learning_rate)
        colour, marker = UNIT_COLOURS[size % len(UNIT_COLOURS)], MARKERS[size % len(MARKERS)]
        style = {"color": colour, "linestyle": RATE_STYLES[rate % len(RATE_STYLES)]}
        mine = restarts[(restarts["hidden"] == row.hidden) & (restarts["learning_rate"] == row.learning_rate)]
        epochs = np.sort(mine.loc[mine["solved"].astype(bool), "first_epoch"].to_numpy(dtype=float))
        share = np.arange(len(epochs) + 1) / len(mine)
        # A logarithmic axis has no 0; nothing is solved in the first ten epochs.
        steps = np.concatenate([[10.0], np.maximum(epochs, 10.0), [caps[row.learning_rate]]])
        ax.step(steps, np.append(share, share[-1]), where="post", **style)
        words = f"{row.hidden} units, η = {row.learning_rate:g}: {row.solved} of {row.restarts}"
        names.append(((steps[-1], share[-1]), words, {"color": colour, "marker": marker}, style))
    first = restarts.loc[restarts["solved"].astype(bool), "first_epoch"]
    left, right = max(10.0, 0.6 * float(first.min())) if len(first) else 10.0, 1.15 * max(caps.values())
    # Names are as far apart as their letters are high, in the order of the curves' ends.
    names.sort(key=lambda name: (name[0][1], name[0][0]))
    height = -np.inf
    for place, (end, words, mark, style) in enumerate(names):
        height = max(height + 0.085, min(end[1], 1 - 0.085 * (len(names) - 1 - place)))
        ax.plot([end[0], 1.25 * right], [end[1], height], clip_on=False, linewidth=0.6, color=mark["color"])
        ax.plot(*end, **mark, markersize=6, clip_on=False, zorder=3)
        ax.plot([1.25 * right, 1.8 * right], [height] * 2, clip_on=False, **style)
        ax.text(2 * right, height, words, va="center", fontsize=9)
    ax.set(xscale="log", xlabel="epoch", ylabel="restarts solved by then", ylim=(0, 1.02), xlim=(left, right))
    percent_axis(ax.yaxis)
    ax.grid(axis="y")
    return figure


def learned_figure(networks: Mapping[str, SigmoidNetwork]) -> plt.Figure:
    """Each network as its output over the plane with its hidden lines, next to its activations at the points.

    The lines are where a hidden unit is at 0.5; their colours and names are those of the columns in the
    table of activations, which is the seed's table of a step network in shades.
    """
    rows = len(networks)
    figure, axes = plt.subplots(
        rows, 2, figsize=(FULL_WIDTH_INCHES, 3.45 * rows), width_ratios=[1.15, 1], squeeze=False
    )
    for (picture, table), (title, network) in zip(axes, networks.items(), strict=True):
        image = draw_surface(picture, network, title)
        for unit, line in enumerate(network.lines):
            _draw_named_line(picture, unit, *line)
        _activation_table(table, network)
    _bar(image, "activation", ax=axes, location="bottom", shrink=0.45, aspect=34, pad=0.02)
    return figure


def _draw_named_line(ax: Axes, unit: int, w1: float, w2: float, bias: float) -> None:
    colour = fixed(UNIT_COLOURS[unit % len(UNIT_COLOURS)])
    draw_line(ax, w1, w2, bias, color=colour, linewidth=1.5, linestyle=(0, (5, 2)))
    if (place := _on_frame(w1, w2, bias, unit)) is not None:
        box = {"fc": fixed("white"), "ec": colour, "boxstyle": "round,pad=0.15", "linewidth": 0.8}
        style = {"color": fixed(BLACK), "fontsize": 8, "ha": "center", "va": "center", "bbox": box}
        ax.text(*place, unit_name(unit), zorder=7, **style)


def _on_frame(w1: float, w2: float, bias: float, unit: int) -> tuple[float, float] | None:
    """Where the line w1 x1 + w2 x2 + bias = 0 crosses a square a little inside the frame.

    Names alternate between the two crossings, so that those of near lines do not fall on each other.
    """
    low, high = LOW + 0.14, HIGH - 0.14
    crossings = []
    for edge in (low, high):
        if w2 != 0 and low <= (x2 := -(w1 * edge + bias) / w2) <= high:
            crossings.append((edge, x2))
        if w1 != 0 and low <= (x1 := -(w2 * edge + bias) / w1) <= high:
            crossings.append((x1, edge))
    return sorted(crossings)[-(unit % 2)] if crossings else None


def _activation_table(ax: Axes, network: SigmoidNetwork) -> None:
    """Activations of all units at the nine points, as numbers on their colours."""
    values = np.column_stack([network.hidden(), network.output()])
    image = ax.imshow(values, cmap=OUTPUT_MAP, vmin=0, vmax=1, aspect="auto")
    label_cells(ax, image, np.char.mod("%.2f", values), fontsize=8)
    ax.axvline(network.hidden_size - 0.5, color="white", linewidth=4)
    ax.set_xticks(range(values.shape[1]), [*map(unit_name, range(network.hidden_size)), "out"])
    points = [f"({x1:.0f}, {x2:.0f}) → {target}" for (x1, x2), target in zip(POINTS, TARGETS, strict=True)]
    ax.set_yticks(range(len(points)), points)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
