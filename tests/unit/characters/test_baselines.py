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


def accuracy_of_votes(blobs, near, neighbours):
    """The accuracy where the nearest vote, from the differences (test, train, coordinates)."""
    nearest = (near**2).sum(axis=2).argsort(axis=1)[:, :neighbours]
    votes = np.stack([np.bincount(row, minlength=10) for row in blobs["train_labels"][nearest]])
    return (votes.argmax(axis=1) == blobs["test_labels"]).mean()


def test_neighbours_are_those_of_distances_sorted_by_hand_and_after_pca_among_leading_components(blobs):
    train, test = (blobs[f"{part}_images"].reshape(-1, 784).astype(float) for part in ("train", "test"))
    table = nearest_neighbours(**blobs, neighbours=3, components=6)
    assert table["model"].tolist() == ["knn-3", "pca-knn-3"]
    assert table["accuracy"][0] == accuracy_of_votes(blobs, test[:, None] - train[None], 3)
    axes = np.linalg.svd(train - train.mean(axis=0), full_matrices=False)[2][:6]
    near = (test @ axes.T)[:, None] - (train @ axes.T)[None]
    assert table["accuracy"][1] == pytest.approx(accuracy_of_votes(blobs, near, 3), abs=0.011)
    assert table["accuracy"][1] != nearest_neighbours(**blobs, neighbours=1, components=6)["accuracy"][1]


def test_more_neighbours_than_images_are_refused_in_one_sentence(blobs):
    with pytest.raises(StudyError, match="`characters: neighbours` is 201, but there are only 200"):
        nearest_neighbours(**blobs, neighbours=201)
