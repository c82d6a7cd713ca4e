"""The chapter on the data: what it says of data that are the user's own."""

from one_chapter import words_of


def test_classes_of_different_sizes_are_shown_by_their_extremes():
    dataset = {
        "title": "Own data",
        "synthetic": False,
        "classes": [{"label": 0, "romaji": "a", "kana": ""}, {"label": 1, "romaji": "b", "kana": ""}],
        "counts": {"train": 12, "test": 8, "train_per_class": [5, 7], "test_per_class": [4, 4]},
        "all_zero": {"train": 0, "test": 1},
        "in_both": 0,
        "duplicates": 2,
        "licence": "none",
        "credit": "me",
        "sources": [{"part": "test_labels", "name": "own.gz", "bytes": 1234, "sha256": "0" * 64}],
        "official": False,
    }
    said = words_of(
        "data", {}, dataset=dataset, sides=(28, 28), brush=None, names=["a", "b"], samples_shown=4
    )
    assert "images of 28 × 28 pixels in 2 classes. Each class has 5 to 7 training and 4 test images." in said
    assert "synthetic" not in said and "official" not in said
    assert "test labels own.gz 1,234" in said
