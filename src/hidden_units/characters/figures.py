"""Figures of the characters study. Accuracies are fractions in the data and per cent on the axes."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Colormap
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from hidden_units.names import CLASSES_NUMBERED, LUCKY, is_own_name, shortest_label
from hidden_units.names import model_name as display_name
from hidden_units.plotting import (
    BLACK,
    COLOURS,
    FULL_WIDTH_INCHES,
    GREY,
    PHONE_WIDTH_INCHES,
    ends_of,
    label_cells,
    label_points,
    mark_every,
    percent_axis,
    plt,
)

LOOKS = {
    "netlin": (COLOURS["blue"], "o"),
    "netfull": (COLOURS["orange"], "s"),
    "netconv": (COLOURS["green"], "^"),
}
# Those of the user's own networks, in their order.
OWN_LOOKS = ((COLOURS["purple"], "D"), (COLOURS["vermilion"], "v"), (COLOURS["sky"], "*"), (BLACK, "X"))
# A published accuracy.
REPORTED = {
    "marker": "D",
    "linestyle": "none",
    "markerfacecolor": "none",
    "markeredgecolor": COLOURS["black"],
}
OFF_DIAGONAL_MAP = "Oranges"
# The accuracies that a chart of them shows at least: a closer look makes mountains of noise.
LEAST_SPAN = (0.7, 1.0)
# Pairs of classes with a name: the most confused, and the most alike.
PAIRS_NAMED = 6
# Classes that are enlarged beside a matrix without numbers.
WORST = 8
# Small pictures of classes in a row, of many classes with short names, and the letters above them.
A_ROW = 16
A_LONG_ROW, MANY_CLASSES = 25, 50
ROOM_IN_ROWS = 7 * A_ROW
# Letters that fit under a column of a matrix next to their neighbours'.
ROOM = 6
ROOM_IN_HALF_WIDTH = 3
# The share of an axis of sizes that the name of one takes.
ROOM_FOR_SIZE = 0.08


def look(model: str) -> tuple[str, str]:
    """Colour and marker of a model's family, or of a network of the user's own."""
    return LOOKS[model if model in LOOKS else model.partition("-")[0]]


def own_looks(models: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Colour and marker of each of the user's own networks among models, for `LOOKS`."""
    return dict(zip(filter(is_own_name, models), OWN_LOOKS, strict=False))


def accuracies(runs: pd.DataFrame, summary: pd.DataFrame) -> Figure:
    """Every seed's accuracy and the mean with its interval, a row per classifier; baselines as lines.

    Args:
        runs: columns model and accuracy, of the models to show, in the order from top to bottom.
        summary: characters/summary.csv; the rows without parameters are the baselines.
    """
    models = list(dict.fromkeys(runs["model"]))
    baselines = summary[summary["parameters"].isna()]
    table = summary.set_index("model")
    labels = [display_name(model) for model in [*models, *baselines["model"]]]
    figure, axes = plt.subplots(figsize=(PHONE_WIDTH_INCHES, 0.5 + 0.42 * len(labels)))
    for row, model in enumerate(models):
        colour, marker = look(model)
        values = runs.loc[runs["model"] == model, "accuracy"]
        # The seeds a little below their mean, so that neither hides the other.
        seeds = {"color": colour, "alpha": 0.45, "markersize": 4, "markeredgewidth": 0}
        axes.plot(values, np.full(len(values), row + 0.25), marker, **seeds)
        mean = table.loc[model, "accuracy_mean"]
        low, high = ends_of(table.loc[model])
        if np.isfinite(low):
            axes.hlines(row, low, high, color=colour, linewidth=2.5)
        axes.plot(mean, row, marker, color=colour, markersize=8, markeredgecolor="white")
        reported = table.loc[model, "reported"]
        if np.isfinite(reported):
            axes.plot(reported, row, **REPORTED, markersize=7)
    for row, accuracy in enumerate(baselines["accuracy_mean"], start=len(models)):
        axes.plot(accuracy, row, "|", color=GREY, markersize=14, markeredgewidth=2)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.margins(x=0.04)
    axes.grid(axis="x")
    axes.set_xlabel("test accuracy after the last epoch")
    percent_axis(axes.xaxis)
    return figure


