"""Names of classes in any script: what the fonts of figures and PDF can show of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# East Asian letters are set in the last one, all others in the first two.
FONTS = (
    ("font_source_sans_pro", "files/SourceSansPro-Regular.ttf"),
    ("font_source_serif_pro", "files/SourceSerifPro-Regular.ttf"),
    ("matplotlib_fontja", "fonts/ipaexg.ttf"),
)
FIRST_EAST_ASIAN = 0x2E80


@cache
def letters_of(package: str, name: str) -> frozenset[int]:
    """The letters (code points) that a font of an installed package has; the package is not imported."""
    from fontTools.ttLib import TTFont

    folder = Path(*find_spec(package).submodule_search_locations)
    return frozenset(TTFont(str(folder / name), lazy=True).getBestCmap())


def can_be_shown(text: str) -> bool:
    """Whether figures and PDF have each letter of a text; line feeds and tabs are set as spaces."""
    codes = {ord(letter) for letter in text if not letter.isascii()}
    eastern = {code for code in codes if code >= FIRST_EAST_ASIAN}
    wanted = {FONTS[-1]: eastern} | dict.fromkeys(FONTS[:-1], codes - eastern)
    return all(not letters or letters <= letters_of(*font) for font, letters in wanted.items())


def as_shown(classes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The classes without what cannot be shown: a character is left out, a name is its label.

    The label is `class 1` where another class is called `1`.
    """
    taken = {entry["romaji"] for entry in classes}
    shown = []
    for label, entry in enumerate(classes):
        name = entry["romaji"]
        if not can_be_shown(name):
            name = f"class {label}" if str(label) in taken else str(label)
        shown.append({**entry, "romaji": name, "kana": entry["kana"] if can_be_shown(entry["kana"]) else ""})
    return shown


def not_shown(config: Mapping[str, Any], folders: Sequence[str] = ()) -> Iterator[str]:
    """A sentence for each part of a resolved configuration that cannot be shown as it is written.

    Args:
        folders: names of folders that are those of classes where the configuration gives none.
    """
    classes = config["dataset"]["classes"] or ()
    names = [name for entry in classes for name in (entry["romaji"], entry["kana"])] or folders
    if lost := [name for name in names if not can_be_shown(name)]:
        yield (
            f"config: `dataset: {'classes' if classes else 'path'}` has {len(lost)} with letters that the "
            f"fonts of figures and PDF lack, the first {lost[0]!r}; labels stand in their place, unless you "
            "give other names."
        )
    for block in ("dataset", "report"):
        for key, value in config[block].items():
            if isinstance(value, str) and key != "path" and not can_be_shown(value):
                yield (
                    f"config: `{block}: {key}` has letters that the fonts of figures and PDF lack; the PDF "
                    "has empty boxes in their place, unless you write it in others."
                )
