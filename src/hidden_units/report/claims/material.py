"""What the rules judge by: the published numbers and the files of a run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from hidden_units.names import NO_BREAK, STUDIES
from hidden_units.report.claims.verdicts import MissingEvidence, called
from hidden_units.report.evidence import Evidence
from hidden_units.report.wording import amount, listing, plain
from hidden_units.statistics.intervals import fewest_for_median


@dataclass(frozen=True)
class Published:
    """The numbers that the published study prints, from report/published/."""

    accuracies: pd.DataFrame  # model, hidden, parameters, accuracy, loss
    layers: pd.DataFrame  # model, layer, inputs, outputs, parameters
    matrices: Mapping[str, np.ndarray]  # counts (classes, classes) by model, rows targets
    activations: pd.DataFrame  # x1, x2, target, h1, ..., output
    lines: pd.DataFrame  # unit, w1, w2, bias of the hidden step units
    output: pd.DataFrame  # h1, ..., h4, bias of the output unit, one row

    @property
    def accuracy(self) -> dict[str, float]:
        """The printed accuracies by model."""
        return dict(zip(self.accuracies["model"], self.accuracies["accuracy"], strict=True))

    @property
    def networks(self) -> list[str]:
        """The three networks, in the printed order: those whose parameters are printed."""
        return self.accuracies.dropna(subset=["parameters"])["model"].tolist()

    @property
    def widths(self) -> list[str]:
        """The models of the table of hidden sizes, narrowest first."""
        return self.accuracies.dropna(subset=["hidden"]).sort_values("hidden")["model"].tolist()


def read_published(folder: Path | str) -> Published:
    """Read the published numbers from their folder."""
    folder = Path(folder)
    tables = {
        name: pd.read_csv(folder / f"{name}.csv")
        for name in ("accuracies", "layers", "activations", "lines", "output")
    }
    matrices = {
        path.stem.removeprefix("confusion_"): pd.read_csv(path).to_numpy()
        for path in sorted(folder.glob("confusion_*.csv"))
    }
    return Published(matrices=matrices, **tables)


@dataclass(frozen=True)
class Material:
    """All that a rule may look at.

    `networks`: the three classifiers of this run, smallest first, such as netlin, netfull-110, netconv;
    `not_comparable`: why its accuracies do not compare with the published ones, empty where they do;
    `other_counting`: the same of its recurrent networks, by kind (srn, lstm); `studies`: those in this run.
    """

    published: Published
    files: Evidence
    networks: tuple[str, ...]
    not_comparable: str = ""
    other_counting: Mapping[str, str] = field(default_factory=dict)
    studies: Sequence[str] = tuple(STUDIES)


def require_models(
    wanted: Sequence[str], there: Collection[str], name: Callable[[str], str] = called
) -> None:
    """Raise MissingEvidence where a published network, in text its `name`, is not among the trained ones."""
    missing = [name(model) for model in wanted if model not in set(there)]
    if missing:
        raise MissingEvidence(
            f"{listing(missing)} {'was' if len(missing) == 1 else 'were'} not trained in this run."
        )


def require_seeds(count: int, what: str = "seed") -> None:
    """Raise MissingEvidence where there are fewer than two, so that there is no interval."""
    if count < 2:
        found = amount(1, what) if count else "none"
        raise MissingEvidence(f"An interval needs two or more {what}s, and there is {found}.")


def require_for_median(count: int, confidence_percent: float) -> None:
    """Raise MissingEvidence where too few solved restarts have a measure for an interval of its median."""
    fewest = fewest_for_median(confidence_percent / 100)
    if count < fewest:
        raise MissingEvidence(
            f"A {plain(confidence_percent)}{NO_BREAK}% interval of a median needs {fewest} or more solved "
            f"restarts, and there {'is' if count == 1 else 'are'} {count or 'none'}."
        )
