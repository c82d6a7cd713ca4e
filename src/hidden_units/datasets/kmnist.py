"""The official KMNIST files, as corrected in February 2019, and where they are offered.

Data set: Clanuwat, Bober-Irizar, Kitamoto, Lamb, Yamamoto and Ha, Deep Learning for Classical Japanese
Literature, 2018.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class SourceFile:
    """One file as its publisher offers it: its name, its size in bytes and its SHA-256 in hexadecimal."""

    name: str
    bytes: int
    sha256: str


KMNIST_FILES = {
    "train_images": SourceFile(
        name="train-images-idx3-ubyte.gz",
        bytes=18_165_135,
        sha256="51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
    ),
    "train_labels": SourceFile(
        name="train-labels-idx1-ubyte.gz",
        bytes=29_497,
        sha256="e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
    ),
    "test_images": SourceFile(
        name="t10k-images-idx3-ubyte.gz",
        bytes=3_041_136,
        sha256="edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
    ),
    "test_labels": SourceFile(
        name="t10k-labels-idx1-ubyte.gz",
        bytes=5_120,
        sha256="20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
    ),
}
MIRRORS = (
    "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
    "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
    "https://storage.googleapis.com/kuzushiji-mnist/",
)
COUNTS = {"train": 60_000, "test": 10_000}


def is_official(hashes: Mapping[str, str]) -> bool:
    """Whether the SHA-256 of the four parts, keyed as KMNIST_FILES, are those of the official files."""
    return hashes == {part: source.sha256 for part, source in KMNIST_FILES.items()}
