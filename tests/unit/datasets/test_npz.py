"""numpy's archives, as MedMNIST and KMNIST keep images; anything else is refused in one sentence."""

import io
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hidden_units.datasets import npz
from hidden_units.datasets.idx import IDX_NAMES
from hidden_units.datasets.making import fit, grey
from hidden_units.datasets.npz import ENDINGS, read_npz
from hidden_units.errors import StudyError
from tests.idx_files import noise
from tests.published import provider
from tests.refusals import sentence


def first_look(path, **settings):
    """The sentence with which a first look refuses, which begins with the path."""
    text = sentence(provider("npz", path=str(path), **settings).counts)
    assert text.startswith(str(path))
    return text


def load(path, **settings):
    own = provider("npz", path=str(path), **settings)
    return own, *own.load({part: npz.Path(file) for part, file in own.source_files("").items()})


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_medmnist_is_read_with_its_columns_of_labels(tmp_path, save):
    data, path = noise(30, 20), tmp_path / "mnist.npz"
    columns = {part: array[:, None] if "labels" in part else array for part, array in data.items()}
    save(path, **columns, val_images=data["test_images"][:3], val_labels=columns["test_labels"][:3])
    own, arrays, making = load(path, invert=False)
    assert own.counts() == {"train": 30, "test": 20} and len(own.classes) == 10
    for part, array in data.items():
        np.testing.assert_array_equal(arrays[part], array)
        assert arrays[part].dtype == np.uint8
    assert making.notes["test_from"] == "test" and not making.notes["in_order"]


def test_the_four_files_of_kmnist_are_read_by_their_endings(tmp_path):
    data = noise(30, 20)
    for part, ending in ENDINGS.items():
        np.savez_compressed(tmp_path / f"k49-{ending}", data[part])
    own, arrays, _ = load(tmp_path, invert=False)
    assert {*own.source_files("")} == {*IDX_NAMES}
    for part, array in data.items():
        np.testing.assert_array_equal(arrays[part], array)
    (tmp_path / "kmnist-test-imgs.npz").touch()
    assert "2 files end in test-imgs.npz, expected one" in first_look(tmp_path)
    (tmp_path / "k49-train-labels.npz").unlink()
    assert "no files end in train-labels.npz" in first_look(tmp_path)


@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    channels=st.sampled_from([(), (1,), (3,), (4,)]),
    kind=st.sampled_from([np.uint8, np.uint16, bool]),
    transpose=st.booleans(),
)
@settings(deadline=None, max_examples=25)
def test_images_of_any_shape_come_out_as_made(tmp_path_factory, height, width, channels, kind, transpose):
    path = tmp_path_factory.mktemp("npz") / "a.npz"
    images = np.random.default_rng(0).integers(0, 2, (4, height, width, *channels)).astype(kind)
    parts = {"train_images": images, "test_images": images[:2]}
    np.savez(path, **parts, train_labels=[0, 1, 0, 1], test_labels=[1, 0])
    _, arrays, making = load(path, invert=False, transpose=transpose)
    expected = fit(grey(images.swapaxes(1, 2) if transpose else images))
    np.testing.assert_array_equal(arrays["train_images"], expected)
    size = [height, width] if transpose else [width, height]
    assert making.as_json()["sizes"]["usual"] == size and arrays["train_labels"].tolist() == [0, 1, 0, 1]


def test_batches_are_whole_images_in_order(tmp_path, monkeypatch):
    data, path = noise(30, 20), tmp_path / "a.npz"
    np.savez(path, **data)
    monkeypatch.setattr(npz, "BATCH_BYTES", 7 * 784 + 1)
    parts = [*read_npz({"archive": path}, "train_images")]
    assert [len(part) for part in parts] == [7, 7, 7, 7, 2]
    np.testing.assert_array_equal(np.concatenate(parts), data["train_images"])


def test_labels_that_count_from_1_get_their_way_out(tmp_path):
    data, path = noise(30, 20), tmp_path / "a.npz"
    data = {part: array + 1 if "labels" in part else array for part, array in data.items()}
    np.savez(path, **data)
    assert "if they count from 1, set `dataset: first_label: 1`" in first_look(path)
    own, arrays, _ = load(path, first_label=1)
    assert len(own.classes) == 10 and np.unique(arrays["train_labels"]).tolist() == [*range(10)]


