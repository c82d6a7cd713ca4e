"""Small data sets as IDX files, for tests of what reads them."""

import gzip
import struct
from collections.abc import Sequence
from importlib.resources import files

import numpy as np

from hidden_units.datasets.idx import IDX_NAMES
from hidden_units.datasets.letters import FONTS


def noise(train: int, test: int, classes: int = 10) -> dict[str, np.ndarray]:
    """Images of noise, no two alike; the labels are 0, 1, ... again and again, in both parts from 0."""
    pixels = np.random.default_rng(0).integers(0, 256, (train + test, 28, 28), dtype=np.uint8)
    labels = np.arange(train + test, dtype=np.uint8) % classes
    return {
        "train_images": pixels[:train],
        "train_labels": labels[:train],
        "test_images": pixels[train:],
        "test_labels": labels[:test],
    }


def write_idx(path, array, compress):
    """Write a uint8 array as IDX; the same array gives the same bytes."""
    content = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()
    path.write_bytes(gzip.compress(content, mtime=0) if compress else content)


def write_folder(folder, arrays, compress=True):
    """Write a data set as its four files, into a folder that may be missing."""
    folder.mkdir(exist_ok=True)
    for part, array in arrays.items():
        write_idx(folder / (IDX_NAMES[part] + (".gz" if compress else "")), array, compress)


def letters(names: Sequence[str], train: int, test: int) -> dict[str, np.ndarray]:
    """Letters in two fonts, turned and moved a little: a class for each name, so many images in each part."""
    from PIL import Image, ImageDraw, ImageFont

    random = np.random.default_rng(0)
    fonts = [ImageFont.truetype(files(package) / name, 23) for package, name in FONTS[:2]]
    parts = {}
    for part, count in (("train", train * len(names)), ("test", test * len(names))):
        labels = np.arange(count, dtype=np.uint8) % len(names)
        images = np.zeros((count, 28, 28), np.uint8)
        for place, label in enumerate(labels):
            image = Image.new("L", (28, 28))
            middle = tuple(14 + random.uniform(-2, 2, 2))
            font = fonts[random.integers(2)]
            ImageDraw.Draw(image).text(middle, names[label], fill=255, font=font, anchor="mm")
            images[place] = image.rotate(random.uniform(-15, 15), Image.Resampling.BILINEAR)
        parts |= {f"{part}_images": images, f"{part}_labels": labels}
    return parts
