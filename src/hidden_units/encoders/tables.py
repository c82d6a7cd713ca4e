"""Target tables of the encoders: the identity, star16, tables from pictures, and tables from files.

A table is an array (rows, columns) of 0 and 1. Each row is an input of its own (one-hot) with the
outputs in its row; the network places a dot for each row and a line for each column, and an entry says on
which side of the line the dot must lie. A picture of dots and lines therefore *is* a table.
"""

from __future__ import annotations

import csv
import io
import re
import reprlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from hidden_units.errors import StudyError
from hidden_units.paths import user_path
from hidden_units.yaml_files import read_small_text, read_yaml

IDENTITY = re.compile(r"identity-([1-9][0-9]{0,5})")
PICTURE_SUFFIXES = (".yaml", ".yml")
FILE_STEM = re.compile(r"\w[\w-]{0,59}")
# Names of the study's own: a table made by its rule, a folder of its results.
RESERVED = frozenset({"star16", "figures"})
# Ten times the largest table of the study; its training time grows with rows times columns.
MAX_ROWS = MAX_COLUMNS = 300
# Coordinates are exact fractions: an exponent of millions would be that many digits.
MAX_COORDINATE = 10**6


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


def is_identity(name: str) -> bool:
    """Whether the name is that of an N-2-N encoder's table."""
    return IDENTITY.fullmatch(name) is not None


def is_picture(source: Path | str | None) -> bool:
    """Whether a table's file, if it has one, is a picture."""
    return source is not None and Path(source).suffix in PICTURE_SUFFIXES


def table_sources(entries: Sequence[str]) -> dict[str, Path | None]:
    """The tables of a list by their names, each with its file, or None where it follows a rule.

    Args:
        entries: names of `target_table`, and paths of pictures (.yaml) and tables (.csv), called by their
            stems.

    Raises:
        StudyError: a name is not known, unfit for a folder, or given twice.
    """
    sources: dict[str, Path | None] = {}
    for entry in entries:
        path = user_path(entry)
        from_file = path.suffix in (*PICTURE_SUFFIXES, ".csv")
        name = path.stem if from_file else entry
        if not from_file:
            target_table(name)
        elif not FILE_STEM.fullmatch(name) or is_identity(name) or name in RESERVED:
            raise StudyError(
                f"{path}: its table would be called {shown(name)}, expected a name of at most 60 letters, "
                "digits, - and _ that is not taken by the study itself; rename the file."
            )
        if name in sources:
            raise StudyError(
                f"encoders: two tables are called {name!r}; leave one out, or rename the file that "
                "it is read from."
            )
        sources[name] = path if from_file else None
    return sources


def target_table(name: str, source: Path | str | None = None) -> np.ndarray:
    """The table of a name: read from its file where it has one, else `identity-<N>` or `star16`.

    Raises:
        StudyError: the name is not known, or the file is no picture and no table.
    """
    if source is not None:
        return read_picture(source).table if is_picture(source) else read_table(source)
    if (match := IDENTITY.fullmatch(name)) and int(match[1]) <= MAX_ROWS:
        return identity(int(match[1]))
    if name == "star16":
        return star16()
    raise StudyError(
        f"encoders: there is no table called {shown(name)}; known are identity-<N>, star16, and "
        f"files: a picture as .yaml, a table as .csv; N is at most {MAX_ROWS}."
    )


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
    text = read_small_text(Path(path), "write a header and rows of 0 and 1")
    try:
        header, *rows = list(csv.reader(io.StringIO(text))) or [[]]
    except csv.Error as error:
        raise StudyError(
            f"{path}: not a readable CSV table ({error}); write a header and rows of 0 and 1."
        ) from None
    if not rows:
        raise StudyError(f"{path}: found no rows, expected a header and rows of 0 and 1.")
    if not header:
        raise StudyError(f"{path}: found an empty first line, expected a header; name the columns there.")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise StudyError(
                f"{path}, row {number}: found {len(row)} values, expected {len(header)} as in the header."
            )
        for name, value in zip(header, row, strict=True):
            place = f"{path}, row {number}, column {name[:40]}"
            _expect(value.strip(" ") in ("0", "1"), value, place, "0 or 1")
    return checked(np.array(rows).astype(np.int64), str(path), "row")


def shown(value: object) -> str:
    """A value as a message quotes it, shortened."""
    return reprlib.repr(value)


