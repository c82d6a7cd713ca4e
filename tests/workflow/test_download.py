"""The download path through the whole command, against a server on this machine."""

import hashlib
import http.server
import threading
from functools import partial

import pytest

from hidden_units.datasets.brush import BrushSettings, draw_dataset
from hidden_units.datasets.idx import IDX_NAMES
from tests.idx_files import write_idx


@pytest.fixture
def server(tmp_path):
    """The address of a server of the folder of the test."""
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()


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
    dataset = {"name": "kmnist", "mirrors": [server], "files": entries}
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
