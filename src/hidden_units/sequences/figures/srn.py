"""Pictures of one SRN: its states and what they are called, the two maps, the steps, the automaton.

Every function takes data and returns a figure; `hidden_units.plotting` sets the look and saves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse, FancyArrowPatch
from matplotlib.ticker import MultipleLocator

from hidden_units.names import LOWERED, RAISED
from hidden_units.plotting import COLOURS, FULL_WIDTH_INCHES, GREY
from hidden_units.sequences.languages import LETTERS, Language
from hidden_units.sequences.measures.dynamics import MapDynamics, Orbit, SRNDynamics, field_grid, moves
from hidden_units.sequences.networks import SRN

FRAME = 1.12
# Teal to violet to magenta, each of a contrast of 3 on white and by night.
COUNT_MAP = LinearSegmentedColormap.from_list("count", ["#12948a", "#8273d6", "#cf4f9f"])
SYMBOL_COLOURS = (COLOURS["blue"], COLOURS["vermilion"], COLOURS["green"])
SYMBOL_MARKERS = ("o", "s", "^")
NAME = {
    "fontsize": 9,
    "ha": "center",
    "va": "center",
    "zorder": 8,
    "bbox": {"boxstyle": "square,pad=0", "facecolor": "white", "linewidth": 0, "alpha": 0.7},
}


def square(ax: Axes) -> None:
    """The state space of two hidden units, framed."""
    ax.set(xlim=(-FRAME, FRAME), ylim=(-FRAME, FRAME), aspect="equal")
    ax.xaxis.set_major_locator(MultipleLocator(0.5))
    ax.yaxis.set_major_locator(MultipleLocator(0.5))
    ax.spines[["top", "right"]].set_visible(True)
    ax.set_xlabel("hidden unit 1")
    ax.set_ylabel("hidden unit 2", labelpad=-2)


def draw_start(ax: Axes, network: SRN) -> None:
    """A cross on the initial state tanh(H0)."""
    ax.plot(*network.initial_state(), "x", color=COLOURS["black"], ms=9, mew=2.2, zorder=7)


def draw_orbits(ax: Axes, found: MapDynamics, colour: str, directions: bool = True) -> None:
    """Fixed points as diamonds, 2-cycles as stars, filled if attracting; lines for a saddle's directions."""
    for orbit in (*found.fixed_points, *found.two_cycles):
        attracting = orbit.type.endswith("attracting")
        ax.plot(
            *orbit.points.T,
            linestyle="none",
            marker="D" if orbit.period == 1 else "*",
            ms=7 if orbit.period == 1 else 11,
            color=colour,
            mfc=colour if attracting else "white",
            mec=colour,
            mew=1.4,
            zorder=6,
        )
        if directions and orbit.period == 1 and orbit.type == "saddle":
            _draw_directions(ax, orbit, colour)


def orbit_handles(dynamics: SRNDynamics) -> list[Line2D]:
    """What the marks of `draw_orbits` mean, those that the two maps hold."""
    maps = (dynamics.a, dynamics.b)
    orbits = [orbit for found in maps for orbit in (*found.fixed_points, *found.two_cycles)]
    held = {(orbit.period, orbit.type.endswith("attracting")) for orbit in orbits}
    looks = {
        (1, False): ({"marker": "D", "mfc": "white"}, "saddle"),
        (1, True): ({"marker": "D"}, "attracting point"),
        (2, True): ({"marker": "*", "ms": 9}, "attracting 2-cycle"),
    }
    return [
        Line2D([], [], color=GREY, ls="none", label=label, **look)
        for kind, (look, label) in looks.items()
        if kind in held
    ]


def _draw_directions(ax: Axes, orbit: Orbit, colour: str) -> None:
    """The stable direction dashed, the unstable one solid, through a fixed point."""
    for multiplier, direction in zip(orbit.multipliers, orbit.directions.T, strict=True):
        step = 0.3 * np.real(direction) / np.linalg.norm(direction)
        ends = np.array([orbit.points[0] - step, orbit.points[0] + step])
        style = "-" if abs(multiplier) > 1 else (0, (2, 1.2))
        ax.plot(*ends.T, color=colour, lw=1.6, ls=style, zorder=5, clip_on=True)


