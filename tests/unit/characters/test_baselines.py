import numpy as np
import pytest

from hidden_units.characters.baselines import nearest_neighbours


@pytest.fixture
def blobs():
    generator = np.random.default_rng(0)
    centres = generator.integers(60, 200, (10, 28, 28))
    labels = np.arange(300) % 10
    images = np.clip(centres[labels] + generator.normal(0, 90, (300, 28, 28)), 0, 255).astype(np.uint8)
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


def test_with_all_components_pca_changes_no_neighbour(blobs):
    table = nearest_neighbours(**blobs, neighbours=3, components=784)
    assert table["accuracy"][0] == table["accuracy"][1]
