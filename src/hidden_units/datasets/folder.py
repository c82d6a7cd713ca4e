"""A folder of pictures, a folder a class, as torchvision's ImageFolder has it: found, listed, read.

A folder may be hostile or damaged: pictures are decoded by PIL, of six formats alone and within its limit of
pixels, and nothing but files and folders is opened.
"""

from __future__ import annotations

import hashlib
import io
import os
import time
import unicodedata
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hidden_units.datasets.making import Making, as_original, fit, grey, invert_together, originals_shown
from hidden_units.datasets.shape import FEWEST_CLASSES, MOST_CLASSES, SIDE
from hidden_units.errors import StudyError
from hidden_units.files import read_json, sha256, write_json
from hidden_units.paths import unlisted
from hidden_units.yaml_files import unprintable

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")
ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif")
# What systems leave beside pictures, in lower case; so is all whose name begins with a dot.
LEFT_BY_SYSTEMS = ("thumbs.db", "desktop.ini", "__macosx")
PARTS = ("train", "test", "val")
LONGEST_NAME = 40
# A file that was written this shortly before it was read may be written again under the same time stamp.
SETTLED_NS = 2 * 10**9


@dataclass(frozen=True)
class Found:
    """What a folder holds.

    Attributes:
        classes: their names in the order of their labels.
        parts: for `train` and `test` path and label of each picture, in mixed order, relative to the folder.
        test_from: `test` or `val`, the folder of the test pictures, or `split`.
        unused: pictures in `val`, where there is `test` too.
        passed_over: other files beside the pictures.
    """

    classes: tuple[str, ...]
    parts: Mapping[str, Sequence[tuple[str, int]]]
    test_from: str
    unused: int
    passed_over: int

    @property
    def counts(self) -> dict[str, int]:
        """How many pictures each part has."""
        return {part: len(pictures) for part, pictures in self.parts.items()}


def find_pictures(root: Path, test: float, seed: int) -> Found:
    """Find the classes and pictures of a folder; no picture is opened.

    The parts are `train/` and `test/`, or `val/` where there is no `test/`; without them each class is split.
    Pictures are mixed, because a network that sees one class after the other learns the last.

    Args:
        test: the share of test pictures in a split.
        seed: of the split and of the order.

    Raises:
        StudyError: the folder cannot be read, or its classes are not sound.
    """
    folders, files = entries(root)
    is_parted = "train" in folders and ("test" in folders or "val" in folders)
    if is_parted or (folders and {*folders} <= {*PARTS}):
        return in_parts(root, folders, seed)
    pictures, others = by_class(root, folders, files)
    check_classes(root, [*pictures])
    parts: dict[str, list[tuple[str, int]]] = {"train": [], "test": []}
    for label, (name, paths) in enumerate(pictures.items()):
        if len(paths) < 2:
            raise StudyError(
                f"{root / name}: holds one picture, expected at least two, of which one is for the test; add "
                "some, or remove the folder."
            )
        order = np.random.default_rng([seed, label]).permutation(len(paths))
        held_out = min(max(1, round(test * len(paths))), len(paths) - 1)
        for place, number in enumerate(order):
            parts["test" if place < held_out else "train"].append((paths[number], label))
    return Found((*pictures,), mixed(parts, seed), "split", 0, others)


def in_parts(root: Path, folders: Sequence[str], seed: int) -> Found:
    """What a folder holds that has `train/` and `test/` or `val/`."""
    test_from = "test" if "test" in folders else "val"
    missing = [part for part in ("train", test_from) if part not in folders]
    strays = [name for name in folders if name not in PARTS]
    if missing or strays:
        found = ", ".join(f"{name}/" for name in (strays or folders)[:3])
        raise StudyError(
            f"{root}: holds {found}{' beside train/' if strays else ''}, expected train/ and test/ (or val/) "
            "alone, or a folder for each class; move it, or correct `dataset: path:`."
        )
    found = {part: by_class(root, *entries(root / part), part) for part in folders}
    classes = sorted(found["train"][0])
    check_classes(root / "train", classes)
    for part, other in (("train", test_from), (test_from, "train")):
        for name in found[part][0]:
            if name not in found[other][0]:
                raise StudyError(
                    f"{root / part / name}: is a class that {other}/ lacks, expected each in both; add "
                    f"pictures of it to {other}/, or remove it."
                )
    parts = {
        part: [(path, label) for label, name in enumerate(classes) for path in found[folder][0][name]]
        for part, folder in (("train", "train"), ("test", test_from))
    }
    unused = sum(map(len, found["val"][0].values())) if test_from == "test" and "val" in found else 0
    others = sum(count for _, count in found.values())
    return Found((*classes,), mixed(parts, seed), test_from, unused, others)


