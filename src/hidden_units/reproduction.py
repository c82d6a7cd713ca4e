"""Whether a run reproduced its reference: the values of a finished brush run, or those that were published.

A brush run compares with reference/brush.csv, which `make reference` writes by the rules of
reference/values.yaml. A run of the published protocol on KMNIST compares with what was published.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from hidden_units.errors import StudyError, printable
from hidden_units.files import read_json, write_csv
from hidden_units.manifest import NAME as MANIFEST
from hidden_units.manifest import check, read_manifest
from hidden_units.records import WITHOUT_EFFECT_ON_STUDIES, hash_or_none

ROOT = Path(__file__).resolve().parents[2]
NAME = "reproduction.csv"
BRUSH, RULES = "reference/brush.csv", "reference/values.yaml"
PUBLISHED, MEANS = "report/published/accuracies.csv", "characters/means.csv"
COLUMNS = ("file", "row", "column", "value", "tolerance", "why")
# Settings that say where and under which words a study is computed, and not what.
FREE = (*WITHOUT_EFFECT_ON_STUDIES, "run", "notebooks", "training.threads")
# Values outside that are named one by one.
NAMED = 5
ROUNDING = 1e-12
ONE_MORE = "of one run, which is expected where one more run of this study would fall in 95 % of cases"


def reference_of(
    config: Mapping[str, Any], brush: Mapping[str, Any], *, published_protocol: bool
) -> str | None:
    """The file of the values that a run should give; None if there is none.

    Args:
        config: of the run, resolved.
        brush: that of config/brush.yaml, resolved.
        published_protocol: whether the run trains classifiers as published.
    """
    if config["dataset"]["name"] != "kmnist":
        return BRUSH if computed(config) == computed(brush) else None
    # Without `files` they are the official ones; one run says nothing of how the next would scatter.
    is_official = not config["dataset"]["files"] and "characters" in config["studies"]
    return PUBLISHED if published_protocol and is_official and config["seeds"] > 1 else None


def computed(config: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration without what changes no value."""
    return {
        key: {name: one for name, one in value.items() if f"{key}.{name}" not in FREE}
        if isinstance(value, Mapping)
        else value
        for key, value in config.items()
        if key not in FREE
    }


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, or the one of a JSON file, each value as it is written."""
    if path.suffix == ".json":
        return [{key: str(value) for key, value in read_json(path).items()}]
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def compare(reference: Iterable[Mapping[str, str]], folder: Path) -> Iterator[dict[str, str]]:
    """The rows of a reference with what a run's folder holds: measured, difference, within.

    Numbers are within their tolerance, and words are the same; what is not there is within nothing.
    """
    tables: dict[str, list[dict[str, str]]] = {}
    for row in reference:
        file = row["file"]
        tables[file] = tables.get(file) or rows_of(folder / file)
        key = dict(pair.split("=", 1) for pair in row["row"].split(", ") if pair)
        found = next((each[row["column"]] for each in tables[file] if key.items() <= each.items()), "")
        difference = ""
        try:
            difference = float(found) - float(row["value"])
            is_within = abs(difference) <= float(row["tolerance"]) + ROUNDING
        except ValueError:
            is_within = found == row["value"]
        yield {**row, "measured": found, "difference": str(difference), "within": str(is_within)}


def published_values(
    published: Iterable[Mapping[str, str]], means: Iterable[Mapping[str, str]]
) -> list[dict]:
    """What was printed of the networks of a run, and half the interval where one more run would fall.

    Args:
        published: the rows of report/published/accuracies.csv.
        means: those of characters/means.csv.
    """
    from hidden_units.statistics.intervals import prediction_of_one_more

    printed, values = {row["model"]: row for row in published}, []
    for row in means:
        model, measure = row["model"], row["measure"]
        expected = prediction_of_one_more(float(row["mean"]), float(row["sd"]), int(row["seeds"]))
        if expected and (value := printed.get(model, {}).get(measure)):
            place = {"file": MEANS, "row": f"model={model}, measure={measure}", "column": "mean"}
            half = (expected.high - expected.low) / 2
            values.append({**place, "value": value, "tolerance": str(half), "why": ONE_MORE})
    return values


def said(rows: Sequence[Mapping[str, str]]) -> str:
    """How many values were reproduced, and of those that were not the first ones with what they are."""
    outside = [row for row in rows if row["within"] != "True"]
    kind = "published" if rows and rows[0]["why"] == ONE_MORE else "reference"
    parts = [f"Reproduced: {len(rows) - len(outside)} of {len(rows)} {kind} values"]
    for row in outside[:NAMED]:
        place = " ".join(filter(None, (row["file"], row["row"], row["column"])))
        allowed = f" ± {float(row['tolerance']):.2g}" if row["difference"] else ""
        parts.append(f"{place} is {row['measured'] or 'missing'}, not {row['value']}{allowed}")
    if len(outside) > NAMED:
        parts.append(f"{len(outside) - NAMED} more are in {NAME}")
    return printable("; ".join(parts))


def reproduced(folder: Path) -> str:
    """What the finished run in a folder reproduced, in a sentence; empty where it had no reference.

    A file that another configuration left is not in the manifest.
    """
    with suppress(StudyError):
        if read_manifest(folder / MANIFEST).get(NAME, "") == hash_or_none(f"{folder}/{NAME}"):
            return said(rows_of(folder / NAME))
    return ""


def reference_rows(folder: Path, rules: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, str]]:
    """The rows of reference/brush.csv by its rules, from the folder of a finished brush run.

    Args:
        rules: each with files, the columns that name a row, those of the values, a tolerance and why; a rule
            may keep only rows whose columns have certain values.
    """
    for rule in rules:
        kept = {key: [*map(str, values)] for key, values in rule.get("only", {}).items()}
        for file, row in ((name, each) for name in rule["files"] for each in rows_of(folder / name)):
            if all(row[key] in values for key, values in kept.items()):
                place = ", ".join(f"{key}={row[key]}" for key in rule.get("rows", []))
                # A value that does not apply is none.
                for column in filter(row.get, rule["columns"]):
                    values = (file, place, column, row[column], rule["tolerance"], rule["why"])
                    yield dict(zip(COLUMNS, map(str, values), strict=True))


def main(arguments: Sequence[str] | None = None) -> None:
    """Renew reference/brush.csv.

    Raises:
        SystemExit: with one sentence, where the folder does not hold a finished brush run.
    """
    import pandas as pd

    from hidden_units.yaml_files import read_mapping

    folder = Path(*(sys.argv[1:] if arguments is None else arguments))
    try:
        check(folder)
        # Only runs that have a reference are compared, and of these one kind draws its images.
        is_brush = read_mapping(folder / "config.yaml").get("dataset", {}).get("name") == "brush"
        if not is_brush or NAME not in read_manifest(folder / MANIFEST):
            raise StudyError(
                f"{folder}: its configuration is not that of config/brush.yaml, expected a finished run of "
                "it; name one by RESULTS=results/name."
            )
        rows = [*reference_rows(folder, read_mapping(ROOT / RULES)["values"])]
    except StudyError as error:
        raise SystemExit(str(error)) from None
    write_csv(ROOT / BRUSH, pd.DataFrame(rows))
    print(f"{BRUSH}: {len(rows)} values of {printable(str(folder))}")


if __name__ == "__main__":
    main()
