"""Figures of comparisons and ablations. Accuracies are fractions in the data; differences are in points."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from hidden_units.characters.comparisons import BOOTSTRAP, MCNEMAR, WELCH
from hidden_units.characters.figures import (
    display_name,
    draw_curve,
    draw_off_diagonal,
    label_matrix,
    look,
    size_label,
    span_of,
)
from hidden_units.names import MINUS, SWEPT_SETTINGS, signed
from hidden_units.plotting import (
    COLOURS,
    FULL_WIDTH_INCHES,
    GREY,
    PALE,
    PHONE_WIDTH_INCHES,
    equal_steps,
    label_points,
    percent_axis,
    plt,
)

METHODS = {
    WELCH: ("other seeds: Welch", COLOURS["blue"], "o"),
    BOOTSTRAP: ("other seeds: bootstrap", COLOURS["sky"], "D"),
    MCNEMAR: ("other test images: paired bootstrap", COLOURS["vermilion"], "s"),
}
STATUSES = {
    "equivalent": ("equivalent to the best", COLOURS["green"], "o"),
    "undecided": ("undecided", GREY, "s"),
    "worse": ("worse by more than the margin", COLOURS["vermilion"], "^"),
}
# Comparisons that are drawn together.
FAMILIES = {
    "networks": "Networks",
    "own networks": "Your own networks",
    "widths": "NetFull, each size against the next",
}
DIFFERENCE_MAP = "PuOr"
# What the main study and the variant are called under their points.
SETTINGS_COMPARED = {"shuffled": ("file order", "shuffled"), "bfloat16": ("float32", "bfloat16")}
PANELS_A_ROW = 3


def forest(comparisons: pd.DataFrame, margin: float, lucky: Sequence[int] = ()) -> Figure:
    """Differences with their intervals, a row per pair: networks above, sizes below, each on its scale.

    Args:
        comparisons: characters/comparisons.csv.
        margin: of equivalence, a band around 0 among the sizes.
        lucky: see `figures.sweep`.
    """
    families = [family for family in FAMILIES if (comparisons["family"] == family).any()]
    tables = [comparisons[comparisons["family"] == family] for family in families]
    # A family without rows leaves its panel out; with none left, as in the notebook on one width, there is an
    # empty picture.
    rows = [len(table[["a", "b"]].drop_duplicates()) for table in tables] or [1]
    figure, panels = plt.subplots(
        len(rows),
        1,
        figsize=(FULL_WIDTH_INCHES, 1.2 + 0.42 * sum(rows) + 0.45 * len(rows)),
        height_ratios=[count + 0.6 for count in rows],
        squeeze=False,
    )
    for axes, family, table in zip(panels[:, 0], families, tables, strict=False):
        draw_differences(axes, table, lucky)
        axes.axvline(0, color=COLOURS["black"], linewidth=0.8, zorder=0)
        if family == "widths":
            axes.axvspan(
                -margin, margin, color=PALE[GREY], zorder=-1, linewidth=0, label="equivalence margin"
            )
        axes.set_title(FAMILIES[family])
        axes.grid(axis="x")
        points_axis(axes.xaxis)
    panels[-1, 0].set_xlabel("difference of test accuracy, second minus first (points)")
    if not tables:
        panels[0, 0].set_axis_off()
        return figure
    entries = {
        label: handle
        for axes in panels[:, 0]
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    figure.legend(entries.values(), entries.keys(), loc="outside lower center", ncols=2)
    return figure


def draw_differences(axes: Axes, table: pd.DataFrame, lucky: Sequence[int]) -> None:
    """The rows of one family into a panel; methods of one pair are drawn a little above each other."""
    pairs = list(dict.fromkeys(zip(table["a"], table["b"], strict=True)))
    methods = [method for method in METHODS if (table["method"] == method).any()]
    for row in table.itertuples(index=False):
        _, colour, marker = METHODS[row.method]
        place = methods.index(row.method) - (len(methods) - 1) / 2
        height = pairs.index((row.a, row.b)) + 0.25 * place
        if np.isfinite(row.low):
            # As the text cuts them.
            axes.hlines(height, max(row.low, -1), min(row.high, 1), color=colour, linewidth=2)
        axes.plot(row.difference, height, marker, color=colour, markersize=4.5, markeredgewidth=0)
    for method in methods:
        label, colour, marker = METHODS[method]
        axes.plot([], [], marker=marker, color=colour, label=label)
    axes.set_yticks(range(len(pairs)), [pair_name(a, b, lucky) for a, b in pairs])
    axes.set_ylim(len(pairs) - 0.5, -0.5)
    axes.margins(x=0.05)


def pair_name(a: str, b: str, lucky: Sequence[int] = ()) -> str:
    """`NetLin to NetConv`, or `50 to 80 hidden` of two sizes of NetFull."""
    first, second = display_name(a), display_name(b)
    if a.startswith("netfull-") and b.startswith("netfull-"):
        sizes = [size_label(int(name.split()[1]), lucky) for name in (first, second)]
        return f"{sizes[0]} to {sizes[1]} hidden"
    return f"{first.split(',')[0]} to {second.split(',')[0]}"


def plateau(table: pd.DataFrame, answer: Mapping, lucky: Sequence[int] = ()) -> Figure:
    """How far each hidden size is below the best with its bounds; how often each would be chosen.

    Args:
        table: characters/plateau.csv; without rows, as with one seed, the picture says so.
        answer: characters/plateau.json.
        lucky: see `figures.sweep`.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(FULL_WIDTH_INCHES, 3.7), width_ratios=[1.5, 1])
    if table.empty:
        for axes in (left, right):
            axes.set_axis_off()
        left.text(0, 0.5, f"Nothing to compare: {answer['verdict']}.", transform=left.transAxes)
        return figure
    places = np.arange(len(table))
    status = np.select([table["equivalent"], table["worse"]], ["equivalent", "worse"], "undecided")
    left.axhspan(0, answer["margin"], color=PALE[GREY], zorder=-1, linewidth=0)
    left.axhline(answer["margin"], color=COLOURS["black"], linewidth=0.9, linestyle="--", label="margin")
    for name, (label, colour, marker) in STATUSES.items():
        own = np.flatnonzero(status == name)
        if len(own):
            rows = table.iloc[own]
            left.vlines(own, rows["lower"], rows["upper"], color=colour, linewidth=2)
            left.plot(own, rows["upper"], "_", color=colour, markersize=9, markeredgewidth=2)
            points = {"label": label, "markeredgecolor": "white", "markersize": 7}
            left.plot(own, rows["difference"], marker, color=colour, **points)
    left.set(xlabel="hidden units", ylabel="below the best mean (points)", title="Difference to the best")
    points_axis(left.yaxis)
    left.grid(axis="y")
    # Room for the legend above the highest bound.
    top = 1.35 * max(table["upper"].max(), answer["margin"])
    left.set_ylim(-0.03 * top, top)
    left.legend(loc="upper right", fontsize=9)
    right.bar(
        places - 0.2, table["share_chosen"], 0.4, color=COLOURS["orange"], label="smallest within margin"
    )
    right.bar(
        places + 0.2, table["share_best"], 0.4, color="white", edgecolor=COLOURS["black"], linewidth=0.9,
        hatch="////", label="highest mean",
    )  # fmt: skip
    right.set(xlabel="hidden units", ylabel="share of resamples", title="If the seeds were drawn anew")
    right.set_ylim(0, 1.3 * max(table["share_chosen"].max(), table["share_best"].max()))
    # The room above is the legend's: no share is beyond all.
    right.set_yticks([tick for tick in right.get_yticks() if tick <= min(1, right.get_ylim()[1])])
    percent_axis(right.yaxis)
    right.legend(loc="upper right", fontsize=9)
    for axes in (left, right):
        axes.set_xticks(places, [size_label(hidden, lucky) for hidden in table["hidden"]])
        axes.set_xlim(-0.6, len(table) - 0.4)
    return figure


