"""IDX files: what is written is read back, and anything else is refused in one sentence."""

import gzip
import os
import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from hidden_units.datasets.idx import IDX_NAMES, find_idx_files, inspect_idx_files, read_idx
from hidden_units.datasets.making import fit
from tests.idx_files import noise, write_folder, write_idx
from tests.published import provider
from tests.refusals import sentence

BYTES_IN_FULL = bytes.fromhex("00000801 00000003 070009")
IMAGES_MAGIC = bytes.fromhex("00000803")
shapes = [array_shapes(min_dims=number, max_dims=number, max_side=6) for number in (1, 3)]
uint8_arrays = arrays(np.uint8, st.one_of(shapes))


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("idx")


@pytest.fixture
def dataset():
    return noise(10, 20)


def write_dataset(folder, dataset, compress=True):
    write_folder(folder, dataset, compress)
    return find_idx_files(folder)


# Reading and writing


def test_bytes_of_the_format_are_read(tmp_path):
    (tmp_path / "images").write_bytes(IMAGES_MAGIC + struct.pack(">III", 1, 2, 3) + bytes(range(6)))
    assert read_idx(tmp_path / "images").tolist() == [[[0, 1, 2], [3, 4, 5]]]


@given(array=uint8_arrays, compress=st.booleans())
@settings(deadline=None)
def test_every_array_written_is_read_back(scratch, array, compress):
    write_idx(scratch / "array", array, compress)
    again = read_idx(scratch / "array")
    assert again.dtype == np.uint8 and again.flags.writeable
    np.testing.assert_array_equal(again, array)


# Bad files

BAD_CONTENTS = {
    "empty": (b"", "is empty"),
    "empty gzip": (gzip.compress(b""), "is empty"),
    "web page": (b"\xef\xbb\xbf\n <!DOCTYPE html><title>Sign in</title>", "a web page was saved in place"),
    "gzipped web page": (gzip.compress(b"<html>"), "a web page was saved in place"),
    "wrong magic": (b"PK\x03\x05" + bytes(20), "50 4b 03 05, expected 00 00 08 01"),
    "Git LFS": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "run git lfs pull"),
    "git-annex": (b"/annex/objects/SHA256E-s5--0.gz\n", "a git-annex pointer"),
    "git-annex, a link as text": (b"../../.git/annex/objects/x", "run git annex get"),
    "zip": (b"PK\x03\x04" + bytes(20), "is a zip archive, expected an IDX file, gzipped or plain; unpack it"),
    "xz": (b"\xfd7zXZ\0" + bytes(20), "packed by xz"),
    "NumPy, gzipped": (gzip.compress(b"\x93NUMPY\1\0" + bytes(20)), "is an array of numpy"),
    "magic cut": (b"\0\0\x08", "starts with the bytes 00 00 08, expected"),
    "float type": (bytes.fromhex("00000d01 00000001 00000000"), "00 00 0d 01, expected 00 00 08 01"),
    "no dimension": (bytes.fromhex("00000800 07"), "00 00 08 00, expected 00 00 08 01 (labels)"),
    "too many dimensions": (bytes.fromhex("000008ff") + bytes(2000), "00 00 08 ff, expected"),
    "header cut": (BYTES_IN_FULL[:6], "breaks off inside its header"),
    "zero size": (IMAGES_MAGIC + bytes.fromhex("00000000 ffffffff ffffffff"), "0 x 4294967295 x 4294967295"),
    "absurd size": (IMAGES_MAGIC + b"\xff" * 12, "4294967295 x 4294967295 x 4294967295, expected between 1"),
    "cut": (BYTES_IN_FULL[:-1], "holds 2 of the 3 bytes"),
    "cut then gzipped": (gzip.compress(BYTES_IN_FULL[:-1]), "holds 2 of the 3 bytes"),
    "too long": (BYTES_IN_FULL + b"\0", "more than the 3 bytes"),
    "too long, gzipped": (gzip.compress(BYTES_IN_FULL + b"\0"), "more than the 3 bytes"),
    "gzip cut": (gzip.compress(BYTES_IN_FULL)[:-5], "break off before their end"),
    "gzip with a wrong checksum": (gzip.compress(BYTES_IN_FULL)[:-8] + bytes(8), "damaged (CRC check failed"),
    "gzip with rubbish behind": (gzip.compress(BYTES_IN_FULL) + b"rubbish", "damaged (Not a gzipped file"),
    "gzip with a damaged stream": (gzip.compress(BYTES_IN_FULL)[:10] + b"\xff" * 9, "are damaged"),
}


