"""A folder of pictures: every format is read, every kind made, and anything else refused in one sentence."""

import os
import shutil

import numpy as np
import pytest
from PIL import Image, ImageDraw

from hidden_units.datasets import folder as module
from hidden_units.datasets.folder import find_pictures, listing_of, read_picture, write_listing
from hidden_units.datasets.letters import not_shown
from hidden_units.files import read_json
from tests.published import provider
from tests.refusals import sentence

PNG = "a.png"


@pytest.fixture(autouse=True)
def working_folder(tmp_path, monkeypatch):
    """Listings stand below the working folder."""
    monkeypatch.chdir(tmp_path)


def draw(path, mode="L", size=(56, 56), paper=255, ink=0, **options):
    """Write a picture with a square of a quarter of its longer side in the middle."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new(mode, size, paper)
    x, y, half = size[0] // 2, size[1] // 2, max(size) // 8
    ImageDraw.Draw(image).rectangle([x - half, y - half, x + half - 1, y + half - 1], fill=ink)
    image.save(path, **options)
    return path


def dataset(root, classes=("cat", "dog"), count=5, parts=("train", "test")):
    """Write a folder with so many pictures a class and part, all different."""
    for part in parts:
        for label, name in enumerate(classes):
            for number in range(count):
                draw(root / part / name / f"{number}.png", ink=10 * number + label)
    return root


def load(root, **settings):
    own = provider("folder", path=str(root), **settings)
    own.refresh()
    files = {part: module.Path(path) for part, path in own.source_files("").items()}
    return own, files, *own.load(files)


# Every format and kind

WRITTEN = {
    "png": ("a.png", "L", {}),
    "jpeg, its name in capitals": ("a.JPG", "RGB", {"quality": 95}),
    "webp": ("a.webp", "RGB", {"lossless": True}),
    "tiff": ("a.tif", "L", {"compression": "tiff_lzw"}),
    "bmp": ("a.bmp", "RGB", {}),
    "gif": ("a.gif", "L", {}),
    "cmyk": ("a.jpeg", "CMYK", {"quality": 95}),
    "one bit": ("a.png", "1", {}),
}


@pytest.mark.parametrize(("name", "mode", "options"), WRITTEN.values(), ids=WRITTEN)
def test_each_format_gives_the_same_square_white_on_black(tmp_path, name, mode, options):
    white, black = {
        "RGB": ((255,) * 3, (0,) * 3),
        "CMYK": ((0,) * 4, (0, 0, 0, 255)),
        "1": (1, 0),
    }.get(mode, (255, 0))
    for part in ("train", "test"):
        for label in "ab":
            draw(tmp_path / "in" / part / label / name, mode, paper=white, ink=black, **options)
    _, _, arrays, making = load(tmp_path / "in")
    image = arrays["train_images"][0].astype(int)
    assert making.notes["inverted"] and making.notes["light"] == 2
    assert image[11:17, 11:17].min() > 245 and image[:9].max() < 10 and image[:, -9:].max() < 10


def test_a_folder_may_hold_all_formats_at_once_and_the_report_counts_them(tmp_path):
    for place, (name, mode, options) in enumerate(WRITTEN.values()):
        draw(tmp_path / "in/a" / f"{place}{name}", mode, **options)
        draw(tmp_path / "in/b" / f"{place}{name}", mode, size=(20, 30), **options)
    _, _, _, making = load(tmp_path / "in")
    found = making.as_json()["found"]
    assert {name: found[name] for name in ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")} == {
        **dict.fromkeys(["BMP", "GIF", "TIFF", "WEBP"], 2),
        "JPEG": 4,
        "PNG": 4,
    }
    assert making.as_json()["sizes"]["count"] == 2


def read(path):
    image, kinds = read_picture(path.read_bytes(), path)
    return np.asarray(image.convert("L")), kinds


@pytest.mark.parametrize(("ink", "paper"), [(0, 255), (255, 0)], ids=["dark ink", "light ink"])
def test_transparent_paper_is_unlike_the_ink(tmp_path, ink, paper):
    path = draw(tmp_path / PNG, "RGBA", paper=(9, 9, 9, 0), ink=(ink, ink, ink, 255))
    pixels, kinds = read(path)
    assert pixels[0, 0] == paper and pixels[28, 28] == ink and "transparent" in kinds


def test_sixteen_bits_become_eight(tmp_path):
    deep = np.linspace(0, 65535, 64).round().astype(np.uint16).reshape(8, 8)
    for name in ("a.png", "a.tif"):
        Image.fromarray(deep).save(tmp_path / name)
        pixels, kinds = read(tmp_path / name)
        assert "deep" in kinds and np.abs(pixels - deep / 257).max() <= 0.5


def test_a_photograph_stands_as_its_exif_says(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: 90 degrees to the right
    upright = Image.new("L", (40, 20), 0)
    upright.paste(255, (0, 0, 10, 20))
    upright.save(tmp_path / "a.jpg", exif=exif, quality=95)
    pixels, kinds = read(tmp_path / "a.jpg")
    assert pixels.shape == (40, 20) and pixels[:8].min() > 200 and "turned" in kinds


@pytest.mark.parametrize("ending", ["gif", "tif", "webp"])
def test_the_first_of_several_frames_is_taken(tmp_path, ending):
    frames = [Image.new("L", (8, 8), value) for value in (0, 255)]
    path = tmp_path / f"a.{ending}"
    frames[0].save(path, save_all=True, append_images=frames[1:])
    pixels, kinds = read(path)
    assert pixels.max() == 0 and "several" in kinds


# Classes and parts


def test_classes_are_the_folders_in_alphabetical_order_and_each_label_is_right(tmp_path):
    own, files, arrays, making = load(dataset(tmp_path / "in", ("dog", "cat", "ant"), 4))
    assert [entry["romaji"] for entry in own.classes] == ["ant", "cat", "dog"]
    assert own.title == "Images of 3 classes" and own.counts() == {"train": 12, "test": 12}
    assert np.bincount(arrays["train_labels"]).tolist() == [4, 4, 4]
    # `draw` gives the classes, as they were named, other inks: white on black 255 - ink.
    inks = 255 - arrays["train_images"].max(axis=(1, 2)).astype(int)
    assert (inks % 10 == np.take([2, 1, 0], arrays["train_labels"])).all()
    assert not (np.diff(arrays["train_labels"].astype(int)) >= 0).all()  # mixed, not class after class
    assert {place: arrays["train_labels"][place] for place in making.originals} == {
        place: label for label in range(3) for place in np.flatnonzero(arrays["train_labels"] == label)[:2]
    }
    hashes = dict.fromkeys(arrays, "0" * 64)
    content = own.describe(arrays, files, hashes, making)
    assert content["sources"][0]["name"] == "in/ (24 files)" and content["making"]["test_from"] == "test"
    assert str(tmp_path) not in str(content)


def test_without_parts_each_class_is_split_by_the_seed_in_proportion(tmp_path):
    root = dataset(tmp_path / "in", count=10, parts=["."])
    found = find_pictures(root, 0.3, 0)
    assert found.test_from == "split" and found.counts == {"train": 14, "test": 6}
    for part, each in (("train", 7), ("test", 3)):
        assert np.bincount([label for _, label in found.parts[part]]).tolist() == [each] * 2
    both = [name for pictures in found.parts.values() for name, _ in pictures]
    assert len({*both}) == 20
    assert find_pictures(root, 0.3, 0) == found and find_pictures(root, 0.3, 1).parts != found.parts
    assert (
        find_pictures(root, 0.001, 0).counts["test"] == 2
        and find_pictures(root, 0.999, 0).counts["train"] == 2
    )
    # More pictures of one class leave the split of the other.
    draw(root / "cat/99.png")
    dogs = [
        {name for name, label in one.parts["test"] if label} for one in (found, find_pictures(root, 0.3, 0))
    ]
    assert dogs[0] == dogs[1]


def test_val_is_the_test_where_there_is_none_and_is_left_where_there_is(tmp_path):
    root = dataset(tmp_path / "in", parts=("train", "val"))
    assert find_pictures(root, 0.2, 0).test_from == "val"
    dataset(root, parts=["test"], count=2)
    found = find_pictures(root, 0.2, 0)
    assert (found.test_from, found.unused, found.counts["test"]) == ("test", 10, 4)


def test_what_systems_leave_is_passed_over_and_other_files_are_counted(tmp_path):
    root = dataset(tmp_path / "in")
    for name in (".DS_Store", "Thumbs.db", "train/cat/._0.png", "train/__MACOSX/x.png", ".git/a.png"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(b"x")
    before = find_pictures(root, 0.2, 0)
    assert before.classes == ("cat", "dog") and before.passed_over == 0
    (root / "train/cat/notes.txt").write_text("mine")
    assert find_pictures(root, 0.2, 0).passed_over == 1


def test_names_of_other_scripts_go_the_way_of_all_class_names(tmp_path):
    kana = "\N{HIRAGANA LETTER O}"
    root = dataset(tmp_path / "in", (kana, "cafe\N{COMBINING ACUTE ACCENT}", "\N{BENGALI LETTER KA}"))
    own = provider("folder", path=str(root))
    assert [entry["romaji"] for entry in own.classes] == ["caf\xe9", "1", kana]
    (said,) = not_shown({"dataset": {"classes": None}, "report": {}}, own.folders)
    assert said.startswith("config: `dataset: path` has 1 with letters that the fonts")
    few, named = (
        provider("folder", path=str(root), classes=[{"romaji": name, "kana": ""} for name in names])
        for names in ("xy", "xyz")
    )
    assert [entry["romaji"] for entry in named.classes] == ["x", "y", "z"]
    assert "names 2, but" in sentence(few.counts) and "has 3 folders" in sentence(few.counts)


# What is refused

WRONG = {
    "no folder": (lambda root: shutil.rmtree(root), "no such file or directory, expected a folder with"),
    "empty": (
        lambda root: (shutil.rmtree(root), root.mkdir()),
        "the number of folders of pictures is 0, expected 2 to 100",
    ),
    "one class": (
        lambda root: [shutil.rmtree(root / part / "dog") for part in ("train", "test")],
        "train: the number of folders of pictures is 1",
    ),
    "empty class": (
        lambda root: [path.unlink() for path in (root / "train/cat").iterdir()],
        "train/cat: holds no picture among 0 files, expected some that end in .png",
    ),
    "no test": (
        lambda root: shutil.rmtree(root / "test"),
        "holds train/, expected train/ and test/ (or val/)",
    ),
    "a class lacks": (
        lambda root: shutil.rmtree(root / "test/dog"),
        "train/dog: is a class that test/ lacks, expected each in both",
    ),
    "a class more": (lambda root: draw(root / "test/ant/1.png"), "test/ant: is a class that train/ lacks"),
    "a class beside the parts": (lambda root: draw(root / "ant/1.png"), "holds ant/ beside train/"),
    "a picture of no class": (
        lambda root: draw(root / "test/1.png"),
        "lies outside the folders of classes (1",
    ),
    "line feed": (lambda root: (root / "train/cat").rename(root / "train/c\nt"), "is no name of a class"),
    "turned round": (
        lambda root: (root / "train/cat").rename(root / "train/c\u202et"),
        "c\\u202et: is no name",
    ),
    "bytes": (
        lambda root: (root / "train/cat").rename(root / "train/c\udcff"),
        "c\\udcff: is no name of a class",
    ),
    "long name": (
        lambda root: (root / "train/cat").rename(root / f"train/{'c' * 41}"),
        "at most 40 printable",
    ),
    "link in circles": (
        lambda root: (root / "train/cat/again").symlink_to(root / "train/cat"),
        "cat/again: is a link to a folder",
    ),
    "link to nowhere": (
        lambda root: (root / "train/cat/x.png").symlink_to("../.git/annex/x"),
        "cat/x.png: is a link that leads nowhere",
    ),
    "pipe": (
        lambda root: os.mkfifo(root / "train/cat/x.png"),
        "cat/x.png: is a link that leads nowhere, or no",
    ),
}


@pytest.mark.parametrize(("damage", "expected"), WRONG.values(), ids=WRONG)
def test_what_is_no_such_folder_is_refused_in_one_sentence(tmp_path, damage, expected):
    root = dataset(tmp_path / "in")
    damage(root)
    text = sentence(find_pictures, root, 0.2, 0)
    assert text.startswith(str(root)) and expected in text


def test_a_class_of_one_picture_cannot_be_split(tmp_path):
    root = dataset(tmp_path / "in", parts=["."])
    draw(root / "ant/1.png")
    assert "ant: holds one picture, expected at least two" in sentence(find_pictures, root, 0.2, 0)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_named(tmp_path):
    root = dataset(tmp_path / "in")
    (root / "train/cat").chmod(0)
    assert "train/cat: permission denied" in sentence(find_pictures, root, 0.2, 0)
    (root / "train/cat").chmod(0o700)
    (root / "train/cat/1.png").chmod(0)
    assert "1.png: cannot be read as a picture (Permission denied)" in sentence(load, root)


def lines(path):
    """A picture of many lines as bytes."""
    Image.effect_noise((99, 99), 50).save(path)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (lambda path: b"", "cannot be read as a picture"),
        (lambda path: b"<html>", "cannot be read as a picture (its content has no such format)"),
        (lambda path: lines(path)[:2000], "cannot be read as a picture"),
        (lambda path: lines(path)[:40] + bytes(9) + lines(path)[49:], "cannot be read as a picture"),
        (lambda path: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "cannot be read as a picture"),
        (lambda path: tiff(path, "F"), "(floating-point pixels)"),
        (lambda path: tiff(path, "I"), "(32 bits a pixel, more than 16)"),
    ],
    ids=["empty", "web page", "cut", "damaged", "program", "floats", "32 bits"],
)
def test_a_broken_picture_is_named_in_one_sentence(tmp_path, content, expected):
    path = tmp_path / PNG
    text = sentence(read_picture, content(path), path)
    assert text.startswith(f"{path}: ") and expected in text


def tiff(path, mode):
    """A TIFF of a mode as bytes."""
    Image.new(mode, (4, 4), 2**20).save(path, "TIFF")
    return path.read_bytes()


def test_a_picture_made_to_fill_the_memory_is_refused_before_it_does(tmp_path, monkeypatch):
    path = draw(tmp_path / PNG, size=(60, 60))
    for most in (2000, 1000):  # where PIL would warn, and where it refuses
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", most)
        assert f"holds more than {most:,} pixels" in sentence(read_picture, path.read_bytes(), path)


# The listing


def test_the_listing_follows_content_and_nothing_else(tmp_path, monkeypatch):
    root, listing = dataset(tmp_path / "in"), listing_of("in")
    names = [name for pictures in find_pictures(root, 0.2, 0).parts.values() for name, _ in pictures]

    def settle():
        """Let pass the time in which a file may change under its time stamp."""
        monkeypatch.setattr(module, "SETTLED_NS", -(10**12))
        write_listing(root, names, listing)

    settle()
    first, stamp, read = listing.read_bytes(), listing.stat().st_mtime_ns, []
    assert len(read_json(listing)) == 20
    monkeypatch.setattr(module, "sha256", lambda path: read.append(path.name) or "0" * 64)
    write_listing(root, names, listing)
    assert read == [] and listing.stat().st_mtime_ns == stamp
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    os.utime(root / names[0])
    settle()
    assert listing.read_bytes() == first and listing.stat().st_mtime_ns == stamp
    # Other bytes of the same size under the old time stamp.
    path = root / names[1]
    times, content = path.stat(), bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    settle()
    assert listing.read_bytes() != first
    # Two folders that are exchanged.
    first = listing.read_bytes()
    for old, new in (("cat", "x"), ("dog", "cat"), ("x", "dog")):
        (root / "train" / old).rename(root / "train" / new)
    settle()
    assert listing.read_bytes() != first


def test_a_picture_that_changes_while_the_run_goes_on_ends_it(tmp_path):
    root = dataset(tmp_path / "in")
    own, files, *_ = load(root)
    draw(root / "train/cat/1.png", ink=99)
    assert "1.png: was changed since the run began" in sentence(own.load, files)