def checked(table: np.ndarray, place: str, row_name: str) -> np.ndarray:
    """The table, unless it is too large or two of its rows are the same: nothing could tell their dots apart.

    Raises:
        StudyError: too many rows or columns, or two rows are the same.
    """
    check_size(*table.shape, place)
    first_with: dict[bytes, int] = {}
    for row, values in enumerate(table, start=1):
        first = first_with.setdefault(values.tobytes(), row)
        if first != row:
            raise StudyError(
                f"{place}: {row_name}s {first} and {row} have the same sides, so nothing tells them apart; "
                f"leave one out or add a line between them."
            )
    return table


def check_size(rows: int, columns: int, place: str) -> None:
    """Refuse a table that would take days to learn.

    Raises:
        StudyError: too many rows or columns.
    """
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        raise StudyError(
            f"{place}: makes a table of {rows} rows and {columns} columns, expected at most {MAX_ROWS} and "
            f"{MAX_COLUMNS}; leave some out."
        )


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
    content = read_yaml(path, "see config/pictures/heart.yaml")
    if not isinstance(content, dict) or not {"dots", "lines"} <= content.keys():
        raise StudyError(f"{path}: expected the keys title, dots and lines; see config/pictures/heart.yaml.")

    for key in ("dots", "lines"):
        value = content[key]
        _expect(isinstance(value, list) and value, value, f"{path}, {key}", "a list of at least one")
    dots = [_point(dot, f"{path}, dot {i}") for i, dot in enumerate(content["dots"], start=1)]
    lines = [_line(line, f"{path}, line {i}") for i, line in enumerate(content["lines"], start=1)]
    check_size(len(dots), len(lines), str(path))
    exact = sides(np.array(dots), line_forms(np.array(lines)))
    for row, column in np.argwhere(exact == 0):
        x, y = map(float, dots[row])
        raise StudyError(
            f"{path}: dot {row + 1} at ({x:g}, {y:g}) lies on line {column + 1}, "
            "so it has no side; move the dot or the line."
        )
    return Picture(
        title=_title(content.get("title", path.stem), path),
        dots=np.array(dots, dtype=np.float64),
        lines=np.array(lines, dtype=np.float64),
        strokes=_strokes(content.get("strokes"), len(dots), path),
        table=checked((exact > 0).astype(np.int64), str(path), "dot"),
    )


def _expect(fits: bool, value: object, place: str, expected: str) -> None:
    if not fits:
        raise StudyError(f"{place}: found {shown(value)}, expected {expected}.")


def _title(value: object, path: Path) -> str:
    fits = isinstance(value, str | int | float) and "\n" not in str(value) and len(str(value)) <= 60
    _expect(fits, value, f"{path}, title", "a line of at most 60 letters")
    return str(value)


def _point(value: object, place: str) -> tuple[Fraction, Fraction]:
    fits = isinstance(value, list) and len(value) == 2
    # Not isinstance: true and false are whole numbers too.
    fits = fits and all(type(number) in (int, float) and abs(number) <= MAX_COORDINATE for number in value)
    expected = f"two numbers [x, y] from -{MAX_COORDINATE} to {MAX_COORDINATE}"
    _expect(fits, value, place, expected)
    # Through its text, for a decimal is meant as written.
    x, y = (Fraction(str(number)) for number in value)
    return x, y


def _line(value: object, place: str) -> tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]:
    _expect(isinstance(value, list) and len(value) == 2, value, place, "two points [[x, y], [x, y]]")
    first, second = (_point(point, f"{place}, point {i}") for i, point in enumerate(value, start=1))
    if first == second:
        raise StudyError(f"{place}: its two points are the same, so it has no direction; move one of them.")
    return first, second


def _strokes(value: object, dots: int, path: Path) -> tuple[tuple[int, ...], ...]:
    _expect(isinstance(value, list | None), value, f"{path}, strokes", "a list of lists of dot numbers")
    for number, stroke in enumerate(value or [], start=1):
        fits = isinstance(stroke, list) and all(type(dot) is int and 1 <= dot <= dots for dot in stroke)
        _expect(fits, stroke, f"{path}, stroke {number}", f"a list of dot numbers from 1 to {dots}")
    return tuple(tuple(dot - 1 for dot in stroke) for stroke in value or [])


def line_forms(lines: np.ndarray) -> np.ndarray:
    """Lines given by two points, (lines, 2, 2), as forms (lines, 3) that are positive to the left."""
    (x1, y1), (x2, y2) = lines[:, 0].T, lines[:, 1].T
    a, b = -(y2 - y1), x2 - x1
    return np.column_stack([a, b, -(a * x1 + b * y1)])
