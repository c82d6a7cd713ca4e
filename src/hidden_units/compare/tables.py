"""What differs between runs: settings, accuracies, success rates, verdicts; each run against the first."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import pandas as pd
import scipy

from hidden_units.compare.runs import FinishedRun
from hidden_units.config import defaults
from hidden_units.errors import StudyError
from hidden_units.names import model_name, task_name
from hidden_units.report.chapters.claims import shown
from hidden_units.report.claims.verdicts import NOT_IN_RUN
from hidden_units.report.wording import amount, plain
from hidden_units.statistics.comparisons import Comparison, holm, paired_over_images, unpaired_over_seeds
from hidden_units.statistics.intervals import mean_over_seeds, success_rate
from hidden_units.yaml_files import read_mapping

DATASET = "data/dataset.json"
SEEDS, IMAGES, RATES = "other seeds", "other test images", "success rate"
COLUMNS = ["study", "question", "item", "run", "count", "value", "low", "high"]
SWEEP = ["run", "setting", "model", "value", "accuracy_mean", "accuracy_low", "accuracy_high", "diverged"]
COLUMNS += ["shared", "difference", "difference_low", "difference_high", "p", "p_holm"]

Runs = Sequence[FinishedRun]


@dataclass(frozen=True)
class Measured:
    """What a run measured of a network, setting or task: a fraction, its interval, and what tests compare."""

    value: float
    count: int | None = None  # seeds, images or restarts
    low: float | None = None
    high: float | None = None
    sample: Any = None
    evidence: frozenset = frozenset()  # what tells its networks or restarts from others

    def shares(self, other: Measured) -> bool:
        """Whether the networks of one are among those of the other: there is nothing to test then."""
        fewer, more = sorted((self.evidence, other.evidence), key=len)
        return bool(fewer) and fewer <= more


# settings


def flat(config: Mapping[str, Any], above: str = "") -> dict[str, str]:
    """The keys of a configuration, written `dataset: name`; texts are as they are, other values in JSON."""
    found = {}
    for key, value in config.items():
        if isinstance(value, Mapping) and value:
            found |= flat(value, f"{above}{key}: ")
        else:
            found[f"{above}{key}"] = (
                value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            )
    return found


def configuration(runs: Runs) -> pd.DataFrame:
    """The settings in which runs differ: key, and a column a run.

    A key that a run lacks, for its version had none, counts with its default; what has none is missing.
    """
    settings = [flat(defaults()) | flat(read_mapping(run.path("config.yaml"))) for run in runs]
    rows = [
        [key, *(each.get(key) for each in settings)]
        for key in dict.fromkeys(key for each in settings for key in each)
        if key != "run" and len({each.get(key) for each in settings}) > 1
    ]
    return pd.DataFrame(rows, columns=["key", *(run.name for run in runs)])


# accuracies and rates


@dataclass(frozen=True)
class Compared:
    """What was measured in several runs.

    Attributes:
        table: the rows of comparisons.csv: study, question, item, run, count, value, low, high, all
            fractions; of runs but the first shared (whether both hold the same networks or restarts),
            difference, difference_low, difference_high, p, and Holm's p inside the study's question.
        labels: the items in words.
        lacking: by study and run the items that the run lacks and another has.
        without: by study the runs that lack it.
    """

    table: pd.DataFrame
    labels: Mapping[str, str]
    lacking: Mapping[str, Mapping[str, Sequence[str]]]
    without: Mapping[str, Sequence[str]]


def comparisons(runs: Runs) -> Compared:
    """All that was measured in the first run and another, each against the first.

    Raises:
        StudyError: a run has nothing in common with the first.
    """
    rows: list[dict[str, Any]] = []
    labels: dict[str, str] = {}
    lacking, without = {}, {}
    for study, (measure, test) in STUDIES.items():
        items, of_study = measure(runs)
        labels |= of_study
        rows += compare(study, SEEDS if study == "characters" else RATES, items, runs, test)
        if study == "characters" and same_test_images(runs):
            rows += compare(study, IMAGES, answers(runs, items), runs, paired_over_images)
        lacks = {run.name: [item for item in items if run.name not in items[item]] for run in runs}
        without[study] = [run for run, missing in lacks.items() if items and len(missing) == len(items)]
        lacking[study] = {run: lost for run, lost in lacks.items() if lost and run not in without[study]}
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"count": "Int64"})
    for run in runs[1:]:
        if run.name not in set(table["run"]):
            raise StudyError(
                f"RUNS: {run.name} has no network, setting or task in common with {runs[0].name}, expected "
                "runs with a study in common; name others."
            )
    return Compared(table, labels, lacking, without)


Items = dict[str, dict[str, Measured]]


def compare(
    study: str,
    question: str,
    items: Items,
    runs: Runs,
    test: Callable[[Any, Any], Comparison],
) -> list[dict[str, Any]]:
    """Rows of `comparisons`, those of an item together; without those that the first run or all others lack.

    Args:
        items: what each run measured, by item and run.
        test: of the samples of the first run and another; None where one has none.
    """
    rows = []
    for item, measured in items.items():
        if runs[0].name not in measured or len(measured) < 2:
            continue
        first = measured[runs[0].name]
        for run, found in measured.items():
            row = {"study": study, "question": question, "item": item, "run": run, "count": found.count}
            row |= {"value": found.value, "low": found.low, "high": found.high, "p": None}
            if found is not first:
                row["shared"], row["difference"] = found.shares(first), found.value - first.value
                if not row["shared"] and first.sample is not None and found.sample is not None:
                    difference = test(first.sample, found.sample)
                    row |= {"difference_low": difference.low, "difference_high": difference.high}
                    row["p"] = difference.p
            rows.append(row)
    corrected = holm([row["p"] for row in rows])
    return [row | {"p_holm": p} for row, p in zip(rows, corrected, strict=True)]


def accuracies(runs: Runs) -> tuple[Items, dict[str, str]]:
    """The mean accuracy of each classifier over its seeds, with Student's interval; and their names."""
    items: Items = {}
    for run, summary in tables_of(runs, "characters/summary.csv", "model", "accuracy_mean"):
        for model, mean in summary.itertuples(index=False):
            files = run.metrics(model)
            values = [run.entry(name, "accuracy") for name in files]
            interval, networks = mean_over_seeds(values), frozenset(run.hashes[name] for name in files)
            # A baseline has no seeds.
            seen = (len(values), interval.low, interval.high, values, networks) if values else ()
            items.setdefault(model, {})[run.name] = Measured(mean, *seen)
    return items, {model: model_name(model) for model in items}


