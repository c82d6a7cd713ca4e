"""Target tables: rules, files, and pictures that become tables and come back."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hidden_units.encoders.measures import table_frame
from hidden_units.encoders.tables import (
    display_name,
    identity,
    line_forms,
    read_picture,
    read_table,
    sides,
    star16,
    table_named,
    table_sources,
    target_table,
)
from hidden_units.encoders.training import train
from hidden_units.errors import StudyError
from tests import published

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
    for refuse in (table_named, lambda name: table_sources(["star16", name])):
        with pytest.raises(StudyError) as error:
            refuse(name)
        assert repr(name) in str(error.value)
        assert "identity-<N>, star16" in str(error.value)
        assert ".yaml" in str(error.value)


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
    with pytest.raises(StudyError) as error:
        table_sources(entries)
    assert all(part in str(error.value) for part in parts)
    assert "\n" not in str(error.value)


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


def test_sides_are_decided_on_the_decimals_as_written(tmp_path):
    """0.1 + 0.2 is more than 0.3 in binary: only exact arithmetic sees this dot on its line."""
    path = write_picture(tmp_path, dots=[[0.3, 0.6], [1, 0]], lines=[[[0, 0], [0.1, 0.2]]])
    with pytest.raises(StudyError, match=r"drawing.yaml: dot 1 at \(0.3, 0.6\) lies on line 1"):
        read_picture(path)


coordinates = st.integers(-100, 100).map(lambda value: value / 100)
points = st.tuples(coordinates, coordinates)


@settings(max_examples=60)
@given(
    dots=st.lists(points, min_size=2, max_size=6, unique=True),
    lines=st.lists(st.tuples(points, points).filter(lambda ends: ends[0] != ends[1]), min_size=1, max_size=8),
)
def test_picture_to_table_equals_the_sides_of_its_line_forms(tmp_path_factory, dots, lines):
    values = sides(np.array(dots), line_forms(np.array(lines)))
    assume(np.abs(values).min() > 1e-9)
    assume(len(np.unique(values > 0, axis=0)) == len(dots))
    as_lists = {"dots": [list(dot) for dot in dots], "lines": [[list(a), list(b)] for a, b in lines]}
    picture = read_picture(write_picture(tmp_path_factory.mktemp("picture"), **as_lists))
    np.testing.assert_array_equal(picture.table, values > 0)
    np.testing.assert_array_equal(picture.dots, dots)
    np.testing.assert_array_equal(picture.lines, lines)


def test_a_picture_comes_back_from_the_network_that_learned_its_table(tmp_path):
    """Picture to table to network: the learned dots and lines, as a picture, give the table again."""
    drawn = read_picture(
        write_picture(
            tmp_path,
            dots=[[0, 0.5], [-0.5, -0.4], [0.5, -0.4], [0.05, -0.1]],
            lines=[[[1, 0.2], [-1, 0.2]], [[-0.2, 1], [-0.2, -1]], [[0.25, -1], [0.25, 1]]],
        )
    )
    network = train(drawn.table, published.encoders(), [0]).networks[0]
    lines = []
    for a, b, c in network.lines:
        foot = -c * np.array([a, b]) / (a * a + b * b)
        # Left of the way (b, -a) is the side on which the form grows.
        lines.append([foot.tolist(), (foot + np.array([b, -a])).tolist()])
    learned = read_picture(write_picture(tmp_path, dots=network.codes.tolist(), lines=lines))
    np.testing.assert_array_equal(learned.table, drawn.table)


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
    ("change", "place"),
    [
        ({"dots": [[0, 1], [1]]}, "dot 2: found [1], expected two numbers"),
        ({"dots": [[0, True], [1, 0]]}, "dot 1: found [0, True]"),
        ({"dots": []}, "dots: found []"),
        ({"lines": [[[0, 0]]]}, "line 1: found [[0, 0]], expected two points"),
        ({"lines": [[[0, 0], [1, 1]], [[2, 2], [2, 2]]]}, "line 2: its two points are the same"),
        ({"lines": [[[0, 0], [1, float("nan")]]]}, "line 1, point 2: found [1, nan]"),
        ({"dots": [[0, 1], [2, 2]]}, "dot 2 at (2, 2) lies on line 1"),
        ({"dots": [[0, 1], [1, 0], [0, 2]]}, "dots 1 and 3 have the same sides"),
        ({"strokes": [[1, 3]]}, "stroke 1: found [1, 3]"),
        ({"strokes": 5}, "strokes: found 5"),
    ],
)
def test_a_wrong_picture_is_refused_with_file_and_place(tmp_path, change, place):
    path = write_picture(tmp_path, **{**TRIANGLE, **change})
    with pytest.raises(StudyError) as error:
        read_picture(path)
    message = str(error.value)
    assert message.startswith(str(path))
    assert place in message
    assert message.endswith(".")
    assert "\n" not in message


@pytest.mark.parametrize("text", ["dots: [", "- 1", "title: x", "\x00"])
def test_a_file_that_is_no_picture_is_refused_in_one_sentence(tmp_path, text):
    path = tmp_path / "no.yaml"
    path.write_text(text)
    with pytest.raises(StudyError) as error:
        read_picture(path)
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)


def test_a_missing_table_is_refused(tmp_path):
    with pytest.raises(StudyError, match=r"nowhere\.csv: there is no such file"):
        read_table(tmp_path / "nowhere.csv")


def test_a_table_written_as_csv_can_be_read_back(tmp_path):
    for table in (star16(), identity(4), read_picture(PICTURES[1]).table):
        table_frame(table).to_csv(tmp_path / "table.csv", index=False)
        np.testing.assert_array_equal(read_table(tmp_path / "table.csv"), table)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("o1,o2\n1,0\n0,2\n", "row 2, column o2: found '2', expected 0 or 1"),
        ("o1,o2\n1,\n0,1\n", "row 1, column o2: found ''"),
        ("o1,o2\n1,0\n0,1\n1,0\n", "rows 1 and 3 have the same sides"),
        ("o1,o2\n", "found no rows"),
        ("o1,o2\n1,0\n\n", "row 2: found 0 values"),
    ],
)
def test_a_wrong_table_is_refused_with_file_and_place(tmp_path, text, place):
    path = tmp_path / "mine.csv"
    path.write_text(text)
    with pytest.raises(StudyError) as error:
        read_table(path)
    assert str(error.value).startswith(str(path))
    assert place in str(error.value)
    assert "\n" not in str(error.value)
