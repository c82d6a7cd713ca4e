"""The chapter on the data: what it says of data that are the user's own."""

import re
from types import SimpleNamespace

import pytest
from one_chapter import ROOT, words_of

from hidden_units.report.chapters import data


def test_classes_of_different_sizes_are_shown_by_their_extremes():
    source = {"part": "test_labels", "name": "own.gz", "bytes": 1234, "sha256": "0" * 64}
    dataset = {
        "classes": [{"label": label, "romaji": name, "kana": ""} for label, name in enumerate("ab")],
        "counts": {"train_per_class": [5, 7], "test_per_class": [4, 4]},
        "sources": [source],
    }
    said = words_of("data", {}, dataset=dataset, sides=(28, 28))
    assert "images. Each has 28 × 28 pixels. Each class has 5 to 7 training and 4 test images." in said
    assert "synthetic" not in said and "official" not in said
    assert "test labels own.gz 1,234" in said


def context(shuffle=False, train=(5, 5), **dataset):
    """The facts of a data set of two classes."""
    counts = {"train": sum(train), "test": 8, "train_per_class": [*train], "test_per_class": [2, 6]}
    classes = [{"label": label, "romaji": name, "kana": ""} for label, name in enumerate("ab")]
    study = SimpleNamespace(
        dataset={
            "classes": classes,
            "counts": counts,
            "sources": [{"part": "listing"}],
            "in_both": 0,
            **dataset,
        },
        config={"training": {"shuffle": shuffle}},
        evidence=SimpleNamespace(
            shape=lambda name: (10, 28, 28), table=lambda name: {"column": SimpleNamespace(nunique=lambda: 1)}
        ),
    )
    return data.context(study)


MAKING = {
    "sizes": {"count": 3, "smallest": [9, 7], "largest": [40, 50], "usual": [9, 9], "usual_images": 4},
    "found": {"PNG": 7, "JPEG": 3, "colour": 2, "turned": 1},
    **{"test_from": "split", "unused": 0, "passed_over": 1, "invert": "auto", "inverted": True, "light": 10},
    "split": {"test": 0.25, "seed": 3},
}


def test_the_template_finds_all_that_it_asks_of_any_kind_of_data():
    text = (ROOT / "report/templates/chapters/data.html.j2").read_text(encoding="utf-8")
    making = context(making={"sizes": MAKING["sizes"], "found": {}})["making"]
    assert {*re.findall(r"\bfound\.(\w+)", text)} == {*making["found"]}
    asked = {*re.findall(r"\bmaking\.(\w+)", text)} - {"invert", "inverted", "light"}
    assert asked == {*making}


def test_the_report_says_how_images_were_made():
    said = words_of("data", {}, **context(making=MAKING))
    for words in (
        "have 9 × 7 to 40 × 50 pixels, in 3 sizes; the most frequent is 9 × 9, of 4 images. They are 7 "
        "PNG and 3 JPEG. 1 image was turned as their EXIF data say. 2 images in colour became grey.",
        "until its longer side has 28 pixels, and centred on the grey of its corners.",
        "all images were inverted. The corners are light in 10 of 10 training images.",
        "The folder names no parts: 25 % of each class, chosen by the seed 3, are the test images.",
        "1 other file was passed over.",
    ):
        assert words in said.replace("\N{NO-BREAK SPACE}", " ")
    assert "disagree" not in said and "How the images were made" not in words_of("data", {}, **context())


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"train": (5, 10)}, "The classes are out of balance : the largest has 10 training images, the "
         "smallest 5. Always answering the class with most test images would be right for 75.00 % of them."),
        ({"in_both": 2}, "2 test images are a training image too , pixel for pixel"),
        ({"making": {**MAKING, "in_order": True}}, "The training images stand class after class"),
        ({"making": {**MAKING, "light": 6}}, "The corners disagree"),
    ],
)  # fmt: skip
def test_the_report_warns_of_what_would_mislead(facts, words):
    assert words in words_of("data", {}, **context(**facts)).replace("\N{NO-BREAK SPACE}", " ")
    assert words not in words_of("data", {}, **context(shuffle=True, making=MAKING))
