import numpy as np
import pytest

from hidden_units.datasets.classes import first_of_each_class
from hidden_units.datasets.figures import GAP_PIXELS, sample_gallery, tile
from hidden_units.names import label_of_class


@pytest.mark.parametrize(
    ("kana", "romaji", "label"),
    [
        ("お", "o", "お o"),
        ("", "3", "3"),
        ("か", "hippopotamus amphibius", "か hippopotamus\N{NO-BREAK SPACE}am…"),
        ("", "a $b$", "a\N{NO-BREAK SPACE}\\$b\\$"),
    ],
)
def test_classes_are_labelled_by_what_there_is_cut_and_without_mathematics(kana, romaji, label):
    assert label_of_class({"kana": kana, "romaji": romaji}) == label


def test_the_first_images_of_each_class_are_chosen_and_a_missing_one_is_marked():
    labels = np.array([1, 0, 1, 1, 0, *range(2, 10)])
    chosen = first_of_each_class(labels, 3)
    assert chosen[0].tolist() == [1, 4, -1] and chosen[1].tolist() == [0, 2, 3]
    assert chosen[2].tolist() == [5, -1, -1]


def test_tiles_keep_every_image_whole_and_in_its_place():
    images = np.arange(2 * 3 * 28 * 28).reshape(2, 3, 28, 28)
    picture, side = tile(images), 28 + GAP_PIXELS
    assert picture.shape == (2 * side, 3 * side)
    for row, column in np.ndindex(2, 3):
        corner = picture[row * side + GAP_PIXELS :, column * side + GAP_PIXELS :]
        assert np.array_equal(corner[:28, :28], images[row, column])


def test_a_missing_sample_is_a_blank():
    images = np.full((1, 28, 28), 200, np.uint8)
    picture = (
        sample_gallery(images, np.array([[0, -1]] + [[-1, -1]] * 9), list("0123456789")).axes[0].images[0]
    )
    assert (np.asarray(picture.get_array()) > 0).sum() == 28 * 28
