"""What lives in the page gets its numbers from the run: settings, tables, weights."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from hidden_units.checkerboard.models import network_from_mapping
from hidden_units.encoders.measures import MERGED
from hidden_units.report.elements import View
from hidden_units.report.live import LARGEST_TABLE, live_view
from hidden_units.sequences.networks import SRN
from hidden_units.sequences.runs import Runs, write_runs
from tests.published import DEFAULTS

LARGE = round(LARGEST_TABLE**0.5) + 1


def study(config=DEFAULTS, path=None, **files):
    """A study with these tables and facts by the ends of their names."""
    found = {name.replace("__", "/"): content for name, content in files.items()}

    def read(name):
        return found[name.partition(".")[0]]

    evidence = SimpleNamespace(rows=read, json=read, table=read, path=lambda _: path)
    return SimpleNamespace(config=config, evidence=evidence)


ENCODERS = {
    "encoders__overview": [
        {"table": "identity-4", "rows": 4, "columns": 4},
        {"table": "heart", "rows": 2, "columns": 3},
        {"table": f"identity-{LARGE}", "rows": LARGE, "columns": LARGE},
    ],
    "encoders__representatives": {
        name: {"title": name} for name in ("identity-4", "heart", f"identity-{LARGE}")
    },
    "encoders__heart__table": pd.DataFrame([[0, 1, 1], [1, 0, 0]]),
}


@pytest.mark.parametrize(
    ("tables", "figure", "cap", "start"), [(["heart"], "patience", 7, 1), ([], "stopping", 5, 0)]
)
def test_an_encoder_trains_by_the_settings_of_the_run_where_its_patience_is_drawn(tables, figure, cap, start):
    patience = {"tables": tables, "max_epochs": 7}
    encoders = DEFAULTS["encoders"] | {"patience": patience, "caps": [3, 5]}
    of_run = study({**DEFAULTS, "encoders": encoders}, **ENCODERS)
    view = live_view(of_run, "encoders", figure, "", None)
    other = {"patience": "stopping", "stopping": "patience"}[figure]
    assert live_view(of_run, "encoders", other, "", None) is None
    assert view.widget == "trainEncoder"
    assert view.settings == {
        "tables": [{"title": "identity-4", "size": 4}, {"title": "heart", "table": [[0, 1, 1], [1, 0, 0]]}],
        "start": start,
        "training": encoders["training"],
        "merged": MERGED,
        "cap": cap,
    }


@pytest.mark.parametrize(("near", "scale"), [(10, 10), (None, 7)])
def test_the_checkerboard_trains_by_the_settings_of_the_run_and_begins_by_hand(near, scale):
    config = DEFAULTS["checkerboard"] | {"hidden": [4, 6], "surfaces": [2, 7]}
    of_run = study({**DEFAULTS, "checkerboard": config}, checkerboard__thresholds={"near_whole": near})
    settings = live_view(of_run, "checkerboard", "learned", "", None).settings
    assert settings["hidden"] == [3, 4, 6]
    training = {key: value for key, value in config["training"].items() if key != "rates"}
    adam = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    rate = {"learning_rate": 0.01, "max_epochs": 20_000}
    assert settings["training"] == training | adam | rate
    assert settings["designed"] == network_from_mapping(config["network"]).sigmoid(scale).to_mapping()


@pytest.mark.parametrize(("solved", "seeds"), [([1, 0, 0, 0], [0, 3]), ([1, 1, 1, 1], [0])])
def test_a_string_is_read_by_the_representative_and_the_failed_network_in_the_middle(tmp_path, solved, seeds):
    vectors = np.arange(4 * SRN.parameters(2, 2), dtype=float).reshape(4, 1, -1)
    path = tmp_path / "snapshots.safetensors"
    write_runs(path, Runs("srn-anb2n", 2, np.arange(4), np.array([0]), vectors))
    losses = [0.1, 0.5, 0.2, 0.3]
    ends = [{"seed": k, "solved": bool(solved[k]), "excess_nll": losses[k]} for k in range(4)]
    task = "sequences__srn-anb2n__"
    of_run = study(path=path, **{f"{task}restarts": ends, f"{task}dynamics": {"seed": 0}})
    view = live_view(of_run, "sequences", "states", "srn-anb2n", View("space", "Walk", {"trained": 4}))
    assert view.settings["trained"] == 4 and view.settings["multiplicities"] == (1, 2)
    names = [network.pop("name") for network in view.settings["networks"]]
    assert names == [f"seed {seed}, {'solved' if solved[seed] else 'failed'}" for seed in seeds]
    for seed, network in zip(seeds, view.settings["networks"], strict=True):
        assert (
            np.concatenate([np.ravel(part) for part in network.values()]).tolist()
            == vectors[seed, 0].tolist()
        )


def test_other_figures_have_the_view_that_their_chapter_gives():
    view = View("sweep", "Explore")
    assert live_view(study(), "characters", "sweep", "", view) is view
    assert live_view(study(), "characters", "samples", "", None) is None
