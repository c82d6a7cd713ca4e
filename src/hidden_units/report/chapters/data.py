"""The images: what they are, how many of each class, what was checked, where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from hidden_units.names import CLASSES_LISTED, class_names
from hidden_units.report.evidence import Study

SKELETONS = Path(__file__).parents[2] / "datasets/brush_strokes.yaml"
# The largest class has so many times the images of the smallest: worth a word.
OUT_OF_BALANCE = 2
# What `datasets.making` counts and notes of some kinds of data alone.
KINDS = ("transparent", "turned", "several", "deep", "colour")
STEPS = ("transposed", "split", "test_from", "unused", "passed_over")
# Of the papers so many are unlike the others, at least.
MIXED = 0.1


def context(study: Study) -> dict[str, Any]:
    """What the chapter on the data shows."""
    dataset = study.dataset
    making = dataset.get("making")
    formats = [name for name in making["found"] if name.isupper()] if making else []
    if making:
        found = {**dict.fromkeys(KINDS, 0), **making["found"]}
        making = {**dict.fromkeys(STEPS), **making, "found": found}
    counts, train = dataset["counts"], dataset["counts"]["train_per_class"]
    light = making["light"] / counts["train"] if making and "light" in making else 0
    is_in_order = making is not None and making.get("in_order", False)
    return {
        "making": making,
        "formats": formats,
        "mixed_paper": MIXED < light < 1 - MIXED,
        "imbalance": {
            "most": max(train),
            "fewest": min(train),
            "share": max(counts["test_per_class"]) / counts["test"],
        }
        if max(train) >= OUT_OF_BALANCE * min(train)
        else None,
        "in_order": is_in_order and not study.config["training"]["shuffle"],
        "dataset": dataset,
        "sides": study.evidence.shape("data/train_images.npy")[1:],
        # What was not read from files was drawn.
        "brush": None if dataset["sources"] else study.config["dataset"]["brush"],
        "older_forms": older_forms(),
        "names": class_names(dataset["classes"]),
        "listed": listed(dataset["classes"], dataset["counts"]["train_per_class"]),
        "samples_shown": study.evidence.table("data/figures/samples.csv")["column"].nunique(),
    }


def older_forms() -> dict[str, list[str]]:
    """Chinese characters whose simplified cursives the brush draws too, by kana; others have ASCII names."""
    forms = yaml.safe_load(SKELETONS.read_text(encoding="utf-8"))
    return {kana: [name for name in drawn if not name.isascii()] for kana, drawn in forms.items()}


def listed(classes: Sequence[Mapping[str, Any]], counts: Sequence[int]) -> list[Mapping[str, Any]]:
    """The classes of the table: those with the fewest training images, in the order of their labels."""
    fewest = sorted(classes, key=lambda entry: counts[entry["label"]])[:CLASSES_LISTED]
    return sorted(fewest, key=lambda entry: entry["label"])
