"""What every data set passes through: errors in one sentence, exact counts, a description without folders."""

import json
import unicodedata

import numpy as np
import pytest

from hidden_units.config import defaults
from hidden_units.datasets import provider
from hidden_units.datasets.classes import KMNIST_CLASSES, unnamed_classes
from hidden_units.datasets.idx import IDX_NAMES
from hidden_units.datasets.kmnist import KMNIST_FILES
from hidden_units.datasets.prepare import check_dataset
from hidden_units.datasets.providers import IdxFolder, Kmnist
from tests.idx_files import noise, write_idx
from tests.refusals import sentence

NAMES = {part: f"data/{name}.gz" for part, name in IDX_NAMES.items()}


@pytest.fixture
def dataset():
    return noise(30, 20)


def checked(dataset, **options):
    return sentence(check_dataset, dataset, names=NAMES, **{"classes": 10, "clean": False, **options})


def test_clean_data_pass_with_their_counts(dataset):
    assert check_dataset(dataset, names=NAMES, classes=10, clean=True) == {
        "counts": {"train": 30, "test": 20, "train_per_class": [3] * 10, "test_per_class": [2] * 10},
        "all_zero": {"train": 0, "test": 0},
        "in_both": 0,
        "duplicates": 0,
    }


def test_empty_shared_and_repeated_images_are_counted(dataset):
    dataset["train_images"][[4, 9]] = 0
    dataset["train_images"][20:23] = dataset["train_images"][5]
    dataset["test_images"][3] = 0
    dataset["test_images"][[7, 8]] = dataset["train_images"][5]
    checked = check_dataset(dataset, names=NAMES, classes=10, clean=False)
    assert checked["all_zero"] == {"train": 2, "test": 1}
    assert checked["in_both"] == 3  # two of image 5, and the empty one
    assert checked["duplicates"] == 4  # three of image 5, and one empty


def test_one_pixel_makes_another_image(dataset):
    dataset["test_images"][0] = dataset["train_images"][0]
    dataset["test_images"][0, 27, 27] ^= 1
    dataset["test_images"][1] = 0
    dataset["test_images"][1, 27, 27] = 1
    check_dataset(dataset, names=NAMES, classes=10, clean=True)


@pytest.mark.parametrize(
    ("part", "count"), [("train_images", "2 of 30"), ("test_images", "2 of 20")], ids=["train", "test"]
)
def test_all_zero_images_are_an_error_for_clean_data(dataset, part, count):
    dataset[part][[1, 2]] = 0
    text = checked(dataset, clean=True, remedy=Kmnist.remedy)
    assert text.startswith(f"{NAMES[part]}: all-zero images, {count}") and "February 2019" in text


def test_images_in_both_parts_are_an_error_for_clean_data(dataset):
    dataset["test_images"][[7, 8]] = dataset["train_images"][0]
    text = checked(dataset, clean=True)
    assert f"2 of 20 images are in {NAMES['train_images']} too" in text and NAMES["test_images"] in text


@pytest.mark.parametrize(
    ("part", "change", "expected"),
    [
        ("test_images", lambda a: a[:, :, :27], "20 x 28 x 27, expected images as count x 28 x 28"),
        ("train_labels", lambda a: a[:, np.newaxis], "30 x 1, expected one list of labels"),
        ("train_labels", lambda a: a[:-1], "holds 30 images but "),
        (
            "train_labels",
            lambda a: a - np.uint8(1),
            "label 255 at position 0 (3 such in all), expected 0 to 9, of 10",
        ),
        ("test_labels", lambda a: np.where(a > 7, 0, a).astype(np.uint8), "no label 8, 9 among 20"),
    ],
)
def test_wrong_parts_are_named(dataset, part, change, expected):
    dataset[part] = change(dataset[part])
    text = checked(dataset)
    assert NAMES[part] in text and expected in text


def test_class_names_agree_with_unicode():
    for entry in KMNIST_CLASSES:
        letter = unicodedata.name(entry["kana"]).removeprefix("HIRAGANA LETTER ").lower()
        assert {"tu": "tsu"}.get(letter, letter) == entry["romaji"]


def description(dataset, files=None, **settings):
    provider = IdxFolder({**defaults()["dataset"], "name": "idx", "classes": unnamed_classes(10), **settings})
    return provider.describe(dataset, files or {}, dict.fromkeys(reversed(IDX_NAMES), "0" * 64))


def test_description_holds_the_contract(dataset):
    content = description(dataset, title="Thirty noises")
    assert list(content) == [
        *("name", "title", "synthetic", "official", "comparable", "classes", "counts", "all_zero"),
        *("in_both", "duplicates", "sources", "arrays", "licence", "credit"),
    ]
    assert content["classes"] == [{"label": k, **entry} for k, entry in enumerate(unnamed_classes(10))]
    assert content["counts"]["train_per_class"] == [3] * 10
    assert json.loads(json.dumps(content)) == content  # no numpy numbers


@pytest.mark.parametrize(
    ("wrong", "comparable"), [([], True), (["test_labels"], False), ([*KMNIST_FILES], False)]
)
def test_only_the_four_official_hashes_make_data_comparable(
    dataset, tmp_path, monkeypatch, wrong, comparable
):
    files = {part: tmp_path / source.name for part, source in KMNIST_FILES.items()}
    for path in files.values():
        path.touch()
    hashes = {path: "0" * 64 if part in wrong else KMNIST_FILES[part].sha256 for part, path in files.items()}
    monkeypatch.setattr(provider, "sha256", hashes.get)
    content = description(dataset, files)
    assert content["official"] is content["comparable"] is comparable
    assert description(dataset)["comparable"] is False


def test_classes_of_the_users_own_get_their_labels(dataset):
    classes = [{"romaji": f"class {k}", "kana": ""} for k in range(10)]
    found = description(dataset, classes=classes)["classes"]
    assert found == [{"label": k, **entry} for k, entry in enumerate(classes)]


def test_sources_are_described_without_their_folder(tmp_path, dataset):
    files = {part: tmp_path / name for part, name in IDX_NAMES.items()}
    for part, path in files.items():
        write_idx(path, dataset[part], compress=False)
    files["train_labels"].write_bytes(b"abc")
    content = description(dataset, files)
    assert [source["part"] for source in content["sources"]] == list(IDX_NAMES)
    assert content["sources"][1] == {
        "part": "train_labels",
        "name": "train-labels-idx1-ubyte",
        "bytes": 3,
        "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",  # FIPS 180-2's example
    }
    assert str(tmp_path) not in json.dumps(content)
