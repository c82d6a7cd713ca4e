"""A provider is all that others know of its kind of data."""

import os
import struct
from pathlib import Path

import numpy as np
import pytest

from hidden_units.config import resolve
from hidden_units.datasets.classes import KMNIST_CLASSES, has_published_classes
from hidden_units.datasets.kmnist import KMNIST_FILES
from hidden_units.datasets.providers import PROVIDERS
from hidden_units.errors import StudyError
from hidden_units.modules import library_files
from tests.idx_files import noise, write_folder, write_idx
from tests.published import DEFAULTS, provider

ROOT = Path(__file__).resolve().parents[3]


def test_every_key_of_the_block_belongs_to_a_kind_of_data_or_to_all():
    owned = {key for kind in PROVIDERS.values() for key in kind.keys}
    assert owned | {"name", "title"} == set(DEFAULTS["dataset"])


def test_only_drawn_images_depend_on_the_brush():
    script = ROOT / "workflow/scripts/prepare_dataset.py"
    files = [str(path) for path in library_files([script], ROOT / "src")]
    for name in PROVIDERS:
        found = {Path(path).name for path in provider(name).library_files(files)}
        assert {"idx.py", "prepare.py", "providers.py"} <= found
        assert found & {"brush.py", "brush_strokes.yaml"} == (
            {"brush.py", "brush_strokes.yaml"} if name == "brush" else set()
        )


def test_files_are_fetched_for_kmnist_alone_and_others_where_the_configuration_names_them():
    assert list(provider("kmnist").downloads().values()) == list(KMNIST_FILES.values())
    named = [{"name": source.name, "bytes": 1, "sha256": "0" * 64} for source in KMNIST_FILES.values()]
    assert {file.bytes for file in provider("kmnist", files=named).downloads().values()} == {1}
    assert provider("brush").downloads() == provider("idx", path="x").downloads() == {}
    assert provider("brush").source_files("data") == {}
    with pytest.raises(StudyError, match="names a file twice"):
        resolve({"dataset": {"files": [named[0]] * 4}})


def test_classes_are_those_of_kmnist_unless_the_user_has_others(tmp_path):
    assert provider("kmnist").classes == provider("brush").classes == KMNIST_CLASSES
    write_folder(tmp_path, noise(24, 12, 12))
    unnamed = provider("idx", path=str(tmp_path))
    assert [entry["romaji"] for entry in unnamed.classes] == [str(label) for label in range(12)]
    assert unnamed.title == "Images of 12 classes" and not has_published_classes(unnamed.classes)
    named = [{"romaji": entry["romaji"], "kana": ""} for entry in KMNIST_CLASSES]
    assert has_published_classes(provider("idx", classes=named).classes)


def test_memory_follows_from_the_headers_where_they_say_more_than_is_usual(tmp_path):
    for name in ("kmnist", "brush"):
        assert provider(name).memory_mb(1500, 6) == 1500
    assert provider("brush", brush={"train": 10**6, "test": 10}).memory_mb(1500, 2.5) == 500 + 1960
    # A sparse file: only its header is read before the jobs.
    for part, count in (("train", 10**6), ("t10k", 20)):
        labels = np.arange(count, dtype=np.uint8) % 10
        write_idx(tmp_path / f"{part}-labels-idx1-ubyte", labels, compress=False)
        images = tmp_path / f"{part}-images-idx3-ubyte"
        images.write_bytes(struct.pack(">HBB3I", 0, 8, 3, count, 28, 28))
        os.truncate(images, 16 + count * 784)
    own = provider("idx", path=str(tmp_path))
    assert own.memory_mb(1500, 2.5) == 500 + 1960
    assert own.memory_mb(1500, 30, ["test"]) == 1500
    # Looked into once: what it holds is asked for often.
    (tmp_path / "train-labels-idx1-ubyte").unlink()
    assert own.counts() == {"train": 10**6, "test": 20} and len(own.source_files("")) == 4
