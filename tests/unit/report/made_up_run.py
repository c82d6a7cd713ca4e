"""A made-up run: three small networks, two seeds, ten classes, every file that the report reads."""

from __future__ import annotations

import json
import shutil
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
import safetensors.numpy
import yaml

from hidden_units.config import resolve
from hidden_units.report.evidence import Evidence, Study, read_config
from hidden_units.report.protocol import read_protocol
from hidden_units.report.provenance import Commit
from hidden_units.report.render import render_report

ROOT = Path(__file__).parents[3]
MODELS = ("netlin", "netfull-5", "netconv")
KANA = "おきすつなはまやれを"
ROMAJI = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="518.4pt" height="72pt" viewBox="0 0 518.4 72"></svg>'
FIGURES = [
    "data/figures/samples",
    *(
        f"characters/figures/{name}"
        for name in ("accuracies", "learning_curves", "sweep", "per_class", "likeness")
    ),
    *(f"characters/figures/{kind}_{model}" for kind in ("confusion", "mistakes") for model in MODELS),
]


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def write_table(path: Path, table: pd.DataFrame) -> None:
    write(path, table.to_csv(index=False))


def config(**changes) -> dict:
    """A resolved configuration; changes replace keys inside the blocks that they name."""
    resolved = resolve({"run": "made-up", "seeds": 2, "characters": {"hidden": 5, "widths": [3, 5]}})
    for key, value in changes.items():
        resolved[key] = {**resolved[key], **value} if isinstance(value, dict) else value
    return resolved


def dataset(**changes) -> dict:
    """A description of real, official images; changes replace its keys."""
    return {
        "name": "kmnist",
        "title": "Kuzushiji-MNIST",
        "synthetic": False,
        "official": True,
        "comparable": True,
        "classes": [{"label": k, "romaji": ROMAJI[k], "kana": kana} for k, kana in enumerate(KANA)],
        "counts": {
            "train": 6283,
            "test": 1000,
            "train_per_class": [628] * 9 + [631],
            "test_per_class": [100] * 10,
        },
        "all_zero": {"train": 3, "test": 4},
        "in_both": 17,
        "duplicates": 29,
        "sources": [
            {
                "part": "train_images",
                "name": "train-images-idx3-ubyte.gz",
                "bytes": 18165135,
                "sha256": "a1" * 32,
            }
        ],
        "arrays": {"train_images": "b2" * 32},
        "licence": "CC BY-SA 4.0",
        "credit": "made by nobody",
    } | changes


