"""Characters: from weights, images and each run's predictions to accuracies, comparisons and confusions."""

import itertools
import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from evidence import Z, auc, lower_median, percent, quantiles, rows, setting, t_interval, tensors, wilson
from scipy import stats

PUBLISHED = ("NetLin", "NetConv", *(f"NetFull, {h} hidden" for h in (50, 80, 90, 100, 110, 150, 200, 300)))
BASELINES = ("{k} nearest neighbours", "PCA + {k} nearest neighbours")


def own_numbers(run: Path) -> Iterator[tuple]:
    """Every number of the chapters on characters: its name in `places`, its value, what picks its row."""
    folder = run / "characters"
    if not folder.is_dir():
        return
    labels = np.load(run / "data/test_labels.npy").astype(int)
    chosen, losses = {}, {}  # by model and seed
    for path in sorted(folder.glob("net*/seed-*/predictions.npz")):
        if (path.parents[1] / "network.json").exists():
            continue  # one of the user's own, whose arithmetic is not known here
        model, seed = path.parts[-3], int(path.parent.name.partition("-")[2])
        said = np.load(path)["log_probabilities"].astype(float)
        chosen.setdefault(model, {})[seed] = said.argmax(axis=1)
        losses.setdefault(model, []).append(-said[np.arange(len(labels)), labels].mean())
    right = {
        m: {seed: int((own == labels).sum()) for seed, own in runs.items()} for m, runs in chosen.items()
    }
    shares = {m: np.array([100 * count / len(labels) for count in own.values()]) for m, own in right.items()}
    means = {m: percent(sum(own.values()), len(own) * len(labels)) for m, own in right.items()}
    shown = [row["model"] for row in rows(folder / "likeness.csv") if row["model"] in means]
    middle = {model: lower_median(own) for model, own in right.items()}
    names, parameters = class_names(run), {}

    for model in means:
        keys = {"model": model, "width": model.partition("-")[2], "title": title(model)}
        keys["claimed"] = title(model).replace(", ", " (").replace(" hidden", ")")
        weights, _ = tensors(folder / model / f"seed-{middle[model]}" / "weights.safetensors")
        ends = "first" if model in shown else "other"
        parameters[model] = sum(array.size for array in weights.values())
        yield f"parameters, {ends}", parameters[model], keys
        yield f"accuracy, {ends}", means[model], keys
        yield f"interval, {ends}", t_interval(shares[model]), keys
        yield f"loss, {ends}", np.mean(losses[model]), keys
        if title(model) in PUBLISHED and has_published_images(run):
            yield "one more run", t_interval(shares[model], one_more=True), keys
        yield "representative seed", middle[model], keys
        if model in shown:
            scatter = np.std(shares[model], ddof=1) if len(shares[model]) > 1 else None
            yield "standard deviation", scatter, keys
            yield "bootstrap of the mean", bca(shares[model]), keys
            yield "representative seed, printed", middle[model], keys
            # The weights' own answers, not those that the run wrote down.
            answers = forward(weights, np.load(run / "data/test_images.npy")).argmax(axis=1)
            count = int((answers == labels).sum())
            yield "right of the images", (count, len(labels)), keys
            yield "Wilson's interval", wilson(count, len(labels)), keys
            if model != "netconv":  # of which plain arithmetic would take a minute
                yield (
                    "accuracy of moved images",
                    moved(run, model, labels),
                    keys | {"word": title(model).partition(",")[0]},
                )
            yield from confusions(run, chosen[model], labels, middle[model], keys | {"names": names})

    sizes = {model: int(model[8:]) for model in means if model.startswith("netfull-")}
    larger = [model for model in sizes if parameters[model] > parameters["netconv"]]
    best = max(larger, key=means.get, default=None)
    yield "NetConv, found", best and means["netconv"], {}
    yield "larger NetFull, found", best and (sizes[best], means[best]), {}
    yield from differences(shown, shares, chosen, right, middle, labels)
    yield from likeness(run, shown, chosen, labels, len(names))
    widths = sorted((m for m in means if m.startswith("netfull-")), key=lambda m: int(m.partition("-")[2]))
    if len(widths) > 1:
        yield from plateau(run, {m: shares[m] for m in widths}, means)
        yield from lucky({m: shares[m] for m in widths})
    found = list(neighbours(run, labels))
    yield from found
    full = next(model for model in shown if model.startswith("netfull-"))
    yield "neighbours and NetFull", (max(value for _, value, _ in found), means[full]), {}


