"""Checkerboard: the step network, scaled sigmoids, the exhaustive search and every trained restart."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from evidence import AtLeast, rows, tensors, wilson
from scipy import optimize
from scipy.special import expit

POINTS = np.array(list(itertools.product((0, 1, 2), repeat=2)))
TARGETS = POINTS.sum(axis=1) % 2


def own_numbers(run: Path) -> Iterator[tuple]:
    """Every number of the chapter on the checkerboard: its name, its value, what picks its row."""
    folder = run / "checkerboard"
    if not folder.is_dir():
        return
    drawn = json.loads((folder / "lines.json").read_text(encoding="utf-8"))
    lines = np.array([[unit["w1"], unit["w2"], unit["bias"]] for unit in drawn["hidden"]])
    weights, bias = np.array(drawn["output"]["weights"]), drawn["output"]["bias"]
    sums = POINTS @ lines[:, :2].T + lines[:, 2]
    on = (sums >= 0).astype(int)
    designed = parts(on)
    for point, units, target in zip(POINTS.tolist(), on.tolist(), TARGETS.tolist(), strict=True):
        output = int(np.dot(weights, units) + bias >= 0)
        yield "step network", (target, *units, output), {"point": "({}, {})".format(*point)}

    def margin(k: float) -> float:
        """How far the worst output of the network scaled by k is on its right side of one half."""
        out = expit(k * (expit(k * sums) @ weights + bias))
        return float(np.min(np.where(TARGETS == 1, out - 0.5, 0.5 - out)))

    for k in (1, 2, 4, 10):
        out = expit(k * (expit(k * sums) @ weights + bias))
        yield "points right at k", int(((out >= 0.5) == TARGETS).sum()), {"k": k}
        yield "margin at k", margin(k), {"k": k}
    for name, level in (("right from k", 0.0), ("within 0.01 from k", 0.49)):
        yield name, AtLeast(optimize.brentq(lambda k, level=level: margin(k) - level, 1, 100)), {}

    splits = sorted(line_splits())
    yield "divisions by a line", len(splits), {}
    one_side = np.array([split for split in splits if split[0] == 0])
    solutions: list[frozenset] = []
    for units in (1, 2, 3, 4):
        choices = np.array(list(itertools.combinations(range(len(one_side)), units)))
        best = most_right(one_side, choices, units)
        keys = {"units": units}
        yield "choices of divisions", len(choices), keys
        yield "most points right", int(best.max()), keys
        yield "choices that reach it", int((best == best.max()).sum()), keys
        solutions = [parts(one_side[choice].T) for choice in choices[best == 9]]

    held, few, total = {"designed": 0, "another": 0, "none": 0}, 0, 0
    small = none = 0
    caps = {(row["hidden"], row["learning_rate"]) for row in rows(folder / "success.csv")}
    for hidden, rate in sorted(caps, key=lambda pair: tuple(map(float, pair))):
        path = folder / "restarts" / f"hidden-{hidden}" / f"rate-{rate}.safetensors"
        trained, settings = tensors(path)
        activations = expit(
            np.einsum("px,rhx->rph", POINTS, trained["hidden_weights"]) + trained["hidden_biases"][:, None]
        )
        out = expit(
            np.einsum("rph,rh->rp", activations, trained["output_weights"]) + trained["output_bias"][:, None]
        )
        # That nine were right for so many epochs in a row is on record; that they are at the end is checked.
        solved = trained["solved"] & ((out >= 0.5) == TARGETS).all(axis=1)
        count, of = int(solved.sum()), len(solved)
        keys = {"units": hidden, "rate": rate}
        yield "restarts solved", (count, of), keys
        yield "restarts, interval", wilson(count, of), keys
        times = np.sort(trained["first_epoch"][solved])
        for name, share in (("lower quartile", 0.25), ("median epoch", 0.5), ("upper quartile", 0.75)):
            place = int(np.ceil(share * of)) - 1
            # One that came right too late to stay so for long enough counts as unsolved.
            latest = settings["max_epochs"] - settings["consecutive"]
            first = int(times[place]) if place < count else f"> {latest:,}"
            yield name, first, keys
        for net in np.flatnonzero(solved):
            own = parts((activations[net] >= 0.5).astype(int))
            has = [solution for solution in solutions if solution <= own]
            if int(hidden) == 4:
                small, none = small + 1, none + (not has)
            held["designed" if designed in has else "another" if has else "none"] += 1
            few, total = few + (len(own) < 4), total + 1
    yield "designed lines", (held["designed"] or "None") if total else None, {}
    yield "solved in all", total or None, {}
    yield "designed lines, found", (held["designed"] or "none") if total else None, {}
    yield "solved in all, found", total or None, {}
    yield "another arrangement", held["another"] if total else None, {}
    yield "no arrangement", held["none"] if total else None, {}
    yield "smallest, solved", small if none else None, {}
    yield "smallest, no arrangement", none or None, {}
    yield "fewer than 4 divisions", few or None, {}


def parts(on: np.ndarray) -> frozenset:
    """The ways in which units (points, units) of 0 and 1 part the points, whichever side is on."""
    return frozenset(tuple((unit ^ unit[0]).tolist()) for unit in on.T if np.ptp(unit))


def line_splits() -> Iterator[tuple[int, ...]]:
    """Every division of the nine points by a line: those for which a linear programme finds one."""
    for sides in itertools.product((0, 1), repeat=9):
        signs = 2 * np.array(sides)[:, None] - 1
        rows_of = -signs * np.hstack([POINTS, np.ones((9, 1))])
        if optimize.linprog([0, 0, 0], rows_of, -np.ones(9), bounds=(None, None)).status == 0:
            yield sides


def most_right(sides: np.ndarray, choices: np.ndarray, units: int) -> np.ndarray:
    """The most points that any threshold output gets right, for each choice of divisions.

    Integer weights up to 3 give every threshold function of four inputs (Muroga, 1971).
    """
    codes = np.array(list(itertools.product((0, 1), repeat=units)))
    every = np.array(list(itertools.product(range(-3, 4), repeat=units))) @ codes.T
    functions = np.unique(np.concatenate([every >= cut for cut in range(-12, 14)]), axis=0)
    assert len(functions) == {1: 4, 2: 14, 3: 104, 4: 1882}[units]
    code = np.tensordot(sides[choices], 2 ** np.arange(units - 1, -1, -1), axes=(1, 0))
    gain = np.zeros((len(choices), len(codes)), np.float32)
    np.add.at(gain, (np.arange(len(choices))[:, None], code), np.where(TARGETS == 1, 1, -1))
    return (gain @ functions.T.astype(np.float32)).max(axis=1) + (TARGETS == 0).sum()