def mixed(parts: Mapping[str, Sequence[tuple[str, int]]], seed: int) -> dict[str, list[tuple[str, int]]]:
    """Each part in an order that the seed decides."""
    return {
        part: [
            pictures[k]
            for k in np.random.default_rng([seed, MOST_CLASSES + place]).permutation(len(pictures))
        ]
        for place, (part, pictures) in enumerate(parts.items())
    }


def entries(folder: Path) -> tuple[list[str], list[str]]:
    """The names of the folders and of the files in a folder, sorted; hidden ones are passed over.

    Raises:
        StudyError: it cannot be read, or holds what is neither.
    """
    folders, files = [], []
    try:
        with os.scandir(folder) as found:
            for entry in found:
                if entry.name.startswith(".") or entry.name.casefold() in LEFT_BY_SYSTEMS:
                    continue
                if entry.is_dir():
                    folders.append(entry.name)
                elif entry.is_file():
                    files.append(entry.name)
                else:
                    raise StudyError(
                        f"{entry.path}: is a link that leads nowhere, or no file, expected pictures and "
                        "folders; fetch what it stands for (git annex get), or remove it."
                    )
    except (OSError, ValueError) as error:
        expected = "expected a folder with a folder of pictures for each class"
        raise unlisted(folder, error, expected) from error
    return sorted(folders), sorted(files)


def by_class(
    root: Path, folders: Sequence[str], files: Sequence[str], part: str = ""
) -> tuple[dict[str, list[str]], int]:
    """Paths of the pictures of each class, relative to `root`, and the number of other files.

    Raises:
        StudyError: a picture of no class, a class without pictures, or a name that cannot be one.
    """
    if strays := [name for name in files if name.lower().endswith(ENDINGS)]:
        raise StudyError(
            f"{root / part / strays[0]}: lies outside the folders of classes ({len(strays)} such in all), "
            "expected a folder for each class; move it into one."
        )
    pictures: dict[str, list[str]] = {}
    others = len(files)
    for folder in folders:
        name = unicodedata.normalize("NFC", folder)
        if unprintable(name) or {*name} & {*"\n\t"} or len(name) > LONGEST_NAME or name in pictures:
            raise StudyError(
                f"{root / part / folder}: is no name of a class, expected at most {LONGEST_NAME} printable "
                "characters, and no name twice; rename the folder."
            )
        below = [*files_below(root, str(Path(part, folder)))]
        pictures[name] = [path for path in below if path.lower().endswith(ENDINGS)]
        others += len(below) - len(pictures[name])
        if not pictures[name]:
            raise StudyError(
                f"{root / part / folder}: holds no picture among {len(below)} files, expected some that end "
                f"in {', '.join(ENDINGS)}; add some, or remove the folder."
            )
    return dict(sorted(pictures.items())), others


def files_below(root: Path, folder: str) -> Iterator[str]:
    """Paths of all files below a class's folder, relative to `root`.

    Raises:
        StudyError: a folder that is a link, which may lead round in circles, or named as a part.
    """
    folders, files = entries(root / folder)
    yield from (f"{folder}/{name}" for name in files)
    for name in folders:
        path = f"{folder}/{name}"
        if (root / path).is_symlink() or name in PARTS:
            raise StudyError(
                f"{root / path}: is a link to a folder, or named as a part, inside a class, expected "
                "pictures and plain folders; move its pictures into the class's folder."
            )
        yield from files_below(root, path)


def check_classes(folder: Path, classes: Sequence[str]) -> None:
    """Check the number of classes.

    Raises:
        StudyError: it is out of bounds.
    """
    if not FEWEST_CLASSES <= len(classes) <= MOST_CLASSES:
        raise StudyError(
            f"{folder}: the number of folders of pictures is {len(classes)}, expected {FEWEST_CLASSES} to "
            f"{MOST_CLASSES}, one for each class; correct `dataset: path:`."
        )


# The listing: one file that stands for thousands


def listing_of(path: str) -> Path:
    """Where the listing of a folder is, by its path in the configuration."""
    return Path(".snakemake/listings", f"{hashlib.sha256(os.fsencode(path)).hexdigest()[:16]}.json")


def write_listing(root: Path, names: Sequence[str], listing: Path) -> None:
    """Bring the listing of some files up to date: name, bytes and SHA-256 of each.

    A second file keeps size, time stamps and place of each as it was read; only what differs is read again.

    Raises:
        StudyError: a file cannot be read.
    """
    cache = listing.with_suffix(".seen.json")
    seen: dict[str, list] = {}
    with suppress(OSError, ValueError):
        seen = read_json(cache)
    now, lines, looks = time.time_ns(), {}, {}
    for name in sorted(names):
        path = root / name
        try:
            stat, link = path.stat(), path.lstat()
            look = [
                stat.st_dev,
                stat.st_ino,
                stat.st_size,
                stat.st_mtime_ns,
                stat.st_ctime_ns,
                link.st_ctime_ns,
            ]
            known = seen.get(name)
            digest = known[-1] if known and known[:-1] == look else sha256(path)
        except OSError as error:
            raise unreadable(path, error) from error
        lines[name] = [stat.st_size, digest]
        if max(look[3:]) < now - SETTLED_NS:
            looks[name] = [*look, digest]
    if looks != seen:
        write_json(cache, looks)
    # As it was, its time stamp stays, and nothing is made again.
    with suppress(OSError, ValueError):
        if read_json(listing) == lines:
            return
    write_json(listing, lines)


