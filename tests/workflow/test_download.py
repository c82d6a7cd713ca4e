"""The download path through the whole command, against a server on this machine."""

import hashlib
import http.server
import os
import threading
from functools import partial
from pathlib import Path

import pytest

from hidden_units.datasets.brush import BrushSettings, draw_dataset
from hidden_units.datasets.idx import IDX_NAMES
from tests.idx_files import write_idx


@pytest.fixture
def server():
    """Serve a folder on a free port of this machine; yields a function from folder to address."""
    servers = []

    def serve(folder):
        handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
        servers.append(http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_address[1]}/"

    yield serve
    for server in servers:
        server.shutdown()


TINY = {"seeds": 1, "training": {"epochs": 1}, "characters": {"hidden": 5, "widths": [5], "components": 5}}


@pytest.mark.slow
def test_four_files_are_fetched_checked_and_studied_to_the_report(another_finished, server, tmp_path):
    arrays = draw_dataset(BrushSettings(train=200, test=100))
    entries = []
    for part, name in IDX_NAMES.items():
        path = tmp_path / f"{name}.gz"
        write_idx(path, arrays[part], compress=True)
        content = path.read_bytes()
        entries.append(
            {"name": path.name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        )
    dataset = {"name": "kmnist", "mirrors": [server(tmp_path)], "files": entries}
    overlay = another_finished.overlay("download.yaml", {"dataset": dataset, **TINY})
    # In the folder of the smoke study, whose other studies need no images and stay.
    target = "results/smoke/report/report.html"
    result = another_finished.snakemake("--configfile", "config/smoke.yaml", overlay, "--", target)
    assert result.returncode == 0, result.stdout
    results = another_finished.results
    assert {path.name for path in (results / "data/source").iterdir()} == {entry["name"] for entry in entries}
    # With one seed there is no interval, and other files than the official ones are not comparable.
    lines = (results / "characters/summary.csv").read_text().splitlines()
    assert lines[1].startswith("netlin,,7850,1,") and lines[1].endswith(",")
    assert ",,," in lines[1]


def test_three_official_files_arrive_and_the_missing_fourth_ends_in_one_sentence(workflow, server):
    folder = os.environ.get("HIDDEN_UNITS_KMNIST")
    if not folder:
        pytest.skip("HIDDEN_UNITS_KMNIST names no folder with official KMNIST files")
    present = {path.name for path in Path(folder).iterdir()}
    expected = {f"{name}.gz" for name in IDX_NAMES.values()} - {"train-images-idx3-ubyte.gz"}
    assert present >= expected and "train-images-idx3-ubyte.gz" not in present
    overlay = workflow.overlay("official.yaml", {"run": "official", "dataset": {"mirrors": [server(folder)]}})
    # The images alone: the studies that need none would go on at their full size.
    result = workflow.snakemake("results/official/data/dataset.json", "--configfile", overlay)
    text = result.stdout + result.stderr
    assert result.returncode != 0 and "Traceback" not in text
    assert {path.name for path in workflow.path("results/official/data/source").iterdir()} == expected
    log = workflow.path("results/official/logs/fetch_kmnist/train-images-idx3-ubyte.gz.log")
    last = log.read_text(encoding="utf-8").splitlines()[-1]
    for part in ("train-images-idx3-ubyte.gz", "404", "path", "brush"):
        assert part in last
    assert last in text
