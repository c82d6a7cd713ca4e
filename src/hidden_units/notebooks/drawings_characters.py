"""Pictures for the notebooks on characters: a pair of classes, and how the widths of NetFull learn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from hidden_units.characters.figures import percent_axis
from hidden_units.names import shortest_label
from hidden_units.plotting import COLOURS, FULL_WIDTH_INCHES, GREY, MARKERS, plt

TARGET_COLOUR, CHOSEN_COLOUR = COLOURS["blue"], COLOURS["vermilion"]
# Blue where the target is darker, as its colour is elsewhere.
DIFFERENCE_MAP = "RdBu"


def means_figure(means: np.ndarray, target: int, chosen: int, names: Sequence[str]) -> Figure:
    """The mean images of two classes, and the first minus the second.

    Args:
        means: (10, 28, 28) grey values 0..255.
        names: labels of the classes, as in figures.
    """
    figure, panels = plt.subplots(1, 3, figsize=(FULL_WIDTH_INCHES, 2.75))
    for axes, label in zip(panels, (target, chosen), strict=False):
        axes.imshow(means[label], cmap="gray_r", vmin=0, vmax=255)
        axes.set_title(f"mean of {names[label]}", loc="center")
    difference = means[target] - means[chosen]
    highest = max(float(np.abs(difference).max()), 1.0)
    image = panels[2].imshow(difference, cmap=DIFFERENCE_MAP, vmin=-highest, vmax=highest)
    short = shortest_label(names[target]), shortest_label(names[chosen])
    panels[2].set_title(f"{short[0]} minus {short[1]}", loc="center")
    for axes in panels:
        axes.set_axis_off()
    bar = figure.colorbar(image, ax=panels[2], shrink=0.82, aspect=14)
    bar.set_label("grey value")
    bar.outline.set_visible(False)
    return figure


def probability_figure(
    labels: np.ndarray, log_probabilities: np.ndarray, target: int, chosen: int, names: Sequence[str]
) -> Figure:
    """How the network weighs two classes, over all test images of both.

    Args:
        labels: (N,), log_probabilities: (N, 10) of one trained network on the test images.
    """
    weights = odds(log_probabilities, target, chosen)
    edges = np.histogram_bin_edges(weights[np.isin(labels, (target, chosen))], bins=45)
    figure, axes = plt.subplots(figsize=(FULL_WIDTH_INCHES, 3.0))
    looks = ((target, TARGET_COLOUR, 0.75, None), (chosen, CHOSEN_COLOUR, 0.45, "////"))
    for label, colour, alpha, hatch in looks:
        axes.hist(
            weights[labels == label],
            edges,
            color=colour,
            alpha=alpha,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.3,
            label=f"images of {names[label]}",
        )
    axes.axvline(0, color=COLOURS["black"], linewidth=0.9)
    short = shortest_label(names[target]), shortest_label(names[chosen])
    axes.set(xlabel=f"probability of {short[1]} over that of {short[0]}", ylabel="test images")
    ticks = np.arange(np.ceil(edges[0] / 3) * 3, edges[-1] + 0.1, 3, dtype=int)
    axes.set_xticks(ticks, [times_as_probable(int(tick)) for tick in ticks])
    axes.grid(axis="y")
    axes.legend(loc="upper right")
    return figure


def odds(log_probabilities: np.ndarray, target: int, chosen: int) -> np.ndarray:
    """Decimal logarithm (N,) of the probability of `chosen` over that of `target`."""
    return (log_probabilities[:, chosen] - log_probabilities[:, target]) / np.log(10)


def times_as_probable(power: int) -> str:
    """A power of ten as an axis shows it: `1`, `10³`, `10⁻⁶`."""
    raised = str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return "1" if power == 0 else f"10{raised}"


def answer_figure(
    image: np.ndarray, log_probabilities: np.ndarray, target: int, chosen: int, names: Sequence[str]
) -> Figure:
    """One test image and the ten probabilities that the network gives it.

    Args:
        image: (28, 28) grey values 0..255.
        log_probabilities: (10,).
    """
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(FULL_WIDTH_INCHES, 2.7), width_ratios=[1, 2.1], layout="constrained"
    )
    left.imshow(image, cmap="gray_r", vmin=0, vmax=255)
    left.set_title(f"an image of {names[target]}", loc="center")
    left.set_axis_off()
    colours = {target: TARGET_COLOUR, chosen: CHOSEN_COLOUR}
    probabilities = np.exp(log_probabilities.astype(float))
    right.barh(range(len(names)), probabilities, color=[colours.get(k, GREY) for k in range(len(names))])
    for row, probability in enumerate(probabilities):
        right.text(probability + 0.01, row, f"{100 * probability:.1f} %", va="center", fontsize=8.5)
    right.set_yticks(range(len(names)), names)
    right.tick_params(axis="y", length=0)
    right.invert_yaxis()
    right.set(xlim=(0, 1.12), xlabel="probability")
    right.set_xticks([0, 0.25, 0.5, 0.75, 1])
    percent_axis(right.xaxis)
    return figure


def widths_learning_figure(history: pd.DataFrame) -> Figure:
    """Test accuracy after each epoch, and training and test loss after the last, by hidden size.

    Args:
        history: columns hidden, seed, epoch, train_loss, test_loss, accuracy.
    """
    widths = sorted(history["hidden"].unique())
    shades = plt.get_cmap("viridis")(np.linspace(0, 0.85, len(widths)))
    figure, (left, right) = plt.subplots(1, 2, figsize=(FULL_WIDTH_INCHES, 3.5))
    for place, (width, colour) in enumerate(zip(widths, shades, strict=True)):
        mean = history[history["hidden"] == width].groupby("epoch")["accuracy"].mean()
        marker = MARKERS[place % len(MARKERS)]
        left.plot(mean.index, mean, color=colour, marker=marker, markersize=4, linewidth=1.2, label=width)
    left.set(xlabel="epoch", ylabel="test accuracy, mean over seeds", title="Accuracy")
    left.xaxis.get_major_locator().set_params(integer=True)
    percent_axis(left.yaxis)
    left.legend(title="hidden units", ncols=2, loc="lower right", fontsize=8.5, title_fontsize=9)
    last = history[history["epoch"] == history["epoch"].max()].groupby("hidden")
    losses = last[["train_loss", "test_loss"]].mean()
    for column, words, style in (("test_loss", "test", "-"), ("train_loss", "training", "--")):
        right.plot(losses.index, losses[column], style, marker="s", color=COLOURS["orange"], label=words)
    right.set(xlabel="hidden units", ylabel="loss (nats an image)", title="Loss after the last epoch")
    right.legend()
    for axes in (left, right):
        axes.grid(axis="y")
    return figure