def lucky(shares: dict[str, np.ndarray]) -> Iterator[tuple]:
    """Of each width whose seeds scatter far less than the others', the interval from the others' scatter."""
    spread = {model: own.var(ddof=1) for model, own in shares.items() if len(own) > 1}
    if len(spread) < max(3, len(shares)):
        return
    degrees = {model: len(own) - 1 for model, own in shares.items()}
    found = {}
    for model in shares:
        rest = [other for other in shares if other != model]
        freedom = sum(degrees[other] for other in rest)
        pooled = sum(degrees[other] * spread[other] for other in rest) / freedom
        if min(pooled, spread[model]) > 1e-12:
            p = stats.f(degrees[model], freedom).cdf(spread[model] / pooled)
            half = stats.t(freedom).ppf(0.975) * math.sqrt(pooled / len(shares[model]))
            found[model] = p, shares[model].mean() - half, shares[model].mean() + half
    for place, (model, (p, low, high)) in enumerate(sorted(found.items(), key=lambda item: item[1])):
        # Holm: the first that does not pass ends it.
        if p * (len(found) - place) > 0.05:
            break
        yield (
            "interval from the others’ scatter",
            (low, high),
            {"model": model, "width": model.partition("-")[2]},
        )


def class_names(run: Path) -> list[str]:
    """The classes as tables name them."""
    classes = json.loads((run / "data/dataset.json").read_text(encoding="utf-8"))["classes"]
    return [" ".join(filter(None, (own.get("kana"), own["romaji"]))) for own in classes]


def has_published_images(run: Path) -> bool:
    """Whether reported accuracies are shown: neither synthetic images nor classes of the user's own."""
    data = json.loads((run / "data/dataset.json").read_text(encoding="utf-8"))
    names = [own["romaji"] for own in data["classes"]]
    return not data["synthetic"] and names == ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"]


def title(model: str) -> str:
    """A network's name in tables."""
    kind, _, width = model.partition("-")
    names = {"netlin": "NetLin", "netconv": "NetConv", "netfull": f"NetFull, {width} hidden"}
    return names.get(kind, model)


