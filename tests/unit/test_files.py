import errno
import json

import numpy as np
import pandas as pd
import pytest

from hidden_units.errors import StudyError
from hidden_units.files import read_json, replacing, sha256, write_arrays, write_csv, write_json


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "result.json"
    write_json(path, {"a": 1})
    with pytest.raises(RuntimeError), replacing(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert read_json(path) == {"a": 1}
    assert [entry.name for entry in tmp_path.iterdir()] == ["result.json"]


def test_nan_never_reaches_a_json_file(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "result.json", {"a": float("nan")})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_in_one_sentence(tmp_path, number):
    told = pytest.raises(StudyError, match=r"result\.bin: no room left on the disk")
    with told as caught, replacing(tmp_path / "result.bin"):
        raise OSError(number, "full")
    assert "\n" not in str(caught.value)


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
