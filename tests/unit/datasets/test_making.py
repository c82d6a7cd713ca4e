"""Images of any size and kind become 28 x 28 grey values: known answers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hidden_units.datasets.making import (
    Making,
    corners,
    fit,
    grey,
    invert_together,
    make_arrays,
    originals_shown,
)


def square(height, width, side, paper=0, ink=255):
    """One image with a square in its middle."""
    image = np.full((1, height, width), paper, np.uint8)
    top, left = (height - side) // 2, (width - side) // 2
    image[0, top : top + side, left : left + side] = ink
    return image


@pytest.mark.parametrize("paper", [0, 200])
@pytest.mark.parametrize(("height", "width"), [(56, 56), (56, 28), (28, 56), (112, 56)])
def test_a_square_in_the_middle_stays_there_at_the_scale_of_the_longer_side(height, width, paper):
    side = max(height, width) // 4
    made = fit(square(height, width, side, paper))[0]
    expected = square(28, 28, 7, paper)[0]
    # The edge of a square of 7 pixels lies between two of 28.
    inner = np.zeros((28, 28), bool)
    inner[12:16, 12:16] = True
    assert (made[inner] == 255).all()
    assert (made[:8] == paper).all() and (made[-8:] == paper).all() and (made[:, :8] == paper).all()
    assert np.array_equal(made, made[::-1, ::-1]) or side % 2
    assert abs(int(made.sum()) - int(expected.sum())) < 0.02 * expected.sum()


def test_scaling_down_averages_and_does_not_pick():
    board = np.indices((280, 280)).sum(axis=0) % 2 * 255
    made = fit(board[None].astype(np.uint8))
    assert np.abs(made.astype(int) - 127).max() <= 1


@given(
    height=st.integers(1, 70),
    width=st.integers(1, 70),
    count=st.integers(1, 3),
    value=st.integers(0, 255),
)
@settings(deadline=None, max_examples=40)
def test_an_image_of_one_grey_stays_so_whatever_its_shape(height, width, count, value):
    made = fit(np.full((count, height, width), value, np.uint8))
    assert made.shape == (count, 28, 28) and made.dtype == np.uint8 and (made == value).all()


def test_images_of_the_right_size_are_not_touched():
    images = np.random.default_rng(0).integers(0, 256, (3, 28, 28), dtype=np.uint8)
    assert fit(images) is images


def test_the_paper_is_the_median_of_the_corners():
    images = square(5, 5, 1, paper=10)
    images[0, 0, 0] = 255
    assert corners(images).tolist() == [10]


@pytest.mark.parametrize(
    ("pixel", "expected"),
    [
        (np.uint8([[255, 0, 0]]), 76),  # 0.299 x 255
        (np.uint8([[0, 255, 0, 9]]), 150),
        (np.uint8([[7]]), 7),
        (np.uint16([[65535]]), 255),
        (np.uint16([[257 * 3 + 128]]), 3),
        (np.array([[True]]), 255),
    ],
)
def test_colours_and_depths_become_grey(pixel, expected):
    assert grey(pixel[None, None, :]).ravel().tolist() == [expected]


@pytest.mark.parametrize(
    ("papers", "invert", "inverted"),
    [
        ([250, 240, 3], "auto", True),
        ([250, 4, 3], "auto", False),
        ([250, 4], "auto", False),
        ([250, 240], False, False),
        ([3, 4], True, True),
    ],
)
def test_the_corners_of_most_training_images_decide_for_all(papers, invert, inverted):
    arrays = {
        "train_images": np.concatenate([square(28, 28, 4, paper) for paper in papers]),
        "test_images": square(28, 28, 4, 9),
    }
    before, making = {part: array.copy() for part, array in arrays.items()}, Making()
    invert_together(arrays, invert, making)
    for part, array in arrays.items():
        np.testing.assert_array_equal(array, 255 - before[part] if inverted else before[part])
    light = sum(paper > 127 for paper in papers)
    assert making.notes == {"invert": invert, "inverted": inverted, "light": light}


@pytest.mark.parametrize(
    ("classes", "shown"),
    [(2, [0, 2, 4, 6, 1, 3, 5, 7]), (3, [0, 3, 1, 4, 2, 5]), (7, [*range(7)]), (9, [*range(8)])],
)
def test_originals_of_few_classes_are_several_of_each_and_of_many_one(classes, shown):
    assert originals_shown(np.arange(10 * classes) % classes).tolist() == shown
    assert originals_shown(np.uint8([1, 0, 1])).tolist() == [1, 0, 2]


def test_arrays_are_made_in_batches_and_the_first_of_each_class_is_kept_as_it_was():
    colours = np.random.default_rng(0).integers(0, 256, (5, 100, 50, 3), dtype=np.uint8)
    raw = {"train_images": iter([colours[:2], colours[2:]]), "test_images": iter([colours[:1]])}
    labels = np.uint8([1, 1, 0, 0, 1])
    images, making = make_arrays(raw, {"train": 5, "test": 1}, labels)
    np.testing.assert_array_equal(images["train_images"], fit(grey(colours)))
    np.testing.assert_array_equal(images["test_images"], images["train_images"][:1])
    assert {place: image.shape for place, image in making.originals.items()} == dict.fromkeys(
        range(5), (64, 32, 3)
    )
    assert making.as_json() == {
        "sizes": {
            "count": 1,
            "smallest": [50, 100],
            "largest": [50, 100],
            "usual": [50, 100],
            "usual_images": 6,
        },
        "found": {"colour": 6},
        "in_order": False,
    }