def own_networks(runs: Runs) -> list[str]:
    """The names of the users' own networks, those of the first run first."""
    blocks = (read_mapping(run.path("config.yaml")).get("characters", {}) for run in runs)
    return list(dict.fromkeys(name for block in blocks for name in block.get("networks", {})))


def same_test_images(runs: Runs) -> bool:
    """Whether all runs have the same test images with the same labels."""
    found = set()
    for run in runs:
        arrays = run.json(DATASET).get("arrays", {}) if DATASET in run.names else {}
        found.add((arrays.get("test_images"), arrays.get("test_labels")))
    return len(found) == 1 and None not in found.pop()


def answers(runs: Runs, models: Items) -> Items:
    """Which test images the representative seed of each network reads right."""
    items: Items = {model: {} for model in models}
    for run in runs:
        chosen = "characters/representatives.json"
        for model, seed in (run.json(chosen) if chosen in run.names else {}).items():
            name = f"characters/{model}/seed-{seed}/predictions.npz"
            with np.load(run.path(name)) as arrays:
                correct = arrays["log_probabilities"].argmax(axis=1) == arrays["labels"]
            measured = Measured(
                correct.mean(), len(correct), None, None, correct, frozenset([run.hashes[name]])
            )
            items.setdefault(model, {})[run.name] = measured
    return items


def rate(restarts: pd.DataFrame) -> Measured:
    """A success rate with Wilson's interval.

    Args:
        restarts: columns seed, solved, and those that tell restarts of a seed apart, empty where they cannot.
    """
    solved, count = int(restarts["solved"].sum()), len(restarts)
    found = success_rate(solved, count)
    rows = frozenset(restarts.dropna().itertuples(index=False, name=None))
    return Measured(found["rate"], count, found["low"], found["high"], (solved, count), rows)


def fisher(a: tuple[int, int], b: tuple[int, int]) -> Comparison:
    """Compare two success rates: Fisher's exact test, two-sided.

    The interval of the difference is Newcombe's (1998, method 10), made of the two Wilson intervals; none
    where one rate has none.

    Args:
        a, b: solved restarts, and all.
    """
    counts = [(solved, restarts - solved) for solved, restarts in (a, b)]
    p = float(scipy.stats.fisher_exact(counts).pvalue)
    first, second = success_rate(*a), success_rate(*b)
    difference = second["rate"] - first["rate"]
    below = math.hypot(second["rate"] - second["low"], first["high"] - first["rate"])
    above = math.hypot(second["high"] - second["rate"], first["rate"] - first["low"])
    if math.isnan(below + above):
        return Comparison(difference, p=p)
    return Comparison(difference, difference - below, difference + above, p)


