"""Smaller SVG files of the same look, with their fonts inside: matplotlib writes all at length."""

from __future__ import annotations

import base64
import io
import re
from argparse import Namespace
from collections.abc import Sequence

import numpy as np
from PIL import Image
from scour import scour

from hidden_units.fonts import font_faces

# A tenth of a point at the width of a page.
SIGNIFICANT_DIGITS = 4
FAMILIES = ("Source Sans Pro", "IPAexGothic")
ELSE = ("Noto Sans CJK JP", "DejaVu Sans", "sans-serif")
# What matplotlib says of each text, and of all lines by a rule that would hold for a whole page.
SAID_ONCE = re.compile(
    rb' ?font-family: [^;"]*;| transform="rotate\(-0 [^"]*"|<style type="text/css">.*?</style>'
    # Nothing refers to an image, and two of the same pixels would have one name.
    rb'| id="image[0-9a-f]+"'
)
JAPANESE = re.compile(r"<text(?=[^>]*>[^<]*[\u3040-\u30ff\u3400-\u9fff])")
PLACE = re.compile(rb' (x|y)="(-?\d+\.\d+)"')
# Matplotlib names clips, marks and images by hashes of coordinates, whose last bits differ between runs.
HASHED_NAME = re.compile(rb'(id="|#)([A-Za-z]+[0-9a-f]{10,})\b')
EMBEDDED_PNG = re.compile(rb"data:image/png;base64,([A-Za-z0-9+/=\s]+)")
PALETTE_COLOURS = 256
# How the names of parts begin that a page shows by themselves.
PART = "part-"
PART_NAME = re.compile(rb'id="part-(\d+)"')


def compact(svg: bytes, panels: Sequence[tuple[Sequence[float], Sequence[int]]] = ()) -> bytes:
    """The drawing with short names, rounded coordinates and repacked images, always the same bytes for it.

    Its text stays text, in fonts that it brings.

    Args:
        panels: what a page can show one by one: left, top, width, height in points, and numbers of its parts.
    """
    plain = PLACE.sub(lambda found: b' %s="%.4g"' % (found[1], float(found[2])), SAID_ONCE.sub(b"", svg))
    # Names will be shortened; what a page finds a part by stays.
    plain = PART_NAME.sub(rb'\g<0> data-part="\1"', plain)
    names: dict[bytes, bytes] = {}
    plain = HASHED_NAME.sub(lambda found: found[1] + names.setdefault(found[2], b"n%05d" % len(names)), plain)
    small = JAPANESE.sub('<text lang="ja"', scour.scourString(plain.decode("utf-8"), settings()))
    text = "".join(re.findall(r">([^<]+)<", small))
    families = ",".join(f"'{name}'" if " " in name else name for name in (*FAMILIES, *ELSE))
    head, rest = small[small.index("<svg") :].rstrip().removesuffix("</svg>").split(">", 1)
    if panels:
        described = (" ".join([*(f"{side:.0f}" for side in box), *map(str, parts)]) for box, parts in panels)
        head += f' data-panels="{",".join(described)}"'
    fonts = f"<style>{font_faces(text, FAMILIES)}</style>"
    # By its name a page shows the drawing, or a part of it, a second time.
    drawing = f'<g id="drawing" font-family="{families}" stroke-linejoin="round">{rest}</g>'
    return EMBEDDED_PNG.sub(lambda found: repacked(found[1]), f"{head}>{fonts}{drawing}</svg>".encode())


def settings() -> Namespace:
    """What scour may do: nothing that shows."""
    options = scour.parse_args([])
    options.digits = options.cdigits = SIGNIFICANT_DIGITS
    options.shorten_ids = True
    options.strip_ids = True
    options.protect_ids_prefix = PART
    options.strip_comments = True
    options.remove_metadata = True
    options.strip_xml_prolog = True
    options.newlines = False
    options.indent_type = "none"
    options.quiet = True
    return options


def repacked(encoded: bytes) -> bytes:
    """A base64 PNG as a data URL, in the smallest mode that keeps every pixel."""
    original = base64.b64decode(encoded)
    stream = io.BytesIO()
    fewest_bits(Image.open(io.BytesIO(original))).save(stream, "png", optimize=True)
    smaller = min(original, stream.getvalue(), key=len)
    return b"data:image/png;base64," + base64.b64encode(smaller)


def fewest_bits(image: Image.Image) -> Image.Image:
    """The image in grey, with a palette, without alpha or unchanged: the first that loses nothing."""
    pixels = np.asarray(image.convert("RGBA"))
    # A number a pixel sorts many times faster than its four bytes, and in the same order.
    numbers, indices = np.unique(pixels.view(">u4").astype(np.uint32), return_inverse=True)
    colours = numbers.astype(">u4").view(np.uint8).reshape(-1, 4)
    opaque = bool((colours[:, 3] == 255).all())
    if opaque and (colours[:, :3] == colours[:, :1]).all():
        return Image.fromarray(pixels[..., 0])
    if len(colours) <= PALETTE_COLOURS:
        small = Image.fromarray(indices.reshape(pixels.shape[:2]).astype(np.uint8), "P")
        small.putpalette(colours.tobytes(), "RGBA")
        return small
    return Image.fromarray(np.ascontiguousarray(pixels[..., :3]) if opaque else pixels)