def learning_curves(history: pd.DataFrame) -> Figure:
    """Test accuracy, and training and test loss, after each epoch: seeds thin, means bold.

    Args:
        history: columns model, seed, epoch, train_loss, test_loss, accuracy.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(FULL_WIDTH_INCHES, 3.3))
    for model, runs in history.groupby("model", sort=False):
        colour, marker = look(model)
        for _, run in runs.groupby("seed"):
            # One epoch is no line.
            thin = {"marker": marker if len(run) == 1 else None, "alpha": 0.25, "linewidth": 0.8}
            left.plot(run["epoch"], run["accuracy"], color=colour, **thin)
        mean = runs.groupby("epoch")[["accuracy", "train_loss", "test_loss"]].mean()
        bold = {"color": colour, "marker": marker, "markevery": mark_every(mean)}
        left.plot(mean.index, mean["accuracy"], label=display_name(model), **bold)
        right.plot(mean.index, mean["test_loss"], **bold)
        right.plot(mean.index, mean["train_loss"], linestyle="--", alpha=0.7, **bold)
    left.set(xlabel="epoch", ylabel="test accuracy", title="Accuracy")
    percent_axis(left.yaxis)
    left.legend()
    right.set(xlabel="epoch", ylabel="loss (nats an image)", title="Loss")
    right.set_ylim(bottom=0)
    right.plot([], [], color=GREY, label="test")
    right.plot([], [], color=GREY, linestyle="--", alpha=0.7, label="training")
    right.legend()
    for axes in (left, right):
        axes.grid(axis="y")
        axes.xaxis.get_major_locator().set_params(integer=True)
        if len(mean) == 1:
            # Its points to the left, next to the legend.
            axes.set_xticks(mean.index)
            axes.set_xlim(mean.index[0] - 0.2, mean.index[0] + 0.8)
    return figure


def sweep(
    table: pd.DataFrame, lucky: Sequence[int] = (), others: Mapping[str, float] | None = None
) -> Figure:
    """Accuracy against the number of hidden units: a point a seed, the means joined, 95 % intervals.

    Args:
        table: characters/sweep.csv.
        others: mean accuracies of other networks by model, drawn as level lines.
        lucky: the sizes whose seeds scatter far less than the others’, which get a mark.
    """
    means = table.drop_duplicates("hidden").set_index("hidden")
    figure, axes = plt.subplots(figsize=(PHONE_WIDTH_INCHES, 3.8))
    draw_curve(axes, "netfull", table.set_index("hidden")["accuracy"], means, "mean over seeds")
    if means["reported"].notna().any():
        axes.plot(means.index, means["reported"], **REPORTED, label="reported, one run")
    for model, accuracy in (others or {}).items():
        line = {"color": look(model)[0], "linestyle": (0, (6, 3)), "linewidth": 1.3}
        axes.axhline(accuracy, label=f"{display_name(model)}, mean", **line)
    axes.set_ylim(span_of([*table["accuracy"], *(others or {}).values()]))
    axes.set(xlabel="hidden units", ylabel="test accuracy")
    labels = [size_label(hidden, lucky) for hidden in means.index]
    axes.set_xticks(means.index, in_two_ranks(means.index, labels))
    percent_axis(axes.yaxis)
    axes.grid(axis="y")
    figure.legend(loc="outside lower center", ncols=2)
    return figure


def in_two_ranks(places: Sequence[float], labels: Sequence[str]) -> list[str]:
    """Labels of an axis, those lower that have no room next to the one before."""
    room, ranked, last = ROOM_FOR_SIZE * (max(places) - min(places)), [], -np.inf
    for place, label in zip(places, labels, strict=True):
        if place - last < room:
            ranked.append(f"\n{label}")
        else:
            ranked.append(label)
            last = place
    return ranked


def draw_curve(
    axes: Axes,
    model: str,
    accuracies: pd.Series,
    means: pd.DataFrame,
    name: str,
    side_by_side: bool = False,
) -> None:
    """Accuracy along a setting: a point a seed, the means joined, a band or bars for their intervals.

    Args:
        accuracies: of all runs, by the value of the setting.
        means: accuracy_mean, accuracy_low and accuracy_high, by the value of the setting.
        name: of the means in the legend.
        side_by_side: whether other curves are next to this one: narrow bars then.
    """
    colour, marker = look(model)
    entries = {handle.get_label() for handle in axes.get_legend_handles_labels()[0]}
    seeds, words = "a seed", "95 % interval of the mean"
    look_of_seeds = {"alpha": 0.35, "markeredgewidth": 0, "label": None if seeds in entries else seeds}
    axes.plot(accuracies.index, accuracies, marker, color=colour, **look_of_seeds)
    known = means.dropna(subset=["accuracy_low"])
    ends = known.index, *ends_of(known)
    words = None if words in entries else words
    if side_by_side:
        axes.vlines(*ends, color=colour, alpha=0.35, linewidth=3.5, zorder=1, label=words)
    elif len(known) == len(means):
        axes.fill_between(*ends, color=colour, alpha=0.15, linewidth=0, label=words)
    elif len(known):
        # A band would run through values of which nothing is known.
        axes.vlines(*ends, color=colour, alpha=0.15, linewidth=11, zorder=1, label=words)
    axes.plot(means.index, means["accuracy_mean"], color=colour, marker=marker, label=name)


def span_of(accuracies: Sequence[float]) -> tuple[float, float]:
    """Where an axis of accuracies begins and ends: at `LEAST_SPAN`, or lower by whole tenths."""
    low, high = LEAST_SPAN
    return max(0.0, min(low, np.floor(10 * min(accuracies) - 0.1) / 10)), high


def size_label(hidden: int, lucky: Sequence[int]) -> str:
    """A hidden size on an axis, with a dagger where its seeds scatter far less than the others' by luck."""
    return f"{hidden}{LUCKY if hidden in lucky else ''}"