def states_figure(
    clusters: pd.DataFrame, network: SRN, dynamics: SRNDynamics, language: Language
) -> plt.Figure:
    """The state space of an SRN with two hidden units, twice: what the states are, and how they move.

    Left: all states by count, the clusters of the extracted automaton ringed and named: A by how many were
    read, B by how many are still due. Right: the walk of the longest string, an arrow a symbol, with the
    fixed points of both maps.

    Args:
        clusters: from `cluster_table`.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(FULL_WIDTH_INCHES, 4.15))
    for symbol in range(language.symbols):
        part = clusters[clusters["letter"] == LETTERS[symbol]]
        dots = left.scatter(
            part["h1"],
            part["h2"],
            c=part["count"],
            cmap=COUNT_MAP,
            vmin=0,
            vmax=language.largest,
            s=13,
            marker=SYMBOL_MARKERS[symbol],
            linewidth=0,
            rasterized=True,
            zorder=3,
        )
    _ring_clusters(left, clusters)
    draw_start(left, network)
    left.set_title("states by count, clusters by name")
    bar = figure.colorbar(dots, ax=left, location="bottom", fraction=0.05, shrink=0.72, aspect=28, pad=0.02)
    bar.set_label("count", fontsize=9, labelpad=1)
    bar.outline.set_visible(False)

    string = language.string(language.largest)
    states = network.run(string)
    draw_orbits(right, dynamics.a, SYMBOL_COLOURS[0])
    draw_orbits(right, dynamics.b, SYMBOL_COLOURS[1])
    for before, after, symbol in zip(states[:-1], states[1:], string, strict=True):
        draw_arrow(right, before, after, SYMBOL_COLOURS[symbol])
    # The last state is back in S0, which is named already.
    marked = [orbit.points for orbit in (*dynamics.a.fixed_points, *dynamics.b.fixed_points)]
    rows = language.positions([language.largest]).iloc[:-1].itertuples()
    names = ["S0", *(f"{row.letter}{row.position if row.symbol == 0 else row.due}" for row in rows)]
    name_points(right, states[:-1], names, np.concatenate([np.empty((0, 2)), *marked]))
    draw_start(right, network)
    right.set_title(f"the walk of {string_name(LETTERS[symbol] for symbol in string)}")
    for ax in (left, right):
        square(ax)
    right.set_ylabel("")
    handles = [
        Line2D([], [], color=SYMBOL_COLOURS[0], marker=">", ms=5, label="reads A"),
        Line2D([], [], color=SYMBOL_COLOURS[1], marker=">", ms=5, label="reads B"),
        Line2D([], [], color=COLOURS["black"], marker="x", ls="none", mew=2, label="start, tanh(H₀)"),
        *orbit_handles(dynamics),
        Line2D([], [], color=GREY, ls="-", label="unstable direction"),
        Line2D([], [], color=GREY, ls=(0, (2, 1.2)), label="stable direction"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=4, fontsize=9)
    return figure


def _ring_clusters(ax: Axes, clusters: pd.DataFrame) -> None:
    """An ellipse round each cluster, with its name where there is most room."""
    everything = clusters[["h1", "h2"]].to_numpy()
    named: list[np.ndarray] = []
    for _, part in clusters.groupby("cluster"):
        points = part[["h1", "h2"]].to_numpy()
        centre = (points.min(axis=0) + points.max(axis=0)) / 2
        spread = np.cov(points.T) if len(points) > 2 else np.zeros((2, 2))
        _, axes = np.linalg.eigh(spread + 1e-12 * np.eye(2))
        half = np.maximum(np.abs((points - centre) @ axes).max(axis=0) * 1.15 + 0.03, 0.05)
        angle = np.degrees(np.arctan2(axes[1, 0], axes[0, 0]))
        ring = Ellipse(
            centre, *(2 * half), angle=angle, fill=False, color=GREY, lw=0.8, zorder=4, clip_on=False
        )
        ax.add_patch(ring)
        turn = np.linspace(0, 2 * np.pi, 32, endpoint=False)
        round_it = np.stack([np.cos(turn), np.sin(turn)], axis=1)
        places = centre + (round_it * half) @ axes.T + 0.085 * round_it @ axes.T
        named.append(roomiest(places, everything, named))
        ax.text(*named[-1], part["name"].iloc[0].translate(LOWERED), **NAME)


def roomiest(places: np.ndarray, points: np.ndarray, names: list[np.ndarray]) -> np.ndarray:
    """The place farthest from all points and from names already set, inside the frame."""
    room = np.linalg.norm(places[:, None] - points[None], axis=-1).min(axis=1)
    if names:
        # A name is wider than a dot and must keep farther off.
        room = np.minimum(
            room, 0.6 * np.linalg.norm(places[:, None] - np.array(names)[None], axis=-1).min(axis=1)
        )
    room[(np.abs(places) > FRAME - 0.06).any(axis=1)] = -1
    return places[room.argmax()]


def draw_arrow(ax: Axes, before: np.ndarray, after: np.ndarray, colour: str) -> None:
    """One step of a walk."""
    ax.add_patch(
        FancyArrowPatch(
            before,
            after,
            arrowstyle="-|>",
            mutation_scale=9,
            shrinkA=2.5,
            shrinkB=2.5,
            lw=1.1,
            color=colour,
            connectionstyle="arc3,rad=0.08",
            zorder=4,
        )
    )


def name_points(ax: Axes, points: np.ndarray, names: Sequence[str], marked: np.ndarray) -> None:
    """Dots with names, set off to whichever side has most room, off the marked points too; "" names none."""
    ax.plot(*points.T, "o", color=COLOURS["black"], ms=3, zorder=5)
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    offsets = 0.1 * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    # Names keep off the arrows too: points along each of them count as taken.
    along = np.concatenate([points[:-1] + share * np.diff(points, axis=0) for share in (0.25, 0.5, 0.75)])
    set_names: list[np.ndarray] = []
    for point, name in zip(points, names, strict=True):
        if name:
            others = np.concatenate([points[(points != point).any(axis=1)], along, marked])
            set_names.append(roomiest(point + offsets, others, set_names))
            ax.text(*set_names[-1], name.translate(LOWERED), **NAME)


def maps_figure(
    network: SRN, dynamics: SRNDynamics, language: Language, clusters: pd.DataFrame
) -> plt.Figure:
    """Where reading an A, and reading a B, moves each state, with fixed points, cycles and the states in use.

    Args:
        clusters: from `cluster_table`.
    """
    figure, axes = plt.subplots(1, 2, figsize=(FULL_WIDTH_INCHES, 4.5))
    for ax, symbol, found in zip(axes, (0, 1), (dynamics.a, dynamics.b), strict=True):
        starts = field_grid().reshape(-1, 2)
        ax.plot(*starts.T, "o", color=GREY, ms=1.8, zorder=2)
        for start, move in zip(starts, moves(network, symbol).reshape(-1, 2), strict=True):
            look = {"arrowstyle": "->", "color": GREY, "lw": 0.7, "shrinkA": 0, "shrinkB": 0, "alpha": 0.8}
            # The layout is that of the axes, whatever leads out of them.
            ax.annotate("", start + move, start, arrowprops=look).set_in_layout(False)
        letter = LETTERS[symbol]
        part = clusters[clusters["letter"] == letter]
        ax.scatter(
            part["h1"], part["h2"], s=7, color=SYMBOL_COLOURS[symbol], alpha=0.55, lw=0, rasterized=True
        )
        draw_orbits(ax, found, SYMBOL_COLOURS[symbol])
        draw_start(ax, network)
        square(ax)
        ax.set_title(f"the {letter}-map: {found.description}", fontsize=9.5)
    axes[1].set_ylabel("")
    handles = [
        Line2D([], [], color=GREY, marker="o", ms=1.8, lw=0.7, label="from a state to the next"),
        Line2D([], [], color=GREY, marker="o", ms=4, ls="none", label="states after that symbol"),
        *orbit_handles(dynamics),
        Line2D([], [], color=COLOURS["black"], marker="x", ls="none", mew=2, label="start"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3, fontsize=9)
    return figure


def steps_figure(steps: pd.DataFrame, language: Language) -> plt.Figure:
    """Distance from the initial state, and length of each step, along the strings of n = 1 ... largest.

    Args:
        steps: from `step_lengths`.
    """
    figure, axes = plt.subplots(1, 2, figsize=(FULL_WIDTH_INCHES, 3.0), sharex=True)
    colours = COUNT_MAP(np.linspace(0, 1, language.largest))
    for n, colour in enumerate(colours, start=1):
        part = steps[steps["n"] == n].reset_index(drop=True)
        time = np.arange(1, len(part) + 1)
        axes[0].plot([0, *time], [0.0, *part["distance"]], color=colour, lw=1.1)
        axes[1].plot(time, part["length"], color=colour, lw=1.1)
        for ax, column in zip(axes, ("distance", "length"), strict=True):
            for symbol in range(language.symbols):
                chosen = (part["letter"] == LETTERS[symbol]).to_numpy()
                ax.plot(
                    time[chosen],
                    part.loc[chosen, column],
                    SYMBOL_MARKERS[symbol],
                    color=colour,
                    ms=4.5,
                    mfc=colour if symbol == 0 else "white",
                    zorder=3,
                )
    axes[0].set(title="distance from the start", ylabel="Euclidean distance")
    axes[1].set(title="length of the step", ylabel="Euclidean length")
    for ax in axes:
        ax.set_xlabel("symbols read")
        ax.set_ylim(bottom=0)
        ax.xaxis.set_major_locator(MultipleLocator(2))
        ax.grid(axis="y")
    handles = [Line2D([], [], color=colour, label=f"n = {n}") for n, colour in enumerate(colours, start=1)]
    handles += [
        Line2D([], [], color=GREY, marker="o", ls="none", ms=4.5, label="after an A"),
        Line2D([], [], color=GREY, marker="s", mfc="white", ls="none", ms=4.5, label="after a B"),
    ]
    figure.legend(
        handles=handles, loc="outside lower center", ncols=len(handles), fontsize=9, handlelength=1.5
    )
    return figure


def string_name(letters: Iterable[str]) -> str:
    """A string as A⁴B⁸."""
    runs = [(letter, len(list(run))) for letter, run in groupby(letters)]
    return "".join(f"{letter}{str(length).translate(RAISED)}" for letter, length in runs)
