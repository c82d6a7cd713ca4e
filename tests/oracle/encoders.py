"""Encoders: what every trained network of every table does, at each cap and at its end."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from evidence import AtLeast, rows, setting, tensors, wilson
from scipy.sparse.csgraph import connected_components
from scipy.spatial import ConvexHull, QhullError
from scipy.spatial.distance import cdist
from scipy.special import expit


class Trained:
    """The runs of one table at one epoch: `codes` (runs, rows, 2), and what each run makes of them."""

    def __init__(self, arrays: dict, epoch: str = "") -> None:
        table = arrays["table"] == 1
        # Row i's input is one-hot, so its hidden sums are row i of the weights and the biases.
        self.codes = np.tanh(arrays[f"{epoch}input_weights"] + arrays[f"{epoch}hidden_biases"][:, None])
        logits = np.einsum("rnk,rmk->rnm", self.codes, arrays[f"{epoch}output_weights"])
        logits = logits + arrays[f"{epoch}output_biases"][:, None]
        self.wrong = ((logits >= 0) != table).sum(axis=(1, 2))
        self.margin = ((expit(logits) - 0.5) * np.where(table, 1, -1)).min(axis=(1, 2))
        near = [cdist(own, own) < 0.01 for own in self.codes]
        self.distinct = np.array([connected_components(own, directed=False)[0] for own in near])
        self.solved = (self.wrong == 0) & (self.distinct == table.shape[0])

    def convex(self) -> int:
        """Runs whose codes are all corners of their convex hull."""
        count = 0
        for own in self.codes:
            try:
                count += len(ConvexHull(own).vertices) == len(own)
            except QhullError:
                continue
        return count


def own_numbers(run: Path) -> Iterator[tuple]:
    """Every number of the chapter on encoders: its name, its value, what picks its row."""
    folder = run / "encoders"
    if not folder.is_dir():
        return
    merged, hidden_mistakes, stopping, one_hots, drawn, limits = {}, {}, {}, [], [], []
    titles = json.loads((folder / "representatives.json").read_text(encoding="utf-8"))
    for table in dict.fromkeys(row["table"] for row in rows(folder / "summary.csv")):
        arrays, settings = tensors(folder / table / "runs.safetensors")
        end, cap = Trained(arrays), settings["max_epochs"]
        epochs, stopped, seeds = arrays["epochs"], arrays["stopped"], len(arrays["epochs"])
        size = arrays["table"].shape[0]
        one_hot = table.startswith("identity-")
        name = titles[table]["title"]
        keys = {"table": table, "title": name, "size": size}
        middle = float(np.median(epochs))
        given_up = np.sort(~stopped)[(seeds - 1) // 2]
        yield "learned the table", int(end.solved.sum()), keys
        yield "stopped by the loss", int(stopped.sum()), keys
        yield "median epochs", f"> {cap:,}" if given_up and middle == cap else middle, keys
        yield "median codes", float(np.median(end.distinct)), keys
        yield "median margin", float(np.median(end.margin)), keys
        yield "convex", end.convex(), keys
        if one_hot:
            caps = {cap: end} | {
                int(key[6:].partition(".")[0]): Trained(arrays, key.partition(".")[0] + ".")
                for key in arrays
                if key.startswith("epoch_") and key.endswith(".input_weights")
            }
            printed = {int(row["cap"]) for row in rows(folder / "success.csv")}
            for epoch in sorted(caps.keys() & printed):
                count, column = int(caps[epoch].solved.sum()), {"cap": f"{epoch:,}", "epoch": epoch}
                yield "learned N-2-N", (count, seeds), keys | column
                yield "learned N-2-N, interval", wilson(count, seeds), keys | column
            lists = {"runs": (arrays, end)}
            path = folder / table / "longer_runs.safetensors"
            if path.exists():
                later, settings = tensors(path)
                lists["longer"] = later, Trained(later)
                yield from longer(
                    later,
                    lists["longer"][1],
                    keys | {"cap": f"{settings['max_epochs']:,}", "epoch": settings["max_epochs"]},
                )
                limits.append((size, int(end.solved.sum()), int(lists["longer"][1].solved.sum()), name))
            for own, trained in lists.values():
                hidden_mistakes.setdefault(name, []).append(
                    trained.wrong[own["stopped"] & (trained.wrong > 0)]
                )
            merged[name] = int((end.distinct < size).sum())
            own = lists.get("longer", lists["runs"])[0]
            if own["stopped"].all():
                stopping[size] = float(np.median(own["epochs"]))
        if table in setting(run, "encoders", "shown").split() and "epoch_50.input_weights" in arrays:
            shown = int(np.argsort(epochs, kind="stable")[(seeds - 1) // 2])
            side = np.ptp(Trained(arrays, "epoch_50.").codes[shown], axis=0).max()
            yield "side at epoch 50", AtLeast(float(side)), keys
            yield "seed of the snapshots", int(arrays["seeds"][shown]), keys
        if one_hot:
            one_hots.append((size, int(end.solved.sum()), seeds, cap))
        elif (folder / f"figures/picture_{table}.svg").exists():
            drawn.append((int(end.solved.sum()), seeds))
    if one_hots:
        # The smallest one-hot table that some seed fails, or the largest if none does.
        failed = [own for own in one_hots if own[1] < own[2]]
        size, count, seeds, cap = min(failed) if failed else max(one_hots)
        keys = {"size": size, "cap": f"{cap:,}"}
        yield "encoders in the summary", (count, seeds, 100 * count / seeds), keys
        yield "encoders in the summary, interval", wilson(count, seeds), keys
        yield "encoders in the summary, cap", f"{cap:,}", keys
    if drawn:
        count, seeds = max(drawn, key=lambda own: own[0] / own[1])
        yield "picture, found", count or "None", {}
        yield "picture, runs", seeds, {}
    if limits:
        _, first, later, name = max(limits)
        yield "limit, at first", first or "none", {"title": name}
        yield "limit, later", later or "none", {"title": name}
    for name, count in merged.items():
        yield "merged codes", count or None, {"title": name}
    for name, wrong in hidden_mistakes.items():
        wrong = np.concatenate(wrong)
        yield "stopped with mistakes", (len(wrong), int(wrong.sum())) if len(wrong) else None, {"title": name}
    if len(stopping) > 1:
        sizes, epochs = np.log(list(stopping)), np.log(list(stopping.values()))
        yield "exponent of N", np.polyfit(sizes, epochs, 1)[0], {}


def longer(arrays: dict, trained: Trained, keys: dict) -> Iterator[tuple]:
    """What training on brought: the range of epochs is of those that it solved."""
    count, seeds = int(trained.solved.sum()), len(trained.solved)
    yield "learned N-2-N", (count, seeds), keys
    yield "learned N-2-N, interval", wilson(count, seeds), keys
    own = arrays["epochs"][trained.solved]
    yield (
        "learned by longer training",
        (count, seeds, int(own.min()), int(own.max())) if count else None,
        keys,
    )
    stopped = int((arrays["stopped"] & ~trained.solved).sum())
    yield "failures stopped by the loss", stopped or None, keys