def write_results(folder: Path, *, config: dict, dataset: dict) -> None:
    """Write the files of the made-up run into a folder."""
    seeds = range(config["seeds"])
    write(folder / "config.yaml", yaml.safe_dump(config, allow_unicode=True))
    write(folder / "data/dataset.json", json.dumps(dataset, ensure_ascii=False))
    np.save(folder / "data/train_images.npy", np.zeros((4, 28, 28), np.uint8))
    shapes = {
        "netlin": {"output": (10, 784)},
        "netfull-5": {"hidden": (5, 784), "output": (10, 5)},
        "netconv": {"convolution1": (2, 1, 5, 5), "output": (10, 32)},
    }
    means = {"netlin": 0.6957, "netfull-3": 0.7711, "netfull-5": 0.8123, "netconv": 0.9404}
    parameters = {"netlin": 7850, "netfull-3": 2395, "netfull-5": 3985, "netconv": 382}
    rows = []
    for model, mean in means.items():
        half = 0.0049 if len(seeds) > 1 else None
        rows.append(
            {
                "model": model,
                "hidden": model.partition("-")[2] or None,
                "parameters": parameters[model],
                "seeds": len(seeds),
                "accuracy_mean": mean,
                "accuracy_sd": half and half / 9,
                "accuracy_low": half and mean - half,
                "accuracy_high": half and mean + half,
                "loss_mean": 1 - mean,
                "reported": None,
            }
        )
        for seed in seeds:
            run = folder / f"characters/{model}/seed-{seed}"
            metrics = {"model": model, "seed": seed, "images": 1000, "correct": round(1000 * mean)}
            metrics |= {"accuracy": mean}
            write(run / "metrics.json", json.dumps(metrics))
            layers = {
                f"{name}.{part}": np.zeros(shape if part == "weight" else shape[:1], np.float32)
                for name, shape in shapes.get(model, {}).items()
                for part in ("weight", "bias")
            }
            if layers:
                safetensors.numpy.save_file(layers, run / "weights.safetensors")
    rows.append({"model": "knn-4", "accuracy_mean": 0.9211})
    write_table(folder / "characters/summary.csv", pd.DataFrame(rows))
    ends = ("low", "high", "bootstrap_low", "bootstrap_high")
    by_seed = [
        {
            "model": model,
            "measure": measure,
            "seeds": len(seeds),
            "mean": value,
            "sd": 0.0012 if len(seeds) > 1 else None,
            **{
                end: value + step if len(seeds) > 1 else None
                for end, step in zip(ends, (-0.0049, 0.0049, -0.0031, 0.0032), strict=True)
            },
        }
        for model, mean in means.items()
        for measure, value in (("accuracy", mean), ("loss", 1 - mean))
    ]
    write_table(folder / "characters/means.csv", pd.DataFrame(by_seed))
    write(folder / "characters/representatives.json", json.dumps(dict.fromkeys(means, seeds[-1])))
    pairs = pd.DataFrame(
        [
            {
                "model": model,
                "rank": rank + 1,
                "target": target,
                "chosen": chosen,
                "count_mean": 18.5 - rank,
                "rate": (18.5 - rank) / 100,
                "count_representative": 18 - rank,
            }
            for model in MODELS
            for rank, (target, chosen) in enumerate([(5, 2), (6, 2), (1, 2)])
        ]
    )
    write_table(folder / "characters/confused_pairs.csv", pairs)
    labels = pd.DataFrame({"label": range(10)})
    per_class = [
        labels.assign(model=model, precision=0.6543 + labels.label / 50, recall=0.7654, f1=0.7, images=100)
        for model in MODELS
    ]
    write_table(folder / "characters/per_class.csv", pd.concat(per_class))
    write_table(
        folder / "characters/likeness.csv",
        pd.DataFrame({"model": MODELS, "pairs": 45, "spearman": [0.47, 0.48, None]}),
    )
    for name in FIGURES:
        write(folder / f"{name}.svg", SVG)
    write_table(folder / "data/figures/samples.csv", labels.assign(column=labels.label % 4, image=0))
    history = pd.DataFrame(
        [
            {"model": model, "seed": seed, "epoch": epoch, "accuracy": accuracy}
            for model, ends in zip(
                MODELS, [(0.5, 0.6, 0.69), (0.4, 0.7, 0.81), (0.3, 0.65, 0.94)], strict=True
            )
            for seed in seeds
            for epoch, accuracy in enumerate(ends, start=1)
        ]
    )
    write_table(folder / "characters/figures/learning_curves.csv", history)
    write_table(
        folder / "characters/figures/likeness.csv",
        pd.DataFrame({"target": [0, 0, 1], "chosen": [0, 1, 2], "similarity": [1.0, 0.2, 0.83]}),
    )
    mistakes = pd.DataFrame({"index": [7], "target": [5], "chosen": [3], "probability": [0.99954]})
    for model in MODELS:
        write_table(folder / f"characters/figures/mistakes_{model}.csv", mistakes)


def study(folder: Path) -> Study:
    """The study in a folder with the repository's published figures and protocol."""
    return Study(
        evidence=Evidence.of_folder(folder),
        config=read_config(folder / "config.yaml"),
        published=pd.read_csv(ROOT / "report/published/accuracies.csv"),
        protocol=read_protocol(ROOT / "report/published/protocol.yaml"),
        commit=Commit("c0ffee" * 6 + "beef", "2026-01-31", 1769817600),
        lock_sha256="d3" * 32,
        packages={"python": "3.11.99", "numpy": "2.99"},
        published_activations=pd.read_csv(ROOT / "report/published/activations.csv"),
    )


def render(folder: Path, fonts: bool = False) -> str:
    """The report of the results in a folder by the repository's templates and style.

    Cutting fonts takes ten times as long as all the rest, and most tests do not look at letters.
    """
    style = (ROOT / "report/style.css").read_text(encoding="utf-8")
    cut = nullcontext() if fonts else patch("hidden_units.report.render.font_faces", lambda text: "")
    with cut:
        return render_report(study(folder), ROOT / "report/templates", style, browser_code())


def render_without(name: str, folder: Path, tmp_path: Path) -> str:
    """The report of a copy of the results, in which one file is missing."""
    copy = Path(shutil.copytree(folder, tmp_path / "run"))
    (copy / name).unlink()
    return render(copy)


def browser_code() -> str:
    """All scripts of the page."""
    return "\n".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "report/browser").glob("*.js"))
    )
