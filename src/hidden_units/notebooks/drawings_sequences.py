"""Pictures for the notebook on state spaces: what a network predicts along a string, and where it walks."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import patheffects
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch

from hidden_units.plotting import COLOURS, FULL_WIDTH_INCHES, GREY, ink_on, plt
from hidden_units.sequences.figures.lstm import CELL_COLOURS, PHASE_COLOURS
from hidden_units.sequences.figures.srn import SYMBOL_COLOURS, draw_orbits, draw_start, roomiest, square
from hidden_units.sequences.languages import LETTERS, Language
from hidden_units.sequences.measures.dynamics import SRNDynamics
from hidden_units.sequences.networks import LSTM, SRN

# More columns than this leave no room for the numbers in them.
MOST_WITH_NUMBERS = 26
NAME = {
    "fontsize": 8.5,
    "ha": "center",
    "va": "center",
    "zorder": 8,
    "path_effects": [patheffects.withStroke(linewidth=2.2, foreground="white")],
}


def predictions_figure(states: pd.DataFrame, language: Language) -> Figure:
    """Probabilities of the next symbol after each symbol read; rings where only one symbol can come next.

    Args:
        states: of one string, from `trajectories.states_table`.
    """
    letters = list(LETTERS.upper()[: language.symbols])
    probabilities = states[[f"p_{letter}" for letter in letters]].to_numpy().T
    read = states["letter"].fillna("–").tolist()
    figure, axes = plt.subplots(figsize=(FULL_WIDTH_INCHES, 1.5 + 0.4 * len(letters)))
    image = axes.imshow(probabilities, cmap="YlGnBu", vmin=0, vmax=1, aspect="auto")
    if len(read) <= MOST_WITH_NUMBERS:
        for (row, column), value in np.ndenumerate(probabilities):
            axes.text(
                column,
                row,
                f"{100 * value:.0f}",
                ha="center",
                va="center",
                fontsize=8,
                color=ink_on(image.to_rgba(value)[:3]),
            )
    for column, (following, is_certain, is_right) in enumerate(
        zip(states["next_letter"], states["deterministic"], states["correct"], strict=True)
    ):
        if is_certain:
            colour = COLOURS["green"] if is_right else COLOURS["vermilion"]
            place = (column - 0.46, letters.index(following) - 0.44)
            axes.add_patch(
                plt.Rectangle(
                    place, 0.92, 0.88, fill=False, edgecolor=colour, linewidth=2, clip_on=False, zorder=3
                )
            )
    axes.set_xticks(range(len(read)), read)
    axes.set_yticks(range(len(letters)), letters)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set(xlabel="symbol read (– is the start)", ylabel="next symbol")
    bar = figure.colorbar(image, ax=axes, fraction=0.025, pad=0.01)
    bar.set_ticks([0, 0.5, 1], labels=["0 %", "50 %", "100 %"])
    bar.outline.set_visible(False)
    handles = [
        Line2D([], [], ls="none", marker="s", mfc="none", mew=2, color=COLOURS[colour], label=words)
        for colour, words in (
            ("green", "must come next, and is predicted"),
            ("vermilion", "must come next, and is not"),
        )
    ]
    figure.legend(handles=handles, loc="outside upper right", ncols=2, fontsize=9)
    return figure


def walk_figure(states: pd.DataFrame, network: SRN, dynamics: SRNDynamics) -> Figure:
    """The walk of one string through the two hidden units of an SRN, a panel for each symbol's steps.

    Args:
        states: of one string, from `trajectories.states_table`.
    """
    points = states[["h1", "h2"]].to_numpy()
    letters = states["letter"].to_numpy()
    figure, panels = plt.subplots(1, 2, figsize=(FULL_WIDTH_INCHES, 4.1))
    for symbol, (axes, found) in enumerate(zip(panels, (dynamics.a, dynamics.b), strict=True)):
        letter, colour = LETTERS[symbol].upper(), SYMBOL_COLOURS[symbol]
        draw_orbits(axes, found, GREY, directions=False)
        axes.plot(*points.T, ".", color=GREY, markersize=4, zorder=3)
        for before, after, read in zip(points[:-1], points[1:], letters[1:], strict=True):
            if read == letter:
                arrow = {"arrowstyle": "-|>", "mutation_scale": 10, "shrinkA": 2, "shrinkB": 2}
                bend = {"connectionstyle": "arc3,rad=0.08", "color": colour, "lw": 1.3, "zorder": 4}
                axes.add_patch(FancyArrowPatch(before, after, **arrow, **bend))
        marked = [orbit.points for orbit in (*found.fixed_points, *found.two_cycles)]
        taken = np.concatenate([points, halfway(points[:-1], points[1:]), *marked])
        names: list[np.ndarray] = []
        for number, point in enumerate(points[letters == letter], start=1):
            names.append(roomiest(around(point), taken[(taken != point).any(axis=1)], names))
            axes.text(*names[-1], f"{letter}{number}", color=colour, **NAME)
        draw_start(axes, network)
        square(axes)
        axes.set_title(f"reading {letter}")
    panels[1].set_ylabel("")
    handles = [
        Line2D([], [], color=COLOURS["black"], marker="x", ls="none", mew=2, label="start"),
        Line2D([], [], color=GREY, marker="D", mfc="white", ls="none", label="saddle or repelling point"),
        Line2D([], [], color=GREY, marker="D", ls="none", label="attracting point"),
        Line2D([], [], color=GREY, marker="*", ms=9, ls="none", label="attracting 2-cycle"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=4, fontsize=9)
    return figure


def around(point: np.ndarray) -> np.ndarray:
    """Places for a name all round a point."""
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    return point + 0.1 * np.stack([np.cos(turn), np.sin(turn)], axis=1)


def halfway(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Points along the arrows of a walk, which names keep off."""
    return np.concatenate([before + share * (after - before) for share in (0.25, 0.5, 0.75)])