def pareto(table: pd.DataFrame) -> Figure:
    """Accuracy against the numbers that a classifier keeps, with the line that no other passes.

    Args:
        table: characters/economy.csv.
    """
    figure, axes = plt.subplots(figsize=(PHONE_WIDTH_INCHES, 4.3))
    front = table[table["on_front"]].sort_values("stored_numbers")
    line = {"color": COLOURS["black"], "linewidth": 1, "zorder": 1, "label": "Pareto front"}
    # A corner before each step, as a line of its own, which names keep off.
    steps = front.loc[front.index.repeat(2)]
    axes.plot(steps["stored_numbers"].iloc[1:], steps["accuracy_mean"].iloc[:-1], **line)
    seen = set()
    for row in table.itertuples(index=False):
        is_network = pd.notna(row.parameters)
        colour, marker = look(row.model) if is_network else (GREY, "D")
        kind = display_name(row.model).split(",")[0] if is_network else "baseline, keeps the training images"
        axes.plot(
            row.stored_numbers,
            row.accuracy_mean,
            marker,
            markersize=6 if row.model.startswith("netfull-") else 7,
            color=colour if row.on_front else "white",
            markeredgecolor="white" if row.on_front else colour,
            markeredgewidth=0.8 if row.on_front else 1.4,
            zorder=2,
        )
        if kind not in seen:
            axes.plot([], [], marker, color=colour, label=kind)
            seen.add(kind)
    axes.set_xscale("log")
    axes.margins(x=0.12, y=0.14)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda number, _: f"{number:,.0f}"))
    axes.set(xlabel="numbers kept: parameters, or training images of a baseline", ylabel="test accuracy")
    percent_axis(axes.yaxis)
    axes.grid(axis="both")
    # Inside there may be no place without marks and steps.
    figure.legend(loc="outside lower center", ncols=2)
    label_classifiers(axes, table)
    return figure


