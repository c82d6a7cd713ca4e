"""Smaller SVG files: the same picture in fewer bytes."""

import base64
import io
import re
import subprocess

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from PIL import Image

from hidden_units.fonts import font_faces
from hidden_units.plotting import plt, use_style
from hidden_units.svg import FAMILIES, compact, fewest_bits, repacked


@pytest.fixture(scope="module")
def original():
    """A figure with an image."""
    use_style()
    figure, axes = plt.subplots(1, 2, figsize=(4, 2))
    axes[0].plot(np.arange(50) ** 0.5, label="は ha")
    axes[0].legend()
    axes[1].imshow(np.arange(784).reshape(28, 28) % 256, cmap="gray", vmin=0, vmax=255)
    stream = io.BytesIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    return stream.getvalue()


def test_a_figure_shrinks_by_a_quarter_and_more_and_its_size_and_view_stay(original):
    small = compact(original)
    rest, fonts = re.subn(rb"<style>.*?</style>", b"", small, flags=re.DOTALL)
    assert fonts == 1 and len(rest) < 0.6 * len(original)
    head = small.decode()[:500]
    assert 'width="288pt"' in head and 'height="144pt"' in head and 'viewBox="0 0 288 144"' in head


def test_last_bits_of_coordinates_which_name_clips_and_marks_change_no_byte(original):
    def renamed(found):
        return found[0][:-10] + found[0][-10:][::-1]

    other = re.sub(rb'(?:id="|#)[A-Za-z]+[0-9a-f]{10}\b', renamed, original)
    assert other != original
    assert compact(other) == compact(original)


def test_text_stays_text_and_the_file_brings_its_letters(original):
    small = compact(original).decode()
    assert re.search('<text lang="ja"[^>]*>は ha</text>', small) and small.count("lang=") == 1
    (style,) = re.findall("<style>(.*?)</style>", small, re.DOTALL)
    kana, latin = ({*font.getBestCmap()} for font in fonts_of(style, "IPAexGothic", "Source Sans Pro"))
    assert ord("は") in kana and {*map(ord, "ha0123456789−")} <= latin


def fonts_of(style, *families):
    """The first font of each family in the rules of a style sheet."""
    for family in families:
        encoded = re.search(f'"{family}".*?base64,([^"]*)"', style)[1]
        yield TTFont(io.BytesIO(base64.b64decode(encoded)))


def test_the_picture_stays(original):
    from weasyprint import HTML

    def drawn(svg):
        address = "data:image/svg+xml;base64," + base64.b64encode(svg).decode()
        style = "@page { size: 320px 160px; margin: 0 } img { width: 300px }" + font_faces("は", FAMILIES)
        page = HTML(string=f"<style>{style}</style><img src='{address}'>").write_pdf()
        picture = subprocess.run(
            ["pdftoppm", "-r", "96", "-png"], input=page, capture_output=True, check=True
        ).stdout
        return np.asarray(Image.open(io.BytesIO(picture)).convert("L"), dtype=int)

    before, after = drawn(original), drawn(compact(original))
    assert before.min() < 60, "the figure must show for this test to mean anything"
    assert (abs(before - after) > 60).mean() < 0.002


@settings(max_examples=60, deadline=None)
@given(
    npst.arrays(
        np.uint8,
        npst.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12).map(lambda shape: (*shape, 4)),
        elements=st.sampled_from([0, 1, 127, 254, 255]),
    )
)
def test_no_pixel_of_an_embedded_image_changes(pixels):
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "png")
    packed = repacked(base64.b64encode(stream.getvalue()))
    encoded = re.fullmatch(rb"data:image/png;base64,(.*)", packed)[1]
    after = np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGBA"))
    np.testing.assert_array_equal(after, pixels)


def test_grey_few_colours_and_many_each_take_their_own_mode():
    grey = np.full((4, 4, 4), 255, np.uint8)
    red = grey.copy()
    red[0, 0] = (255, 0, 0, 255)
    many = np.arange(4 * 400, dtype=np.int64).reshape(20, 20, 4).astype(np.uint8)
    many[..., 0], many[..., 1] = np.indices((20, 20))
    assert [fewest_bits(Image.fromarray(image)).mode for image in (grey, red, many)] == ["L", "P", "RGBA"]
    many[..., 3] = 255
    assert fewest_bits(Image.fromarray(many)).mode == "RGB"
