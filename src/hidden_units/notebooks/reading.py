"""What a notebook reads: the folder of a run, found from wherever it is opened, and choices made in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from hidden_units.errors import StudyError
from hidden_units.names import class_name


def find_results(results: Path | str, *needed: str) -> Path:
    """The folder of a run, looked for from the working folder upwards, with the files that a notebook needs.

    Args:
        results: such as `results/brush`.
        needed: names of files in it.

    Raises:
        StudyError: there is no such folder, or a file is missing.
    """
    here = Path.cwd()
    places = [Path(results), *(folder / results for folder in here.parents)]
    folder = next((place for place in places if place.is_dir()), None)
    if folder is None:
        raise StudyError(
            f"{results}: there is no such folder here or above, expected the results of a run; set the "
            "parameter `results`, or make them with `make report`."
        )
    missing = [name for name in needed if not (folder / name).is_file()]
    if missing:
        raise StudyError(
            f"{results}/{missing[0]}: has not been made, so this notebook has nothing to show; the "
            "configuration of the run may leave it out, or the run has not finished."
        )
    return folder


def choose(name: str, value: Any, known: Iterable[Any]) -> Any:
    """The value of a parameter if it is among the known ones.

    Raises:
        StudyError: it is not; the sentence lists those that are.
    """
    known = list(known)
    if value not in known:
        raise StudyError(
            f"parameter `{name}`: found {value!r}, expected one of {', '.join(map(str, known))}; change the "
            "cell of parameters."
        )
    return value


def find_class(name: str, value: int | str | None, classes: Sequence[Mapping[str, Any]]) -> int | None:
    """The label of a class that is given by its label, its name or its kana; None stays None.

    Args:
        name: of the parameter, for the message.
        classes: the list `classes` of data/dataset.json.

    Raises:
        StudyError: there is no such class.
    """
    if value is None:
        return None
    for label, entry in enumerate(classes):
        if value in (label, entry["romaji"], entry["kana"]) and value != "":
            return label
    names = ", ".join(f"{label} {class_name(entry)}" for label, entry in enumerate(classes))
    raise StudyError(
        f"parameter `{name}`: found {value!r}, expected a class by its number, name or kana ({names}); "
        "change the cell of parameters."
    )


def find_pair(
    pairs: pd.DataFrame, model: str, target: int | None = None, chosen: int | None = None
) -> pd.Series:
    """The row of the most frequent confusion of a model that fits what is given of the pair.

    Args:
        pairs: characters/confused_pairs.csv.
        target, chosen: labels; None for any.

    Raises:
        StudyError: target and chosen are one class.
    """
    if target is not None and target == chosen:
        raise StudyError(
            f"parameters `target` and `chosen`: found {target} in both, expected two different classes; "
            "change one, or leave it None."
        )
    own = pairs[pairs["model"] == model].sort_values("rank")
    for column, label in (("target", target), ("chosen", chosen)):
        own = own if label is None else own[own[column] == label]
    return own.iloc[0]
