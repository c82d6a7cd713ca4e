"""The images: what they are, how many of each class, what was checked, where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hidden_units.report.elements import Figure, figure
from hidden_units.report.evidence import Study
from hidden_units.report.wording import class_names, count, listing

PARTS = {
    "train_images": "training images",
    "train_labels": "training labels",
    "test_images": "test images",
    "test_labels": "test labels",
}


def context(study: Study) -> dict[str, Any]:
    """What the chapter on the data shows."""
    dataset = study.dataset
    images = study.evidence.shape("data/train_images.npy")
    return {
        "dataset": dataset,
        "sides": images[1:] if images else None,
        "parts": PARTS,
        # What was not read from files was drawn.
        "brush": study.config["dataset"]["brush"] if dataset and not dataset["sources"] else None,
        "balance": balance(dataset) if dataset else "",
        "samples": samples_figure(study, dataset),
    }


def balance(dataset: Mapping[str, Any]) -> str:
    """How evenly the classes are filled."""
    parts = {part: dataset["counts"][f"{part}_per_class"] for part in ("train", "test")}
    if all(min(counts) == max(counts) for counts in parts.values()):
        training, test = (count(counts[0]) for counts in parts.values())
        return f"every class has {training} training and {test} test images"
    sentences = []
    for part, name in (("train", "training"), ("test", "test")):
        counts = parts[part]
        if min(counts) == max(counts):
            sentences.append(f"every class has {count(counts[0])} {name} images")
        else:
            sentences.append(
                f"the classes have between {count(min(counts))} and {count(max(counts))} {name} images"
            )
    return listing(sentences)


def samples_figure(study: Study, dataset: Mapping[str, Any] | None) -> Figure:
    """The gallery of samples."""
    names = class_names(dataset["classes"]) if dataset else []
    table = study.evidence.table("data/figures/samples.csv")
    shown = "samples" if table is None else f"{table['column'].nunique()} images"
    return figure(
        study.evidence,
        "samples",
        "data/figures/samples.svg",
        f"A row of images for each class: {listing(names)}." if names else "A row of images for each class.",
        f"The first {shown} of each class in the training part, dark ink on light paper: a class holds more "
        "than one way of writing its character.",
    )