def confusion_matrix(counts: np.ndarray, names: Sequence[str], title: str, highest: int = 0) -> Figure:
    """Counts (classes, classes), rows targets, columns the class chosen; colour shows the mistakes alone.

    Args:
        highest: the end of the colours, so that several matrices share them; by default this one's most.
    """
    ends = plt.get_cmap(OFF_DIAGONAL_MAP), 0, highest or most_mistaken(counts)
    if len(counts) <= CLASSES_NUMBERED:
        figure, axes = plt.subplots(figsize=(5.8, 4.9))
        image = draw_off_diagonal(axes, counts, *ends)
        label_matrix(axes, image, counts.astype(int), names, title, fontsize=8.5)
        figure.colorbar(image, ax=axes, shrink=0.8, label="images mistaken")
        return figure
    figure, (axes, beside) = plt.subplots(1, 2, figsize=(FULL_WIDTH_INCHES, 4.6), width_ratios=[1.5, 1])
    image = draw_off_diagonal(axes, counts, *ends)
    name_many_classes(axes, names)
    axes.set(xlabel="chosen by the network", ylabel="target", title=title)
    worst = most_confused(counts, WORST)
    part = counts[np.ix_(worst, worst)].astype(int)
    enlarged = draw_off_diagonal(beside, part, *ends)
    own = [shortest_label(names[label], 8) for label in worst]
    label_matrix(beside, enlarged, part, own, "Confused most", fontsize=8)
    figure.colorbar(image, ax=beside, location="bottom", shrink=0.8, label="images mistaken")
    # A first layout, from which that of saving finds room for all of these names.
    figure.draw_without_rendering()
    return figure


def most_confused(counts: np.ndarray, number: int) -> list[int]:
    """The labels of so many classes: those of the pairs most often confused, either way."""
    both = np.triu(counts + counts.T, 1)
    ranked = np.column_stack(np.unravel_index(np.argsort(-both, axis=None, kind="stable"), both.shape))
    return sorted(list(dict.fromkeys(ranked.ravel().tolist()))[:number])


def most_mistaken(counts: np.ndarray) -> int:
    """The images of the most frequent mistake in a confusion matrix, 1 where there is none."""
    return max(counts[~np.eye(len(counts), dtype=bool)].max(), 1)


def draw_off_diagonal(
    axes: Axes, values: np.ndarray, colours: Colormap, low: float, high: float
) -> AxesImage:
    """A square matrix as colours, its diagonal left grey."""
    shown = np.where(np.eye(len(values), dtype=bool), np.nan, values)
    return axes.imshow(shown, cmap=colours.with_extremes(bad="#eef1f4"), vmin=low, vmax=high)


