"""Sequences: every restart read over every example, and what the solved ones do with the count.

Arrays have the restarts in front: states are (restarts, strings read side by side, units).
"""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from evidence import auc, lower_median, median, median_interval, tensors, wilson
from scipy.cluster.hierarchy import linkage, to_tree
from scipy.spatial.distance import cdist, squareform

SUPERSCRIPTS = str.maketrans("n0123456789", "ⁿ⁰¹²³⁴⁵⁶⁷⁸⁹")
READ_OUTS = [
    (0, "position"),
    (1, "position"),
    (1, "remaining"),
    (1, "n"),
    (2, "position"),
    (2, "remaining"),
    (2, "n"),
]


class Task:
    """A language, and restarts of one kind of network on it."""

    def __init__(self, name: str) -> None:
        self.name, (kind, _, language) = name, name.partition("-")
        string, _, largest = language.partition("-to")
        self.times = [int(digits or 1) for digits in re.findall(r"[a-z](\d*)n", string)]
        self.largest, self.kind = int(largest or 4), kind
        self.title = f"{kind.upper()} on " + re.sub(
            r"\d*n", lambda found: found[0].translate(SUPERSCRIPTS), string
        )
        self.title += f", n to {largest}" if largest else ""

    def string(self, n: int) -> list[int]:
        """Symbols of a string."""
        return [symbol for symbol, times in enumerate(self.times) for _ in range(times * n)]

    def fixed(self) -> np.ndarray:
        """Sizes of the strings of the twenty fixed examples."""
        random = np.random.default_rng(np.random.SeedSequence(0, spawn_key=(2,)))
        return random.integers(1, self.largest + 1, (20, 5))

    def places(self, sizes) -> dict[str, np.ndarray]:
        """Of each symbol of an example: symbol, position in its segment, n, how many remain, next symbol."""
        found = [
            (symbol, k, n, times * n - k, symbol if k < times * n else (symbol + 1) % len(self.times), block)
            for block, n in enumerate(sizes)
            for symbol, times in enumerate(self.times)
            for k in range(1, times * n + 1)
        ]
        names = ("symbol", "position", "n", "remaining", "next", "block")
        return dict(zip(names, np.array(found).T, strict=True))


