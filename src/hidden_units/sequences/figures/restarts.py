"""Pictures of many restarts: learning, success, losses, how far counting generalises.

Every function takes data and returns a figure; `hidden_units.plotting` sets the look and saves it.
"""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullFormatter

from hidden_units.names import language_name, network_name
from hidden_units.plotting import (
    COLOURS,
    FULL_WIDTH_INCHES,
    GREY,
    MARKERS,
    PHONE_WIDTH_INCHES,
    ink_on,
    percent_axis,
)
from hidden_units.sequences.measures.failures import SOLVED

# Of fewer restarts a median says nothing.
FEW = 10
SOLVED_COLOUR, FAILED_COLOUR = COLOURS["blue"], COLOURS["vermilion"]
# What the predictors that need no training are called, as in the report's table.
PREDICTORS = {"count-aware": "perfect predictor, knows the count", "constant": "says the same after every A"}
TASK_COLOURS = ("blue", "vermilion", "sky", "orange", "green", "purple")
LINE_STYLES = ("-", "-", (0, (4, 1.5)), (0, (4, 1.5)), (0, (1.2, 1.2)), (0, (1.2, 1.2)))


def task_title(task: str) -> str:
    """'srn-anb2n' as 'SRN, aⁿb²ⁿ'."""
    return f"{network_name(task)}, {language_name(task)}"


