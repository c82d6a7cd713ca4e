"""What networks, classes and tasks are called, how many are listed, and how numbers are written.

For figures and report alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any
from unicodedata import east_asian_width

# Number and unit, kana and romaji stay on one line.
NO_BREAK = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
# The mark of what rests on seeds whose scatter is far below that of their neighbours.
LUCKY = "†"
RAISED = str.maketrans("-n0123456789", "⁻ⁿ⁰¹²³⁴⁵⁶⁷⁸⁹")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

# The studies in the order of the report, each with its files in a run's folder.
STUDIES = {
    "characters": (
        "characters/*",
        "data/*",
        "report/draw.json",
        "report/half_precision.csv",
        "notebooks/confusions*",
        "notebooks/width_sweep*",
    ),
    "checkerboard": ("checkerboard/*",),
    "encoders": ("encoders/*",),
    "sequences": ("sequences/*", "notebooks/state_space_*"),
}

FAMILIES = {"netlin": "NetLin", "netfull": "NetFull", "netconv": "NetConv"}
# Networks of the user's own: how many have a colour, and what would be taken for something else.
MOST_OWN_NETWORKS = 4
LONGEST_OWN_NAME = 20
TAKEN_NAMES = (*FAMILIES, "knn", "pca", "figures", "sensitivity", "swept")

# The two tasks of the published study of sequences.
SRN_TASK, LSTM_TASK = "srn-anb2n", "lstm-anb2nc3n"

# The settings that a sweep may change: of training, and NetFull's size.
TRAINING_SETTINGS = {
    "learning_rate": "learning rate",
    "momentum": "momentum",
    "batch_size": "images a batch",
    "epochs": "epochs",
}
SWEPT_SETTINGS = {**TRAINING_SETTINGS, "hidden": "hidden units"}

# Letters of a class's name where room is scarce: the labels of figures, tables of many columns.
LONGEST_NAME = 16
# Tables and figures with a row a class have so many at most; the files next to them have all.
CLASSES_LISTED = 30
# Of so many at most a confusion matrix has numbers in its cells; of a larger one the worst part is enlarged.
CLASSES_NUMBERED = 15


def family_of(model: str) -> str:
    """`NetFull` for `netfull-110`; a baseline's own name for anything else."""
    return FAMILIES.get(model.partition("-")[0], model)


def is_own_name(name: str) -> bool:
    """Whether a network of the user's own may have this name, which files, columns and styles have too."""
    fits = re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) and len(name) <= LONGEST_OWN_NAME
    return bool(fits) and not name.startswith(TAKEN_NAMES)


def look_key(model: str, own: Sequence[str] = ()) -> str:
    """What a model's colour and mark are called: `netfull`; `own-1` for the first of the user's `own`."""
    return f"own-{[*own].index(model) + 1}" if model in own else model.partition("-")[0]


def model_name(model: str) -> str:
    """A model as figures name it: `NetFull, 110 hidden`, `4 nearest neighbours`; one's own by its name."""
    if is_own_name(model):
        return model
    family, _, number = model.partition("-")
    if family in FAMILIES:
        return f"{FAMILIES[family]}, {number} hidden" if number else FAMILIES[family]
    if family == "pca":
        return f"PCA + {number.removeprefix('knn-')} nearest neighbours"
    return f"{number} nearest neighbours"


def class_name(entry: Mapping[str, Any], longest: int | None = None) -> str:
    """A class as text names it: `は ha`, or the one of kana and name that there is.

    Args:
        longest: letters at which the name is cut; by default it is whole.
    """
    name = entry["romaji"] if longest is None else cut(entry["romaji"], longest)
    return f"{entry['kana']}{NO_BREAK}{name}".strip()


def class_names(classes: Sequence[Mapping[str, Any]]) -> list[str]:
    """The names of all classes in the order of their labels."""
    return [class_name(entry) for entry in classes]


def cut(name: str, longest: int = LONGEST_NAME) -> str:
    """A name of at most `longest` letters, kana as two, the last an ellipsis where some are left out."""
    ends = [*accumulate(1 + (east_asian_width(letter) in "WF") for letter in name)]
    is_short = not name or ends[-1] <= longest
    return name if is_short else f"{name[: sum(end < longest for end in ends)].rstrip()}…"


def label_of_class(entry: Mapping[str, Any]) -> str:
    """A class as the labels of figures name it: `お o`, the name cut at `LONGEST_NAME` letters.

    Inside kana and name spaces do not break, so that the first one ends the kana; a dollar sign is escaped,
    for two of them would be read as mathematics.
    """
    kana, name = (
        part.replace(" ", NO_BREAK).replace("$", r"\$") for part in (entry["kana"], cut(entry["romaji"]))
    )
    return f"{kana} {name}".strip()


def shortest_label(label: str, longest: int = LONGEST_NAME) -> str:
    """The kana of a label, or where there is none the name, cut further."""
    name = label.split(" ")[0].replace(r"\$", "$")
    return cut(name, longest).replace("$", r"\$")


def network_name(task: str) -> str:
    """`SRN` or `LSTM`."""
    return task.partition("-")[0].upper()


def language_name(task: str) -> str:
    """`aⁿb²ⁿ` for `srn-anb2n`; with `, n to 10` where training went further than published."""
    name, _, largest = task.partition("-")[2].partition("-to")
    letters = re.sub(r"\d*n", lambda power: power[0].translate(RAISED), name)
    return f"{letters}, n to {largest}" if largest else letters


def has_own_sizes(task: str) -> bool:
    """Whether a task is trained on other sizes than published, such as `srn-anbn-to10`."""
    return "-to" in task


def task_name(task: str) -> str:
    """`SRN on aⁿb²ⁿ`."""
    return f"{network_name(task)} on {language_name(task)}"


def signed(value: float, digits: int) -> str:
    """A number with its sign, `+1.2`, `−0.4`; what rounds to zero has none."""
    text = f"{value:+.{digits}f}"
    return f"{0:.{digits}f}" if float(text) == 0 else text.replace("-", MINUS)
