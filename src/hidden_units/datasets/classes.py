"""The classes: what they are called, and the first images of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

ROMAJI = ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"]
KMNIST_CLASSES = [
    {"romaji": romaji, "kana": kana} for romaji, kana in zip(ROMAJI, "おきすつなはまやれを", strict=True)
]


def unnamed_classes(count: int) -> list[dict[str, str]]:
    """Classes of a data set that names none: there is no kana, and the name is the label."""
    return [{"romaji": str(label), "kana": ""} for label in range(count)]


def has_published_classes(classes: Iterable[Mapping[str, str]]) -> bool:
    """Whether these are the classes of the published figures, KMNIST's, real or drawn."""
    return [entry["romaji"] for entry in classes] == ROMAJI


def first_of_each_class(labels: np.ndarray, count: int) -> np.ndarray:
    """Indices (classes, count) of the first images of each class; -1 where a class has fewer."""
    chosen = np.full((int(labels.max()) + 1, count), -1)
    for label in range(len(chosen)):
        found = np.flatnonzero(labels == label)[:count]
        chosen[label, : len(found)] = found
    return chosen
