"""A small study in folders of its own, started as `make report` starts it, and a count of faults."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest
import yaml

from benchmarks.copies import copy_workflow
from hidden_units.datasets.brush import BrushSettings, draw_dataset
from hidden_units.datasets.idx import IDX_NAMES, write_idx
from hidden_units.manifest import hashes
from tests.conftest import TALLY
from tests.made_once import made_once

ROOT = Path(__file__).resolve().parents[2]
RUN = "faults"
NETCONV_EPOCHS = 30
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
    {"romaji": 'wo", "x": "\N{RIGHT-TO-LEFT OVERRIDE}\N{SKULL}', "kana": "\N{HIRAGANA LETTER WO}$"},
]
CHANGES = {
    "run": RUN,
    "dataset": {"name": "idx", "path": "images", "classes": CLASSES, "credit": TITLE, "synthetic": True},
    "report": {
        "title": TITLE,
        "author": "{% raw %}",
        "notes": "</p><script>document.title = 1</script>\n$x_1$",
    },
    "training": {"epochs": NETCONV_EPOCHS},
    "characters": {"widths": [10, 20]},
    "sequences": {
        "restarts": {
            "srn-anb2n": 4,
            "lstm-anb2nc3n": 2,
            "srn-anbn": 0,
            "srn-anbn-to10": 0,
            "lstm-anbncn": 0,
        }
    },
    "encoders": {"tables": ["identity-4", "star16", "hostile.yaml"]},
}
PICTURE = {
    "title": "a $\\frac$ <i>picture</i>",
    "dots": [[0, 1], [1, 0], [-1, -2]],
    "lines": [[[0, 0], [1, 1]], [[0, 0.5], [1, 0.5]], [[0.5, 0], [0.5, 1]]],
}


@dataclass(frozen=True)
class Study:
    """A folder that holds the workflow, and its runs."""

    folder: Path

    @property
    def results(self) -> Path:
        return self.folder / "results" / RUN

    def overlay(self, name: str, content: object) -> Path:
        """Write an overlay into the folder: text as it is, anything else as YAML."""
        path = self.folder / name
        if not isinstance(content, bytes):
            text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
            content = text.encode("utf-8", "surrogatepass")
        path.write_bytes(content)
        return path

    def start(
        self, overlay: str, *extra: str, prefix: tuple[str, ...] = (), cores: int = 2, hash_seed: int = 0
    ) -> Running:
        """Start a run as the leader of a process group of its own, as a shell does with `make report`."""
        command = [*prefix, sys.executable, "workflow/run.py", "--config", overlay, "--cores", str(cores)]
        environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed)}
        # Beside the folder, which may be a full disk.
        printed = self.folder.with_name(f"{self.folder.name}-printed-{time.monotonic_ns()}.txt")
        with printed.open("wb") as stream:
            process = subprocess.Popen(
                [*command, "--", *extra],
                cwd=self.folder,
                stdout=stream,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
            )
        return Running(process, printed)

    def run(self, overlay: str, *extra: str, timeout: float = 600, **options) -> tuple[int, str]:
        """Run to the end; the exit code and what was printed."""
        return self.start(overlay, *extra, **options).finish(timeout)

    def hashes(self) -> dict[str, str]:
        """SHA-256 of all results that are promised."""
        return hashes(self.results)


@dataclass(frozen=True)
class Running:
    """A run in progress and the file of what it prints."""

    process: subprocess.Popen
    printed: Path

    def finish(self, timeout: float = 600) -> tuple[int, str]:
        """Wait for the end, or kill and fail: a run that hangs is no run."""
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            pytest.fail(f"no end within {timeout} s:\n{self.printed.read_text(errors='replace')[-3000:]}")
        return code, self.printed.read_text(encoding="utf-8", errors="replace")

    def is_over(self) -> bool:
        return self.process.poll() is not None

    def kill(self) -> None:
        """SIGKILL for the whole process group, and wait until the kernel has taken all of it away."""
        family = [self.process.pid, *(child.pid for child in psutil.Process(self.process.pid).children(True))]
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        while any(psutil.pid_exists(number) and is_alive(number) for number in family):
            time.sleep(0.02)


def is_alive(number: int) -> bool:
    """Whether a process does more than wait for its parent to take note of its end."""
    try:
        return psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


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


def as_merges(overlay: dict) -> str:
    """The same overlay with every block merged from an alias, in quotes, tags and signs."""
    lines = []
    for key, value in overlay.items():
        match value:
            case dict():
                lines.append(f'"{key}": {{<<: [&{key} {json.dumps(value, ensure_ascii=False)}, *{key}]}}')
            case str():
                lines.append(f"? {key}\n: !!str {value}")
            case int():
                lines.append(f"{key}: +{value}")
    return "%YAML 1.1\n---\n" + "\n".join(lines) + "\n...\n"


def new_study(folder: Path) -> Study:
    """A copy of the workflow with the overlay of these tests, and its images."""
    study = Study(copy_workflow(folder))
    (folder / "images").mkdir()
    for name, content in drawn_files(train=1200, test=400).items():
        (folder / "images" / name).write_bytes(content)
    study.overlay("hostile.yaml", PICTURE)
    study.overlay("faults.yaml", as_json(whole_overlay()))
    study.overlay("merged.yaml", as_merges(whole_overlay()))
    return study


@pytest.fixture
def study(tmp_path):
    """A folder with the workflow and nothing run."""
    yield new_study(tmp_path)
    shutil.rmtree(tmp_path / "results", ignore_errors=True)


# To be run with the network cut off: no interface but loopback, and no way to any address beyond it.
HAS_NO_NETWORK = """
import socket, sys
assert [name for _, name in socket.if_nameindex()] == ["lo"], socket.if_nameindex()
for address in sys.argv[1:]:
    family, kind, *_, place = socket.getaddrinfo(address, 80, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as asked:
        asked.settimeout(5)
        try:
            asked.connect(place)
        except TimeoutError:
            sys.exit(address + " is asked, and silent")
        except OSError:
            continue
    sys.exit(address + " answers")
"""
# Reserved for documentation, two that answer where there is a network, and a local one.
BEYOND = ["192.0.2.1", "1.1.1.1", "8.8.8.8", "10.0.0.1", "2001:db8::1"]


@pytest.fixture(scope="session")
def without_network():
    """What to put before a command to cut it off from every network; empty if not permitted."""
    for cut in (("unshare", "--net"), ("unshare", "--net", "--map-root-user")):
        try:
            if subprocess.run([*cut, "true"], capture_output=True, check=False).returncode:
                continue
        except OSError:
            break
        own = [
            address.address
            for interface in psutil.net_if_addrs().values()
            for address in interface
            if address.family == socket.AF_INET and not address.address.startswith("127.")
        ]
        asked = [*cut, sys.executable, "-c", HAS_NO_NETWORK, *BEYOND, *own]
        subprocess.run(asked, check=True)
        return cut
    return ()


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory, without_network):
    """The study run from nothing to the report, with the network cut off where that is permitted."""

    def run(folder):
        code, printed = new_study(folder).run("faults.yaml", prefix=without_network, timeout=1200)
        assert code == 0, printed[-5000:]

    return Study(made_once(tmp_path_factory, "undisturbed", run))


@pytest.fixture
def tally(request):
    """A count that stands in the summary at the end."""
    counts = Counter()
    yield counts
    request.node.user_properties.append((TALLY, dict(counts)))
