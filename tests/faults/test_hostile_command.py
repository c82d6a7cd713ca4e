"""Hostile and broken input through the command of `make report`: a valid run or one sentence, never more."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import threading
from pathlib import Path

import numpy as np
import pytest

from hidden_units.datasets.brush import BrushSettings, draw_dataset
from hidden_units.datasets.idx import IDX_NAMES
from tests.faults.conftest import drawn_files

pytestmark = [pytest.mark.slow, pytest.mark.faults]

BRUSH = {"run": "mine", "seeds": 1, "dataset": {"name": "brush"}, "sensitivity": {"seeds": 0}}
DEEP = "a: &a0 [1]\n" + "".join(f"b{i}: &a{i + 1} [*a{i},*a{i}]\n" for i in range(60))

PICTURE = "dots: [[0, 1], [1, 0]]\nlines: [[[0, 0], [1, 1]]]\n"
FILES = {
    "stroke-to-no-dot.yaml": PICTURE + "strokes: [[1, 9]]\n",
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
    "an empty file": ("", "holds nothing"),
    "broken YAML": ("run: [x\n", "not valid YAML"),
    "an object of Python": ("run: !!python/object/apply:os.system [touch made]\n", "not valid YAML"),
    "a template": ("__use_yte__: true\nrun: ?open('made', 'w').name\n", "data only"),
    "a billion values": (DEEP, "values"),
    "too deep": ("[" * 5000, "levels"),
    "half a letter": ('run: "\\ud800"\n', "U+D800"),
    "not UTF-8": (b"run: \xff\xfe\n", "UTF-8"),
    "data that are not there": ({**BRUSH, "dataset": {"name": "idx", "path": "nowhere"}}, "nowhere"),
    **{name: ({**BRUSH, "encoders": {"tables": [name]}}, name) for name in FILES},
}
# Strange, and valid.
ACCEPTED = {
    "a device of Windows": {**BRUSH, "run": "con"},
    "a name like an option": {**BRUSH, "run": "0-n"},
    "texts of any script": {
        **BRUSH,
        "report": {"title": "İ ﬁ 💀 ‮abc", "author": "<b>", "notes": "{{ x }}\n%}"},
    },
}


def files_outside(study) -> set[Path]:
    """Every file of the folder but those that a run may make."""
    return {
        path
        for path in study.folder.rglob("*")
        if path.is_file() and not {"results", ".snakemake", "__pycache__"} & set(path.parts)
    }


def test_hostile_configurations_end_in_one_sentence_or_a_valid_plan(study, tally):
    for name, content in {**FILES, "bad.yaml": ""}.items():
        study.overlay(name, content)
    before, faults = files_outside(study), []
    for name, (content, word) in REFUSED.items():
        study.overlay("bad.yaml", content)
        code, printed = study.run("bad.yaml", timeout=120)
        if code == 0 or "Traceback" in printed or sum(word in line for line in printed.splitlines()) != 1:
            faults.append(f"{name}: exit {code}, {printed[-1500:]}")
        tally["refused in one sentence"] += 1
    for name, content in ACCEPTED.items():
        study.overlay("bad.yaml", content)
        # Two strange overlays run to their ends as `undisturbed` and in test_disk_and_network.py.
        code, printed = study.run("bad.yaml", "--dry-run", timeout=120)
        if code != 0 or "Traceback" in printed or "Job stats:" not in printed:
            faults.append(f"{name}: exit {code}, {printed[-1500:]}")
        tally["valid"] += 1
    assert not faults, "\n".join(faults)
    assert files_outside(study) == before, "something was written outside of results"
    assert not (study.folder / "results/mine").exists()


# Data sets


def flipped(content: bytes) -> bytes:
    """The content with one bit turned in its middle."""
    place = len(content) // 2
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def grown(content: bytes) -> bytes:
    """A gzip file that unpacks to a gigabyte more than its header says."""
    return gzip.compress(gzip.decompress(content) + bytes(2**30), compresslevel=1)


def emptied_class(content: bytes) -> bytes:
    """Labels without a 3."""
    data = bytearray(gzip.decompress(content))
    data[8:] = bytes(4 if value == 3 else value for value in data[8:])
    return gzip.compress(bytes(data))


IMAGES, LABELS = "train-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"
DAMAGE = {
    "a bit of the images": (IMAGES, flipped),
    "a gigabyte too much": (IMAGES, grown),
    "a class too few": (LABELS, emptied_class),
    "a page for the labels": (LABELS, lambda content: b"<html>sign in</html>"),
    "labels as images": (IMAGES, None),
    "none": (LABELS, lambda content: content),
}


def test_damaged_data_are_named_in_one_sentence_and_whole_ones_are_read(study, tmp_path, tally):
    folder = tmp_path / "spoiled"
    folder.mkdir()
    contents = drawn_files(train=200, test=100)
    for damage, (name, spoil) in DAMAGE.items():
        for each, content in contents.items():
            (folder / each).write_bytes(content)
        (folder / name).write_bytes(spoil(contents[name]) if spoil else contents[LABELS])
        study.overlay("data.yaml", {**BRUSH, "dataset": {"name": "idx", "path": str(folder)}})
        code, printed = study.run("data.yaml", "results/mine/data/dataset.json", timeout=120)
        assert "Traceback" not in printed, printed[-2000:]
        if damage == "none":
            assert code == 0, printed[-2000:]
            arrays = draw_dataset(BrushSettings(train=200, test=100))
            for part in IDX_NAMES:
                np.testing.assert_array_equal(
                    np.load(study.folder / f"results/mine/data/{part}.npy"), arrays[part]
                )
            tally["whole data read"] += 1
        else:
            assert code != 0 and f"{folder / name}: " in printed, f"{damage}: {printed[-2000:]}"
            assert not (study.folder / "results/mine/data/dataset.json").exists()
            tally["damaged data refused"] += 1


# Downloads


@pytest.fixture
def mirrors():
    """Serve four files in several ways; yields their contents and a function from way to address."""
    contents = drawn_files(train=200, test=100)
    closing = threading.Event()
    page = b"<!DOCTYPE html><html><title>Please sign in</title></html>"

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

        def do_GET(self):
            _, way, name = self.path.split("/")
            body = {"flipped": flipped(contents[name]), "page": page}.get(way, contents[name])
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[:40] if way == "stalled" else body)
            if way == "stalled":
                self.wfile.flush()
                closing.wait()

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    server.handle_error = lambda *arguments: None
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield contents, lambda way: f"http://127.0.0.1:{server.server_port}/{way}/"
    closing.set()
    server.shutdown()


# All ways in which a mirror can fail are tried in tests/unit/datasets/test_kmnist.py.
BAD_WAYS = {"flipped": "SHA-256", "page": "a web page", "stalled": "no answer within 1 s"}


def test_a_good_mirror_behind_bad_ones_gives_the_data_and_bad_ones_alone_a_sentence(study, mirrors, tally):
    contents, at = mirrors
    files = [
        {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in contents.items()
    ]
    for run, ways in [("bad", [*BAD_WAYS]), ("good", [*BAD_WAYS, "good"])]:
        dataset = {"name": "kmnist", "files": files, "timeout": 1, "mirrors": [*map(at, ways)]}
        study.overlay("mirrors.yaml", {**BRUSH, "run": run, "dataset": dataset})
        code, printed = study.run("mirrors.yaml", f"results/{run}/data/dataset.json", timeout=300)
        assert "Traceback" not in printed, printed[-3000:]
        sources = study.folder / f"results/{run}/data/source"
        if run == "bad":
            assert code != 0 and "could not be fetched" in printed
            assert [answer for answer in BAD_WAYS.values() if answer not in printed] == []
            assert not sources.exists() or not list(sources.iterdir())
        else:
            assert code == 0, printed[-3000:]
            assert {path.name: path.read_bytes() for path in sources.iterdir()} == contents
        tally[f"answers of mirrors, {run} at last"] += len(ways) * len(files)
