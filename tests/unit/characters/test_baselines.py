import numpy as np
import pytest

from hidden_units.characters.baselines import nearest_neighbours
from hidden_units.errors import StudyError


@pytest.fixture
def blobs():
    generator = np.random.default_rng(0)
    centres = generator.integers(60, 200, (10, 28, 28))
    labels = np.arange(300) % 10
    images = np.clip(centres[labels] + generator.normal(0, 600, (300, 28, 28)), 0, 255).astype(np.uint8)
    return {
        "train_images": images[:200], "train_labels": labels[:200],
        "test_images": images[200:], "test_labels": labels[200:],
    }  # fmt: skip


def test_four_nearest_neighbours_agree_with_distances_sorted_by_hand(blobs):
    train, test = (
        blobs[f"{part}_images"].reshape(len(blobs[f"{part}_images"]), -1) / 255.0
        for part in ("train", "test")
    )
    nearest = ((test[:, None] - train[None]) ** 2).sum(axis=2).argsort(axis=1)[:, :4]
    votes = np.stack([np.bincount(row, minlength=10) for row in blobs["train_labels"][nearest]])
    expected = (votes.argmax(axis=1) == blobs["test_labels"]).mean()
    table = nearest_neighbours(**blobs, neighbours=4, components=20)
    assert table["model"].tolist() == ["knn-4", "pca-knn-4"]
    assert table["accuracy"][0] == expected


def test_after_pca_the_neighbours_are_those_among_the_leading_components(blobs):
    train, test = (blobs[f"{part}_images"].reshape(-1, 784).astype(float) for part in ("train", "test"))
    centred = train - train.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2][:6]
    near = ((test - train.mean(axis=0)) @ axes.T)[:, None] - (centred @ axes.T)[None]
    nearest = (near**2).sum(axis=2).argsort(axis=1)[:, :3]
    votes = np.stack([np.bincount(row, minlength=10) for row in blobs["train_labels"][nearest]])
    expected = (votes.argmax(axis=1) == blobs["test_labels"]).mean()
    table = nearest_neighbours(**blobs, neighbours=3, components=6)
    assert table["accuracy"][1] == pytest.approx(expected, abs=0.011)
    assert table["accuracy"][1] != nearest_neighbours(**blobs, neighbours=1, components=6)["accuracy"][1]


def test_more_neighbours_than_images_are_refused_in_one_sentence(blobs):
    with pytest.raises(StudyError, match="`characters: neighbours` is 201, but there are only 200"):
        nearest_neighbours(**blobs, neighbours=201)


def test_with_all_components_pca_changes_no_neighbour(blobs):
    table = nearest_neighbours(**blobs, neighbours=3, components=784)
    assert table["accuracy"][0] == table["accuracy"][1]