def label_classifiers(axes: Axes, table: pd.DataFrame) -> None:
    """Names next to the classifiers; of the sizes of NetFull, which crowd, the narrowest and the widest."""
    sizes = table[table["model"].str.startswith("netfull-")]
    ends = {sizes["stored_numbers"].min(): "left", sizes["stored_numbers"].max(): "right"}
    names = []
    for row in table.itertuples(index=False):
        name, side = display_name(row.model), "above"
        if row.model in set(sizes["model"]):
            if row.stored_numbers not in ends:
                continue
            name, side = name.split()[1], ends[row.stored_numbers]
        names.append((name, (row.stored_numbers, row.accuracy_mean), side))
    label_points(axes, names)


def confusion_difference(table: pd.DataFrame, names: Sequence[str], title: str) -> Figure:
    """Measured minus published rates of confusion, in points; colour shows the mistakes alone.

    Args:
        table: target, chosen, difference of each cell, the diagonal included.
        names: of the classes.
    """
    difference = np.zeros((len(names), len(names)))
    # Rounded as the report reads it, so that both show the same decimal.
    difference[table["target"], table["chosen"]] = 100 * table["difference"].round(6)
    highest = max(np.abs(difference[~np.eye(len(names), dtype=bool)]).max(), 0.1)
    figure, axes = plt.subplots(figsize=(6.2, 4.9))
    colours = plt.get_cmap(DIFFERENCE_MAP).reversed()
    image = draw_off_diagonal(axes, difference, colours, -highest, highest)
    labels = np.array([[signed(value, 1) for value in row] for row in difference])
    label_matrix(axes, image, labels, names, title, fontsize=8)
    bar = figure.colorbar(image, ax=axes, shrink=0.8, label="measured minus published (points)")
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: signed(value, 1)))
    return figure