def unreadable(path: Path, error: Exception) -> StudyError:
    """The sentence for a picture that cannot be opened."""
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return StudyError(
        f"{path}: cannot be read as a picture ({reason}), expected one of {', '.join(FORMATS)}; mend it or "
        "remove it."
    )


# Reading


def read_pictures(
    root: Path, found: Found, listing: Mapping[str, Sequence], invert: bool | str
) -> tuple[dict[str, np.ndarray], Making]:
    """Read and make all pictures.

    Args:
        listing: the content of the listing; pictures must be what it says.

    Raises:
        StudyError: one is damaged, too large, or not as listed.
    """
    making, arrays = Making(), {}
    making.notes = {"test_from": found.test_from, "unused": found.unused, "passed_over": found.passed_over}
    for part, pictures in found.parts.items():
        labels = np.array([label for _, label in pictures], np.uint8)
        shown = {*originals_shown(labels).tolist()} if part == "train" else set()
        images = np.empty((len(pictures), SIDE, SIDE), np.uint8)
        for place, (name, _) in enumerate(pictures):
            path = root / name
            try:
                content = path.read_bytes()
            except OSError as error:
                raise unreadable(path, error) from error
            if listing.get(name, [0, ""])[1] != hashlib.sha256(content).hexdigest():
                raise StudyError(
                    f"{path}: was changed since the run began, expected it as it was; start the run again."
                )
            picture, kinds = read_picture(content, path)
            making.sizes[picture.size] += 1
            making.found.update(kinds)
            images[place] = fit(grey(np.asarray(picture.convert("L"))[None]))[0]
            if place in shown:
                making.originals[place] = as_original(picture)
        arrays |= {f"{part}_images": images, f"{part}_labels": labels}
    invert_together(arrays, invert, making)
    return arrays, making


def read_picture(content: bytes, path: Path) -> tuple[Any, list[str]]:
    """A picture as a PIL image of grey values (`L`) or colours (`RGB`), upright, and what it was.

    Transparent parts are laid on white, or on black if what is drawn is light.

    Raises:
        StudyError: it is damaged or too large; `path` is what the sentence calls it.
    """
    from PIL import Image, ImageChops, ImageFile, ImageOps, ImageStat, UnidentifiedImageError

    # WeasyPrint, once imported, lets PIL fill the missing end of a file with grey.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=FORMATS)
            kinds = [image.format, *["several"] * (bool(getattr(image, "is_animated", False)))]
            upright = ImageOps.exif_transpose(image)
            upright.load()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise StudyError(
            f"{path}: holds more than {Image.MAX_IMAGE_PIXELS:,} pixels, as a file made to fill the memory "
            "would, expected fewer; make it smaller."
        ) from error
    except MemoryError:
        raise
    except UnidentifiedImageError as error:
        # Its own words name an address in memory.
        raise unreadable(path, ValueError("its content has no such format")) from error
    except Exception as error:
        # Each of PIL's readers has errors of its own for what it stumbles on.
        raise unreadable(path, error) from error
    kinds += ["turned"] * (image.getexif().get(0x0112, 1) != 1)
    if upright.mode.startswith("I"):
        deep = np.asarray(upright)
        if deep.min() < 0 or deep.max() > 2**16 - 1:
            raise unreadable(path, ValueError("32 bits a pixel, more than 16"))
        return Image.fromarray(grey(deep.astype(np.uint16)[None])[0]), [*kinds, "deep"]
    if upright.mode == "F":
        raise unreadable(path, ValueError("floating-point pixels"))
    if upright.has_transparency_data:
        alpha = upright.convert("RGBA").getchannel("A")
        if alpha.getextrema()[0] < 255:
            drawn = upright.convert("RGBA")
            ink = ImageStat.Stat(drawn.convert("L"), mask=alpha.point(lambda value: 255 * (value > 127)))
            is_light = ink.count[0] and ink.mean[0] > 127
            upright = Image.new("RGBA", drawn.size, "black" if is_light else "white")
            upright.alpha_composite(drawn)
            kinds.append("transparent")
    if upright.mode in ("1", "L", "LA", "La"):
        return upright.convert("L"), kinds
    colours = upright.convert("RGB")
    red, *others = colours.split()
    is_grey = not any(ImageChops.difference(red, other).getbbox() for other in others)
    return (colours.getchannel(0) if is_grey else colours), [*kinds, *["colour"] * (not is_grey)]
