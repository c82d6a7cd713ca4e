"""A small study in folders of its own, started as `make report` starts it."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml

from hidden_units.datasets.brush import BrushSettings, draw_dataset
from hidden_units.datasets.idx import IDX_NAMES
from tests.idx_files import write_idx
from tests.study import Study, made_once
from tests.workflow.conftest import pair_run  # noqa: F401, a fixture

ROOT = Path(__file__).resolve().parents[2]
RUN = "faults"
NETCONV_EPOCHS = 16
# Nearly everything of the smoke study, NetConv for long enough to be killed in its midst, and texts as a
# hostile or careless hand would write them: they are shown as they are, or not at all.
TITLE = '<b>Hidden</b> & $\\frac$ {{ x }} "units" \N{SKULL}'
CLASSES = [
    {"romaji": "$\\x$", "kana": "$\\x$"},
    {"romaji": "<b>ki</b> & </table>", "kana": "<i>&"},
    {"romaji": "{{ x }} {% raw %}", "kana": "{{ x }}"},
    {"romaji": "_tsu", "kana": "_"},
    {"romaji": "a name of  several words, cut somewhere", "kana": "a b"},
    {"romaji": "\\frac{1}{", "kana": "^_{\\"},
    {"romaji": "</script><script>document.title = 1", "kana": "<!--"},
    "nan",
    "=1+1",
    {"romaji": 'wo", "x": "\N{HEBREW LETTER ALEF}\N{SKULL}', "kana": "\N{HIRAGANA LETTER WO}$"},
]
CHANGES = {
    "run": RUN,
    # As the Slurm tests give it on the command line: they compare their results with these.
    "device": "cpu",
    "dataset": {"name": "idx", "path": "images", "classes": CLASSES, "credit": TITLE, "synthetic": True},
    "report": {
        "title": TITLE,
        "author": "{% raw %}",
        "notes": "</p><script>document.title = 1</script>\n$x_1$",
    },
    "training": {"epochs": NETCONV_EPOCHS},
    "characters": {"widths": [20]},
    "checkerboard": {"hidden": [4], "restarts": 2},
    "sequences": {
        "restarts": {"srn-anb2n": 2, "lstm-anb2nc3n": 2, "srn-anbn": 0, "srn-anbn-to10": 0, "lstm-anbncn": 0}
    },
    "encoders": {"tables": ["identity-4", "hostile.yaml"], "shown": ["identity-4"]},
}
PICTURE = {
    "title": "a $\\frac$ <i>picture</i>",
    "dots": [[0, 1], [1, 0], [-1, -2]],
    "lines": [[[0, 0], [1, 1]], [[0, 0.5], [1, 0.5]], [[0.5, 0], [0.5, 1]]],
}


@cache
def drawn_files(train: int, test: int) -> dict[str, bytes]:
    """Four gzipped IDX files of a small drawn data set, by name."""
    contents = {}
    with TemporaryDirectory() as folder:
        for part, array in draw_dataset(BrushSettings(train=train, test=test)).items():
            path = Path(folder, f"{IDX_NAMES[part]}.gz")
            write_idx(path, array, compress=True)
            contents[path.name] = path.read_bytes()
    return contents


def whole_overlay() -> dict:
    """The smoke study with the changes of these tests."""
    overlay = yaml.safe_load((ROOT / "config/smoke.yaml").read_text(encoding="utf-8"))
    for key, change in CHANGES.items():
        is_replaced = key == "dataset" or not isinstance(change, dict)
        overlay[key] = change if is_replaced else {**overlay.get(key, {}), **change}
    return overlay


def as_json(overlay: dict) -> bytes:
    """An overlay as a careless editor of Windows may leave it: a byte order mark, JSON, its line ends."""
    text = json.dumps(overlay, ensure_ascii=False, indent=1)
    return b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()


def new_study(folder: Path) -> Study:
    """A copy of the workflow with the overlay of these tests, and its images."""
    study = Study.new(folder, RUN)
    (folder / "images").mkdir()
    for name, content in drawn_files(train=600, test=200).items():
        (folder / "images" / name).write_bytes(content)
    study.overlay("hostile.yaml", PICTURE)
    study.overlay("faults.yaml", as_json(whole_overlay()))
    return study


@pytest.fixture
def study(tmp_path):
    """A folder with the workflow and nothing run."""
    return new_study(tmp_path / "study")


@pytest.fixture(scope="session")
def without_network():
    """What to put before a command to cut it off from every network; empty if not permitted."""
    interfaces = "import socket; print([name for _, name in socket.if_nameindex()])"
    for cut in (("unshare", "--net"), ("unshare", "--net", "--map-root-user")):
        try:
            found = subprocess.run([*cut, sys.executable, "-c", interfaces], capture_output=True, text=True)
        except OSError:
            break
        if found.returncode == 0:
            assert found.stdout.strip() == "['lo']"
            return cut
    return ()


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory, without_network):
    """The study run from nothing to the report, with the network cut off where that is permitted.

    Runs that were killed, ran out of disk or went through Slurm are compared with it.
    """

    def run(folder):
        code, printed = new_study(folder).run("faults.yaml", prefix=without_network, timeout=1200)
        assert code == 0, printed[-5000:]

    return Study(made_once(tmp_path_factory, RUN, run), RUN)
