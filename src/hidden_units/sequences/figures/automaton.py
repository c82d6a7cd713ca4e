"""Picture of the finite automaton that a network behaves as.

Every function takes data and returns a figure; `hidden_units.plotting` sets the look and saves it.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyArrowPatch

from hidden_units.names import LOWERED
from hidden_units.plotting import COLOURS, FULL_WIDTH_INCHES, GREY, PALE, PHONE_WIDTH_INCHES
from hidden_units.sequences.figures.srn import SYMBOL_COLOURS
from hidden_units.sequences.languages import LETTERS, Language
from hidden_units.sequences.measures.automata import ANY, Extraction

FILLS = {ANY: PALE[GREY], **{symbol: PALE[colour] for symbol, colour in enumerate(SYMBOL_COLOURS)}}
RADIUS = 0.25
CENTRED = {"ha": "center", "va": "center"}


def automaton_figure(extraction: Extraction, language: Language) -> plt.Figure:
    """The reduced automaton: states, an arrow a symbol with how often it was taken, and rare exceptions.

    States that match the minimal automaton are drawn in its order, A's above, B's below by how many are due;
    any other automaton is drawn on a circle. Made for two symbols.
    """
    automaton = extraction.reduced
    places = _ladder(automaton.names, language) if extraction.equivalent else _circle(automaton.states)
    low, high = places.min(axis=0) - 0.75, places.max(axis=0) + 0.75
    span = high - low
    # As wide as a phone, or as the names of many states need.
    width = min(max(PHONE_WIDTH_INCHES, 0.58 * span[0]), FULL_WIDTH_INCHES)
    figure, ax = plt.subplots(figsize=(width, min(6.0, width * span[1] / span[0] + 0.5)))
    edges = transition_totals(extraction)
    usual = edges.groupby(["state", "symbol"])["count"].transform("max") == edges["count"]
    taken = set(zip(edges.loc[usual, "state"], edges.loc[usual, "to"], strict=True))
    for edge, main in zip(edges.itertuples(), usual, strict=True):
        # Two arrows between the same states part ways; exceptions swing wide of the others.
        bend = 0.25 if main and (edge.to, edge.state) in taken else 0.0 if main else 0.45
        _draw_edge(
            ax, places[edge.state], places[edge.to], SYMBOL_COLOURS[edge.symbol], edge.count, main, bend
        )
    merged = np.bincount(extraction.state_of, minlength=automaton.states)
    for number, (name, place) in enumerate(zip(automaton.names, places, strict=True)):
        fill = FILLS[int(automaton.predicts[number])]
        ax.add_patch(Circle(place, RADIUS, facecolor=fill, edgecolor=COLOURS["black"], lw=1.0, zorder=4))
        ax.text(*place, name.translate(LOWERED), fontsize=10, zorder=5, **CENTRED)
        if merged[number] > 1:
            # Away from the arrows between the rows.
            outside = np.sign(place[1] - places[:, 1].mean() + 1e-9) * (RADIUS + 0.16)
            words, style = f"×{merged[number]}", {"fontsize": 9, "color": GREY, "zorder": 5, **CENTRED}
            ax.text(place[0], place[1] + outside, words, **style)
    start = places[automaton.start]
    ax.annotate(
        "",
        start - (RADIUS, 0),
        start - (RADIUS + 0.45, 0),
        arrowprops={"arrowstyle": "-|>", "color": COLOURS["black"], "lw": 1.0, "shrinkA": 0, "shrinkB": 0},
    )
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal")
    ax.axis("off")
    handles = _handles(language, not usual.all())
    figure.legend(handles=handles, loc="outside lower center", ncols=3, fontsize=9, handlelength=1.3)
    return figure


def transition_totals(extraction: Extraction) -> pd.DataFrame:
    """Transitions between states of the reduced automaton. Columns: state, symbol, to, count."""
    state_of, counts = extraction.state_of, extraction.counts
    totals = counts.assign(state=state_of[counts["cluster"]], to=state_of[counts["to"]])
    return totals.groupby(["state", "symbol", "to"], as_index=False)["count"].sum()


def _ladder(names: tuple[str, ...], language: Language) -> np.ndarray:
    """Places of the states of a^n b^mn: S0 and the A's in a row, below each A the B that it leads to."""
    times = language.multiplicities[1]
    # B's are 0.8 apart, wide enough for a number between them; so the A's are `times` as far.
    apart = max(0.8, 1.0 / times)
    numbers = [(name[0] in "SA", int(name[1:])) for name in names]
    return np.array([(k * times * apart, 1.35) if above else ((k + 1) * apart, 0.0) for above, k in numbers])


def _circle(states: int) -> np.ndarray:
    """Places on a circle, from the left and clockwise."""
    turn = np.pi - np.linspace(0, 2 * np.pi, states, endpoint=False)
    return max(1.2, states * 0.17) * np.stack([1.6 * np.cos(turn), np.sin(turn)], axis=1)


def _draw_edge(
    ax: Axes, start: np.ndarray, end: np.ndarray, colour: str, count: int, main: bool, bend: float
) -> None:
    """An arrow from rim to rim, with its number, bent to the left by `bend` chord lengths."""
    along = end - start
    length = np.linalg.norm(along)
    if length == 0:
        return
    along = along / length
    normal = np.array([-along[1], along[0]])
    lean = np.arctan(bend * 2)
    leave = start + RADIUS * (np.cos(lean) * along + np.sin(lean) * normal)
    arrive = end - RADIUS * (np.cos(lean) * along - np.sin(lean) * normal)
    ax.add_patch(
        FancyArrowPatch(
            leave,
            arrive,
            arrowstyle="-|>",
            mutation_scale=10,
            lw=1.4 if main else 0.8,
            ls="-" if main else (0, (3, 2)),
            color=colour,
            connectionstyle=f"arc3,rad={-bend}",
            shrinkA=0,
            shrinkB=0.5,
            zorder=3,
        )
    )
    # A quadratic curve passes half way between its chord and its control point.
    middle = (leave + arrive) / 2 + normal * bend * np.linalg.norm(arrive - leave) / 2
    # Between two near states there is no room for it.
    off = 0.16 if np.linalg.norm(arrive - leave) > 0.5 else RADIUS + 0.08
    ax.text(*(middle + off * normal), str(count), fontsize=9, zorder=6, **CENTRED)


def _handles(language: Language, exceptions: bool) -> list:
    handles = [
        Line2D([], [], color=SYMBOL_COLOURS[symbol], label=f"reads {LETTERS[symbol]}")
        for symbol in range(language.symbols)
    ]
    if exceptions:
        handles.append(Line2D([], [], color=GREY, lw=0.8, ls=(0, (3, 2)), label="an exception"))
    marker = {"marker": "o", "ls": "none", "ms": 10, "mec": COLOURS["black"]}
    handles += [
        Line2D([], [], mfc=FILLS[symbol], label=f"predicts {LETTERS[symbol]}", **marker)
        for symbol in range(language.symbols)
    ]
    handles.append(Line2D([], [], mfc=FILLS[ANY], label="either may follow", **marker))
    return handles
