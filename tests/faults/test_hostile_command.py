"""Hostile and broken input through the command of `make report`: a valid run or one sentence, never more."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hidden_units.datasets.brush import BrushSettings, draw_dataset
from tests.faults.conftest import drawn_files

pytestmark = [pytest.mark.slow, pytest.mark.faults]

BRUSH = {"run": "mine", "seeds": 1, "dataset": {"name": "brush"}, "sensitivity": {"seeds": 0}}
FILES = {
    "object.yaml": "dots: !!python/object/apply:os.system [touch made]\n",
    "short-row.csv": "a,b\n0,1\n1\n",
}
# What is refused before a job starts, with a word of its sentence: one of each kind; the checks themselves
# are tried with thousands of inputs in tests/unit/test_hostile_config.py and test_hostile_files.py.
REFUSED = {
    "run leaves results": ({**BRUSH, "run": "../outside"}, "`run`"),
    "run is a wildcard": ({**BRUSH, "run": "{seed}"}, "`run`"),
    "an unknown key": ({**BRUSH, "sead": 1}, "did you mean"),
    "a network beyond memory": ({**BRUSH, "characters": {"hidden": 10**8}}, "`characters: hidden`"),
    "a table beyond memory": ({**BRUSH, "encoders": {"tables": ["identity-99999999"]}}, "identity"),
    "a home that is none": ({**BRUSH, "encoders": {"tables": ["~nobody-here/x.csv"]}}, "home folder"),
    "a text that turns round what follows": ({**BRUSH, "report": {"title": "a\u202eb"}}, "U+202E"),
    "an empty file": ("", "holds nothing"),
    "broken YAML": ("run: [x\n", "not valid YAML"),
    "data that are not there": ({**BRUSH, "dataset": {"name": "idx", "path": "nowhere"}}, "nowhere"),
    **{name: ({**BRUSH, "encoders": {"tables": [name]}}, name) for name in FILES},
}
# Strange, and valid.
ACCEPTED = {
    "a device of Windows": {**BRUSH, "run": "con"},
    "a name like an option": {**BRUSH, "run": "0-n"},
    "texts of any script": {
        **BRUSH,
        "report": {"title": "İ ﬁ 💀 אabc", "author": "<b>", "notes": "{{ x }}\n%}"},
    },
}


def files_outside(study) -> set[Path]:
    """Every file of the folder but those that a run may make."""
    return {
        path
        for path in study.folder.rglob("*")
        if path.is_file() and not {"results", ".snakemake", "__pycache__"} & set(path.parts)
    }


def test_hostile_configurations_end_in_one_sentence_or_a_valid_plan(study):
    for name, content in {**FILES, "bad.yaml": ""}.items():
        study.overlay(name, content)
    before, faults = files_outside(study), []
    for name, (content, word) in REFUSED.items():
        study.overlay("bad.yaml", content)
        code, printed = study.run("bad.yaml", timeout=120)
        if code == 0 or "Traceback" in printed or sum(word in line for line in printed.splitlines()) != 1:
            faults.append(f"{name}: exit {code}, {printed[-1500:]}")
    for name, content in ACCEPTED.items():
        study.overlay("bad.yaml", content)
        # Another strange overlay runs to its end as `undisturbed`.
        code, printed = study.run("bad.yaml", "--dry-run", timeout=120)
        if code != 0 or "Traceback" in printed or "Job stats:" not in printed:
            faults.append(f"{name}: exit {code}, {printed[-1500:]}")
    assert not faults, "\n".join(faults)
    assert files_outside(study) == before, "something was written outside of results"
    assert not (study.folder / "results/mine").exists()


def test_damaged_data_are_named_in_one_sentence_and_whole_ones_are_read(study, tmp_path):
    """A bit turned in the midst of the images is seen when they are read, not before the first job."""
    folder, contents = tmp_path / "images", drawn_files(train=200, test=100)
    folder.mkdir()
    damaged = folder / "train-images-idx3-ubyte.gz"
    target = "results/mine/data/dataset.json"
    study.overlay("data.yaml", {**BRUSH, "dataset": {"name": "idx", "path": str(folder)}})
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    content = bytearray(contents[damaged.name])
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    code, printed = study.run("data.yaml", target, timeout=120)
    assert code != 0 and f"{damaged}: " in printed and "Traceback" not in printed, printed[-2000:]
    assert not (study.folder / target).exists()
    damaged.write_bytes(contents[damaged.name])
    code, printed = study.run("data.yaml", target, timeout=120)
    assert code == 0, printed[-2000:]
    for part, array in draw_dataset(BrushSettings(train=200, test=100)).items():
        np.testing.assert_array_equal(np.load(study.folder / f"results/mine/data/{part}.npy"), array)