def cells_figure(states: pd.DataFrame, network: LSTM) -> Figure:
    """Cells and forget gates of an LSTM along one string.

    Args:
        states: of one string, from `trajectories.states_table`.
    """
    size = network.hidden
    cells = states[[f"c{k + 1}" for k in range(size)]].to_numpy()
    full = np.concatenate([states[[f"h{k + 1}" for k in range(size)]].to_numpy(), cells], axis=1)
    letters = states["letter"].tolist()
    symbols = [LETTERS.index(letter.lower()) for letter in letters[1:]]
    gates = np.array(
        [network.gates(state, symbol)["f"] for state, symbol in zip(full[:-1], symbols, strict=True)]
    )
    figure, (upper, lower) = plt.subplots(
        2, 1, figsize=(FULL_WIDTH_INCHES, 4.2), sharex=True, height_ratios=[1.7, 1]
    )
    time = np.arange(len(states))
    for cell in range(size):
        style = {"color": CELL_COLOURS[cell % len(CELL_COLOURS)], "ls": ("-", "--", ":")[cell % 3]}
        upper.plot(time, cells[:, cell], lw=1.8, marker="o", ms=3.5, label=f"cell {cell + 1}", **style)
        lower.plot(time[1:], gates[:, cell], lw=1.5, marker="o", ms=3, **style)
    for start, letter in enumerate(letters[1:], start=1):
        for axes in (upper, lower):
            axes.axvspan(start - 0.5, start + 0.5, color=PHASE_COLOURS[letter], alpha=0.1, lw=0)
    upper.axhline(0, color=GREY, lw=0.6)
    upper.set_ylabel("cell state")
    lower.set(ylabel="forget gate", ylim=(-0.03, 1.03), xlabel="symbol read (– is the start)")
    lower.set_xticks(time, ["–", *letters[1:]])
    lower.set_xlim(-0.5, len(states) - 0.5)
    figure.legend(loc="outside lower center", ncols=size)
    return figure