class Restarts:
    """Weights of many restarts: input, recurrent, bias, an SRN's initial state, output, its bias."""

    def __init__(self, task: Task, vectors: np.ndarray, hidden: int) -> None:
        self.task, self.hidden, self.vectors = task, hidden, vectors
        symbols, gates = len(task.times), hidden * (4 if task.kind == "lstm" else 1)
        shapes = [(symbols, gates), (hidden, gates), (gates,), (hidden,), (hidden, symbols), (symbols,)]
        if task.kind == "lstm":
            del shapes[3]
        ends = np.cumsum([np.prod(shape) for shape in shapes])
        assert ends[-1] == vectors.shape[1]
        parts = [
            part.reshape(-1, *shape)
            for part, shape in zip(np.split(vectors, ends[:-1], 1), shapes, strict=True)
        ]
        self.input, self.recurrent, self.bias, self.output, self.output_bias = parts[:3] + parts[-2:]
        if task.kind == "lstm":
            self.start = np.zeros((len(vectors), 1, 2 * hidden))
        else:
            self.start = np.tanh(parts[3])[:, None]

    def only(self, chosen) -> "Restarts":
        """Some of them."""
        return Restarts(self.task, self.vectors[chosen], self.hidden)

    def step(self, state: np.ndarray, symbol: int) -> np.ndarray:
        """States after one more symbol (Elman, 1990; Hochreiter and Schmidhuber, 1997, gates i, f, g, o)."""
        fed = self.input[:, symbol] + self.bias
        sums = state[..., : self.hidden] @ self.recurrent + fed[:, None]
        if self.task.kind == "srn":
            return np.tanh(sums)
        i, f, g, o = np.split(sums, 4, axis=-1)
        i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o))
        cell = f * state[..., self.hidden :] + i * np.tanh(g)
        return np.concatenate([o * np.tanh(cell), cell], axis=-1)

    def logits(self, state: np.ndarray) -> np.ndarray:
        """Outputs before the softmax."""
        return state[..., : self.hidden] @ self.output + self.output_bias[:, None]

    def log_p(self, state: np.ndarray) -> np.ndarray:
        """Logarithms of the predicted probabilities."""
        logits = self.logits(state) - self.logits(state).max(axis=-1, keepdims=True)
        return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))

    def along(self, sizes) -> np.ndarray:
        """States along one example, the initial one first: (restarts, symbols + 1, units)."""
        states = [self.start]
        for symbol in itertools.chain(*(self.task.string(n) for n in sizes)):
            states.append(self.step(states[-1], symbol))
        return np.concatenate(states, axis=1)

    def evaluate(self, losses: bool = True) -> tuple[np.ndarray, ...]:
        """Over every example of five strings: solved, mean NLL a symbol, mean published loss."""
        state, sizes = self.start, range(1, self.task.largest + 1)
        nll = squared = np.zeros((len(self.vectors), 1))
        right, length = np.ones((len(self.vectors), 1), bool), np.zeros(1)
        for _ in range(5):
            grown = [self._read(state, n, losses) for n in sizes]
            state = np.concatenate([part[0] for part in grown], axis=1)
            nll, squared = (
                np.concatenate([old + p[k] for p in grown], 1) for k, old in ((1, nll), (2, squared))
            )
            right = np.concatenate([right & part[3] for part in grown], axis=1)
            length = np.concatenate([length + n * sum(self.task.times) for n in sizes])
        return right.all(axis=1), (nll / length).mean(axis=1), (squared / length).mean(axis=1)

    def _read(self, state: np.ndarray, n: int, losses: bool) -> tuple[np.ndarray, ...]:
        """One string from each state; the nominal targets are 0.8 and 0.2 after an A, else one-hot."""
        symbols, nominal = self.task.string(n), np.eye(len(self.task.times))
        nll, squared, right = 0.0, 0.0, True
        for symbol, following in zip(symbols, [*symbols[1:], 0], strict=True):
            state = self.step(state, symbol)
            if losses:
                log_p = self.log_p(state)
                target = 0.8 * nominal[0] + 0.2 * nominal[1] if symbol == 0 else nominal[following]
                nll = nll - log_p[..., following]
                squared = squared + ((np.exp(log_p) - target) ** 2).mean(axis=-1)
            if symbol:
                right = right & (self.logits(state).argmax(axis=-1) == following)
        return state, nll, squared, right

    def counts(self, start: np.ndarray, largest: int) -> np.ndarray:
        """Whether each single string of n = 1..largest is right, read from given states."""
        return np.concatenate([self._read(start, n, False)[3] for n in range(1, largest + 1)], axis=1)


