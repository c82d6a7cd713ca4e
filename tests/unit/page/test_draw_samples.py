import base64
import zlib

import numpy as np
import pytest

from hidden_units.page.samples import measure_hand, pack_images


def test_packed_images_come_back_byte_for_byte():
    stream = np.random.default_rng(0)
    images = stream.integers(0, 256, (30, 28, 28), dtype=np.uint8)
    labels = np.arange(30, dtype=np.uint8) % 10
    packed = pack_images(images, labels, 2)
    pixels = np.frombuffer(zlib.decompress(base64.b64decode(packed["pixels"])), np.uint8)
    assert packed["labels"] == [label for label in range(10) for _ in range(2)]
    assert np.array_equal(pixels.reshape(-1, 28, 28), images[packed["numbers"]])
    assert np.array_equal(labels[packed["numbers"]], packed["labels"])


def ring(radius, width, x=14.0, y=14.0):
    """A ring with soft edges, white on black."""
    rows, columns = np.mgrid[:28, :28] + 0.5
    distance = np.abs(np.hypot(columns - x, rows - y) - radius)
    return np.rint(255 * np.clip(width / 2 + 0.5 - distance, 0, 1)).astype(np.uint8)


@pytest.mark.parametrize("width", [2.0, 3.0, 4.0])
def test_the_width_of_a_drawn_ring_is_measured_wherever_it_is(width):
    rings = np.stack([ring(9, width), ring(8, width, 12.3, 15.4), ring(7.5, width, 14, 17)])
    assert measure_hand(rings)["stroke_width"] == pytest.approx(width, rel=0.04)


def test_the_extent_is_the_longer_side_of_the_box_around_the_ink():
    images = np.zeros((3, 28, 28), np.uint8)
    images[0, 3:23, 5:9] = 255
    images[1, 10:12, 1:25] = 64
    images[1, 0, 0] = 63
    assert measure_hand(images[:1])["extent"] == 20
    assert measure_hand(images[1:])["extent"] == 24


def test_images_without_ink_measure_as_a_full_frame():
    assert measure_hand(np.zeros((4, 28, 28), np.uint8))["extent"] == 28


def test_the_measures_reach_the_borders_of_the_frame():
    full = np.full((1, 28, 28), 255, np.uint8)
    # Twice the area over the outline of a square of side 28 is 14; along the axes pi / 4 of it is seen.
    assert measure_hand(full) == {"extent": 28, "stroke_width": pytest.approx(14 / (np.pi / 4), abs=0.01)}
