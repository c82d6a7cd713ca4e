"""Small data sets as IDX files, for tests of what reads them."""

import gzip
import struct

import numpy as np

from hidden_units.datasets.idx import IDX_NAMES


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
