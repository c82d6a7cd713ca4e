"""The download path through the whole command, against a server on this machine."""

import hashlib
import http.server
import json
import threading
from functools import partial

import pytest

from hidden_units.datasets.brush import BrushSettings, draw_dataset
from hidden_units.datasets.idx import IDX_NAMES
from tests.idx_files import write_idx

TINY = {"seeds": 1, "training": {"epochs": 1}, "characters": {"hidden": 5, "widths": [5], "components": 5}}
pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path):
    """The address of a server of the folder of the test."""
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()


@pytest.fixture
def entries(tmp_path):
    """Four files that the server has, as the configuration names them, and in `flipped/` with a wrong bit."""
    (tmp_path / "flipped").mkdir()
    found = []
    for part, array in draw_dataset(BrushSettings(train=200, test=100)).items():
        path = tmp_path / f"{IDX_NAMES[part]}.gz"
        write_idx(path, array, compress=True)
        content = path.read_bytes()
        path.with_name("flipped").joinpath(path.name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        sha256 = hashlib.sha256(content).hexdigest()
        found.append({"name": path.name, "bytes": len(content), "sha256": sha256})
    return found


def test_four_files_are_fetched_checked_and_trained_on(workflow, server, entries):
    dataset = {"name": "kmnist", "mirrors": [f"{server}absent/", server], "files": entries}
    overlay = workflow.overlay("download.yaml", {"run": "fetched", "dataset": dataset, **TINY})
    target = "results/fetched/characters/netlin/seed-0/metrics.json"
    result = workflow.snakemake(target, "--configfile", overlay)
    assert result.returncode == 0, result.stdout
    data = workflow.path("results/fetched/data")
    assert {path.name for path in (data / "source").iterdir()} == {entry["name"] for entry in entries}
    # Other files than the official ones are not comparable.
    described = json.loads((data / "dataset.json").read_text(encoding="utf-8"))
    assert described["official"] is False and described["comparable"] is False


def test_bad_mirrors_alone_end_in_one_sentence_and_leave_no_file(workflow, server, entries):
    # All ways in which a mirror can fail are tried in tests/unit/datasets/test_kmnist.py.
    mirrors = [f"{server}absent/", f"{server}flipped/"]
    dataset = {"name": "kmnist", "mirrors": mirrors, "files": entries}
    overlay = workflow.overlay("mirrors.yaml", {"run": "mirrors", "dataset": dataset, **TINY})
    result = workflow.snakemake("results/mirrors/data/dataset.json", "--configfile", overlay)
    assert result.returncode != 0 and "Traceback" not in result.stdout, result.stdout
    for said in ("could not be fetched", "HTTP 404 Not Found", "SHA-256"):
        assert said in result.stdout
    assert not list(workflow.path("results/mirrors/data").rglob("*.gz"))
