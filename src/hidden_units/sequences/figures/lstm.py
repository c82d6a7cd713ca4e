"""Pictures of one LSTM: its hidden and cell spaces, its cells over time, what they encode.

Every function takes data and returns a figure; `hidden_units.plotting` sets the look and saves it.
"""

from __future__ import annotations

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from hidden_units.plotting import COLOURS, FULL_WIDTH_INCHES, GREY, PHONE_WIDTH_INCHES, fixed, label_cells
from hidden_units.sequences.figures.srn import SYMBOL_COLOURS, SYMBOL_MARKERS, string_name

PHASE_COLOURS = dict(zip("ABC", SYMBOL_COLOURS, strict=True))
PHASE_MARKERS = dict(zip("ABC", SYMBOL_MARKERS, strict=True))
# None of them a phase's colour.
CELL_COLOURS = (COLOURS["black"], COLOURS["purple"], GREY, COLOURS["sky"])
SOURCES = {"h": "hidden unit", "c": "cell"}


def space_figure(states: pd.DataFrame, path: pd.DataFrame, source: str) -> plt.Figure:
    """Hidden space ('h') or cell space ('c') of an LSTM, from the side that parts the phases best.

    All states of the fixed set of 20 examples as dots by phase, one string as a path over them.

    Args:
        states: from `states_table`; path: the same of a single string.
    """
    from sklearn.metrics import silhouette_score

    units = [name for name in states if name[0] == source and name[1:].isdigit()]
    read = states.dropna(subset=["letter"])
    sides = {
        pair: silhouette_score(read[[*pair]], read["letter"]) for pair in itertools.combinations(units, 2)
    }
    names = [*max(sides, key=sides.get)]
    figure, ax = plt.subplots(figsize=(0.72 * FULL_WIDTH_INCHES, 4.4))
    _draw_states(ax, states, path, names)
    ax.set(
        **{f"{axis}label": f"{SOURCES[source]} {name[1:]}" for axis, name in zip("xy", names, strict=True)}
    )
    figure.legend(handles=_phase_handles(path), loc="outside lower center", ncols=5, fontsize=9)
    return figure


def _draw_states(ax: Axes, states: pd.DataFrame, path: pd.DataFrame, names: list[str]) -> None:
    """All states as dots by phase, the path over them in the colours of what it reads, its start a cross."""
    for letter, part in states.groupby("letter"):
        dots = {"color": PHASE_COLOURS[letter], "marker": PHASE_MARKERS[letter], "alpha": 0.35}
        ax.scatter(*part[names].to_numpy().T, s=22, linewidth=0, rasterized=True, **dots)
    points = path[names].to_numpy()
    for before, after, letter in zip(points[:-1], points[1:], path["letter"].iloc[1:], strict=True):
        ax.plot(*np.stack([before, after]).T, color=PHASE_COLOURS[letter], lw=1.5, zorder=3)
    ax.plot(*points[:1].T, "x", color=COLOURS["black"], ms=8, mew=2, zorder=5)
    for letter, part in path.iloc[1:].groupby("letter"):
        style = {"mfc": PHASE_COLOURS[letter], "mec": "white", "mew": 0.6}
        ax.plot(*part[names].to_numpy().T, PHASE_MARKERS[letter], ms=6, zorder=4, **style)
    ax.spines[["top", "right"]].set_visible(True)
    ax.margins(0.07)


def _phase_handles(path: pd.DataFrame) -> list[Line2D]:
    letters = path["letter"].iloc[1:]
    handles = [
        Line2D([], [], ls="none", marker=PHASE_MARKERS[k], color=PHASE_COLOURS[k], label=f"after {k}")
        for k in letters.unique()
    ]
    handles.append(Line2D([], [], color=GREY, lw=1.5, label=f"path of {string_name(letters)}"))
    handles.append(Line2D([], [], color=COLOURS["black"], ls="none", marker="x", mew=2, label="start"))
    return handles


def traces_figure(
    states: pd.DataFrame, steps: pd.DataFrame, example: int = 0, strings: int = 3
) -> plt.Figure:
    """Cells and forget gates over time along the first strings of an example, the phases as background.

    Args:
        states: from `states_table`; steps: from `cell_steps` (for the gates).
    """
    part = states[(states["example"] == example) & ~(states["block"] >= strings).fillna(False)]
    cells = [name for name in part if name[0] == "c" and name[1:].isdigit()]
    figure, (upper, lower) = plt.subplots(
        2, 1, figsize=(PHONE_WIDTH_INCHES, 4.3), sharex=True, height_ratios=[1.7, 1]
    )
    gates = steps[(steps["example"] == example) & (steps["block"] < strings)]
    for place, cell in enumerate(cells):
        style = {
            "color": CELL_COLOURS[place % len(CELL_COLOURS)],
            "ls": ("-", (0, (5, 1.2)), (0, (2, 1)))[place % 3],
        }
        upper.plot(part["time"], part[cell], lw=1.8, label=f"cell {cell[1:]}", **style)
        gate = gates.loc[gates["cell"] == int(cell[1:]), "forget_gate"]
        lower.plot(np.arange(1, len(gate) + 1), gate, lw=1.4, **style)
    letters = part["letter"].iloc[1:]
    start = 0
    for letter, run in itertools.groupby(letters):
        end, colour = start + len(list(run)), PHASE_COLOURS[letter]
        for ax in (upper, lower):
            ax.axvspan(start + 0.5, end + 0.5, color=colour, alpha=0.1, lw=0)
        name, above = string_name(letters[start:end]), upper.get_xaxis_transform()
        upper.text((start + end + 1) / 2, 1.02, name, transform=above, ha="center", fontsize=9)
        start = end
    upper.axhline(0, color=GREY, lw=0.6)
    upper.set(ylabel="cell state")
    lower.set(ylabel="forget gate", xlabel="symbols read", ylim=(-0.03, 1.03))
    lower.set_xlim(0, len(letters) + 0.5)
    figure.legend(loc="outside lower center", ncols=len(cells))
    return figure


