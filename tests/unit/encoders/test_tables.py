"""Target tables: rules, files, and pictures that become tables and come back."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from hidden_units.encoders.measures import table_frame
from hidden_units.encoders.tables import (
    display_name,
    identity,
    line_forms,
    read_picture,
    read_table,
    sides,
    star16,
    table_sources,
    target_table,
)
from hidden_units.errors import StudyError
from tests.refusals import sentence

PICTURES = sorted((Path(__file__).parents[3] / "config" / "pictures").glob("*.yaml"))


def write_picture(folder, **content):
    path = folder / "drawing.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def test_star16_follows_its_rule():
    table = star16()
    assert table.shape == (16, 8)
    for i in range(8):
        assert set(np.flatnonzero(table[i])) == {i, (i + 1) % 8}
        three = sorted(np.flatnonzero(table[8 + i]).tolist())
        assert three == sorted({i, (i + 1) % 8, (i + 2) % 8})
    assert len(np.unique(table, axis=0)) == 16


def test_names_and_files_find_their_tables(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert table_sources(["~/mine.csv"]) == {"mine": tmp_path / "mine.csv"}
    mine = tmp_path / "mine.csv"
    mine.write_text("a,b,c\n1,0,1\n0,0,1\n")
    sources = table_sources(["identity-9", "star16", str(PICTURES[0]), str(mine)])
    assert sources == {"identity-9": None, "star16": None, "heart": PICTURES[0], "mine": mine}
    tables = [target_table(name, source) for name, source in sources.items()]
    np.testing.assert_array_equal(tables[0], np.eye(9))
    np.testing.assert_array_equal(tables[1], star16())
    np.testing.assert_array_equal(tables[2], read_picture(PICTURES[0]).table)
    np.testing.assert_array_equal(tables[3], [[1, 0, 1], [0, 0, 1]])


@pytest.mark.parametrize("name", ["star17", "identity-0", "identity-4x"])
def test_an_unknown_name_is_refused_with_the_known_ones(name):
    with pytest.raises(StudyError, match=rf"called '{name}'; known are identity-<N>, star16, .*\.yaml"):
        table_sources(["star16", name])


@pytest.mark.parametrize(
    ("entries", "parts"),
    [
        (["a/identity-3.yaml"], ["a/identity-3.yaml", "'identity-3'", "rename"]),
        (["figures.yaml"], ["figures.yaml", "'figures'", "rename"]),
        (["a/my heart.yaml"], ["a/my heart.yaml", "'my heart'", "rename"]),
        (["a/heart.yaml", "b/heart.csv"], ["'heart'", "rename"]),
    ],
)
def test_a_file_that_would_give_a_table_no_name_of_its_own_is_refused(entries, parts):
    said = sentence(table_sources, entries)
    assert all(part in said for part in parts)


def test_people_call_tables_by_other_names():
    assert display_name("identity-19") == "19-2-19"
    assert display_name("star16") == "star16"
    assert display_name("heart", read_picture(PICTURES[0])) == "Heart"


def test_a_line_is_positive_to_the_left_of_its_way(tmp_path):
    picture = read_picture(
        write_picture(
            tmp_path, dots=[[-1, 0], [1, 0]], lines=[[[0, 0], [0, 1]], [[0, 1], [0, 0]], [[0, -1], [5, -1]]]
        )
    )
    np.testing.assert_array_equal(picture.table, [[1, 0, 1], [0, 1, 1]])
    assert picture.title == "drawing"


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_our_pictures_keep_every_dot_clear_of_every_line(path):
    picture = read_picture(path)
    forms = line_forms(picture.lines)
    distances = np.abs(sides(picture.dots, forms)) / np.hypot(forms[:, 0], forms[:, 1])
    assert distances.min() > 0.04
    # Two lines with the same or opposite sides would be one line drawn twice.
    columns = {min(tuple(column), tuple(1 - column)) for column in picture.table.T}
    assert len(columns) == len(picture.lines)
    assert picture.strokes


TRIANGLE = {"dots": [[0, 1], [1, 0]], "lines": [[[0, 0], [1, 1]]]}


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({"dots": [[0, 1], [1]]}, "dot 2: found [1], expected two numbers"),
        ({"dots": [[0, True], [1, 0]]}, "dot 1: found [0, True]"),
        ({"dots": []}, "dots: found []"),
        ({"lines": [[[0, 0]]]}, "line 1: found [[0, 0]], expected two points"),
        ({"lines": [[[0, 0], [1, 1]], [[2, 2], [2, 2]]]}, "line 2: its two points are the same"),
        ({"lines": [[[0, 0], [1, float("nan")]]]}, "line 1, point 2: found [1, nan]"),
        ({"dots": [[0, 1], [2, 2]]}, "dot 2 at (2, 2) lies on line 1"),
        # 0.1 + 0.2 is more than 0.3 in binary: only exact arithmetic sees this dot on its line.
        ({"dots": [[0.3, 0.6]], "lines": [[[0, 0], [0.1, 0.2]]]}, "dot 1 at (0.3, 0.6) lies on line 1"),
        ({"dots": [[0, 1], [1, 0], [0, 2]]}, "dots 1 and 3 have the same sides"),
        ({"strokes": [[1, 3]]}, "stroke 1: found [1, 3]"),
        ({"strokes": 5}, "strokes: found 5"),
        ("o1,o2\n1,0\n0,2\n", "row 2, column o2: found '2', expected 0 or 1"),
        ("o1,o2\n1,\n0,1\n", "row 1, column o2: found ''"),
        ("o1,o2\n1,0\n0,1\n1,0\n", "rows 1 and 3 have the same sides"),
        ("o1,o2\n", "found no rows"),
        ("o1,o2\n1,0\n\n", "row 2: found 0 values"),
    ],
)
def test_a_wrong_picture_or_table_is_refused_with_file_and_place(tmp_path, content, place):
    if isinstance(content, dict):
        path = write_picture(tmp_path, **{**TRIANGLE, **content})
    else:
        path = tmp_path / "mine.csv"
        path.write_text(content)
    said = sentence(target_table, "mine", path)
    assert said.startswith(str(path)) and place in said


def test_a_table_written_as_csv_can_be_read_back(tmp_path):
    for table in (star16(), identity(4), read_picture(PICTURES[1]).table):
        table_frame(table).to_csv(tmp_path / "table.csv", index=False)
        np.testing.assert_array_equal(read_table(tmp_path / "table.csv"), table)
