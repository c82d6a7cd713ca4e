"""Which entry of the chapter on methods says how the numbers behind a figure or table were measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class Measure:
    """An entry of the chapter on methods, `measure-<id>` on the page."""

    id: str
    name: str
    places: tuple[str, ...]  # ids of figures and tables, `*` for what a run chooses

    @property
    def anchor(self) -> str:
        """The id of its entry on the page."""
        return f"measure-{self.id}"

    def holds(self, place: str) -> bool:
        """Whether a figure or table shows it."""
        return any(fnmatchcase(place, pattern) for pattern in self.places)


MEASURES = (
    Measure(
        "accuracy",
        "accuracy",
        (
            "table-headline",
            "figure-accuracies",
            "figure-learning-curves",
            "figure-shifts",
            "*-sweep",
            "*-swept",
            "table-baselines",
            "table-reported",
        ),
    ),
    Measure("parameters", "parameters", ("*-networks",)),
    Measure("confusion", "confusion matrix", ("figure-confusion-*",)),
    Measure("rate", "rate of a confusion", ("table-pairs", "figure-difference-*")),
    Measure("precision", "precision and recall", ("*-per-class",)),
    Measure(
        "representative", "representative seed", ("figure-mistakes-*", "figure-filters", "figure-occlusion")
    ),
    Measure("likeness", "likeness of two classes", ("figure-likeness",)),
    Measure(
        "difference",
        "difference of two networks",
        ("table-network-differences", "figure-comparisons", "*-sensitivity"),
    ),
    Measure("equivalence", "equivalent to the best", ("*-plateau",)),
    Measure("front", "front", ("*-economy",)),
    Measure(
        "points",
        "points right",
        ("*-activations", "*-step-network", "*-half-planes", "*-scaling", "*-surfaces", "*-fewest*"),
    ),
    Measure(
        "solved",
        "solved restarts",
        (
            "*-checkerboard-restarts",
            "table-restarts",
            "*-learned",
            "*-representatives",
            "*-survival",
            "figure-learning-*",
            "*-failures",
            "table-sequence-success",
            "table-sequence-tasks",
            "figure-encoder-stopping",
            "figure-encoder-patience",
            "table-encoder-*",
            "figure-generalisation",
            "table-sequence-longer",
        ),
    ),
    Measure(
        "drawing",
        "dots and lines",
        ("figure-encoder-ends", "figure-snapshots-*", "figure-table-*", "figure-picture-*", "table-pictures"),
    ),
    Measure("losses", "published loss", ("figure-losses-*", "table-sequence-losses")),
    Measure(
        "states",
        "measures of states",
        ("figure-srn-*", "figure-lstm-*", "figure-ratios", "table-sequence-*"),
    ),
)


def measures_of(places: Iterable[str]) -> list[Measure]:
    """What some figures and tables show, in their order, each by the first entry that holds it."""
    found = (next((measure for measure in MEASURES if measure.holds(place)), None) for place in places)
    return list(dict.fromkeys(measure for measure in found if measure))