def decoding_figure(tables: pd.DataFrame) -> plt.Figure:
    """How well counts can be read linearly from hidden and cell state, inside and beyond trained sizes.

    Args:
        tables: rows of `decoding_table` of all solved seeds, with a column seed; medians and middle halves
        are drawn.
    """
    figure, axes = plt.subplots(1, 2, figsize=(FULL_WIDTH_INCHES, 3.3), sharey=True)
    kinds = list(dict.fromkeys(zip(tables["letter"], tables["target"], strict=True)))
    titles = {
        "r2_beyond": "sizes beyond training",
        "r2_trained": "trained sizes, other examples",
    }
    floor = -1.0
    for ax, (column, title) in zip(axes, titles.items(), strict=True):
        for shift, source, colour, marker in (
            (-0.14, "c", COLOURS["blue"], "o"),
            (0.14, "h", COLOURS["orange"], "D"),
        ):
            for place, (letter, target) in enumerate(kinds):
                chosen = (
                    tables["source"].eq(source) & tables["letter"].eq(letter) & tables["target"].eq(target)
                )
                low, middle, high = tables.loc[chosen, column].quantile([0.25, 0.5, 0.75])
                y = place + shift
                if middle < floor:
                    ax.plot(floor, y, marker="<", color=colour, ms=6, clip_on=False)
                    continue
                ax.plot([max(low, floor), high], [y, y], color=colour, lw=1.4)
                ax.plot(middle, y, marker, color=colour, ms=5.5, mec="white", mew=0.5)
        ax.axvline(0, color=GREY, lw=0.7)
        ax.axvline(1, color=GREY, lw=0.7, ls=(0, (4, 2)))
        ax.set(title=title, xlabel="R² of a linear read-out", xlim=(floor - 0.12, 1.06))
        ax.grid(axis="x")
    words = {"position": "{}’s read so far", "n": "n, during the {}’s", "remaining": "{}’s still due"}
    axes[0].set_yticks(range(len(kinds)), [words[target].format(letter) for letter, target in kinds])
    axes[0].invert_yaxis()
    for ax in axes:
        # On a phone a panel stands alone, so each has the names of its rows.
        ax.tick_params(axis="y", length=0, labelleft=True)
    handles = [
        Line2D([], [], color=COLOURS["blue"], marker="o", label="from the cell state"),
        Line2D([], [], color=COLOURS["orange"], marker="D", label="from the hidden state"),
        Line2D([], [], color=GREY, marker="<", ls="none", label="below −1"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3)
    return figure


def intervention_figure(table: pd.DataFrame) -> plt.Figure:
    """B's that follow A^n when the cell state, or the hidden state, of another count is put in.

    Numbers that follow the state put in are ringed; where that is the state of the same count, they are grey.

    Args:
        table: from `intervention_table`.
    """
    titles = {"cell": "cell state of n′ put in", "hidden": "hidden state of n′ put in"}
    figure, axes = plt.subplots(1, 2, figsize=(0.8 * FULL_WIDTH_INCHES, 3.2), sharey=True)
    values = ["followed", "expected_by_put_in", "expected_by_n"]
    for ax, (replaced, title) in zip(axes, titles.items(), strict=True):
        part = table[table["replaced"] == replaced]
        grid, expected, by_n = (part.pivot_table(value, "n", "put_in") for value in values)
        image = ax.imshow(
            grid, cmap="YlGnBu", vmin=0, vmax=2.4 * grid.to_numpy().max(), origin="lower", aspect="equal"
        )
        texts = label_cells(ax, image, grid.to_numpy().astype(int))
        for text in texts.diagonal():
            text.set_color(fixed(GREY))
        for row, column in np.argwhere(((grid == expected) & (grid != by_n)).to_numpy()):
            ax.plot(column, row, "o", ms=21, mfc="none", mec=COLOURS["vermilion"], mew=1.8)
        ax.set_xticks(range(grid.shape[1]), grid.columns)
        ax.set_yticks(range(grid.shape[0]), grid.index)
        ax.set(title=title, xlabel="n′", ylabel="n, A’s read")
        ax.title.set_fontsize(10)
        ax.tick_params(length=0, labelleft=True)
        ax.spines[:].set_visible(False)
    return figure
