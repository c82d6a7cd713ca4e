"""Fonts inside a page or a figure: each cut down to the characters that it uses.

Source Serif and Source Sans (Adobe, SIL Open Font License), IPAex Gothic (IPA Font License) for kana, and
DejaVu Sans Mono (Bitstream Vera licence), all from installed packages.
"""

from __future__ import annotations

import base64
import io
import string
from collections.abc import Collection
from functools import cache
from importlib.resources import files

from fontTools import subset
from fontTools.ttLib import TTFont

from hidden_units.datasets.letters import FIRST_EAST_ASIAN
from hidden_units.names import NO_BREAK

# Family, weight, style, package, file in the package.
FACES = (
    ("Source Serif Pro", 400, "normal", "font_source_serif_pro", "files/SourceSerifPro-Regular.ttf"),
    ("Source Serif Pro", 400, "italic", "font_source_serif_pro", "files/SourceSerifPro-It.ttf"),
    ("Source Serif Pro", 600, "normal", "font_source_serif_pro", "files/SourceSerifPro-Semibold.ttf"),
    ("Source Sans Pro", 400, "normal", "font_source_sans_pro", "files/SourceSansPro-Regular.ttf"),
    ("Source Sans Pro", 600, "normal", "font_source_sans_pro", "files/SourceSansPro-Semibold.ttf"),
    ("IPAexGothic", 400, "normal", "matplotlib_fontja", "fonts/ipaexg.ttf"),
    ("DejaVu Sans Mono", 400, "normal", "matplotlib", "mpl-data/fonts/ttf/DejaVuSansMono.ttf"),
)
# Signs that figures share: with them in every cut, all figures of a study need the same one.
SIGNS = "−×→–…’†′ηλ¹²³ⁿ₀₁₂₃₄₅₆₇₈₉⁰⁴⁵⁶⁷⁸⁹"
SPACES = frozenset(map(ord, (" ", NO_BREAK)))
FEATURES = ["ccmp", "kern", "lnum", "locl", "mark", "mkmk", "sups", "tnum"]


def font_faces(text: str, families: Collection[str] = ()) -> str:
    """Style rules that bring the glyphs of `text`, of ASCII, of list bullets and of signs inside themselves.

    The kana face brings only the East Asian characters, the others all before them. Of some families, if
    they are named, else of all.
    """
    wanted = frozenset(map(ord, {*text, *string.printable} - set(string.whitespace) | {" ", "•", *SIGNS}))
    latin = frozenset(code for code in wanted if code < FIRST_EAST_ASIAN)
    # A space between kana is set in their face.
    kana = wanted - latin and wanted - latin | SPACES
    rules = []
    for family, weight, style, package, name in FACES:
        if families and family not in families:
            continue
        font = subset_woff2(package, name, kana if family == "IPAexGothic" else latin)
        if font:
            rules.append(
                f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {style}; '
                f'src: url("data:font/woff2;base64,{base64.b64encode(font).decode("ascii")}") '
                f'format("woff2"); }}'
            )
    return "\n".join(rules)


@cache
def subset_woff2(package: str, name: str, characters: frozenset[int]) -> bytes:
    """A font file cut down to some characters (code points), as WOFF2; empty if it has none of them."""
    options = subset.Options(layout_features=FEATURES, hinting=False, notdef_outline=True)
    # A font editor's own time stamp.
    options.drop_tables += ["FFTM"]
    font = TTFont(str(files(package) / name), recalcTimestamp=False)
    if not characters & font.getBestCmap().keys():
        return b""
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    font.flavor = "woff2"
    stream = io.BytesIO()
    font.save(stream, reorderTables=False)
    return stream.getvalue()
