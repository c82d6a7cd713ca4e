"""What trained encoders achieved: solved or not, merged codes, margins, position, success and epochs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import scipy

from hidden_units.encoders.tables import Picture, display_name, is_identity, sides
from hidden_units.encoders.training import Encoder, Runs
from hidden_units.statistics.intervals import CONFIDENCE, bootstrap_interval, success_rate

SUMMARY = ["table", "rows", "columns", "seed", "epochs", "loss", "solved"]
# Whether its loss stopped it; the others are measured by the functions here.
MEASURES = ["stopped", "distinct_codes", "smallest_margin", "convex_position", "entries_wrong"]
MERGED = 0.01
"""Codes nearer than this, a two-hundredth of the square's side, count as one."""


def distinct_codes(codes: np.ndarray) -> int:
    """How many codes (rows, 2) there are when those joined by steps below `MERGED` count as one."""
    distance = scipy.spatial.distance
    near = distance.squareform(distance.pdist(codes)) < MERGED
    return int(scipy.sparse.csgraph.connected_components(near, directed=False)[0])


def smallest_margin(network: Encoder, table: np.ndarray) -> float:
    """The least distance of an output from 0.5 towards its target: positive where every output is right."""
    return float(np.min((scipy.special.expit(network.logits) - 0.5) * np.where(table == 1, 1.0, -1.0)))


def wrong_entries(network: Encoder, table: np.ndarray) -> np.ndarray:
    """Which entries (rows, columns) are on the wrong side of 0.5."""
    return (sides(network.codes, network.lines) >= 0) != (table == 1)


def in_convex_position(codes: np.ndarray) -> bool:
    """Whether every code is a corner of the convex hull of all.

    Walked round their mean in order of angle, the codes must turn left at each, by more than what rounding
    can feign. One-hot tables need it: a line must cut each dot off from all the others.
    """
    if len(codes) < 3:
        return distinct_codes(codes) == len(codes)
    centred = codes - codes.mean(axis=0)
    round_the_mean = codes[np.argsort(np.arctan2(centred[:, 1], centred[:, 0]), kind="stable")]
    way = np.roll(round_the_mean, -1, axis=0) - round_the_mean
    following = np.roll(way, -1, axis=0)
    turns = way[:, 0] * following[:, 1] - way[:, 1] * following[:, 0]
    rounding = 4 * np.finfo(centred.dtype).eps * np.abs(codes).max() * np.abs(way).max()
    return bool(np.all(turns > rounding))


def is_solved(network: Encoder, table: np.ndarray) -> bool:
    """Every output on the right side of 0.5, and no two rows with one code."""
    return not wrong_entries(network, table).any() and distinct_codes(network.codes) == len(table)


def runs_table(runs: Mapping[str, Runs]) -> pd.DataFrame:
    """One row for each run: the columns of `SUMMARY`, then those of `MEASURES`."""
    rows = []
    for name, of_table in runs.items():
        table = of_table.table
        for run, seed in enumerate(of_table.seeds):
            network = of_table.networks[run]
            outcome = (of_table.epochs[run], of_table.loss[run], is_solved(network, table))
            measures = (
                of_table.stopped[run],
                distinct_codes(network.codes),
                smallest_margin(network, table),
                in_convex_position(network.codes),
                wrong_entries(network, table).sum(),
            )
            rows.append((name, *table.shape, seed, *outcome, *measures))
    return pd.DataFrame(rows, columns=[*SUMMARY, *MEASURES])


def representatives(
    runs: Mapping[str, Runs], table: pd.DataFrame, pictures: Mapping[str, Picture]
) -> dict[str, dict[str, Any]]:
    """Of each table's representative run: title, seed, epochs, loss, stopped (by its loss), solved.

    Args:
        table: `runs_table` of the runs.
    """
    chosen = {}
    for name, of_table in runs.items():
        rows = table.loc[table["table"] == name, ["seed", "epochs", "loss", "stopped", "solved"]]
        run = rows.to_dict("records")[of_table.representative()]
        chosen[name] = {"title": display_name(name, pictures.get(name)), **run}
    return chosen