def thousands(axis) -> None:
    """Label an axis of steps in thousands: 20k."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / 1000:g}k" if value else "0"))


def survival_figure(curves: Mapping[str, pd.DataFrame]) -> plt.Figure:
    """Share of restarts that have not yet solved the task, against training steps.

    Args:
        curves: for each task a table of `survival_curve`.
    """
    figure, ax = plt.subplots(figsize=(FULL_WIDTH_INCHES, 3.4))
    for (task, curve), name, style in zip(curves.items(), TASK_COLOURS, LINE_STYLES, strict=False):
        colour = COLOURS[name]
        ax.fill_between(
            curve["step"], curve["low"], curve["high"], step="post", color=colour, alpha=0.13, lw=0
        )
        ax.step(
            curve["step"], curve["unsolved"], where="post", color=colour, ls=style, label=task_title(task)
        )
    ax.set(xlabel="training step", ylabel="restarts not yet solved", ylim=(-0.02, 1.03))
    ax.set_xlim(0, max(curve["step"].max() for curve in curves.values()))
    percent_axis(ax.yaxis)
    thousands(ax.xaxis)
    ax.grid(axis="y")
    figure.legend(loc="outside lower center", ncols=min(3, len(curves)))
    return figure


def learning_figure(curves: pd.DataFrame, restarts: pd.DataFrame, losses: pd.DataFrame) -> plt.Figure:
    """Nominal error, excess NLL and strict accuracy of solved and of failed restarts on the fixed set.

    Of many restarts the median and the middle 80 %, of few a line each.

    Args:
        curves: from `learning_curves`; restarts: from `restarts_table`; losses: from `reference_losses`,
        whose count-aware predictor is drawn as a line.
    """
    figure, axes = plt.subplots(1, 3, figsize=(FULL_WIDTH_INCHES, 2.9), sharex=True)
    solved = set(restarts.loc[restarts["solved"], "seed"])
    ideal = losses.set_index("predictor").loc["count-aware"]
    panels = {
        "nominal_error": ("published loss", "nominal error", ideal["nominal_error"]),
        "excess_nll": ("excess NLL", "nats a symbol", ideal["excess_nll"]),
        "right_strings": ("strings right", "", None),
    }
    for ax, (column, (title, unit, line)) in zip(axes, panels.items(), strict=True):
        table = curves.pivot_table(index="step", columns="seed", values=column)
        for is_solved, colour in ((False, FAILED_COLOUR), (True, SOLVED_COLOUR)):
            seeds = [seed for seed in table if (seed in solved) == is_solved]
            if not seeds:
                continue
            if len(seeds) < FEW:
                ax.plot(table.index, table[seeds], color=colour, lw=0.7)
                continue
            low, middle, high = table[seeds].quantile([0.1, 0.5, 0.9], axis=1).to_numpy()
            ax.fill_between(table.index, low, high, color=colour, alpha=0.2, lw=0)
            ax.plot(table.index, middle, color=colour, lw=1.8)
        if line is not None:
            ax.axhline(line, color=COLOURS["black"], lw=1.0, ls=(0, (4, 2)))
        ax.set(title=title, ylabel=unit, xlabel="training step")
        ax.set_xlim(0, table.index.max())
        thousands(ax.xaxis)
        upper = np.quantile(table.to_numpy(), 0.995)
        ax.set_ylim(0 if column != "right_strings" else -0.03, upper * 1.05 if upper > 0 else 1)
    percent_axis(axes[2].yaxis)
    handles = [
        Line2D([], [], color=SOLVED_COLOUR, label="solved at the end"),
        Line2D([], [], color=FAILED_COLOUR, label="failed"),
        Line2D([], [], color=COLOURS["black"], lw=1.0, ls=(0, (4, 2)), label="perfect predictor"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3)
    return figure


def loss_figure(restarts: pd.DataFrame, losses: pd.DataFrame) -> plt.Figure:
    """The published loss against the honest one: a dot a restart, stars for predictors that need no training.

    Args:
        restarts: from `restarts_table`; losses: from `reference_losses`.
    """
    figure, ax = plt.subplots(figsize=(FULL_WIDTH_INCHES * 0.72, 3.6))
    for solved, colour, marker, label in (
        (False, FAILED_COLOUR, "X", "restart, failed"),
        (True, SOLVED_COLOUR, "o", "restart, solved"),
    ):
        group = restarts[restarts["solved"] == solved]
        dots = {"color": colour, "ms": 5, "alpha": 0.6, "mew": 0}
        ax.plot(group["nominal_error"], group["excess_nll"], marker, label=label, **dots)
    for row, marker, colour in zip(losses.itertuples(), "*D", ("green", "black"), strict=True):
        point, to_the_right = (row.nominal_error, row.excess_nll), {"xytext": (9, 0), "va": "center"}
        ax.plot(*point, marker, color=COLOURS[colour], ms=10 if marker == "*" else 6)
        ax.annotate(PREDICTORS[row.predictor], point, textcoords="offset points", fontsize=9, **to_the_right)
    ax.set(xlabel="published loss: nominal error", ylabel="excess NLL (nats a symbol)")
    ax.set_xlim(left=-0.002)
    ax.set_ylim(bottom=-0.05 * ax.get_ylim()[1])
    ax.legend(loc="lower right")
    return figure


def generalisation_figure(
    tables: Mapping[str, pd.DataFrame], restarts: Mapping[str, pd.DataFrame]
) -> plt.Figure:
    """Strict accuracy of strings by n over solved restarts, and how far each of them counts.

    Args:
        tables: for each task a table of `generalisation_table`; restarts: for each task that of
        `restarts_table`.
    """
    figure, (ax, counts) = plt.subplots(1, 2, figsize=(FULL_WIDTH_INCHES, 3.3), width_ratios=[1.5, 1])
    largest = max(int(table.loc[table["trained"], "n"].max()) for table in tables.values())
    ax.axvspan(0.9, largest + 0.5, color=COLOURS["sky"], alpha=0.12, lw=0)
    ax.text(1.0, 1.055, "sizes in training", fontsize=8.5, color=GREY, va="bottom")
    width = 0.8 / len(tables)
    for place, (task, table) in enumerate(tables.items()):
        colour, marker, style = COLOURS[TASK_COLOURS[place]], MARKERS[place], LINE_STYLES[place]
        ax.fill_between(table["n"], table["low"], table["high"], color=colour, alpha=0.13, lw=0)
        ax.plot(
            table["n"],
            table["correct"],
            color=colour,
            marker=marker,
            ms=4,
            lw=1.2,
            ls=style,
            markevery=table.index[table["n"] <= 10].tolist(),
            label=task_title(task),
        )
        ax.plot(table["n"], table["in_company"], color=colour, lw=1, ls=":")
        solved = restarts[task][restarts[task]["solved"]]
        shares = solved["n_max"].value_counts(normalize=True).sort_index()
        offset = (place - (len(tables) - 1) / 2) * width
        counts.bar(shares.index + offset, shares, width * 0.92, color=colour)
    ax.set_xscale("log")
    ticks = [1, 2, 3, 4, 5, 6, 8, 10, 20, 50, 100]
    ax.set_xticks(ticks, map(str, ticks))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.minorticks_off()
    ax.set(xlabel="n of the string", ylabel="solved restarts right", xlim=(0.9, 105), ylim=(-0.03, 1.05))
    counts.set(xlabel="largest n with 1 ... n all right", ylabel="solved restarts")
    counts.xaxis.get_major_locator().set_params(integer=True)
    for axis in (ax.yaxis, counts.yaxis):
        percent_axis(axis)
    ax.grid(axis="y")
    figure.legend(loc="outside lower center", ncols=min(4, len(tables)))
    return figure


def failure_figure(summaries: Mapping[str, pd.DataFrame]) -> plt.Figure:
    """How many restarts end in which way, a bar a task.

    Args:
        summaries: for each task a table of `failure_summary`.
    """
    kinds = list(dict.fromkeys([SOLVED, *(kind for table in summaries.values() for kind in table["kind"])]))
    colours = dict(
        zip(kinds, ("blue", "vermilion", "orange", "yellow", "purple", "green", "sky"), strict=False)
    )
    figure, ax = plt.subplots(figsize=(PHONE_WIDTH_INCHES, 0.9 + 0.42 * len(summaries)))
    for place, table in enumerate(summaries.values()):
        shares = table.set_index("kind")["restarts"]
        total, left = shares.sum(), 0.0
        for kind in [kind for kind in kinds if kind in shares]:
            share = shares[kind] / total
            ax.barh(
                place, share, left=left, color=COLOURS[colours[kind]], edgecolor="white", lw=0.8, height=0.66
            )
            if share > 0.03:
                style = {"ha": "center", "va": "center", "color": ink_on(COLOURS[colours[kind]])}
                ax.text(left + share / 2, place, str(shares[kind]), fontsize=9, **style)
            left += share
    ax.set_yticks(range(len(summaries)), [task_title(task) for task in summaries])
    ax.invert_yaxis()
    ax.set(xlim=(0, 1), xlabel="restarts")
    percent_axis(ax.xaxis)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    handles = [plt.Rectangle((0, 0), 1, 1, color=COLOURS[colours[kind]], label=kind) for kind in kinds]
    figure.legend(handles=handles, loc="outside lower center", ncols=2, fontsize=9)
    return figure


def ratio_figure(dynamics: Mapping[str, pd.DataFrame], theory: Mapping[str, float]) -> plt.Figure:
    """Rates of approach and departure, seed by seed, and their log ratio against theory.

    Args:
        dynamics: for each task the rows of `dynamics_table` of its solved seeds; theory: the ratio 1 / m of
        each.
    """
    figure, (rates, ratios) = plt.subplots(1, 2, figsize=(FULL_WIDTH_INCHES, 3.3))
    found = {task: table.dropna(subset=["ratio"]) for task, table in dynamics.items()}
    shown = [task for task in found if len(found[task])]
    if not shown:
        for ax in (rates, ratios):
            ax.axis("off")
        why = "no solved restart has both an A-orbit that settles and a saddle of the B-map"
        rates.text(0, 0.5, why, va="center")
        return figure
    for place, task in enumerate(shown):
        table = found[task]
        colour, marker = COLOURS[TASK_COLOURS[place]], MARKERS[place]
        rates.plot(table["r_a"], table["lambda_b"], marker, color=colour, ms=4.5, alpha=0.6, mew=0)
        ratios.hist(table["ratio"], bins=np.arange(0, 1.2001, 0.02), color=colour, alpha=0.75)
        median = table["ratio"].median()
        ratios.axvline(median, color=colour, lw=1.4)
        ratios.text(
            0.02,
            0.97 - 0.15 * place,
            f"median {median:.3f}\n{len(table)} seeds",
            transform=ratios.transAxes,
            va="top",
            fontsize=9,
            color=colour,
        )
    low, high = rates.get_xlim()
    r = np.geomspace(max(low, 0.02), min(high, 0.98), 100)
    for target in sorted({theory[task] for task in shown}):
        line = {"color": COLOURS["black"], "lw": 1.1, "ls": (0, (4, 2))}
        rates.plot(r, r**-target, **line, label=f"theory: |λ$_B$| = r$_A^{{-1/{round(1 / target)}}}$")
        ratios.axvline(target, **line)
        ratios.annotate(
            f"theory\n1/{round(1 / target)}",
            (target, 0.97),
            xycoords=("data", "axes fraction"),
            xytext=(5, 0),
            textcoords="offset points",
            va="top",
            fontsize=9,
        )
    rates.set(
        xlabel="r$_A$, rate of approach a step", ylabel="|λ$_B$|, rate of departure a step", xlim=(low, high)
    )
    rates.legend(loc="upper right")
    everything = pd.concat([found[task]["ratio"] for task in shown])
    targets = [theory[task] for task in shown]
    ratios.set(xlabel="log |λ$_B$| / −log r$_A$", ylabel="solved seeds")
    ratios.set_xlim(
        min(everything.quantile(0.02), *targets) - 0.16, max(everything.quantile(0.98), *targets) + 0.1
    )
    return figure