def own_numbers(run: Path) -> Iterator[tuple]:
    """Every number of the chapter on sequences: its name, its value, what picks its row."""
    for path in sorted((run / "sequences").glob("*/snapshots.safetensors")):
        arrays, settings = tensors(path)
        task, seeds = Task(path.parent.name), arrays["seeds"]
        restarts = Restarts(task, arrays["snapshots"][:, -1], settings["hidden"])
        keys = {
            "task": task.name,
            "title": task.title,
            "kind": task.kind,
            "network": task.kind.upper(),
            "language": task.title[task.title.index(" on ") + 4 :],
        }
        sizes = np.array(list(itertools.product(range(1, task.largest + 1), repeat=5)))
        goes_on = 1 - 1 / np.arange(task.largest, 0, -1)  # true probability of another A after the k-th
        surprise = np.append(0, np.cumsum(-np.log(goes_on[:-1]))) - np.log(1 - goes_on)
        least = (surprise[sizes - 1].sum(axis=1) / (sum(task.times) * sizes.sum(axis=1))).mean()
        solved, nll, loss = restarts.evaluate()
        good = int(solved.sum())
        yield "parameters of a task", restarts.vectors.shape[1], keys
        yield "least loss", least, keys
        yield "solved", (good, len(seeds)), keys
        yield "solved, interval", wilson(good, len(seeds)), keys
        yield from first_steps(task, arrays, settings["hidden"], solved, keys)
        if task.name in FIGURES:
            yield "solved in the summary", (good, len(seeds), 100 * good / len(seeds)), keys
            for name, group in (("solved", solved), ("failed", ~solved)):
                both = (median(loss[group]), median(nll[group] - least)) if group.any() else (None, None)
                yield "published loss", both[0], keys | {"end": name}
                yield "excess NLL", both[1], keys | {"end": name}
            yield "AUC of the published loss", auc(loss[solved], loss[~solved]), keys
            excess = dict(zip(seeds[solved].tolist(), nll[solved], strict=True))
            for figure in FIGURES[task.name]:
                yield "seed shown", lower_median(excess) if good else int(seeds[0]), keys | {"figure": figure}
        if good:
            yield from longer(restarts.only(solved), keys)
        if task.name == "srn-anb2n":
            yield from walks(restarts.only(solved), keys)
            yield from maps(restarts.only(solved), keys)
            yield from automata(restarts.only(solved), keys)
        if task.name == "lstm-anb2nc3n":
            yield from cells(restarts.only(solved), keys)


FIGURES = {
    "srn-anb2n": [f"figure-srn-{name}" for name in ("states", "steps", "automaton", "maps")],
    "lstm-anb2nc3n": [f"figure-lstm-{name}" for name in ("hidden", "cells", "traces", "intervention")],
}


def first_steps(task: Task, arrays: dict, hidden: int, solved: np.ndarray, keys: dict) -> Iterator[tuple]:
    """At which logged step each restart was first right on every example, how many ever were and lost it."""
    first = np.full(len(solved), -1)
    for place in range(len(arrays["steps"])):
        waiting = np.flatnonzero(first < 0)
        now = Restarts(task, arrays["snapshots"][waiting, place], hidden)
        alone = now.counts(now.start, task.largest).all(axis=1)
        waiting = waiting[alone]
        if len(waiting):
            found = now.only(alone).evaluate(losses=False)[0]
            first[waiting[found]] = place
    ever = first >= 0
    yield "ever solved", int(ever.sum()), keys
    yield "solved and lost", int((ever & ~solved).sum()), keys
    yield "first step", median(arrays["steps"][first[ever]]), keys


def longer(net: Restarts, keys: dict) -> Iterator[tuple]:
    """Strings beyond training: single ones from the initial state, and in company, after each trained one."""
    task, most = net.task, 30
    alone = np.cumprod(net.counts(net.start, most), axis=1).sum(axis=1)
    for n in range(task.largest, most if task.name in FIGURES else 0):
        if (alone == n).any():
            yield "alone up to n", int((alone >= n).sum()), keys | {"n": n}
    if task.name == "srn-anb2n":
        yield "counting, found", len(alone), {}
        yield "counting no further, found", int((alone == task.largest).sum()) or "none", {}
    if task.name in FIGURES:
        n, starts = task.largest + 1, [net._read(net.start, k, False)[0] for k in range(1, task.largest + 1)]
        good = int(net.counts(np.concatenate(starts, axis=1), n)[:, -net.task.largest :].all(axis=1).sum())
        yield "in company", (good, len(alone)), keys | {"n": n}
        yield "share in company", good / len(alone), keys | {"n": n}


