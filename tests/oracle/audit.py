"""Recompute the report's numbers from a finished run's evidence, and compare them with the text of its page.

    python tests/oracle/audit.py results/<run>

Nothing of hidden_units is imported, neither torch nor pandas: what both implementations get wrong in one way,
each got wrong by itself. A line a number, then a tally; exit code 1 if one differs.
"""

import math
import re
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import characters
import checkerboard
import encoders
import sequences
from evidence import AtLeast, Band, setting
from page import Page, numbers
from places import PLACES

STUDIES = (characters, checkerboard, encoders, sequences)
ABSENT = re.compile("–?|(all|both) .* gave the same|one seed: no interval")


class Line(NamedTuple):
    """One number: its own value as text, where `ok`, `wrong` or `absent`, and what the page and file have."""

    name: str
    own: str
    printed: str
    verdict: str
    on_page: bool


def own_numbers(run: Path) -> list[tuple]:
    """Name, value and keys of every number that this run's evidence gives."""
    chosen = [study for study in STUDIES if study.__name__ in setting(run, "studies").split()]
    return [found for study in chosen for found in study.own_numbers(run)]


def compare(run: Path, own: list[tuple], page: Page) -> list[Line]:
    """Each own number with the page, and with its file where it has one."""
    lines = [compare_one(run, page, *found) for found in own]
    never = PLACES.keys() - {name for name, *_ in own}
    return lines + [Line(name, "None", "not looked for", "absent", False) for name in sorted(never)]


def compare_one(run: Path, page: Page, name: str, value: object, keys: dict) -> Line:
    """A number that the evidence does not give must not be printed either."""
    place = PLACES[name]
    words = f"{name} ({', '.join(str(keys[key]) for key in place.says if keys.get(key))})"
    found = [text for spot in place.page if (text := spot.read(page, keys)) is not None]
    printed = found[0] if found else None
    said = [printed or "nothing"] if place.page else []
    good = [agrees(cut(value, place.bounds), printed)] if place.page else []
    if place.file:
        stored = place.file.read(run, keys)
        good.append(stores(value, stored))
        if not good[-1]:
            said.append(f"{place.file.path.format(**keys)}: {stored}")
    verdict = "wrong" if not all(good) else "absent" if value is None else "ok"
    return Line(words, shown(value), "; ".join(said) or str(stored), verdict, bool(place.page))


def cut(value: object, bounds: tuple[float, float] | None) -> object:
    """An interval as the page prints it, not beyond what its quantity can be."""
    if value is None or bounds is None:
        return value
    return tuple(min(max(end, bounds[0]), bounds[1]) for end in value)


def agrees(value: object, printed: str | None) -> bool:
    """Whether a printed text is the value, rounded to the digits that it has."""
    if value is None or ABSENT.fullmatch(printed or ""):
        return value is None and ABSENT.fullmatch(printed or "") is not None
    if isinstance(value, str):
        return printed == value
    values = value if type(value) is tuple else (value,)
    read = numbers(printed)
    if len(read) != len(values):
        return False
    return all(rounds_to(one, number, unit) for one, (number, unit) in zip(values, read, strict=True))


def rounds_to(value: object, printed: float, unit: float) -> bool:
    """An exact tie is rounded away from zero, a bound upwards, a float either way at a tie."""
    if isinstance(value, Fraction):
        digits = round(1 / unit)
        exact = math.floor(abs(value) * digits + Fraction(1, 2)) * (1 if value >= 0 else -1)
        return round(printed * digits) == exact
    if isinstance(value, AtLeast):
        return value.value <= printed + 1e-12 < value.value + unit + 1e-9
    low, high = value if isinstance(value, Band) else (value, value)
    return low - unit * 0.5000001 - 1e-9 <= printed <= high + unit * 0.5000001 + 1e-9


def stores(value: object, stored: list[str] | None) -> bool:
    """Whether a file holds the value; it keeps all digits."""
    if value is None or stored is None:
        return value is None and (stored is None or all(text == "" for text in stored))
    values = value if type(value) is tuple else (value,)
    for one, text in zip(values, stored, strict=False):
        if isinstance(one, str):  # "> 60,000", of which a file has nothing or the limit; "<0.001"; a cap
            limit = float(one.strip("<> ").replace(",", "") or 0)
            if text and not (float(text) < limit if one[0] == "<" else float(text) == limit):
                return False
            continue
        if text == "":
            return False
        number = float({"True": "1", "False": "0"}.get(text, text))
        low, high = one if isinstance(one, Band) else (float(getattr(one, "value", one)),) * 2
        slack = 1e-6 * max(1e-3, abs(low)) + 1e-9
        if not low - slack <= number <= high + slack:
            return False
    return True


def shown(value: object) -> str:
    """A value in a line."""
    if type(value) is tuple:
        return ", ".join(map(shown, value))
    if isinstance(value, AtLeast):
        return f"{value.value:.6g} upwards"
    if isinstance(value, Band):
        return f"{value.low:.4g}..{value.high:.4g}"
    return f"{float(value):.8g}" if isinstance(value, float | Fraction) else str(value)


def main(run: Path) -> int:
    """Print the lines and the tally."""
    page = Page((run / "report/report.html").read_text(encoding="utf-8"))
    lines = compare(run, own_numbers(run), page)
    for line in lines:
        mark = {"ok": "ok", "wrong": "WRONG", "absent": "not in this run"}[line.verdict]
        text = f"{mark:15}  {line.name}: own {line.own}; printed {line.printed}"
        # A page from elsewhere may hold what a terminal obeys.
        print("".join(letter if letter.isprintable() else ascii(letter) for letter in text))
    tally = Counter((line.verdict, line.on_page) for line in lines)
    on_page, in_files = tally["ok", True] + tally["wrong", True], tally["ok", False] + tally["wrong", False]
    wrong = tally["wrong", True] + tally["wrong", False]
    absent = tally["absent", True] + tally["absent", False]
    print(
        f"{on_page} numbers compared with the page, {in_files} with files alone: {wrong} wrong; "
        f"{absent} not in this run."
    )
    return 1 if wrong or not on_page else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
