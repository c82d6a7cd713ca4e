"""Any bytes of a file that the study reads give what another reader gives, or are refused."""

from __future__ import annotations

import csv
import gzip
import io
import struct
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from hidden_units.datasets.idx import IDX_NAMES, find_idx_files, inspect_idx_files, read_idx
from hidden_units.datasets.prepare import check_dataset
from hidden_units.encoders.tables import MAX_COLUMNS, MAX_ROWS, read_picture, read_table
from hidden_units.errors import StudyError
from tests.faults.mutations import FRAGMENTS, INPUTS, check_tally, outcome, spoiled_bytes, spoiled_texts
from tests.idx_files import noise, write_idx

# Four IDX files


def decoded(content: bytes) -> np.ndarray:
    """An IDX file as a few lines read it that trust it."""
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    dimensions = content[3]
    shape = struct.unpack(f">{dimensions}I", content[4 : 4 + 4 * dimensions])
    return np.frombuffer(content[4 + 4 * dimensions :], np.uint8).reshape(shape)


@pytest.fixture(scope="module")
def four_files(tmp_path_factory):
    """Ten training and ten test images, gzipped and plain, by part."""
    folder = tmp_path_factory.mktemp("good")
    files = {}
    for part, array in noise(10, 10).items():
        for compress in (True, False):
            write_idx(folder / "file", array, compress)
            files[part, compress] = (folder / "file").read_bytes()
    return files


def read_folder(folder):
    """Everything that a run does with a folder of four files before it trains."""
    files = find_idx_files(folder)
    _, classes = inspect_idx_files(files)
    arrays = {part: read_idx(path) for part, path in files.items()}
    check_dataset(arrays, names=files, classes=classes, clean=False)
    return arrays


def test_four_damaged_files_are_read_as_they_are_or_refused(four_files, tmp_path):
    tally = Counter()

    @settings(max_examples=INPUTS)
    @given(st.data())
    def check(data):
        contents = {part: four_files[part, data.draw(st.booleans())] for part in IDX_NAMES}
        for part in data.draw(st.lists(st.sampled_from(sorted(IDX_NAMES)), min_size=1, max_size=2)):
            others = [four_files[key] for key in four_files if key[0] == part]
            contents[part] = data.draw(
                spoiled_bytes([contents[part], contents[part], *others])
                | st.sampled_from([*contents.values()])
            )
        for part, name in IDX_NAMES.items():
            (tmp_path / name).write_bytes(contents[part])
        arrays = outcome(read_folder, tmp_path, tally=tally)
        if not isinstance(arrays, StudyError):
            for part, array in arrays.items():
                np.testing.assert_array_equal(array, decoded(contents[part]))

    check()
    check_tally("sets of four IDX files", tally)


# Pictures and tables

plain_points = st.lists(st.integers(-3, 3) | st.floats(-10, 10), min_size=2, max_size=2)
hostile_coordinates = st.sampled_from(
    [10**7, -(10**30), 1e300, 1e-320, float("inf"), float("nan"), True, None, "1e9", "1/3", [], "x"]
)
hostile_points = st.one_of(
    st.lists(hostile_coordinates | st.integers(-3, 3), min_size=1, max_size=3),
    st.sampled_from(["12", {1: 2, 3: 4}, None, 5]),
)
points = st.integers(0, 15).flatmap(lambda number: hostile_points if number == 15 else plain_points)


def sides_of(content: dict) -> list[list[bool]]:
    """The table of a picture, a second way: the sign of a determinant, row by row, in exact arithmetic."""
    exact = [[Fraction(repr(x)) for x in dot] for dot in content["dots"]]
    lines = [[[Fraction(repr(x)) for x in point] for point in line] for line in content["lines"]]
    return [
        [x * (ay - by) + y * (bx - ax) + ax * by - bx * ay > 0 for (ax, ay), (bx, by) in lines]
        for x, y in exact
    ]


def test_pictures_of_any_coordinates_give_their_table_or_are_refused(tmp_path):
    tally = Counter()

    @settings(max_examples=INPUTS)
    @given(
        dots=st.lists(points, max_size=4),
        lines=st.lists(st.lists(points, min_size=2, max_size=2), max_size=4),
        extra=st.dictionaries(
            st.sampled_from(["title", "strokes", "more"]),
            st.sampled_from([1, "x", "x" * 100, "a\nb", [[1]], [[9]], [["1"]], {}, True, -0.0]),
            max_size=1,
        ),
    )
    def check(dots, lines, extra):
        content = {"dots": dots, "lines": lines, **extra}
        (tmp_path / "picture.yaml").write_text(yaml.safe_dump(content, allow_unicode=True))
        picture = outcome(read_picture, tmp_path / "picture.yaml", tally=tally)
        if isinstance(picture, StudyError):
            return
        np.testing.assert_array_equal(picture.table, sides_of(content))
        assert np.isfinite(picture.dots).all() and np.isfinite(picture.lines).all()
        assert picture.table.shape[0] <= MAX_ROWS and picture.table.shape[1] <= MAX_COLUMNS

    check()
    check_tally("pictures of any coordinates", tally, accepted=10)


def test_a_picture_of_too_many_dots_or_digits_is_refused_at_once(tmp_path):
    many = [[x, y] for x in range(20) for y in range(20)]
    for dots, said in [(many, "400 rows"), ([["1e999999999", 1]], "two numbers"), ([[10**7, 1]], "1000000")]:
        path = tmp_path / "picture.yaml"
        path.write_text(yaml.safe_dump({"dots": dots, "lines": [[[0.5, 0.5], [1, 3]]]}))
        with pytest.raises(StudyError, match=said):
            read_picture(path)


CSV_TABLES = ["a,b\n1,0\n0,1\n", "a,b,c\r\n1,0,1\r\n0,0,1\r\n0,1,0\r\n", '"x, y",z\n1,0\n1,1\n']


def test_tables_with_changed_text_are_read_as_written_or_refused(tmp_path):
    tally = Counter()
    path = tmp_path / "table.csv"

    @settings(max_examples=INPUTS)
    @given(
        spoiled_texts(CSV_TABLES)
        | st.lists(st.sampled_from(["0", "1", ",", "\n", '"', "a", " ", "\0", "٠", "1.0", *FRAGMENTS])).map(
            "".join
        )
    )
    def check(text):
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        table = outcome(read_table, path, tally=tally)
        if isinstance(table, StudyError):
            return
        _, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=None))
        np.testing.assert_array_equal(table, [[int(value) for value in row] for row in rows])
        assert table.ndim == 2 and table.size and len(np.unique(table, axis=0)) == len(table)

    check()
    check_tally("tables with changed text", tally)