def walks(net: Restarts, keys: dict) -> Iterator[tuple]:
    """The walk of claims 13 to 18, along the twenty fixed examples: medians over the solved restarts."""
    task, found = net.task, {name: [] for name in ("place", "point", "step", "due", "left", "turn")}
    start = net.start
    for sizes in task.fixed():
        place, states = task.places(sizes), net.along(sizes)
        due = np.take_along_axis(np.exp(net.log_p(states[:, 1:])), place["next"][None, :, None], axis=2)[
            ..., 0
        ]
        steps, first = np.diff(states, axis=1), (place["symbol"] == 1) & (place["position"] == 1)
        before, after = steps[:, np.flatnonzero(first) - 1], steps[:, first]
        far = np.linalg.norm(states[:, 1:] - start, axis=2)
        ends = (place["symbol"] == 1) & (place["remaining"] == 0)
        most = np.stack([far[:, place["block"] == block].max(axis=1) for block in range(5)], axis=1)
        for name, value in (
            ("place", place),
            ("point", states[:, 1:]),
            ("step", np.linalg.norm(steps, axis=2)),
            ("due", due),
            ("left", far[:, ends] / most),
            ("turn", angle(before, after)),
        ):
            found[name].append(value)
    symbol, position, remaining, following = (
        np.concatenate([place[name] for place in found["place"]])
        for name in ("symbol", "position", "remaining", "next")
    )
    point, step, due, left, turn = (
        np.concatenate(found[name], axis=1) for name in ("point", "step", "due", "left", "turn")
    )
    ends, a = (symbol == 1) & (remaining == 0), symbol == 0
    centre = point[:, ends].mean(axis=1, keepdims=True)
    offset = np.linalg.norm(start - centre, axis=2)[:, 0]
    spread = np.sqrt(((point[:, ends] - centre) ** 2).sum(axis=2).mean(axis=1))
    gap = np.linalg.norm(point[:, ~ends] - centre, axis=2).min(axis=1, initial=np.inf)
    far, count = np.linalg.norm(point[:, a] - start, axis=2), position[a].astype(float)
    logs = np.log(count) - np.log(count).mean()
    slope = (far * count).sum(axis=1, keepdims=True) / (count**2).sum()
    left_over = ((far - slope * count) ** 2).sum(axis=1) / ((far - far.mean(axis=1, keepdims=True)) ** 2).sum(
        axis=1
    )
    inner = position > 1
    long, whole = task.places([task.largest]), net.along([task.largest])
    paces = np.linalg.norm(np.diff(whole, axis=1), axis=2)
    pick = [(long["symbol"] == k) & (long["position"] > 1) for k in (0, 1)]
    bend = task.largest
    steps = np.diff(whole, axis=1)
    values = {
        "offset": offset,
        "spread": spread,
        "gap": gap,
        "radius": np.maximum(offset, spread) / gap,
        "exponent": (np.log(far) * logs).sum(axis=1) / (logs**2).sum(),
        "proportional, R²": 1 - left_over,
        "turn, all strings": turn.mean(axis=1),
        "turn, longest": angle(steps[:, bend - 1 : bend], steps[:, bend : bend + 1])[:, 0],
        "step ratio": step[:, ~a].mean(axis=1) / step[:, a].mean(axis=1),
        "step ratio within": step[:, ~a & inner].mean(axis=1) / step[:, a & inner].mean(axis=1),
        "step ratio, longest": paces[:, pick[1]].mean(axis=1) / paces[:, pick[0]].mean(axis=1),
        "least probability": due[:, symbol > 0].min(axis=1, initial=np.inf),
        "least probability, A": due[:, (symbol > 0) & (following == 0)].min(axis=1, initial=np.inf),
        "mean probability": due[:, symbol > 0].mean(axis=1),
        "return": left.mean(axis=1),
    }
    for name, own in values.items():
        alone = name in ("least probability, A", "mean probability")  # printed without an interval
        yield name, median(own) if alone else median_interval(own) or median(own), keys
    if len(spread):
        yield "step ratio in the summary", median(values["step ratio"]), keys


