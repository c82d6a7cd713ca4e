import base64
import io

import numpy as np
import pytest
from PIL import Image

from hidden_units.characters.confusion import confusion
from hidden_units.page.confused_images import (
    COLUMNS,
    pack_confused_images,
    sprite,
    surest_of_each_cell,
)


def guesses(images=400, seed=0):
    """Labels and log-probabilities of a network that guesses."""
    generator = np.random.default_rng(seed)
    return generator.integers(0, 10, images), np.log(generator.dirichlet(np.ones(10), images))


def opacities(png):
    """The ink of a sprite as a browser shows it, (height, width) from 0 to 255, and its colours."""
    picture = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))
    return picture[..., 3], picture[..., :3]


def test_every_mistake_is_there_and_of_the_right_ones_as_many_as_wanted():
    labels, outputs = guesses()
    table = surest_of_each_cell(labels, outputs, 3, 400)
    found = np.zeros((10, 10), int)
    np.add.at(found, (table["target"], table["chosen"]), 1)
    counts = confusion(labels, outputs)
    assert np.array_equal(found, np.where(np.eye(10, dtype=bool), np.minimum(counts, 3), counts))


def test_the_first_example_of_a_cell_is_the_one_the_network_was_surest_of():
    labels, outputs = guesses()
    for (target, chosen), rows in surest_of_each_cell(labels, outputs, 3, 400).groupby(["target", "chosen"]):
        cell = np.flatnonzero((labels == target) & (outputs.argmax(axis=1) == chosen))
        expected = np.sort(np.exp(outputs[cell, chosen]))[::-1][: 3 if target == chosen else None]
        assert rows["probability"].tolist() == pytest.approx(expected)
        assert set(rows["index"]) <= set(cell)


def test_where_there_are_too_many_the_right_ones_come_first_then_those_of_the_fullest_cells():
    labels, outputs = guesses(4000)
    counts = confusion(labels, outputs)
    table = surest_of_each_cell(labels, outputs, 3, 15)
    assert table.groupby(["target", "chosen"]).size().max() == 1
    cells = set(zip(table["target"], table["chosen"], strict=True))
    assert cells >= {(label, label) for label in range(10)} and len(cells) == 15
    mistakes = counts[~np.eye(10, dtype=bool)]
    assert min(counts[cell] for cell in cells if cell[0] != cell[1]) == np.sort(mistakes)[-5]
    every = surest_of_each_cell(labels, outputs, 3, 4000)
    assert len(table.merge(every)) == 15
    # With room for more than one each, no cell has two more than another that could have them.
    many = surest_of_each_cell(labels, outputs, 3, 1000).groupby(["target", "chosen"]).size()
    wrong = many[[target != chosen for target, chosen in many.index]]
    left = wrong[[counts[cell] > size for cell, size in wrong.items()]]
    assert wrong.max() - left.min() <= 1


def test_equally_sure_answers_keep_the_order_of_the_images():
    outputs = np.log(np.full((4, 10), 0.05))
    outputs[:, 7] = np.log(0.55)
    table = surest_of_each_cell(np.array([2, 2, 1, 2]), outputs, 2, 200)
    assert table["index"].tolist() == [2, 0, 1, 3]


def test_an_image_in_the_sprite_is_the_original_to_half_a_level_of_ink():
    images = np.random.default_rng(1).integers(0, 256, (COLUMNS + 3, 28, 28)).astype(np.uint8)
    ink, colours = opacities(sprite(images))
    assert ink.shape == (2 * 28, COLUMNS * 28) and not colours.any()
    for position, image in enumerate(images):
        row, column = divmod(position, COLUMNS)
        shown = ink[28 * row :, 28 * column :][:28, :28].astype(int)
        assert np.abs(shown - image).max() <= 255 / 15 / 2 + 0.5
        assert np.array_equal(shown == 255, image >= 247)
    assert not ink[28:, 3 * 28 :].any()


def test_a_position_leads_to_the_image_of_its_index():
    labels, outputs = guesses()
    images = np.zeros((len(labels), 28, 28), np.uint8)
    # Each image says its own number in its first three pixels.
    images[:, 0, :3] = 17 * np.stack(np.unravel_index(np.arange(len(labels)), (8, 8, 8)), axis=1)
    packed = pack_confused_images(images, labels, outputs, 3, 300)
    ink, _ = opacities(base64.b64decode(packed["sprite"].removeprefix("data:image/png;base64,")))
    for position, index in enumerate(packed["examples"]["index"]):
        row, column = divmod(position, packed["columns"])
        digits = ink[28 * row, 28 * column :][:3] // 17
        assert np.ravel_multi_index(digits, (8, 8, 8)) == index
