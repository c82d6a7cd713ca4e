"""Hostile and broken input through the command of `make report`: a valid run or one sentence, never more."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from hidden_units.datasets.brush import BrushSettings, draw_dataset
from hidden_units.datasets.idx import IDX_NAMES
from tests.faults.conftest import drawn_files, new_study

pytestmark = [pytest.mark.slow, pytest.mark.faults]

BRUSH = {"run": "mine", "seeds": 1, "dataset": {"name": "brush"}, "sensitivity": {"seeds": 0}}
DEEP = "a: &a0 [1]\n" + "".join(f"b{i}: &a{i + 1} [*a{i},*a{i}]\n" for i in range(60))

# What is refused before a job starts, with a word of its sentence.
REFUSED = {
    "run leaves results": ({**BRUSH, "run": "../outside"}, "`run`"),
    "run is absolute": ({**BRUSH, "run": "/tmp/outside"}, "`run`"),
    "run has a line feed": ({**BRUSH, "run": "x\n"}, "`run`"),
    "run is empty": ({**BRUSH, "run": ""}, "`run`"),
    "run is a number": ({**BRUSH, "run": 1}, "`run`"),
    "run is null": ({**BRUSH, "run": None}, "`run`"),
    "run is a command": ({**BRUSH, "run": "$(id)"}, "`run`"),
    "run is a wildcard": ({**BRUSH, "run": "{seed}"}, "`run`"),
    "run has letters beyond a to z": ({**BRUSH, "run": "é"}, "`run`"),
    "run is long": ({**BRUSH, "run": "x" * 300}, "`run`"),
    "an unknown key": ({**BRUSH, "sead": 1}, "did you mean"),
    "an unknown key inside": ({**BRUSH, "training": {"epoch": 1}}, "did you mean"),
    "a key that is no text": ({**BRUSH, 7: 1}, "`7`"),
    "a list for a block": ({**BRUSH, "training": [1]}, "`training`"),
    "a block for a number": ({**BRUSH, "seeds": {"a": 1}}, "`seeds`"),
    "a fraction of a seed": ({**BRUSH, "seeds": 1.5}, "`seeds`"),
    "too many seeds": ({**BRUSH, "seeds": 10**9}, "`seeds`"),
    "400 digits": (f"run: mine\nseeds: {'9' * 400}\n", "line 2"),
    "not a number": ({**BRUSH, "training": {"learning_rate": float("nan")}}, "finite"),
    "endless learning": ({**BRUSH, "training": {"epochs": 10**12}}, "`training: epochs`"),
    "a network beyond memory": ({**BRUSH, "characters": {"hidden": 10**8}}, "`characters: hidden`"),
    "a table beyond memory": ({**BRUSH, "encoders": {"tables": ["identity-99999999"]}}, "identity"),
    "a table outside": ({**BRUSH, "encoders": {"tables": ["../../etc/passwd.csv"]}}, "no such file"),
    "a home that is none": ({**BRUSH, "encoders": {"tables": ["~nobody-here/x.csv"]}}, "home folder"),
    "snapshots beyond memory": ({**BRUSH, "sequences": {"steps": 10**9, "interval": 1}}, "interval"),
    "an empty file": ("", "holds nothing"),
    "a list": ("- 1\n", "holds a list"),
    "broken YAML": ("run: [x\n", "not valid YAML"),
    "tabs": ("run:\n\tx: 1\n", "not valid YAML"),
    "a key twice": ("run: mine\nseeds: 1\nseeds: 2\n", "stands in line 2 too"),
    "an object of Python": ("run: !!python/object/apply:os.system [touch made]\n", "not valid YAML"),
    "a template": ("__use_yte__: true\nrun: ?open('made', 'w').name\n", "data only"),
    "a date that is none": ("run: 2026-13-45\n", "line 1"),
    "an alias inside itself": ("run: &a [*a]\n", "inside itself"),
    "a billion values": (DEEP, "values"),
    "too deep": ("[" * 5000, "levels"),
    "half a letter": ('run: "\\ud800"\n', "U+D800"),
    "a zero in a path": ('run: mine\ndataset: {name: idx, path: "a\\0b"}\n', "U+0000"),
    "not UTF-8": (b"run: \xff\xfe\n", "UTF-8"),
    "a web page": ("<!DOCTYPE html><html></html>", "but keys with values"),
    "another language": ('{"run": "mine", "seeds": [}', "not valid YAML"),
    "data that are not there": ({**BRUSH, "dataset": {"name": "idx", "path": "nowhere"}}, "nowhere"),
    "data in a file": ({**BRUSH, "dataset": {"name": "idx", "path": "faults.yaml"}}, "faults.yaml"),
    "nine classes": ({**BRUSH, "dataset": {"name": "brush", "classes": ["a"] * 9}}, "`dataset: classes`"),
    "a mirror of another kind": ({**BRUSH, "dataset": {"mirrors": ["file:///etc"]}}, "http"),
}  # fmt: skip
# Strange, and valid.
ACCEPTED = {
    "a device of Windows": {**BRUSH, "run": "con"},
    "a name like an option": {**BRUSH, "run": "0-n"},
    "texts of any script": {
        **BRUSH,
        "report": {"title": "İ ﬁ 💀 ‮abc", "author": "<b>", "notes": "{{ x }}\n%}"},
    },
    "JSON": b'{"run": "mine", "dataset": {"name": "brush"}, "seeds": 1, "sensitivity": {"seeds": 0}}',
    "a byte order mark": b"\xef\xbb\xbfrun: mine\ndataset: {name: brush}\n",
    "line ends of Windows": b"run: mine\r\ndataset: {name: brush}\r\n",
    "a merge": "dataset: &d {name: brush}\nrun: mine\nreport: {<<: {title: x}}\n",
}


def files_outside(study) -> set[Path]:
    """Every file of the folder but those that a run may make."""
    return {
        path
        for path in study.folder.rglob("*")
        if path.is_file() and not {"results", ".snakemake", "__pycache__"} & set(path.parts)
    }


def test_hostile_configurations_end_in_one_sentence_or_a_valid_plan(tmp_path, tally):
    cases = [(name, content, word) for name, (content, word) in REFUSED.items()]
    cases += [(name, content, None) for name, content in ACCEPTED.items()]
    studies = [new_study(tmp_path / name) for name in "ab" if not (tmp_path / name).mkdir()]
    before = [files_outside(study) for study in studies]

    def check(number):
        faults = []
        for name, content, word in cases[number :: len(studies)]:
            start = time.monotonic()
            studies[number].overlay("bad.yaml", content)
            # What should be refused is let run; two strange overlays run to their ends as `undisturbed` and
            # in test_disk_and_network.py.
            code, printed = studies[number].run("bad.yaml", *([] if word else ["--dry-run"]), timeout=120)
            last = printed.strip().splitlines()[-1] if printed.strip() else ""
            if "Traceback" in printed:
                faults.append(f"{name}: a traceback\n{printed[-1500:]}")
            elif word is None and (code != 0 or "Job stats:" not in printed):
                faults.append(f"{name}: refused, {last}")
            elif word is not None and (code == 0 or word not in printed):
                faults.append(f"{name}: exit {code}, {printed[-800:]}")
            elif word is not None and sum(word in line for line in printed.splitlines()) > 1:
                faults.append(f"{name}: more than one sentence, {printed[-800:]}")
            tally["refused in one sentence" if word else "valid"] += 1
            tally["slowest, in seconds"] = max(tally["slowest, in seconds"], round(time.monotonic() - start))
        return faults

    with ThreadPoolExecutor(len(studies)) as pool:
        faults = [fault for found in pool.map(check, range(len(studies))) for fault in found]
    assert not faults, "\n".join(faults)
    assert tally["refused in one sentence"] >= 30
    for study, files in zip(studies, before, strict=True):
        study.folder.joinpath("bad.yaml").unlink()
        assert files_outside(study) == files, "something was written outside of results"
        assert not (study.folder / "results/mine").exists()


# Tables of the encoders

PICTURE = "dots: [[0, 1], [1, 0]]\nlines: [[[0, 0], [1, 1]]]\n"
TABLES = {
    "a stroke to no dot": ("bad.yaml", PICTURE + "strokes: [[1, 9]]\n"),
    "no lines": ("bad.yaml", "dots: [[0, 1], [1, 0]]\n"),
    "words for numbers": ("bad.yaml", PICTURE.replace("[0, 1]", "[a, b]")),
    "not a number": ("bad.yaml", PICTURE.replace("[0, 1]", "[.nan, .inf]")),
    "a line that is a point": ("bad.yaml", PICTURE.replace("[1, 1]", "[0, 0]")),
    "two dots alike": ("bad.yaml", PICTURE.replace("[1, 0]", "[0, 1]")),
    "an alias inside itself": ("bad.yaml", "dots: &a [*a]\nlines: []\n"),
    "an object of Python": ("bad.yaml", "dots: !!python/object/apply:os.system [touch made]\n"),
    "nothing": ("bad.csv", ""),
    "a two": ("bad.csv", "a,b\n0,1\n2,0\n"),
    "a short row": ("bad.csv", "a,b\n0,1\n1\n"),
    "not UTF-8": ("bad.csv", b"a,b\n\xff,1\n"),
}


def test_broken_pictures_and_tables_end_in_one_sentence(study, tally):
    for fault, (name, content) in TABLES.items():
        study.overlay(name, content)
        study.overlay("tables.yaml", {**BRUSH, "encoders": {"tables": [name]}})
        code, printed = study.run("tables.yaml", timeout=120)
        assert code == 1 and "Traceback" not in printed, f"{fault}: {printed[-2000:]}"
        assert sum(name in line for line in printed.splitlines()) == 1, f"{fault}: {printed[-2000:]}"
        tally["broken tables refused in one sentence"] += 1
    assert not (study.folder / "results/mine").exists() and not (study.folder / "made").exists()


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
    "the end of the images": (IMAGES, lambda content: content[:-500]),
    "a gigabyte too much": (IMAGES, grown),
    "a class too few": (LABELS, emptied_class),
    "a page for the labels": (LABELS, lambda content: b"<html>sign in</html>"),
    "nothing": (LABELS, lambda content: b""),
    "labels as images": (IMAGES, None),
    "another type": (LABELS, lambda content: gzip.compress(b"\0\0\x0d\1" + gzip.decompress(content)[4:])),
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
    """Serve four files in many ways; yields their contents and a function from way to address."""
    contents = drawn_files(train=200, test=100)
    closing = threading.Event()
    page = b"<!DOCTYPE html><html><title>Please sign in</title></html>"

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

        def do_GET(self):
            _, way, name = self.path.split("/")
            content = contents.get(name, b"")
            if way == "moved-to-page":
                self.send_response(302)
                self.send_header("Location", f"/page/{name}")
                self.end_headers()
                return
            if way == "dripping":
                self.wfile.write(b"HTTP/1.0 200 OK\r\nX: ")
                while not closing.wait(0.05):
                    self.wfile.write(b"x")
                return
            sent = {"flipped": flipped(content), "cut": content[:-50], "page": page, "long": content + b"x"}
            body = sent.get(way, content)
            self.send_response(200)
            self.send_header("Content-Length", str(len(content if way in ("cut", "stalled") else body)))
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


BAD_WAYS = ["flipped", "cut", "page", "moved-to-page", "long", "stalled", "dripping"]


def test_a_good_mirror_behind_bad_ones_gives_the_data_and_bad_ones_alone_a_sentence(study, mirrors, tally):
    contents, at = mirrors
    files = [
        {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in contents.items()
    ]
    dataset = {"name": "kmnist", "files": files, "timeout": 1}
    for run, ways in [("bad", BAD_WAYS), ("good", [*BAD_WAYS, "good"])]:
        study.overlay(
            "mirrors.yaml", {**BRUSH, "run": run, "dataset": {**dataset, "mirrors": [*map(at, ways)]}}
        )
        code, printed = study.run("mirrors.yaml", f"results/{run}/data/dataset.json", timeout=300)
        assert "Traceback" not in printed, printed[-3000:]
        sources = study.folder / f"results/{run}/data/source"
        if run == "bad":
            assert code != 0 and "could not be fetched" in printed
            for answer in (
                "SHA-256",
                "a web page",
                "no answer within 1 s",
                "too slow, 0 bytes",
                "bytes, expected",
                "of the expected",
            ):
                assert answer in printed
            assert not sources.exists() or not list(sources.iterdir())
        else:
            assert code == 0, printed[-3000:]
            assert {path.name: path.read_bytes() for path in sources.iterdir()} == contents
        tally[f"answers of mirrors, {run} at last"] += len(ways) * len(files)