def angle(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Degrees between steps."""
    sizes = np.linalg.norm(before, axis=2) * np.linalg.norm(after, axis=2)
    return np.degrees(np.arccos(np.clip((before * after).sum(axis=2) / sizes, -1, 1)))


def maps(net: Restarts, keys: dict) -> Iterator[tuple]:
    """Rates of approach and departure (Rodriguez, Wiles and Elman, 1999), from the Jacobians of both maps."""
    task, count = net.task, len(net.vectors)
    state = net.start
    for _ in range(5_000):  # where A's without end lead
        state = net.step(state, 0)
    approach, settled = np.full(count, np.nan), np.full(count, np.nan)
    string = net.along([task.largest])
    last_a, b_states = string[:, task.largest], string[:, task.largest + 1 :]
    for k in range(count):
        own = net.only([k])
        orbit, period = [state[k : k + 1]], 0
        while len(orbit) < 9 and not period:
            orbit.append(own.step(orbit[-1], 0))
            period = len(orbit) - 1 if np.abs(orbit[-1] - orbit[0]).max() < 1e-11 else 0
        if period:
            approach[k] = spectrum(own, orbit[:period], 0)[0] ** (1 / period)
            settled[k] = min(np.linalg.norm(last_a[k] - point[0, 0]) for point in orbit[:period])
    departure, passing = np.full(count, np.nan), np.full(count, np.nan)
    for k in range(count):
        for period in (1, 2):  # a saddle among the fixed points, else among cycles of two states
            saddles = []
            for point in returns(net.only([k]), period):
                first = point[None, None]
                orbit = [first] if period == 1 else [first, net.only([k]).step(first, 1)]
                large, small = spectrum(net.only([k]), orbit, 1)
                if large > 1 > small:
                    near = min(np.linalg.norm(b_states[k] - stop[0, 0], axis=1).min() for stop in orbit)
                    saddles.append((near, large ** (1 / period)))
            if saddles:
                passing[k], departure[k] = min(saddles)
                break
    known = np.isfinite(departure) & (approach < 1) & (approach > 0)
    ratio = np.log(departure[known]) / -np.log(approach[known])
    of = ratio.min(initial=np.inf), ratio.max(initial=-np.inf)
    yield "ratio of rates", median_interval(ratio), keys
    yield "ratio, known in", (len(ratio), count) if len(ratio) else None, keys
    yield "ratio, range", of if len(ratio) else None, keys
    for name, own in (
        ("rate of approach", approach),
        ("rate of departure", departure),
        ("last A", settled),
        ("saddle", passing),
    ):
        yield name, median_interval(own) or median(own), keys


def jacobian(net: Restarts, point: np.ndarray, symbol: int) -> np.ndarray:
    """Derivative of a step of one SRN at points (1, many, 2): (many, to, from)."""
    return (1 - net.step(point, symbol)[0] ** 2)[..., None] * net.recurrent[0].T


def spectrum(net: Restarts, orbit: list, symbol: int) -> tuple[float, float]:
    """Largest and least size of the eigenvalues once round an orbit."""
    around = np.eye(2)
    for point in orbit:
        around = jacobian(net, point, symbol)[0] @ around
    sizes = np.abs(np.linalg.eigvals(around))
    return sizes.max(), sizes.min()


def returns(net: Restarts, period: int) -> list[np.ndarray]:
    """States that recur after `period` B's, and no fewer: Newton's method from a grid."""
    points = np.stack(np.meshgrid(*[np.linspace(-0.999, 0.999, 25)] * 2), axis=-1).reshape(1, -1, 2)
    for _ in range(60):
        moved, slope = points, np.eye(2)
        for _ in range(period):
            moved, slope = net.step(moved, 1), jacobian(net, moved, 1) @ slope
        slope = slope - np.eye(2)
        slope[np.abs(np.linalg.det(slope)) < 1e-10] = -np.eye(2)
        move = np.linalg.solve(slope, (points - moved)[0, ..., None])[None, ..., 0]
        size = np.abs(move).max(axis=2, keepdims=True)
        points = np.clip(points + move * np.minimum(1, 0.3 / np.maximum(size, 1e-300)), -1, 1)
    found: list[np.ndarray] = []
    for point in points[0][(size < 1e-11)[0, :, 0]]:
        near = net.step(point[None, None], 1)[0, 0]
        same = any(np.abs(point - other).max() < 1e-6 for other in found)
        if not same and (period == 1 or np.abs(near - point).max() > 1e-6):
            found.append(point)
    return found


def automata(net: Restarts, keys: dict) -> Iterator[tuple]:
    """How deterministic each SRN is as an automaton: states of every three strings, clustered by Ward (1963).

    The tree of joins is cut from the top, the cluster with most exceptions first, until none is left.
    """
    parent, symbol, points, predicts, ends = [-1], [-1], [net.start], [np.zeros(len(net.vectors), int)], [0]
    for _ in range(3):
        new = []
        for end in ends:
            a = end
            for n in range(1, net.task.largest + 1):
                path = [0, *net.task.string(n)[n:]]
                for k, read in enumerate(path):
                    parent.append(a if k == 0 else len(points) - 1)
                    symbol.append(read)
                    points.append(net.step(points[parent[-1]], read))
                    said = net.logits(points[-1])[:, 0].argmax(axis=1)
                    predicts.append(said if read else np.full(len(said), -1))
                    a = len(points) - 1 if k == 0 else a
                new.append(len(points) - 1)
        ends = new
    parent, symbol, cloud, predicts = (
        np.array(parent),
        np.array(symbol),
        np.concatenate(points, 1),
        np.array(predicts),
    )
    least = [best_determinism(parent, symbol, own, predicts[:, k] + 1) for k, own in enumerate(cloud)]
    yield "least determinism", 100 * min(least) if least else None, keys


def best_determinism(parent, symbol, points, predicts) -> float:
    """Share of transitions that go where most of their cluster go, at the cut with the best score."""
    parts, best = [to_tree(linkage(points, "ward"))], (-1.0, 0.0)
    while True:
        labels = np.empty(len(points), int)
        for number, part in enumerate(parts):
            labels[part.pre_order()] = number
        moves = np.zeros((len(parts), 2, len(parts)), int)
        np.add.at(moves, (labels[parent[1:]], symbol[1:], labels[1:]), 1)
        says = np.zeros((len(parts), 3), int)
        np.add.at(says, (labels, predicts), 1)
        determinism = moves.max(axis=2).sum() / moves.sum()
        best = max(
            best, (determinism * says.max(axis=1).sum() / len(points), determinism), key=lambda cut: cut[0]
        )
        exceptions = (moves.sum(axis=2) - moves.max(axis=2)).sum(axis=1) + says.sum(axis=1) - says.max(axis=1)
        if not exceptions.any() or len(parts) == 40:
            return best[1]
        split = parts.pop(int(exceptions.argmax()))
        parts += [split.left, split.right]


def cells(net: Restarts, keys: dict) -> Iterator[tuple]:
    """Regions, gaps and read-outs of the LSTMs: claims 19, 20 and 22; cells that count, claim 21."""
    task, sizes, count = net.task, net.task.fixed(), len(net.vectors)
    parts = [(task.places(own), net.along(own)) for own in sizes]
    beyond = [(task.places([n]), net.along([n])) for n in range(task.largest + 1, task.largest + 5)]
    found: dict[str, list] = {}
    symbol = np.concatenate([place["symbol"] for place, _ in parts[:10]])
    for k in range(count):
        for source, units in (("h", slice(0, net.hidden)), ("c", slice(net.hidden, None))):
            paths = [states[k, 1:, units] for _, states in parts[:10]]
            far = cdist(points := np.concatenate(paths), points)
            pace = np.concatenate([np.linalg.norm(np.diff(path, axis=0), axis=1) for path in paths]).mean()
            found.setdefault(f"silhouette, {source}", []).append(silhouette(far, symbol))
            joins = linkage(squareform(far, checks=False), "single")[:, 2]
            found.setdefault(f"gap, {source}", []).append(joins.max() / pace)
            for letter, target in READ_OUTS:
                fit = pooled(parts[:10], k, units, letter, target)
                for name, there in (("trained", parts[10:]), ("beyond", beyond)):
                    score = read_out(*fit, *pooled(there, k, units, letter, target))
                    found.setdefault(f"{name}, {source}, {'ABC'[letter]} {target}", []).append(score)
    for name in ("silhouette, h", "silhouette, c", "gap, h", "gap, c"):
        own = np.array(found.get(name, []))
        yield name, median_interval(own) or median(own), keys
    for letter, target in READ_OUTS:
        name = f"{'ABC'[letter]} {target}"
        yield name, median(np.array(found.get(f"beyond, c, {name}", []))), keys
    for name in ("B n", "C n"):
        own = np.array(found.get(f"trained, c, {name}", []))
        yield f"{name}, trained", median_interval(own), keys
    place = {name: np.concatenate([own[name] for own, _ in parts]) for name in ("symbol", "position")}
    moves = np.concatenate([np.diff(states[..., net.hidden :], axis=1) for _, states in parts], axis=1)
    inner = [(place["symbol"] == letter) & (place["position"] > 1) for letter in range(3)]
    up = np.stack([(moves[:, own] > 0).mean(axis=1) for own in inner], axis=1)  # restarts, letters, cells
    down = np.stack([(moves[:, own] < 0).mean(axis=1) for own in inner], axis=1)
    pace = np.stack([np.abs(moves[:, own].mean(axis=1)) for own in inner[1:]], axis=1)
    ways = [
        np.minimum(one[:, 0], np.minimum(other[:, 1], other[:, 2])) for one, other in ((up, down), (down, up))
    ]
    counting = (np.maximum(*ways) >= 0.95) & (pace.max(axis=1) >= 1.1 * pace.min(axis=1))
    good = int(counting.any(axis=1).sum())
    yield "counting cell", (good, count) if count > 1 else None, keys


def silhouette(far: np.ndarray, groups: np.ndarray) -> float:
    """Mean silhouette from distances (Rousseeuw, 1987)."""
    member = np.eye(3)[groups]
    sums, sizes = far @ member, member.sum(axis=0)
    inside = (sums * member).sum(axis=1) / (sizes[groups] - 1)
    outside = np.where(member == 1, np.inf, sums / sizes).min(axis=1)
    return float(((outside - inside) / np.maximum(inside, outside)).mean())


def pooled(
    parts: list, restart: int, units: slice, letter: int, target: str
) -> tuple[np.ndarray, np.ndarray]:
    """States after one letter, and what is to be read from them."""
    there = [place["symbol"] == letter for place, _ in parts]
    states = [states[restart, 1:, units][own] for own, (_, states) in zip(there, parts, strict=True)]
    wanted = [place[target][own] for own, (place, _) in zip(there, parts, strict=True)]
    return np.concatenate(states), np.concatenate(wanted).astype(float)


def read_out(fit, wanted, asked, truth) -> float:
    """R² of ridge regression (Hoerl and Kennard, 1970), penalty 0.001 on standardised states."""
    centre, scale = fit.mean(axis=0), fit.std(axis=0)
    own, other = (fit - centre) / scale, (asked - centre) / scale
    weights = np.linalg.solve(own.T @ own + 1e-3 * np.eye(own.shape[1]), own.T @ (wanted - wanted.mean()))
    said = other @ weights + wanted.mean()
    return 1 - ((truth - said) ** 2).sum() / ((truth - truth.mean()) ** 2).sum()
