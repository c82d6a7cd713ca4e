"""Names of classes: the labels of figures show any text in them unchanged."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from hidden_units.names import cut, label_of_class, shortest_label

HOSTILE = ["$\\x$", "$$", "\\$", "$a$ b", "^_{\\", "$\\frac{1}$", "a b", "_", ""]


@pytest.mark.parametrize("romaji", HOSTILE[:-1])
@pytest.mark.parametrize("kana", HOSTILE)
def test_no_kana_or_name_is_read_as_mathematics(kana, romaji):
    label = label_of_class({"kana": kana, "romaji": romaji})
    figure = Figure()
    for text in (label, shortest_label(label)):
        assert isinstance(figure.text(0, 0, text), Text)
        figure.canvas.draw()
        shown, is_mathematics = figure.texts[-1]._preprocess_math(text)
        assert not is_mathematics
    assert shown.replace("\N{NO-BREAK SPACE}", " ") == (kana or romaji)


def test_the_first_space_ends_the_kana():
    assert label_of_class({"kana": "a b", "romaji": "c d"}) == "a\N{NO-BREAK SPACE}b c\N{NO-BREAK SPACE}d"
    assert shortest_label("a\N{NO-BREAK SPACE}b c") == "a\N{NO-BREAK SPACE}b"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("abcdef", "abcdef"),
        ("abcdefg", "abcde…"),
        ("abcd fg", "abcd…"),
        # As wide as six letters, and wider.
        ("ひらが", "ひらが"),
        ("ひらがな", "ひら…"),
        ("", ""),
    ],
)
def test_a_long_name_is_cut_to_the_room_that_it_takes(name, shown):
    assert cut(name, 6) == shown
