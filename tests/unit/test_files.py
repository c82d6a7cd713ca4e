import errno
import json
import os
import subprocess
from contextlib import suppress

import numpy as np
import pandas as pd
import pytest
import safetensors.numpy

from hidden_units.errors import StudyError
from hidden_units.files import (
    TEMPORARY,
    read_json,
    replacing,
    sha256,
    write_array,
    write_arrays,
    write_bytes,
    write_csv,
    write_json,
)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "result.json"
    write_json(path, {"a": 1})
    with pytest.raises(RuntimeError), replacing(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert read_json(path) == {"a": 1}
    assert [entry.name for entry in tmp_path.iterdir()] == ["result.json"]


@pytest.mark.parametrize("kind", ["link", "dangling link", "hard link", "pipe"])
@pytest.mark.parametrize("at", ["result.json", ".result.part.json", ".result.0123456789abcdef.part.json"])
def test_writing_fills_nothing_that_lies_in_its_way(tmp_path, monkeypatch, kind, at):
    monkeypatch.setattr("secrets.token_hex", lambda size: "0123456789abcdef"[: 2 * size])
    precious, path = tmp_path / "precious", tmp_path / at
    precious.write_text("mine")
    make = {"link": path.symlink_to, "hard link": path.hardlink_to, "dangling link": path.symlink_to}
    os.mkfifo(path) if kind == "pipe" else make[kind](tmp_path / "no" if kind[0] == "d" else precious)
    with suppress(FileExistsError):
        write_json(tmp_path / "result.json", {"a": 1})
    assert precious.read_text() == "mine" and not (tmp_path / "no").exists()
    assert at[:9] == ".result.0" or read_json(tmp_path / "result.json") == {"a": 1}


def test_a_new_file_has_the_rights_of_any_and_two_writers_do_not_share_a_temporary_one(tmp_path):
    path = tmp_path / "a [1].b.npz"
    with replacing(path) as first, replacing(path) as second:
        assert first != second and first.suffix == ".npz" and first.name.startswith(".")
        assert TEMPORARY.fullmatch(first.name)
    (tmp_path / "any").touch()
    assert path.stat().st_mode == (tmp_path / "any").stat().st_mode


def test_nan_never_reaches_a_json_file(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "result.json", {"a": float("nan")})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_reported_in_one_sentence(tmp_path, number):
    refused = pytest.raises(StudyError, match=r"result\.bin: no room left on the disk")
    with refused as caught, replacing(tmp_path / "result.bin"):
        raise OSError(number, "full")
    assert "\n" not in str(caught.value)


@pytest.fixture
def full_disk(tmp_path):
    """A disk of 64 kB."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", tmp_path], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here: " + mounted.stderr.decode().strip())
    yield tmp_path
    subprocess.run(["umount", tmp_path], check=True)


NOISE = np.random.default_rng(0).random(50_000)


@pytest.mark.parametrize(
    "write",
    [
        lambda folder: write_array(folder / "a.npy", NOISE),
        lambda folder: write_arrays(folder / "a.npz", {"noise": NOISE}),
        lambda folder: write_csv(folder / "a.csv", pd.DataFrame({"noise": NOISE})),
        lambda folder: write_json(folder / "a.json", NOISE.tolist()),
        lambda folder: write_bytes(folder / "a.safetensors", safetensors.numpy.save({"noise": NOISE})),
    ],
    ids=["array", "arrays", "csv", "json", "bytes"],
)
def test_every_writer_reports_a_disk_that_is_really_full_and_leaves_nothing(full_disk, write):
    with pytest.raises(StudyError, match="no room left on the disk"):
        write(full_disk)
    assert list(full_disk.iterdir()) == []


def test_csv_leaves_missing_values_empty_and_json_keeps_kana(tmp_path):
    write_csv(tmp_path / "t.csv", pd.DataFrame({"a": [1.5, np.nan], "b": [True, False]}))
    assert (tmp_path / "t.csv").read_bytes() == b"a,b\n1.5,True\n,False\n"
    write_json(tmp_path / "t.json", {"kana": "お"})
    assert "お" in (tmp_path / "t.json").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "t.json").read_text(encoding="utf-8")) == {"kana": "お"}


def test_arrays_written_twice_have_the_same_bytes(tmp_path, monkeypatch):
    arrays = {"b": np.arange(5), "a": np.zeros((2, 3), np.float32)}
    write_arrays(tmp_path / "first.npz", arrays)
    monkeypatch.setattr("time.time", lambda: 2e9)
    write_arrays(tmp_path / "second.npz", arrays)
    assert sha256(tmp_path / "first.npz") == sha256(tmp_path / "second.npz")