WRONG = {
    "pickles": (
        {"train_labels": np.array([{}] * 30, dtype=object)},
        "objects, which would have to be unpickled",
    ),
    "floats": ({"test_images": np.zeros((20, 28, 28))}, "multiply by 255 if they end at 1, convert and save"),
    "gaps": ({"train_labels": np.arange(30) % 10 * 2}, "that has all 19, or number them without gaps"),
    "several labels": ({"train_labels": np.zeros((30, 14), int)}, "train_labels has the shape 30 x 14"),
    "no labels": ({"train_labels": np.int64(3)}, "has the shape of one number"),
    "negative label": (
        {"train_labels": np.arange(30) % 10 - 1},
        "use a data set of fewer, or number them 0, 1, ...",
    ),
    "huge label": ({"train_labels": np.full(30, 2**63, np.uint64)}, "such in all), expected 0 to 99"),
    "channels first": ({"test_images": np.zeros((20, 3, 28, 28), np.uint8)}, "with 1, 3 or 4 channels last"),
    "flat": (
        {"test_images": np.zeros((20, 784), np.uint8)},
        "has the shape 20 x 784, expected count x height",
    ),
    "columns": (
        {"test_images": np.asfortranarray(np.zeros((20, 28, 28), np.uint8))},
        "is in Fortran's order, expected C's",
    ),
    "count": (
        {"test_images": np.zeros((19, 28, 28), np.uint8)},
        "test_labels holds 20 labels, expected one label an image",
    ),
    "nothing": ({"test_images": np.zeros((0, 28, 28), np.uint8)}, "has the shape 0 x 28 x 28, 0 bytes"),
    "missing": (
        {"test_images": None, "test_labels": None},
        "lacks the array test_images, expected train_images",
    ),
}


@pytest.mark.parametrize(("change", "expected"), WRONG.values(), ids=WRONG)
def test_wrong_arrays_are_named_in_one_sentence(tmp_path, change, expected):
    path = tmp_path / "a.npz"
    data = {part: array for part, array in {**noise(30, 20), **change}.items() if array is not None}
    np.savez(path, **data)
    assert expected in first_look(path)


def test_val_is_the_test_where_there_is_none(tmp_path):
    data, path = noise(30, 20), tmp_path / "a.npz"
    np.savez(path, **{part.replace("test", "val"): array for part, array in data.items()})
    _, arrays, making = load(path, invert=False)
    np.testing.assert_array_equal(arrays["test_images"], data["test_images"])
    assert making.notes["test_from"] == "val"


def test_files_that_are_no_archive_are_named(tmp_path):
    path = tmp_path / "a.npz"
    assert "no such file or directory, expected an .npz file or a folder of four" in first_look(path)
    path.write_bytes(b"<html>")
    assert "is damaged or no .npz file (File is not a zip file)" in first_look(path)
    np.savez(path, **noise(30, 20))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "is damaged or no .npz file" in first_look(path)
    damaged = bytearray(whole)
    damaged[len(whole) // 4] ^= 1  # inside the training images: only their checksum tells
    path.write_bytes(damaged)
    assert provider("npz", path=str(path)).counts() == {"train": 30, "test": 20}
    with pytest.raises(StudyError, match=r"a\.npz: is damaged or no \.npz file \(Bad CRC-32"):
        load(path)


def member(shape, content=b"", version=1):
    """An array whose header promises a shape, with some content, or a header of 4 GB."""
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": "|u1", "fortran_order": False, "shape": shape})
    if version == 2:
        return b"\x93NUMPY\x02\x00" + b"\xff\xff\xff\xff" + bytes(2**26)
    return stream.getvalue() + content


@pytest.mark.parametrize(
    ("shape", "content", "version", "expected"),
    [
        ((10**9, 28, 28), b"", 1, "holds 0 bytes, expected the 784,000,000,000 that its header promises"),
        ((2, 28, 28), bytes(2**26), 1, "holds 67,108,864 bytes, expected the 1,568"),
        (
            (2**26, 1, 1),
            bytes(2**26),
            1,
            "holds 67,108,864 images, expected at most 1,369,568",
        ),
        ((1, 2**13, 2**13), bytes(2**26), 1, "has the shape 1 x 8192 x 8192, expected count x height"),
        ((), b"", 2, "not version 1.0 of numpy's format"),
    ],
    ids=["promise", "more", "many small", "one large", "header"],
)
def test_an_archive_made_to_fill_the_memory_is_refused_before_it_does(
    tmp_path, shape, content, version, expected
):
    path = tmp_path / "a.npz"
    np.savez(path, **{part: array for part, array in noise(30, 20).items() if part != "train_images"})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("train_images.npy", member(shape, content, version))
    del content
    tracemalloc.start()
    try:
        text = first_look(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert expected in text and peak < 4 * 2**20