@pytest.mark.parametrize(("content", "expected"), BAD_CONTENTS.values(), ids=BAD_CONTENTS)
def test_bad_content_is_refused_in_one_sentence_with_the_file(tmp_path, content, expected):
    path = tmp_path / "file"
    path.write_bytes(content)
    text = sentence(read_idx, path)
    assert text.startswith(f"{path}: ") and expected in text


def test_missing_file_folder_and_pipe_are_named(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "no such file" in sentence(read_idx, tmp_path / "absent")
    assert "not a file" in sentence(read_idx, tmp_path)
    assert "not a file" in sentence(read_idx, tmp_path / "pipe")
    assert "cannot be read" in sentence(read_idx, tmp_path / ("long" * 100))


@pytest.mark.parametrize(
    ("promised", "given"), [(784, 64 * 2**20), (2**30, 10)], ids=["too long", "too short"]
)
def test_hostile_gzip_costs_no_more_memory_than_promised_and_given(tmp_path, promised, given):
    header = bytes.fromhex("00000801") + struct.pack(">I", promised)
    (tmp_path / "bomb").write_bytes(gzip.compress(header + bytes(given), compresslevel=1))
    tracemalloc.start()
    sentence(read_idx, tmp_path / "bomb")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * 2**20


LABELS = bytes.fromhex("00000801 0000000a") + bytes(range(10))
NAMED = b"\x1f\x8b\x08\x08" + bytes(6)


@pytest.mark.parametrize(
    ("content", "size", "expected"),
    [
        (gzip.compress(LABELS), 2**40, f"holds {2**40:,} bytes, expected at most 65,547 for the 10 that"),
        (gzip.compress(LABELS), 2**17, "holds 131,072 bytes, expected at most 65,547"),
        (gzip.compress(LABELS) + gzip.compress(b"") * 5000, None, "expected at most 65,547 for the 10"),
        (NAMED + b"x" * 2**21 + b"\0" + gzip.compress(LABELS)[10:], None, "first 1,048,576 bytes unpack to"),
        (
            gzip.compress(b"") * 60_000 + gzip.compress(LABELS),
            None,
            "first 1,048,576 bytes unpack to nothing",
        ),
        (b"\x1f\x8b\x08\x10" + bytes(6) + b"x" * 2**21, None, "first 1,048,576 bytes unpack to nothing"),
        (LABELS, 2**40, "more than the 10 bytes of data that its header promises"),
    ],
    ids=["sparse TB", "padded", "empty members", "long name", "empty members first", "long comment", "plain"],
)
@pytest.mark.parametrize("read", ["read_idx", "inspect_idx_files"])
def test_a_file_much_larger_than_its_data_is_refused_unread(tmp_path, dataset, read, content, size, expected):
    files = write_dataset(tmp_path, dataset)
    path = files["train_labels"]
    path.write_bytes(content)
    if size:
        os.truncate(path, size)
    text = sentence(read_idx, path) if read == "read_idx" else sentence(inspect_idx_files, files)
    assert text.startswith(f"{path}: ") and expected in text


def test_data_that_do_not_shrink_may_be_packed_in_any_way(tmp_path):
    pixels = np.random.default_rng(1).integers(0, 256, 300_000, dtype=np.uint8)
    content = bytes.fromhex("00000801") + struct.pack(">I", pixels.size) + pixels.tobytes()
    stored = gzip.compress(content, compresslevel=0)
    # As bgzip does, and as `truncate` or a tape would end it.
    blocks = b"".join(
        gzip.compress(content[place : place + 2**12]) for place in range(0, len(content), 2**12)
    )
    for packed in (stored, blocks, blocks + bytes(2**16)):
        (tmp_path / "file").write_bytes(packed)
        np.testing.assert_array_equal(read_idx(tmp_path / "file"), pixels)


# Four files in a folder


@pytest.mark.parametrize("ending", [".gz", ""])
@pytest.mark.parametrize("separator", ["-", "."])
def test_files_are_found_under_every_accepted_name(tmp_path, separator, ending):
    expected = {
        part: tmp_path / (n.replace("-idx", f"{separator}idx") + ending) for part, n in IDX_NAMES.items()
    }
    for path in expected.values():
        path.touch()
    assert find_idx_files(tmp_path) == expected


@pytest.mark.parametrize("test", ["t10k", "test"])
def test_names_may_begin_with_that_of_the_data_set_as_those_of_emnist_do(tmp_path, dataset, test):
    for path in write_dataset(tmp_path, dataset).values():
        path.rename(tmp_path / f"emnist-letters-{path.name.replace('t10k', test)}")
    found = find_idx_files(tmp_path)
    assert found["test_labels"].name == f"emnist-letters-{test}-labels-idx1-ubyte.gz"
    (tmp_path / "emnist-digits-train-images-idx3-ubyte.gz").touch()
    text = sentence(find_idx_files, tmp_path)
    assert "2 files with the train images (emnist-digits-train-images-idx3-ubyte.gz, emnist-l" in text
    # A file of the plain name leaves no doubt.
    (tmp_path / "train-images-idx3-ubyte").touch()
    assert find_idx_files(tmp_path)["train_images"].name == "train-images-idx3-ubyte"


def test_a_tilde_is_the_users_home(tmp_path, dataset, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mine").mkdir()
    write_dataset(tmp_path / "mine", dataset)
    assert find_idx_files("~/mine") == find_idx_files(tmp_path / "mine")


@pytest.mark.parametrize("below", ["raw", "KMNIST/raw", "MNIST/raw"])
def test_the_root_that_torchvision_downloads_to_leads_to_its_files(tmp_path, dataset, below):
    (tmp_path / below).mkdir(parents=True)
    write_dataset(tmp_path / below, dataset)
    assert {path.parent for path in find_idx_files(tmp_path).values()} == {tmp_path / below}
    # Of two data sets below it, it does not say which is meant.
    (tmp_path / "QMNIST/raw").mkdir(parents=True)
    write_dataset(tmp_path / "QMNIST/raw", dataset)
    if below != "raw":
        assert sentence(find_idx_files, tmp_path).startswith(f"{tmp_path}: no file with the train images")


def test_gzipped_file_is_preferred_to_the_plain_one(tmp_path, dataset):
    write_dataset(tmp_path, dataset, compress=False)
    write_dataset(tmp_path, dataset, compress=True)
    assert {path.suffix for path in find_idx_files(tmp_path).values()} == {".gz"}


def test_missing_part_is_named_with_the_folder_and_all_its_names(tmp_path, dataset):
    files = write_dataset(tmp_path, dataset)
    files["test_labels"].unlink()
    (tmp_path / "t10k-labels.idx1-ubyte").mkdir()  # a folder of that name is no file
    text = sentence(find_idx_files, tmp_path)
    assert text.startswith(f"{tmp_path}: no file with the test labels")
    for name in ("t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte"):
        assert f"{name}.gz" in text and f" {name}" in text


def test_a_link_that_leads_nowhere_is_named_with_its_target(tmp_path, dataset):
    files = write_dataset(tmp_path, dataset)
    files["train_labels"].unlink()
    files["train_labels"].symlink_to("../.git/annex/objects/x.gz")
    text = sentence(lambda: inspect_idx_files(find_idx_files(tmp_path)))
    assert f"{files['train_labels']}: no such file, a link to ../.git/annex/objects/x.gz" in text
    assert text.endswith("run git annex get in its repository.")


def test_missing_folder_is_named_with_the_key_to_correct(tmp_path):
    text = sentence(find_idx_files, tmp_path / "absent")
    assert str(tmp_path / "absent") in text and "`dataset: path:`" in text
    (tmp_path / "file").touch()
    assert "not a directory" in sentence(find_idx_files, tmp_path / "file")


# The cheap check


@pytest.mark.parametrize("compress", [True, False], ids=["gzipped", "plain"])
def test_inspection_counts_the_images(tmp_path, dataset, compress):
    assert inspect_idx_files(write_dataset(tmp_path, dataset, compress)) == ({"train": 10, "test": 20}, 10)


@pytest.mark.parametrize(("content", "expected"), BAD_CONTENTS.values(), ids=BAD_CONTENTS)
@pytest.mark.parametrize("part", ["train_images", "test_labels"])
def test_inspection_says_the_same_sentence_as_the_full_reading(tmp_path, dataset, part, content, expected):
    files = write_dataset(tmp_path, dataset)
    files[part].write_bytes(content)
    assert sentence(inspect_idx_files, files) == sentence(read_idx, files[part])


@pytest.mark.parametrize(
    ("part", "change", "expected"),
    [
        (
            "train_images",
            lambda a: a[:, 0, 0],
            "holds an array of 10, expected images as count x height x width",
        ),
        ("test_images", lambda a: a[:-1], "holds 19 images but "),
        ("train_labels", lambda a: a + 1, "no label 0 among 10, expected every class 0 to 10 at least once"),
        ("test_labels", lambda a: a + 91, "label 100 at position 9 (2 such in all), expected 0 to 99, of at"),
        ("train_labels", lambda a: a * 11, "no label 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 80 more among 10"),
    ],
)
def test_inspection_refuses_what_does_not_fit_together(tmp_path, dataset, part, change, expected):
    dataset[part] = change(dataset[part]).astype(np.uint8)
    files = write_dataset(tmp_path, dataset)
    text = sentence(inspect_idx_files, files)
    assert str(files[part]) in text and expected in text


@pytest.mark.parametrize("classes", [2, 47, 100])
def test_there_is_one_class_more_than_the_largest_label(tmp_path, classes):
    files = write_dataset(tmp_path, noise(classes, 2 * classes, classes))
    for named in (None, classes):
        assert inspect_idx_files(files, named) == ({"train": classes, "test": 2 * classes}, classes)
    text = sentence(inspect_idx_files, files, classes + 1)
    assert f"no label {classes} among {classes}, expected every class 0 to {classes} at" in text
    few = {part: np.zeros_like(array) for part, array in noise(3, 3).items()}
    text = sentence(inspect_idx_files, write_dataset(tmp_path, few))
    assert text.startswith(f"{files['train_labels']}: all labels are 0, expected 2 to 100 classes")


def test_gzip_file_of_two_members_passes_though_its_trailer_counts_only_one(tmp_path, dataset):
    files = write_dataset(tmp_path, dataset, compress=False)
    content = files["train_images"].read_bytes()
    files["train_images"].write_bytes(gzip.compress(content[:100]) + gzip.compress(content[100:]) + bytes(7))
    assert inspect_idx_files(files) == ({"train": 10, "test": 20}, 10)
    np.testing.assert_array_equal(read_idx(files["train_images"]), dataset["train_images"])


def test_inspection_does_not_unpack_images(tmp_path, dataset):
    """Damage inside compressed images is left to the full reading: that is what makes it cheap."""
    files = write_dataset(tmp_path, dataset)
    content = bytearray(files["train_images"].read_bytes())
    content[-8] ^= 1  # the checksum
    files["train_images"].write_bytes(content)
    assert inspect_idx_files(files) == ({"train": 10, "test": 20}, 10)
    assert "damaged" in sentence(read_idx, files["train_images"])


# Beyond MNIST


def test_labels_of_four_bytes_are_read(tmp_path):
    (tmp_path / "labels").write_bytes(bytes.fromhex("00000c01 00000003 00000007 00000102 ffffffff"))
    labels = read_idx(tmp_path / "labels")
    assert labels.tolist() == [7, 258, -1] and labels.dtype == np.int32


@pytest.mark.parametrize("kind", [np.uint8, ">i4"])
def test_labels_that_count_from_1_get_their_way_out_and_are_read_with_it(tmp_path, dataset, kind):
    counted = {part: array + 1 if "labels" in part else array for part, array in dataset.items()}
    files = write_dataset(tmp_path, counted)
    for part in ("train_labels", "test_labels"):
        labels = counted[part].astype(kind)
        code = 8 if labels.itemsize == 1 else 12
        files[part].write_bytes(struct.pack(">HBBI", 0, code, 1, len(labels)) + labels.tobytes())
    for named in (None, 10):
        text = sentence(inspect_idx_files, files, named)
        assert text.endswith("if they count from 1, set `dataset: first_label: 1`.")
    assert inspect_idx_files(files, None, 1) == ({"train": 10, "test": 20}, 10)
    own = provider("idx", path=str(tmp_path), first_label=1)
    arrays, making = own.load(files)
    assert making is None
    for part in dataset:
        np.testing.assert_array_equal(arrays[part], dataset[part])
        assert arrays[part].dtype == np.uint8


@pytest.mark.parametrize(("side", "transpose"), [(28, True), (14, False), (56, True)])
def test_images_that_stand_otherwise_are_made_and_the_report_says_so(tmp_path, dataset, side, transpose):
    upright = {
        part: array if "labels" in part else np.kron(array, np.ones((2, 2), np.uint8))[:, :side, :side]
        for part, array in dataset.items()
    }
    stored = {
        part: array.swapaxes(-1, -2) if array.ndim == 3 and transpose else array
        for part, array in upright.items()
    }
    files = write_dataset(tmp_path, stored)
    own = provider("idx", path=str(tmp_path), transpose=transpose)
    assert own.makes_images
    arrays, making = own.load(files)
    np.testing.assert_array_equal(arrays["train_images"], fit(upright["train_images"]))
    assert making.as_json()["sizes"]["usual"] == [side, side] and making.notes["transposed"] is transpose
    assert len(making.originals) == 8


def test_more_images_than_would_fit_the_memory_once_made_are_refused(tmp_path, dataset):
    files = write_dataset(tmp_path, dataset, compress=False)
    count = 2**21
    files["train_images"].write_bytes(IMAGES_MAGIC + struct.pack(">III", count, 1, 1) + bytes(count))
    files["train_labels"].write_bytes(bytes.fromhex("00000801") + struct.pack(">I", count) + bytes(count))
    assert "holds 2,097,152 images, expected at most 1,369,568" in sentence(inspect_idx_files, files)