def paired_seeds(pairs: pd.DataFrame, table: pd.DataFrame) -> Figure:
    """A panel a variant and model: the two runs of each seed joined, the means in bold.

    The panels span the same number of points, so that slopes compare, each around its own values.

    Args:
        pairs: columns variant, model, seed, baseline, accuracy.
        table: characters/sensitivity.csv.
    """
    rows = math.ceil(len(table) / PANELS_A_ROW)
    columns = min(len(table), PANELS_A_ROW)
    figure, panels = plt.subplots(
        rows,
        columns,
        figsize=(FULL_WIDTH_INCHES * columns / PANELS_A_ROW, 0.3 + 2.9 * rows),
        squeeze=False,
    )
    groups = {
        key: group[["baseline", "accuracy"]].to_numpy() for key, group in pairs.groupby(["variant", "model"])
    }
    # A tenth of free space, and a tenth of a point where nothing scatters.
    span = 1.2 * max(0.001, *(np.ptp(values) for values in groups.values()))
    for axes, row in zip(panels.flat, table.itertuples(index=False), strict=False):
        values = groups[row.variant, row.model]
        colour, marker = look(row.model)
        axes.plot([0, 1], values.T, color=colour, marker=marker, alpha=0.4, linewidth=0.9, markersize=4)
        axes.plot([0, 1], values.mean(axis=0), color=COLOURS["black"], marker=marker, markersize=6)
        middle = (values.min() + values.max()) / 2
        axes.set(xlim=(-0.35, 1.35), ylim=(middle - span / 2, middle + span / 2))
        axes.set_xticks([0, 1], SETTINGS_COMPARED[row.variant])
        axes.set_title(f"{display_name(row.model)}\n{signed(100 * row.difference, 2)} points")
        axes.grid(axis="y")
        percent_axis(axes.yaxis)
    for axes in panels.flat[len(table) :]:
        axes.set_axis_off()
    for axes in panels[:, 0]:
        axes.set_ylabel("test accuracy")
    return figure


def swept(runs: pd.DataFrame, table: pd.DataFrame) -> Figure:
    """Accuracy along the setting that is swept, a curve a network; a cross where some training diverged.

    Values are at equal distances, so that one far from the others leaves these their room; networks are a
    little beside each other, so that none hides another's interval or cross.

    Args:
        runs: characters/swept_runs.csv.
        table: characters/swept.csv; the main study's own value is that without a difference.
    """
    figure, axes = plt.subplots(figsize=(FULL_WIDTH_INCHES, 3.6))
    values = sorted(set(table["value"]))
    table, runs = (each.assign(place=each["value"].map(values.index)) for each in (table, runs))
    low, high = span_of(runs["accuracy"].dropna())
    cross = {"linestyle": "none", "marker": "x", "markersize": 8, "markeredgewidth": 2}
    # Matplotlib would leave room around those of no training.
    cross |= {"clip_on": False, "in_layout": False}
    groups = table.groupby("model", sort=False)
    for shift, (model, rows) in zip(
        0.08 * (np.arange(len(groups)) - (len(groups) - 1) / 2), groups, strict=True
    ):
        own = runs[runs["model"] == model].set_index("place")["accuracy"]
        means = rows[rows["seeds"] > 0].set_index("place")
        own.index, means.index = own.index + shift, means.index + shift
        draw_curve(axes, model, own, means, f"{display_name(model)}, mean", side_by_side=True)
        diverged = rows.loc[rows["diverged"] > 0, "place"] + shift
        axes.plot(diverged, [low] * len(diverged), color=look(model)[0], **cross)
    if table["diverged"].any():
        axes.plot([], [], color=GREY, label="some training diverged", **cross)
    main = table.loc[table["difference"].isna() & (table["seeds"] > 0), "place"].iloc[0]
    axes.axvline(main, color=GREY, linestyle=":", linewidth=1.2, zorder=0, label="as in the main study")
    axes.set_ylim(low, high)
    equal_steps(axes, values)
    axes.set(xlabel=SWEPT_SETTINGS[table["setting"].iloc[0]], ylabel="test accuracy")
    percent_axis(axes.yaxis)
    axes.grid(axis="y")
    figure.legend(loc="outside lower center", ncols=3)
    return figure


def points_axis(axis) -> None:
    """Differences of fractions shown in points."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{round(100 * value, 6):g}".replace("-", MINUS)))
