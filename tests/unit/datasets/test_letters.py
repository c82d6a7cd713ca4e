"""Names of classes in scripts that the fonts have, and in others."""

import pytest

from hidden_units.datasets.letters import FONTS, as_shown, can_be_shown, not_shown
from hidden_units.datasets.providers import provider_of
from hidden_units.fonts import FACES


@pytest.mark.parametrize("text", ["ankle boot", "größer", "Ωμέγα", "Ящик", "あ", "漢字", "→ 1", ""])
def test_letters_that_the_fonts_have_can_be_shown(text):
    assert can_be_shown(text)


@pytest.mark.parametrize("text", ["শূন্য", "০", "สาม", "한", "شيء", "😀", "a\N{ZERO WIDTH JOINER}b", "あ한"])
def test_letters_that_they_lack_cannot(text):
    assert not can_be_shown(text)


def test_a_class_that_cannot_be_shown_goes_by_its_label_and_is_told_once():
    classes = [{"romaji": "zero", "kana": "০"}, {"romaji": "สาม", "kana": ""}, {"romaji": "a", "kana": "あ"}]
    shown = [{"romaji": "zero", "kana": ""}, {"romaji": "1", "kana": ""}, {"romaji": "a", "kana": "あ"}]
    assert as_shown(classes) == shown
    for known in (shown, None):
        assert list(not_shown({"dataset": {"classes": known}, "report": {}})) == []
    dataset = {"classes": classes, "title": "Ten digits", "path": "สาม"}
    first, second = not_shown({"dataset": dataset, "report": {"author": "শ", "title": "x"}})
    assert "has 2 with letters" in first and "'০'" in first
    assert "`report: author` has letters" in second
    settings = {"name": "idx", "classes": classes}
    assert provider_of(settings).classes == shown


def test_a_label_in_place_of_a_name_is_not_another_class():
    names = [entry["romaji"] for entry in as_shown([{"romaji": name, "kana": ""} for name in ("1", "สาม")])]
    assert names == ["1", "class 1"]


def test_the_fonts_are_those_of_the_page():
    assert set(FONTS) <= {(package, name) for _, _, _, package, name in FACES}
