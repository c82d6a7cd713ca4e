"""Target tables of the encoders: the identity, star16, tables from pictures, and tables from files.

A table is an array (rows, columns) of 0 and 1. Each row is an input of its own (one-hot) and asks for the
outputs in its row; the network places a dot for each row and a line for each column, and an entry says on
which side of the line the dot must lie. A picture of dots and lines therefore *is* a table.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import yaml

from hidden_units.errors import StudyError

IDENTITY = re.compile(r"identity-([1-9]\d*)")
PICTURE_SUFFIXES = (".yaml", ".yml")
FILE_STEM = re.compile(r"\w[\w-]*")
# Names of the study's own: a table made by its rule, a folder of its results.
RESERVED = frozenset({"star16", "figures"})


@dataclass(frozen=True)
class Picture:
    """A drawing made of dots and straight lines.

    Attributes:
        title: what it shows.
        dots: (rows, 2) coordinates x, y.
        lines: (columns, 2, 2): two points of each line; its positive side is to the left of the way from
            the first to the second.
        strokes: rows of dots joined by a faint line when drawn; they play no part in the table.
        table: (rows, columns) 1 where the dot lies on the line's positive side.
    """

    title: str
    dots: np.ndarray
    lines: np.ndarray
    strokes: tuple[tuple[int, ...], ...]
    table: np.ndarray


def identity(size: int) -> np.ndarray:
    """The table of an N-2-N encoder."""
    return np.eye(size, dtype=np.int64)


def star16() -> np.ndarray:
    """The 16x8 table star16: rows 0-7 have two neighbouring ones, rows 8-15 three, cyclic over columns."""
    columns = np.arange(8)
    offset = (columns[None, :] - columns[:, None]) % 8  # how far a column lies after the row's first
    return np.concatenate([offset < 2, offset < 3]).astype(np.int64)


def table_named(name: str) -> np.ndarray:
    """The table of a name: `identity-<N>` or `star16`.

    Raises:
        StudyError: no table has that name.
    """
    if match := IDENTITY.fullmatch(name):
        return identity(int(match[1]))
    if name == "star16":
        return star16()
    raise StudyError(
        f"encoders: there is no table called {name!r}; known are identity-<N>, star16, and files: a picture "
        "as .yaml, a table as .csv."
    )


def is_identity(name: str) -> bool:
    """Whether the name is that of an N-2-N encoder's table."""
    return IDENTITY.fullmatch(name) is not None


def is_picture(source: Path | str | None) -> bool:
    """Whether a table's file, if it has one, is a picture."""
    return source is not None and Path(source).suffix in PICTURE_SUFFIXES


def table_sources(entries: Sequence[str]) -> dict[str, Path | None]:
    """The tables that a list asks for by their names, each with its file, or None where it follows a rule.

    Args:
        entries: names of `table_named`, and paths of pictures (.yaml) and tables (.csv), called by their
            stems.

    Raises:
        StudyError: a name is not known, unfit for a folder, or given twice.
    """
    sources: dict[str, Path | None] = {}
    for entry in entries:
        path = Path(entry).expanduser()
        from_file = path.suffix in (*PICTURE_SUFFIXES, ".csv")
        name = path.stem if from_file else entry
        if not from_file:
            table_named(name)
        elif not FILE_STEM.fullmatch(name) or is_identity(name) or name in RESERVED:
            raise StudyError(
                f"{path}: its table would be called {name!r}, expected a name of letters, digits, - and _ "
                "that is not taken by the study itself; rename the file."
            )
        if name in sources:
            raise StudyError(
                f"encoders: two tables are called {name!r}; leave one out, or rename the file that "
                "it is read from."
            )
        sources[name] = path if from_file else None
    return sources


def target_table(name: str, source: Path | str | None = None) -> np.ndarray:
    """The table of a name, read from its file where it has one.

    Raises:
        StudyError: the name is not known, or the file is no picture and no table.
    """
    if source is None:
        return table_named(name)
    return read_picture(source).table if is_picture(source) else read_table(source)


def display_name(name: str, picture: Picture | None = None) -> str:
    """What people call a table: 9-2-9 for identity-9, a picture's title, or the name itself."""
    if picture is not None:
        return picture.title
    if match := IDENTITY.fullmatch(name):
        return f"{match[1]}-2-{match[1]}"
    return name


