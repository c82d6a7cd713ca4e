"""How the recurrent networks work: an SRN unrolled over a string with its own numbers, and an LSTM cell."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

from hidden_units.plotting import (
    BLACK,
    COLOURS,
    GREY,
    PALE,
    PHONE_WIDTH_INCHES,
    ink_on,
    plt,
)
from hidden_units.sequences.figures.srn import SYMBOL_COLOURS
from hidden_units.sequences.languages import LETTERS

# Activations from -1 to 1; the middle is white.
ACTIVATION_MAP = "PuOr_r"
RADIUS = 0.19
# What each gate of the cell decides, and where its symbol stands.
GATES = {
    "forget": ("forget gate", "how much\nof the cell\nis kept", 0.68),
    "input": ("input gate", "how much\nis put in", 1.68),
    "candidate": ("candidate", "what would\nbe put in", 2.64),
    "output": ("output gate", "how much\nof the cell\nis shown", 3.68),
}


def unrolled(walk: pd.DataFrame) -> Figure:
    """An SRN over one string: a row a letter, with the hidden units' values and what is predicted next.

    Args:
        walk: by time: letter (none at the start), h1, h2, and so on, p_A, p_B, and so on, next_letter.
    """
    units = [name for name in walk.columns if name.startswith("h") and name[1:].isdigit()]
    letters = [letter for letter in LETTERS if f"p_{letter}" in walk.columns]
    # In inches: with two units as wide as a phone.
    read, apart, row_height, bar = 0.38, 0.44, 0.56, 1.65
    middles = [1.18 + apart * unit for unit in range(len(units))]
    left = middles[-1] + 0.62
    following = left + bar + 0.42
    low, high = 0.32 - row_height * len(walk), 0.5
    width = PHONE_WIDTH_INCHES + apart * (len(units) - 2)
    figure, axes = plt.subplots(figsize=(width, high - low))
    axes.set(xlim=(0, width), ylim=(low, high), aspect="equal")
    axes.set_axis_off()
    colours = plt.get_cmap(ACTIVATION_MAP)
    among = (middles[0] + middles[-1]) / 2
    for number, row in enumerate(walk.to_dict("records")):
        y = -row_height * number
        for middle, unit in zip(middles, units, strict=True):
            colour = colours((row[unit] + 1) / 2)[:3]
            axes.add_patch(Circle((middle, y), RADIUS, facecolor=colour, edgecolor=GREY, linewidth=0.8))
            words = f"{row[unit]:z.2f}".replace("-", "−")
            axes.text(middle, y, words, ha="center", va="center", fontsize=9, color=ink_on(colour))
        if number:
            letter_box(axes, read, y, row["letter"])
            arrow(axes, (read + 0.2, y), (middles[0] - RADIUS - 0.04, y))
            arrow(axes, (among, y + row_height - RADIUS), (among, y + RADIUS))
        arrow(axes, (middles[-1] + RADIUS + 0.04, y), (left - 0.04, y))
        start = left
        for letter in letters:
            share = bar * row[f"p_{letter}"]
            colour = SYMBOL_COLOURS[LETTERS.index(letter)]
            axes.add_patch(plt.Rectangle((start, y - 0.12), share, 0.24, facecolor=colour, linewidth=0))
            if share > 0.35:
                style = {"ha": "center", "va": "center", "fontsize": 9, "color": ink_on(colour)}
                # No prediction is quite certain.
                words = f"{letter} {min(row[f'p_{letter}'], 0.99):.0%}".removesuffix("%")
                axes.text(start + share / 2, y, words, **style)
            start += share
        letter_box(axes, following, y, row["next_letter"])
    headings = {
        "letter read": read,
        "hidden units": among,
        "prediction, %": left + bar / 2,
        "next letter": following,
    }
    for words, place in headings.items():
        axes.text(place, high, words, ha="center", va="top", fontsize=9)
    axes.text(read, 0, "start", ha="center", va="center", fontsize=9, color=GREY)
    return figure


def letter_box(axes: Axes, x: float, y: float, letter: str) -> None:
    """A letter in a box of its colour."""
    colour = SYMBOL_COLOURS[LETTERS.index(letter)]
    box = {"boxstyle": "round,pad=0.35", "facecolor": colour, "linewidth": 0}
    axes.text(x, y, letter, ha="center", va="center", color=ink_on(colour), fontweight="bold", bbox=box)


def arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], **style: object) -> None:
    """A thin arrow between two points."""
    look = {"arrowstyle": "->", "color": GREY, "shrinkA": 0, "shrinkB": 0, **style}
    axes.annotate("", end, start, arrowprops=look)


def cell() -> tuple[Figure, pd.DataFrame]:
    """An LSTM cell: its state passes on along a line, and three gates between 0 and 1 open and close on it.

    Returns:
        The drawing, and a table of its parts: part, what it decides.
    """
    # In inches.
    width, low, high = PHONE_WIDTH_INCHES - 0.1, -1.25, 2.45
    figure, axes = plt.subplots(figsize=(width + 0.1, high - low + 0.1))
    axes.set(xlim=(0, width), ylim=(low, high), aspect="equal")
    axes.set_axis_off()
    edge, line, shown, gates, read = width - 0.05, 2.05, 1.15, 0.4, -0.62
    body = {"boxstyle": "round,pad=0,rounding_size=0.2", "facecolor": PALE[GREY], "edgecolor": GREY}
    axes.add_patch(FancyBboxPatch((0.2, -0.42), width - 0.6, 2.65, **body, zorder=0))
    blue, red = COLOURS["blue"], COLOURS["vermilion"]
    axes.plot([0, edge - 0.1], [line, line], color=blue, linewidth=2.4, zorder=1)
    arrow(axes, (edge - 0.2, line), (edge, line), color=blue, linewidth=2.4)
    axes.text(0, high, "cell before", ha="left", va="top", fontsize=9)
    axes.text(width, high, "cell after", ha="right", va="top", fontsize=9)
    put_in = (GATES["input"][2] + GATES["candidate"][2]) / 2
    arrow(axes, (put_in, shown + 0.13), (put_in, line - 0.15))
    for name, (words, meaning, x) in GATES.items():
        colour = COLOURS["orange"] if name != "candidate" else COLOURS["green"]
        box = {"boxstyle": "round,pad=0.3", "facecolor": "white", "edgecolor": colour, "linewidth": 1.4}
        axes.text(x, gates, words, ha="center", va="center", fontsize=9, bbox=box, zorder=3)
        axes.text(x, gates - 0.2, meaning, ha="center", va="top", fontsize=9, linespacing=1.05, zorder=3)
        # What two of them make goes into one symbol, from its left and its right.
        ends = {
            "forget": (x, line - 0.15),
            "input": (put_in - 0.1, shown - 0.1),
            "candidate": (put_in + 0.1, shown - 0.1),
            "output": (x, shown - 0.15),
        }
        arrow(axes, (x, gates + 0.16), ends[name])
        arrow(axes, (x, read), (x, -0.44))
    symbol(axes, GATES["forget"][2], line, "×")
    symbol(axes, put_in, line, "+")
    symbol(axes, put_in, shown, "×")
    x = GATES["output"][2]
    arrow(axes, (x, line), (x, shown + 0.15))
    axes.text(x - 0.08, (line + shown) / 2, "tanh", ha="right", va="center", fontsize=9)
    symbol(axes, x, shown, "×")
    axes.plot([x, edge - 0.1, edge - 0.1], [shown, shown, read - 0.1], color=red, linewidth=2, zorder=1)
    arrow(axes, (edge - 0.1, read), (edge - 0.1, read - 0.22), color=red, linewidth=2)
    words = "hidden state: predicts,\nand is read next time"
    axes.text(width, read - 0.27, words, ha="right", va="top", fontsize=9)
    axes.plot([0, x], [read, read], color=GREY, linewidth=1.2, zorder=1)
    axes.text(0, read - 0.07, "letter read and\nhidden state before", ha="left", va="top", fontsize=9)
    parts = [{"part": words, "decides": meaning.replace("\n", " ")} for words, meaning, _ in GATES.values()]
    return figure, pd.DataFrame(parts)


def symbol(axes: Axes, x: float, y: float, sign: str) -> None:
    """An operation in a circle."""
    axes.add_patch(Circle((x, y), 0.13, facecolor="white", edgecolor=BLACK, linewidth=1, zorder=3))
    axes.text(x, y, sign, ha="center", va="center", fontsize=11, zorder=4)