def label_matrix(
    axes: Axes, image: AxesImage, labels: np.ndarray, names: Sequence[str], title: str, fontsize: float
) -> None:
    """Write the labels of a matrix of confusions, the diagonal in bold, and name its classes and axes."""
    for text in label_cells(axes, image, labels, fontsize=fontsize).diagonal():
        text.set_fontweight("semibold")
    name_classes(axes, names)
    axes.set(xlabel="chosen by the network", ylabel="target", title=title)


def likeness(
    means: np.ndarray, similarity: np.ndarray, rates: np.ndarray, names: Sequence[str], model: str
) -> Figure:
    """The mean image of each class; how often each pair is confused against how alike the two means are.

    Args:
        means: (classes, 28, 28) grey values.
        similarity: (classes, classes) correlation of the means, nan for one that is a single grey.
        rates: (classes, classes) rate of confusion, target by chosen, of `model`.
    """
    short = [shortest_label(name, 11) for name in names]
    is_long = longest_line(short) > ROOM_IN_HALF_WIDTH
    is_wrapped = is_long and len(names) <= 10
    is_many = len(names) > MANY_CLASSES and not is_long
    most = 5 if is_wrapped else 20 if is_many else 10 if len(names) <= 10 else 13
    more_inches = (0.8 if is_wrapped else 0.4 if is_many else 0.5) * ((len(names) - 1) // most)
    figure = plt.figure(figsize=(PHONE_WIDTH_INCHES, 4.4 + more_inches))
    above, below = figure.subfigures(2, 1, height_ratios=[0.9 + more_inches, 3.5])
    for axes, image, name in zip(panels_of_classes(above, len(names), most), means, names, strict=True):
        axes.imshow(image, cmap="gray_r", vmin=0, vmax=255)
        # Five in a row leave room for two lines, and more leave less.
        lines = textwrap.wrap(shortest_label(name, 20), 11, break_on_hyphens=False) if is_long else [name]
        if is_long and not is_wrapped:
            lines = [shortest_label(name, 6)]
        axes.set_title(
            "\n".join(lines),
            fontsize=7 if len(names) > 10 else 8 if is_long else 9,
            loc="center",
            fontweight="normal",
        )
        axes.set_axis_off()
    one, other = np.triu_indices(len(names), k=1)
    alike, confused = similarity[one, other], (rates + rates.T)[one, other] / 2
    axes = below.subplots()
    axes.plot(alike, confused, look(model)[1], color=look(model)[0], alpha=0.6, markeredgewidth=0)
    axes.set(xlabel="likeness of the two means (correlation)")
    axes.set_ylabel(f"confused by {display_name(model)}, either way")
    axes.margins(x=0.06, y=0.12)
    axes.set_ylim(bottom=0)
    percent_axis(axes.yaxis)
    axes.grid(axis="both")
    # Where thousands of pairs are, names have no place of their own.
    number = 1 if is_many else 2 if is_long or len(names) > CLASSES_NUMBERED else PAIRS_NAMED
    named = [
        (f"{short[one[pair]]}–{short[other[pair]]}", (alike[pair], confused[pair]), "left")
        for pair in outermost(alike, confused, number)
    ]
    label_points(axes, named)
    return figure


def panels_of_classes(part: Figure, count: int, most: int = A_ROW) -> Sequence[Axes]:
    """Axes for a small picture of each class, in even rows of at most so many."""
    columns = columns_of_classes(count, most)
    panels = part.subplots(-(-count // columns), columns, squeeze=False)
    for axes in panels.flat[count:]:
        axes.set_axis_off()
    return panels.flat[:count]


def columns_of_classes(count: int, most: int = A_ROW) -> int:
    """How many small pictures of classes are in a row, of at most so many."""
    return -(-count // -(-count // most))


def outermost(alike: np.ndarray, confused: np.ndarray, number: int) -> list[int]:
    """The pairs most often confused, and those most alike, so many of each; none of unknown likeness."""
    known = np.flatnonzero(np.isfinite(alike))
    ranked = [known[np.argsort(-values[known], kind="stable")][:number] for values in (confused, alike)]
    return list(dict.fromkeys(np.concatenate(ranked).tolist()))


def mistakes(images: np.ndarray, table: pd.DataFrame, names: Sequence[str]) -> Figure:
    """The most confident mistakes: each image with its target, the class chosen, and how sure of it.

    Long names take two lines, over fewer images a row.

    Args:
        images: test images (N, 28, 28).
        table: columns index, target, chosen, probability; see `confusion.confident_mistakes`.
    """
    short = [shortest_label(name, 11) for name in names]
    is_long = longest_line(short) > ROOM_IN_HALF_WIDTH
    columns, inches, arrow = (6, 1.6, " →\n") if is_long else (8, 1.22, " → ")
    rows = max(1, -(-len(table) // columns))
    figure, grid = plt.subplots(rows, columns, figsize=(FULL_WIDTH_INCHES, inches * rows), squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, row in zip(grid.flat, table.itertuples(index=False), strict=False):
        axes.imshow(images[row.index], cmap="gray_r", vmin=0, vmax=255)
        axes.set_title(
            f"{short[row.target]}{arrow}{short[row.chosen]}  {percent(row.probability)}",
            fontsize=8.5,
            loc="center",
            fontweight="normal",
        )
    return figure


def per_class(table: pd.DataFrame, names: Sequence[str]) -> Figure:
    """Recall and precision of each class in the table under each model.

    Args:
        table: columns model, label, precision, recall.
    """
    labels = sorted(table["label"].unique())
    inches = max(1.9, min(0.8 + 0.3 * len(labels), 2.1 + 0.17 * len(labels)))
    figure, panels = plt.subplots(1, 2, figsize=(FULL_WIDTH_INCHES, inches), sharex=True, sharey=True)
    for axes, measure in zip(panels, ("recall", "precision"), strict=True):
        for model, rows in table.groupby("model", sort=False):
            colour, marker = look(model)
            places = np.searchsorted(labels, rows["label"])
            axes.plot(rows[measure], places, marker, color=colour, label=display_name(model))
        axes.set_title(measure.capitalize())
        axes.grid(axis="both")
        percent_axis(axes.xaxis)
    if table[["recall", "precision"]].to_numpy().min() == 1:
        # Where there are no mistakes, or nothing else, an axis of its own would go beyond all images or none.
        panels[0].set_xlim(0.9, 1.004)
    elif table[["recall", "precision"]].to_numpy().max() == 0:
        panels[0].set_xlim(-0.004, 0.1)
    panels[0].set_yticks(range(len(labels)), [names[label] for label in labels])
    # Half a row around them, also where there are two.
    panels[0].set_ylim(len(labels) - 0.5, -0.5)
    # On a phone a panel stands alone, so each has the names of its rows.
    panels[1].tick_params(labelleft=True)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def longest_line(labels: Sequence[str]) -> int:
    """Letters of the longest line among labels."""
    return max(len(line) for label in labels for line in label.split("\n"))


def name_classes(axes: Axes, names: Sequence[str]) -> None:
    """Class names on both axes of a matrix, without tick marks; where one is longer than `ROOM`, aslant."""
    stacked = [name.replace(" ", "\n") for name in names]
    if longest_line(stacked) > ROOM:
        axes.set_xticks(range(len(names)), names, rotation=45, ha="right", rotation_mode="anchor")
    else:
        axes.set_xticks(range(len(names)), stacked)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def name_many_classes(axes: Axes, names: Sequence[str]) -> None:
    """Class names on both axes of a large matrix, in two ranks that fit; of over fifty not each one."""
    places = range(0, len(names), -(-len(names) // 50))
    named = [shortest_label(names[place], 8) for place in places]
    letters = longest_line(named)
    axes.set_xticks(places, named, rotation=0 if letters <= 2 else 90)
    axes.set_yticks(places, named)
    axes.tick_params(length=0, labelsize=6.5, pad=1)
    axes.spines[:].set_visible(False)
    for axis, pad in ((axes.xaxis, 12 if letters <= 2 else 4 + 4 * letters), (axes.yaxis, 4 + 4 * letters)):
        for tick in axis.get_major_ticks()[1::2] if len(named) > 25 else ():
            tick.set_pad(pad)


def percent(fraction: float) -> str:
    """A probability as whole per cent, `>99 %` rather than a rounded 100."""
    return ">99 %" if fraction > 0.995 else f"{fraction:.0%}".replace("%", " %")
