"""The fonts inside the page hold the glyphs that it needs, and little more."""

from __future__ import annotations

import base64
import io
import re

from fontTools.ttLib import TTFont

from hidden_units.fonts import font_faces


def faces(text: str) -> dict[tuple[str, str, str], TTFont]:
    """The fonts of the rules by family, weight and style."""
    pattern = r'font-family: "([^"]+)"; font-weight: (\d+); font-style: (\w+); .*?base64,([^"]+)"'
    return {
        found[:3]: TTFont(io.BytesIO(base64.b64decode(found[3])))
        for found in re.findall(pattern, font_faces(text))
    }


def test_kana_come_with_the_kana_face_alone_and_all_of_ascii_with_the_others():
    fonts = faces("ha は ma ま")
    kana = fonts[("IPAexGothic", "400", "normal")].getBestCmap()
    assert set(map(ord, "はま")) <= set(kana)
    assert ord("お") not in kana
    text = fonts[("Source Serif Pro", "400", "normal")].getBestCmap()
    assert ord("は") not in text and set(range(ord("!"), ord("~") + 1)) <= set(text)


def test_without_kana_there_is_no_kana_face():
    assert not any(family == "IPAexGothic" for family, _, _ in faces("ha"))


def test_the_same_text_gives_the_same_bytes_and_a_small_rule():
    rules = font_faces("Hidden Units は")
    assert rules == font_faces("は Hidden Units")
    assert len(rules) < 150_000