def overview_table(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each table, in the order of `runs_table`.

    Columns: table, rows, columns, seeds, solved, rate, low, high (Wilson, 95 %), stopped, epochs_median (a
    run at the cap counts as the cap), distinct_codes_median, smallest_margin_median, convex_position (how
    many runs).
    """
    overview = table.groupby(["table", "rows", "columns"], sort=False, as_index=False).agg(
        seeds=("seed", "size"),
        solved=("solved", "sum"),
        stopped=("stopped", "sum"),
        epochs_median=("epochs", "median"),
        distinct_codes_median=("distinct_codes", "median"),
        smallest_margin_median=("smallest_margin", "median"),
        convex_position=("convex_position", "sum"),
    )
    return _with_rates(overview)


def outcomes_at_caps(runs: Mapping[str, Runs], caps: Sequence[int]) -> pd.DataFrame:
    """What each run would have been had it been capped earlier: table, rows, seed, cap, epochs, solved.

    A cap is that of the training, or among its snapshots.
    """
    rows = []
    for name, of_table in runs.items():
        for cap in caps:
            end = cap == of_table.settings.max_epochs
            networks = of_table.networks if end else of_table.snapshots[cap]
            for run, seed in enumerate(of_table.seeds):
                solved = is_solved(networks[run], of_table.table)
                rows.append((name, len(of_table.table), seed, cap, min(of_table.epochs[run], cap), solved))
    return pd.DataFrame(rows, columns=["table", "rows", "seed", "cap", "epochs", "solved"])


def success_rates(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Rate of success by size and cap, Wilson 95 %: rows, cap, seeds, solved, rate, low, high."""
    counts = {"seeds": ("seed", "size"), "solved": ("solved", "sum")}
    return _with_rates(outcomes.groupby(["rows", "cap"], as_index=False).agg(**counts))


def _with_rates(table: pd.DataFrame) -> pd.DataFrame:
    """The table with the columns rate, low and high after `solved`."""
    names = ["rate", "low", "high"]
    counts = table[["solved", "seeds"]].to_numpy().tolist()
    rates = pd.DataFrame([success_rate(*pair) for pair in counts], columns=names)
    place = table.columns.get_loc("solved") + 1
    return pd.concat([table.iloc[:, :place], rates, table.iloc[:, place:]], axis=1)


def table_frame(table: np.ndarray) -> pd.DataFrame:
    """A table as a frame with columns o1, o2, ..., as `tables.read_table` reads it."""
    return pd.DataFrame(table, columns=[f"o{column}" for column in range(1, table.shape[1] + 1)])


def codes_table(network: Encoder) -> pd.DataFrame:
    """The dots: row, h1, h2, rows counted from 1."""
    codes = network.codes
    return pd.DataFrame({"row": np.arange(1, len(codes) + 1), "h1": codes[:, 0], "h2": codes[:, 1]})


def lines_table(network: Encoder) -> pd.DataFrame:
    """The lines w1 h1 + w2 h2 + bias = 0: output, w1, w2, bias, outputs counted from 1."""
    w1, w2, bias = network.lines.T
    return pd.DataFrame({"output": np.arange(1, len(bias) + 1), "w1": w1, "w2": w2, "bias": bias})


def drawing_table(network: Encoder) -> pd.DataFrame:
    """Dots, then lines: part (dot or line), number, h1 and h2 of a dot, w1, w2 and bias of a line."""
    dots = codes_table(network).rename(columns={"row": "number"})
    lines = lines_table(network).rename(columns={"output": "number"})
    return pd.concat([dots.assign(part="dot"), lines.assign(part="line")], ignore_index=True)[
        ["part", "number", "h1", "h2", "w1", "w2", "bias"]
    ]


def pictures_table(runs: Mapping[str, Runs], pictures: Mapping[str, Picture]) -> pd.DataFrame:
    """How the runs of pictures compare with what was drawn: table, seed, same_arrangement, disparity.

    The disparity is the share of the picture's spread that its learned dots miss after the best shift, turn
    and scale: 0 for the same shape, 1 for no likeness (Procrustes; Gower, 1975). The sides of all dots fix an
    arrangement only up to what keeps them, so a solved table may still look different.
    """
    rows = []
    for name, picture in pictures.items():
        for run, seed in enumerate(runs[name].seeds):
            network = runs[name].networks[run]
            same = not wrong_entries(network, picture.table).any()
            rows.append((name, seed, same, scipy.spatial.procrustes(picture.dots, network.codes)[2]))
    return pd.DataFrame(rows, columns=["table", "seed", "same_arrangement", "disparity"])


def turned_to(
    codes: np.ndarray, lines: np.ndarray, dots: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Learned dots and lines turned, and mirrored where that is nearer, to match `dots` best.

    Returns:
        The 2x2 rotation applied from the right about the origin, the turned codes and the turned lines.
    """
    rotation, _ = scipy.linalg.orthogonal_procrustes(codes - codes.mean(axis=0), dots - dots.mean(axis=0))
    return rotation, codes @ rotation, np.column_stack([lines[:, :2] @ rotation, lines[:, 2]])


def stopping_table(runs: Mapping[str, Runs], longer: Mapping[str, Runs]) -> pd.DataFrame:
    """One row for each run of a one-hot table: rows, seed, epochs, stopped.

    Args:
        runs: by the name of the table.
        longer: runs of some of the tables with a later cap, which take the place of the others.
    """
    table = runs_table({**runs, **longer})
    return table.loc[table["table"].map(is_identity), ["rows", "seed", "epochs", "stopped"]]


def stopping_law(table: pd.DataFrame) -> dict[str, Any]:
    """The power of N with which the median number of epochs grows, by least squares on the logarithms.

    Only sizes of which every run was stopped by its loss take part: of the others the median is unknown.

    Returns:
        sizes, epochs_median, and exponent and factor of factor * N ** exponent, None where fewer than two
        sizes take part; exponent_low and exponent_high, its bootstrap interval (BCa) for other seeds at
        confidence, None where the seeds do not allow one.
    """
    groups = table.groupby("rows")
    medians = groups["epochs"].median()[groups["stopped"].all().astype(bool)]
    exponent = factor = bounds = None
    if len(medians) > 1:
        logs = np.log(medians.index.to_numpy(float))
        slope, intercept = np.polyfit(logs, np.log(medians.to_numpy(float)), 1)
        exponent, factor = float(slope), float(np.exp(intercept))

        def slopes(*epochs: np.ndarray, axis: int) -> np.ndarray:
            middles = np.log(np.stack([np.median(each, axis=axis) for each in epochs], axis=-1))
            return middles @ (logs - logs.mean()) / np.sum((logs - logs.mean()) ** 2)

        bounds = bootstrap_interval(*(groups.get_group(n)["epochs"] for n in medians.index), statistic=slopes)
    return {
        "sizes": medians.index.tolist(),
        "epochs_median": medians.tolist(),
        "exponent": exponent,
        "factor": factor,
        "exponent_low": bounds and bounds.low,
        "exponent_high": bounds and bounds.high,
        "confidence": CONFIDENCE,
    }
