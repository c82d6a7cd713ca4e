"""A provider is all that others know of its kind of data."""

from pathlib import Path

import pytest

from hidden_units.config import defaults, resolve
from hidden_units.datasets.classes import DIGIT_CLASSES, KMNIST_CLASSES, has_published_classes
from hidden_units.datasets.kmnist import KMNIST_FILES
from hidden_units.datasets.providers import PROVIDERS, provider_of
from hidden_units.errors import StudyError
from hidden_units.modules import library_files

ROOT = Path(__file__).resolve().parents[3]


def provider(**dataset):
    return provider_of({**defaults()["dataset"], **dataset})


def test_every_key_of_the_block_belongs_to_a_kind_of_data_or_to_all():
    owned = {key for kind in PROVIDERS.values() for key in kind.keys}
    assert owned | {"name", "title"} == set(defaults()["dataset"])


def test_only_drawn_images_depend_on_the_brush():
    script = ROOT / "workflow/scripts/prepare_dataset.py"
    files = [str(path) for path in library_files([script], ROOT / "src")]
    for name in PROVIDERS:
        found = {Path(path).name for path in provider(name=name).library_files(files)}
        assert {"idx.py", "prepare.py", "providers.py"} <= found
        assert found & {"brush.py", "brush_strokes.yaml"} == (
            {"brush.py", "brush_strokes.yaml"} if name == "brush" else set()
        )


def test_files_are_fetched_for_kmnist_alone_and_others_where_the_configuration_names_them():
    assert list(provider(name="kmnist").downloads().values()) == list(KMNIST_FILES.values())
    named = [{"name": source.name, "bytes": 1, "sha256": "0" * 64} for source in KMNIST_FILES.values()]
    assert {file.bytes for file in provider(name="kmnist", files=named).downloads().values()} == {1}
    assert provider(name="brush").downloads() == provider(name="idx", path="x").downloads() == {}
    assert provider(name="brush").source_files("data") == {}
    with pytest.raises(StudyError, match="names a file twice"):
        resolve({"dataset": {"files": [named[0]] * 4}})


def test_classes_are_those_of_kmnist_unless_the_user_has_others():
    assert provider(name="kmnist").classes == provider(name="brush").classes == KMNIST_CLASSES
    assert provider(name="idx").classes == DIGIT_CLASSES
    named = [{"romaji": entry["romaji"], "kana": ""} for entry in KMNIST_CLASSES]
    assert has_published_classes(provider(name="idx", classes=named).classes)
    assert not has_published_classes(DIGIT_CLASSES)