def read_table(path: Path | str) -> np.ndarray:
    """Read a table from a CSV file with a header and only zeros and ones below it.

    Raises:
        StudyError: the file cannot be read, holds another value, or two of its rows are the same.
    """
    try:
        with Path(path).open(encoding="utf-8", newline="") as stream:
            header, *rows = list(csv.reader(stream)) or [[]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise StudyError(
            f"{path}: not a readable CSV table ({error}); write a header and rows of 0 and 1."
        ) from None
    if not rows:
        raise StudyError(f"{path}: found no rows, expected a header and rows of 0 and 1.")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise StudyError(
                f"{path}, row {number}: found {len(row)} values, expected {len(header)} as in the header."
            )
        for name, value in zip(header, row, strict=True):
            if value.strip() not in ("0", "1"):
                raise StudyError(f"{path}, row {number}, column {name}: found {value!r}, expected 0 or 1.")
    return checked(np.array(rows).astype(np.int64), str(path), "row")


def checked(table: np.ndarray, place: str, row_name: str) -> np.ndarray:
    """The table, unless two of its rows are the same: nothing could then tell their dots apart.

    Raises:
        StudyError: two rows are the same.
    """
    first_with: dict[bytes, int] = {}
    for row, values in enumerate(table, start=1):
        first = first_with.setdefault(values.tobytes(), row)
        if first != row:
            raise StudyError(
                f"{place}: {row_name}s {first} and {row} have the same sides, so nothing tells them apart; "
                f"leave one out or add a line between them."
            )
    return table


def sides(dots: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """Value of each line's form at each dot, (dots, lines): positive on the line's positive side.

    Args:
        dots: (dots, 2) x, y.
        lines: (lines, 3) a, b, c of a x + b y + c.
    """
    return dots @ lines[:, :2].T + lines[:, 2]


def read_picture(path: Path | str) -> Picture:
    """Read a picture from YAML: `title`, `dots: [[x, y], ...]`, `lines: [[[x, y], [x, y]], ...]`.

    A line is given by two of its points; its positive side lies to the left on the way from the first to
    the second. `strokes` may list dot numbers, from 1, to be joined when drawn. The sides are decided in
    rational arithmetic on the decimals as written.

    Raises:
        StudyError: the file is no such picture, a dot lies on a line, or no line parts two dots.
    """
    path = Path(path)
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise StudyError(
            f"{path}: not a readable YAML file ({reason}); see config/pictures/heart.yaml."
        ) from None
    if not isinstance(content, dict) or not {"dots", "lines"} <= content.keys():
        raise StudyError(f"{path}: expected the keys title, dots and lines; see config/pictures/heart.yaml.")

    dots = [_point(dot, f"{path}, dot {i}") for i, dot in enumerate(_items(content, "dots", path), start=1)]
    lines = [
        _line(line, f"{path}, line {i}") for i, line in enumerate(_items(content, "lines", path), start=1)
    ]
    table = np.empty((len(dots), len(lines)), dtype=np.int64)
    for row, (x, y) in enumerate(dots):
        for column, ((x1, y1), (x2, y2)) in enumerate(lines):
            side = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
            if side == 0:
                raise StudyError(
                    f"{path}: dot {row + 1} at ({float(x):g}, {float(y):g}) lies on line {column + 1}, "
                    "so it has no side; move the dot or the line."
                )
            table[row, column] = side > 0
    return Picture(
        title=str(content.get("title", path.stem)),
        dots=np.array(dots, dtype=np.float64),
        lines=np.array(lines, dtype=np.float64),
        strokes=_strokes(content.get("strokes"), len(dots), path),
        table=checked(table, str(path), "dot"),
    )


def _items(content: dict, key: str, path: Path) -> list:
    items = content[key]
    if not isinstance(items, list) or not items:
        raise StudyError(f"{path}, {key}: found {items!r}, expected a list of at least one.")
    return items


def _point(value: object, place: str) -> tuple[Fraction, Fraction]:
    try:
        x, y = value
        if isinstance(x, bool) or isinstance(y, bool):
            raise TypeError
        return Fraction(str(x)), Fraction(str(y))
    except (TypeError, ValueError, ZeroDivisionError):
        raise StudyError(f"{place}: found {value!r}, expected two numbers [x, y].") from None


def _line(value: object, place: str) -> tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]:
    if not isinstance(value, list) or len(value) != 2:
        raise StudyError(f"{place}: found {value!r}, expected two points [[x, y], [x, y]].")
    first, second = (_point(point, f"{place}, point {i}") for i, point in enumerate(value, start=1))
    if first == second:
        raise StudyError(f"{place}: its two points are the same, so it has no direction; move one of them.")
    return first, second


def _strokes(value: object, dots: int, path: Path) -> tuple[tuple[int, ...], ...]:
    if not isinstance(value, list | None):
        raise StudyError(f"{path}, strokes: found {value!r}, expected a list of lists of dot numbers.")
    strokes = []
    for number, stroke in enumerate(value or [], start=1):
        if not isinstance(stroke, list) or not all(
            isinstance(dot, int) and not isinstance(dot, bool) and 1 <= dot <= dots for dot in stroke
        ):
            raise StudyError(
                f"{path}, stroke {number}: found {stroke!r}, expected a list of dot numbers from 1 to {dots}."
            )
        strokes.append(tuple(dot - 1 for dot in stroke))
    return tuple(strokes)


def line_forms(lines: np.ndarray) -> np.ndarray:
    """Lines given by two points, (lines, 2, 2), as forms (lines, 3) that are positive to the left."""
    (x1, y1), (x2, y2) = lines[:, 0].T, lines[:, 1].T
    a, b = -(y2 - y1), x2 - x1
    return np.column_stack([a, b, -(a * x1 + b * y1)])
