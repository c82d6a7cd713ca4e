"""The chapter on the data: what it says of data that are the user's own."""

from one_chapter import words_of


def test_classes_of_different_sizes_are_shown_by_their_extremes():
    source = {"part": "test_labels", "name": "own.gz", "bytes": 1234, "sha256": "0" * 64}
    dataset = {
        "classes": [{"label": label, "romaji": name, "kana": ""} for label, name in enumerate("ab")],
        "counts": {"train_per_class": [5, 7], "test_per_class": [4, 4]},
        "sources": [source],
    }
    said = words_of("data", {}, dataset=dataset, sides=(28, 28))
    assert "images of 28 × 28 pixels in 2 classes. Each class has 5 to 7 training and 4 test images." in said
    assert "synthetic" not in said and "official" not in said
    assert "test labels own.gz 1,234" in said