def checkerboard_rates(runs: Runs) -> tuple[Items, dict[str, str]]:
    """Restarts that solved the checkerboard, by hidden units and learning rate."""
    keys, columns = ["hidden", "learning_rate"], ["seed", "solved", "first_epoch"]
    items, labels = {}, {}
    for run, table in tables_of(runs, "checkerboard/restarts.csv", *keys, *columns):
        for (hidden, learning_rate), restarts in table.groupby(keys):
            item = f"hidden-{hidden}/rate-{learning_rate:g}"
            labels[item] = f"{amount(hidden, 'unit')} at learning rate {plain(learning_rate)}"
            items.setdefault(item, {})[run.name] = rate(restarts[columns])
    return items, labels


def encoder_rates(runs: Runs) -> tuple[Items, dict[str, str]]:
    """Encoders that solved their table."""
    columns = ["seed", "solved", "epochs", "loss"]
    items, labels = {}, {}
    for run, table in tables_of(runs, "encoders/summary.csv", "table", *columns):
        for item, restarts in table.groupby("table", sort=False):
            labels[item] = run.entry("encoders/representatives.json", item, "title")
            items.setdefault(item, {})[run.name] = rate(restarts[columns])
    return items, labels


def sequence_rates(runs: Runs) -> tuple[Items, dict[str, str]]:
    """Recurrent networks that solved their task."""
    files = {name for run in runs for name in run.names if fnmatchcase(name, "sequences/*/restarts.csv")}
    found = sorted(name.split("/")[1] for name in files)
    items: Items = {}
    # In the order of the configuration, and what only another version knows last.
    in_order = [task for task in defaults()["sequences"]["restarts"] if task in found]
    for task in dict.fromkeys([*in_order, *found]):
        for run, table in tables_of(runs, f"sequences/{task}/restarts.csv", "seed", "solved", "excess_nll"):
            items.setdefault(task, {})[run.name] = rate(table)
    return items, {task: task_name(task) for task in items}


def tables_of(runs: Runs, name: str, *columns: str) -> Iterator[tuple[FinishedRun, pd.DataFrame]]:
    """Columns of a CSV file of each run that has it."""
    return ((run, run.columns(name, *columns)) for run in runs if name in run.names)


STUDIES = {
    "characters": (accuracies, unpaired_over_seeds),
    "checkerboard": (checkerboard_rates, fisher),
    "encoders": (encoder_rates, fisher),
    "sequences": (sequence_rates, fisher),
}


# verdicts


def verdicts(runs: Runs) -> pd.DataFrame:
    """The verdict of each claim as a run's ledger shows it: id, name, and a column a run, None without it."""
    found: dict[tuple[int, str], dict[str, str]] = {}
    for run, table in tables_of(runs, "claims.csv", "id", "name", "measured_verdict", "reason"):
        for row in table.itertuples(index=False):
            by_run = found.setdefault((row.id, row.name), {})
            if row.measured_verdict != NOT_IN_RUN:
                by_run[run.name] = shown(row.measured_verdict, row.reason)
    rows = [[*claim, *(by_run.get(run.name) for run in runs)] for claim, by_run in sorted(found.items())]
    return pd.DataFrame(rows, columns=["id", "name", *(run.name for run in runs)])


# curves


def sweep(runs: Runs) -> pd.DataFrame:
    """The width sweeps of all runs, under each other, and then what else they swept: columns `SWEEP`."""
    measured = ("accuracy_mean", "accuracy_low", "accuracy_high")
    widths = gathered(runs, "characters/sweep.csv", "hidden", *measured).drop_duplicates(["run", "hidden"])
    widths = widths.rename(columns={"hidden": "value"}).assign(setting="hidden", model="netfull")
    keys = ("setting", "model", "value", "diverged")
    swept = gathered(runs, "characters/swept.csv", *keys, *measured)
    # Hidden sizes that were swept are among the widths, with all seeds.
    return pd.concat([widths, swept[swept["setting"] != "hidden"]])[SWEEP]


def learning_curves(runs: Runs) -> pd.DataFrame:
    """The learning curves that reports show."""
    name = "characters/figures/learning_curves.csv"
    return gathered(runs, name, "model", "seed", "epoch", "accuracy")


def in_several(table: pd.DataFrame) -> pd.Series:
    """Whether several runs have the row's network, and in a sweep its setting, by row."""
    keys = [key for key in ("setting", "model") if key in table]
    return table.groupby(keys)["run"].transform("nunique") > 1


def gathered(runs: Runs, name: str, *columns: str) -> pd.DataFrame:
    """A file's rows of all runs that have it, under each other, after a column run."""
    tables = [table.assign(run=run.name) for run, table in tables_of(runs, name, *columns)]
    return pd.concat([pd.DataFrame(columns=["run", *columns]), *tables])[["run", *columns]]