def forward(weights: dict, images: np.ndarray) -> np.ndarray:
    """Logits: linear layers with tanh between them, or two convolutions with max-pooling and ReLU."""
    values = ((images / np.float32(255) - np.float32(0.5)) / np.float32(0.5)).astype(np.float32)
    if "convolution1.weight" not in weights:
        values = values.reshape(len(images), -1)
        if "hidden.weight" in weights:
            values = np.tanh(values @ weights["hidden.weight"].T + weights["hidden.bias"])
        return values @ weights["output.weight"].T + weights["output.bias"]
    parts = []
    for start in range(0, len(images), 250):
        part = values[start : start + 250, None]
        for layer in ("convolution1", "convolution2"):
            kernel = weights[f"{layer}.weight"]
            windows = np.lib.stride_tricks.sliding_window_view(part, kernel.shape[2:], axis=(2, 3))
            part = np.tensordot(windows, kernel, axes=((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2)
            part = np.maximum(part + weights[f"{layer}.bias"][:, None, None], 0)
            batch, channels, size, _ = part.shape
            part = part.reshape(batch, channels, size // 2, 2, size // 2, 2).max(axis=(3, 5))
        part = np.maximum(
            part.reshape(len(part), -1) @ weights["hidden.weight"].T + weights["hidden.bias"], 0
        )
        parts.append(part @ weights["output.weight"].T + weights["output.bias"])
    return np.concatenate(parts)


def moved(run: Path, model: str, labels: np.ndarray, by: int = 2) -> float:
    """Per cent right when images move by two pixels, over four directions and all seeds."""
    images = np.load(run / "data/test_images.npy")
    wide = np.pad(images, ((0, 0), (by, by), (by, by)))
    side, starts = images.shape[1], ((0, by), (2 * by, by), (by, 0), (by, 2 * by))
    parts = [wide[:, row : row + side, column : column + side] for row, column in starts]
    paths = sorted((run / "characters" / model).glob("seed-*/weights.safetensors"))
    hits = [
        (forward(tensors(path)[0], part).argmax(axis=1) == labels).sum() for path in paths for part in parts
    ]
    return percent(int(np.sum(hits)), len(hits) * len(labels))


def bca(values: np.ndarray) -> tuple | None:
    """Bias-corrected and accelerated bootstrap of the mean (Efron, 1987); up to six seeds every resample."""
    n = len(values)
    if n < 2 or np.ptp(values) < 1e-12:
        return None
    if n <= 6:
        drawn = np.tile(np.array(list(itertools.product(values, repeat=n))).mean(axis=1), 200)
    else:
        drawn = np.random.default_rng(5).choice(values, (20_000, n)).mean(axis=1)
    near = np.isclose(drawn, values.mean(), rtol=0, atol=1e-9)
    bias = stats.norm.ppf(np.mean((drawn < values.mean()) & ~near) + near.mean() / 2)
    off = values - values.mean()
    speed = (off**3).sum() / (6 * (off**2).sum() ** 1.5)
    places = [stats.norm.cdf(bias + (bias + z) / (1 - speed * (bias + z))) for z in (-Z, Z)]
    return quantiles(drawn, *places)


def confusions(run: Path, runs: dict, labels: np.ndarray, seed: int, keys: dict) -> Iterator[tuple]:
    """The pairs most often confused, over seeds and in the matrix shown, and the class hardest to find."""
    classes = len(keys["names"])
    matrices = {k: matrix(labels, own, classes) for k, own in runs.items()}
    wrong = ~np.eye(classes, dtype=bool)
    counts = sorted(sum(matrices.values())[wrong], reverse=True)
    for rank in range(1, min(3, len(counts)) + 1):
        yield "confused pair", percent(counts[rank - 1], 100 * len(runs)), keys | {"rank": rank}
    own = matrices[seed]
    yield "largest mistake of the matrix", int(own[wrong].max()), keys
    yield "trace of the matrix", int(np.trace(own)), keys
    # Of many classes the page has those that are hardest to find.
    drawn = {row["label"] for row in rows(run / "characters/figures/per_class.csv")}
    for k in {0, classes - 1} & {int(label) for label in drawn}:
        row = {"label": keys["names"][k]}
        yield "recall", percent(own[k, k], own[k].sum()), keys | row
        yield "precision", percent(own[k, k], max(own[:, k].sum(), 1)), keys | row


def matrix(labels: np.ndarray, own: np.ndarray, classes: int) -> np.ndarray:
    """Of how many images of each class (row) each class was read (column)."""
    return np.bincount(classes * labels + own, minlength=classes**2).reshape(classes, classes)


def differences(shown, shares, chosen, right, middle, labels) -> Iterator[tuple]:
    """Pairs of networks over seeds (Welch, 1947; Holm, 1979) and images (McNemar, 1947), and who is ahead."""
    pairs = list(itertools.combinations(shown, 2))
    over_seeds, over_images = {}, {}
    for a, b in pairs:
        if min(len(shares[a]), len(shares[b])) > 1 and max(np.ptp(shares[a]), np.ptp(shares[b])) > 0:
            over_seeds[a, b] = stats.ttest_ind(shares[b], shares[a], equal_var=False)
        good_a, good_b = (chosen[m][middle[m]] == labels for m in (a, b))
        only_a, only_b = int((good_a & ~good_b).sum()), int((good_b & ~good_a).sum())
        over_images[a, b] = min(1.0, 2 * stats.binom.cdf(min(only_a, only_b), only_a + only_b, 0.5))
    p_seeds, p_images = holm({pair: found.pvalue for pair, found in over_seeds.items()}), holm(over_images)
    for a, b in pairs:
        keys = {"a": a, "b": b, "pair": f"{title(a)} to {title(b)}".replace(f", {a[8:]} hidden", "")}
        keys["pair"] = keys["pair"].replace(f", {b[8:]} hidden", "")
        found = over_seeds.get((a, b))
        mean = [percent(sum(right[m].values()), len(right[m]) * len(labels)) for m in (a, b)]
        yield "Welch, difference", mean[1] - mean[0], keys
        yield "Welch, interval", found and tuple(found.confidence_interval(0.95)), keys
        yield "Welch, p", found and p_value(p_seeds[a, b]), keys
        ahead = auc(shares[a], shares[b]) if found else None
        yield "second better", ahead and tuple(100 * share for share in ahead), keys
        images = percent(right[b][middle[b]] - right[a][middle[a]], len(labels))
        yield "McNemar, difference", images, keys
        yield "McNemar, p", p_value(p_images[a, b]), keys


def holm(p: dict) -> dict:
    """Corrected p-values: each times how many are no smaller, never below one before it."""
    ranked = sorted(p, key=p.get)
    steps = np.maximum.accumulate([min(1.0, (len(p) - k) * p[pair]) for k, pair in enumerate(ranked)])
    return dict(zip(ranked, steps, strict=True))


def p_value(p: float) -> float | str:
    """As printed."""
    return "<0.001" if p < 0.001 else float(p)


def likeness(run: Path, shown: list, chosen: dict, labels: np.ndarray, classes: int) -> Iterator[tuple]:
    """Spearman's correlation of how alike and how often confused two classes are, ranks from exact counts."""
    images, targets = (np.load(run / f"data/train_{part}.npy") for part in ("images", "labels"))
    alike = np.corrcoef([images[targets == k].reshape(-1, 784).mean(axis=0) for k in range(classes)])
    above = np.triu_indices(classes, 1)
    size = np.bincount(labels, minlength=classes)
    whole = int(np.lcm.reduce(size))
    for model in shown:
        rates = sum(matrix(labels, own, classes) for own in chosen[model].values()) * (whole // size)[:, None]
        rho = stats.spearmanr(alike[above], (rates + rates.T)[above]).statistic
        yield "Spearman", rho if np.isfinite(rho) else None, {"model": model, "title": title(model)}
    # Two classes are one pair, which is like no other.
    yield "most alike", alike[above].max() if classes > 2 else None, {}


def plateau(run: Path, shares: dict, means: dict) -> Iterator[tuple]:
    """How far each width is below the best: resampled means, widened by sqrt(n/(n-1)) (Hesterberg, 2015)."""
    if min(map(len, shares.values())) < 2 or max(map(np.ptp, shares.values())) == 0:
        return
    margin, best = (
        100 * float(setting(run, "statistics", "equivalence_margin")),
        max(means[model] for model in shares),
    )
    random, columns = np.random.default_rng(11), []
    for own in shares.values():
        drawn = random.choice(own, (10_000, len(own))).mean(axis=1)
        columns.append(own.mean() + np.sqrt(len(own) / (len(own) - 1)) * (drawn - own.mean()))
    drawn = np.stack(columns, axis=1)
    below = drawn.max(axis=1, keepdims=True) - drawn
    off = drawn - [own.mean() for own in shares.values()]
    lead = off.max(axis=1, keepdims=True) - off
    # A tie goes to the narrowest, whatever rounding makes of it.
    highest, first = np.argmax(below < 1e-9, axis=1), np.argmax(below <= margin, axis=1)
    for k, (model, own) in enumerate(shares.items()):
        keys = {"width": model.partition("-")[2]}
        (upper,), (over,) = quantiles(below[:, k], 0.95, give=0.01), quantiles(lead[:, k], 0.95, give=0.01)
        gap = float(best - means[model])
        scatter = np.ptp(own) > 0 or np.ptp(max(shares.values(), key=np.mean)) > 0
        yield "below the best", best - means[model], keys
        yield "below the best, upper", upper if scatter else None, keys
        lower = type(over)(max(gap - over.high, 0.0), max(gap - over.low, 0.0))
        yield "below the best, lower", lower if scatter else None, keys
        for name, hits in (("highest", highest == k), ("smallest within", first == k)):
            share = 100 * hits.mean()
            yield name, type(over)(max(share - 2.5, 0), share + 2.5), keys


def neighbours(run: Path, labels: np.ndarray) -> Iterator[tuple]:
    """k nearest neighbours in pixel space and among principal components; a tie goes to the lowest label."""
    k, kept = (int(setting(run, "characters", name)) for name in ("neighbours", "components"))
    train, test = (np.load(run / f"data/{part}_images.npy").reshape(-1, 784) for part in ("train", "test"))
    targets = np.load(run / "data/train_labels.npy").astype(int)
    centre = train.mean(axis=0)
    axes = np.linalg.eigh(np.cov(train, rowvar=False))[1][:, ::-1][:, : min(kept, *train.shape)]
    spaces = (train, test), ((train - centre) @ axes, (test - centre) @ axes)
    for place, (known, asked) in enumerate(spaces):
        exact = np.int64 if place == 0 else float
        rough, squares = known.astype(np.float32), (known.astype(float) ** 2).sum(axis=1)
        hits = 0
        for start in range(0, len(asked), 500):
            part = asked[start : start + 500]
            far = squares.astype(np.float32) - 2 * part.astype(np.float32) @ rough.T
            near = np.sort(np.argpartition(far, 4 * k, axis=1)[:, : 4 * k + 1], axis=1)
            off = ((known[near].astype(exact) - part[:, None].astype(exact)) ** 2).sum(axis=2)
            nearest = np.take_along_axis(near, off.argsort(axis=1, kind="stable")[:, :k], axis=1)
            votes = (targets[nearest][..., None] == np.arange(targets.max() + 1)).sum(axis=1)
            hits += int((votes.argmax(axis=1) == labels[start : start + 500]).sum())
        name = ("knn-{k}", "pca-knn-{k}")[place].format(k=k)
        yield (
            "nearest neighbours",
            percent(hits, len(labels)),
            {"title": BASELINES[place].format(k=k), "model": name},
        )
