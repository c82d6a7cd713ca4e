"""Real runs compared: the smoke study against a copy of it, one of whose networks reads nothing."""

import shutil

import numpy as np
import pandas as pd
import pytest

from hidden_units.compare.runs import read_runs
from hidden_units.compare.tables import comparisons, configuration, verdicts
from hidden_units.files import read_json, write_arrays, write_json, write_text
from hidden_units.manifest import format_manifest, hashes

pytestmark = pytest.mark.slow


def test_a_copy_differs_in_what_was_changed_alone(smoke_run, tmp_path):
    results, mine = tmp_path / "results", tmp_path / "results/mine"
    for copy in (results / "smoke", mine):
        shutil.copytree(smoke_run / "results/smoke", copy)
    seed = read_json(mine / "characters/representatives.json")["netlin"]
    folder = mine / f"characters/netlin/seed-{seed}"
    with np.load(folder / "predictions.npz") as arrays:
        labels, images = arrays["labels"], len(arrays["labels"])
        write_arrays(
            folder / "predictions.npz", {**arrays, "log_probabilities": np.eye(10)[(labels + 1) % 10]}
        )
    before = read_json(folder / "metrics.json")["accuracy"]
    write_json(folder / "metrics.json", read_json(folder / "metrics.json") | {"accuracy": 0})
    config = (mine / "config.yaml").read_text(encoding="utf-8")
    write_text(mine / "config.yaml", config.replace("momentum: 0.5\n", "momentum: 0.75\n", 1))
    claims = pd.read_csv(mine / "claims.csv").assign(measured_verdict="supported", reason=None)
    claims.to_csv(mine / "claims.csv", index=False)
    write_text(mine / "manifest.sha256", format_manifest(hashes(mine)))
    runs = read_runs(["smoke", "mine"], results)
    assert configuration(runs).to_numpy().tolist() == [["training: momentum", "0.5", "0.75"]]
    table = comparisons(runs).table
    table = table[table["run"] == "mine"].set_index(["question", "item"])
    is_trained = table.loc[table["count"].notna()]
    changed = is_trained[is_trained["shared"] != True].index.tolist()  # noqa: E712, it may be missing
    assert [key for key in changed if key[0] != "success rate"] == [
        ("other seeds", "netlin"),
        ("other test images", "netlin"),
    ]
    assert table.loc[("other test images", "netlin"), "difference"] == pytest.approx(-before)
    # Each image that was read right is read wrong now: a coin that falls one way each time.
    assert table.loc[("other test images", "netlin"), "p"] == pytest.approx(2 * 0.5 ** round(before * images))
    assert (table.loc["success rate", "difference"] == 0).all()
    assert (verdicts(runs)["mine"] == "supported").all()
