"""The images: what they are, how many of each class, what was checked, where they come from."""

from __future__ import annotations

from typing import Any

from hidden_units.report.evidence import Study
from hidden_units.report.wording import class_names


def context(study: Study) -> dict[str, Any]:
    """What the chapter on the data shows."""
    dataset = study.dataset
    return {
        "dataset": dataset,
        "sides": study.evidence.shape("data/train_images.npy")[1:],
        # What was not read from files was drawn.
        "brush": None if dataset["sources"] else study.config["dataset"]["brush"],
        "names": class_names(dataset["classes"]),
        "samples_shown": study.evidence.table("data/figures/samples.csv")["column"].nunique(),
    }
