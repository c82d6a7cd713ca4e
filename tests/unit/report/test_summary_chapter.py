"""The first page: the order of the networks, and a line for each of the other studies."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pandas as pd
import pytest
from one_chapter import words_of

from hidden_units.report.chapters.claims import MARKS
from hidden_units.report.chapters.summary import order_of_accuracies, other_studies
from hidden_units.report.comparability import Comparability, Setting
from hidden_units.report.evidence import Evidence

SUCCESS = pd.DataFrame(
    {
        "hidden": [4, 4, 5],
        "learning_rate": [0.001, 0.01, 0.01],
        "restarts": [50, 50, 50],
        "solved": [20, 30, 45],
        "rate": [0.4, 0.6, 0.9],
        "low": [0.276, 0.462, 0.786],
        "high": [0.538, 0.724, 0.957],
    }
)
OVERVIEW = pd.DataFrame(
    {
        "table": ["identity-24", "identity-9", "identity-16", "heart"],
        "rows": [24, 9, 16, 18],
        "seeds": [20, 20, 20, 20],
        "solved": [0, 20, 5, 1],
        "low": [0.0, 0.839, 0.112, 0.01],
        "high": [0.161, 1.0, 0.469, 0.2],
    }
)
COUNTING = {"restarts": 200, "solved": 124, "low": 0.5511, "high": 0.6844}
RATIO = {"count": 124, "median": 2.4502, "low": 2.4249, "high": 2.4705}


def studies(folder, hidden=4, overview=OVERVIEW, ratio=RATIO):
    """The other studies from files in a folder."""
    for name in ("checkerboard", "encoders", "sequences/srn-anb2n", "sequences/lstm-anb2nc3n"):
        (folder / name).mkdir(parents=True)
    SUCCESS.to_csv(folder / "checkerboard/success.csv", index=False)
    overview.to_csv(folder / "encoders/overview.csv", index=False)
    for task in ("srn-anb2n", "lstm-anb2nc3n"):
        (folder / f"sequences/{task}/success.json").write_text(json.dumps(COUNTING))
    walk = {"summary": {"walk": {"step_ratio": ratio}}}
    (folder / "sequences/srn-anb2n/dynamics.json").write_text(json.dumps(walk))
    return other_studies(Evidence.of_folder(folder), hidden)


def row(model, mean, half=0.01, seeds=5):
    """The summary of a network."""
    low, high = (None, None) if half is None else (mean - half, mean + half)
    return {
        "model": model, "parameters": 7850, "seeds": seeds, "accuracy_mean": mean, "accuracy_low": low,
        "accuracy_high": high, "loss_mean": 1.1, "reported_accuracy": 0.7, "reported_loss": 1.0,
        "difference": mean - 0.7,
    }  # fmt: skip


COMPARABLE = Comparability(comparable=True, shown=True, data_reason="", deviations=())


def page(rows, others, seeds=5, comparability=COMPARABLE):
    """The words of the first page."""
    return words_of(
        "summary",
        {
            "seeds": seeds,
            "characters": {"hidden": 5},
            "training": {"epochs": 1, "validation": 0},
            "run": "some",
        },
        dataset={
            "classes": [1, 2],
            "title": "Some images",
            "counts": {"train": 100, "test": 50},
            "synthetic": False,
        },
        commit=SimpleNamespace(is_known=False),
        comparability=comparability,
        rows=rows,
        order=order_of_accuracies(rows),
        confidence="95 %",
        others=others,
        tallies=[{"judged": "what was measured here", "counts": {"supported": 3, "undecided": 0}}],
        marks=MARKS,
        paragraphs=[],
    )


@pytest.mark.parametrize(
    "means, holds", [((0.7, 0.8, 0.9), True), ((0.7, 0.695, 0.9), False), ((0.7, 0.7), False)]
)
def test_the_order_of_the_networks_holds_where_the_means_rise(means, holds):
    rows = [row(model, mean) for model, mean in zip(("netlin", "netfull-5", "netconv"), means, strict=False)]
    found = order_of_accuracies(rows)
    assert found["holds"] == holds
    assert [each["accuracy_mean"] for each in found["ranked"]] == sorted(means)


def test_a_wide_interval_overlaps_those_that_are_not_its_neighbours_too(tmp_path):
    rows = [row("netlin", 0.7, 0.001), row("netfull-5", 0.8, 0.001), row("netconv", 0.9, 0.3)]
    lin, full, conv = rows
    assert order_of_accuracies(rows)["overlapping"] == [(lin, conv), (full, conv)]
    said = "The intervals of NetLin and NetConv and those of NetFull and NetConv overlap"
    assert said in page(rows, studies(tmp_path))


def test_without_scatter_or_with_one_seed_no_interval_is_compared(tmp_path):
    others = studies(tmp_path)
    alike = [row("netlin", 0.7, None), row("netfull-5", 0.8)]
    assert order_of_accuracies(alike)["overlapping"] == []
    assert "All seeds of NetLin gave the same accuracy" in page(alike, others)
    single = [row("netlin", 0.7, None, 1), row("netfull-5", 0.8, None, 1)]
    assert "this is the order of single runs" in page(single, others, seeds=1)
    assert "Intervals from two seeds are wide" in page(single, others, seeds=2)


def test_each_study_has_its_result_with_its_interval(tmp_path):
    said = page([row("netlin", 0.7)], studies(tmp_path))
    for line in (
        "networks of 4 hidden units trained to solve it, at learning rate 0.01 30 of 50 (60 %) [46, 72]",
        "N-2-N encoders with N = 16 that learn all their patterns 5 of 20 (25 %) [11, 47]",
        "SRNs that count without an error in any example 124 of 200 (62 %) [55, 68]",
        "LSTMs that count without an error in any example 124 of 200 (62 %) [55, 68]",
        "median of those that count 2.45 [2.42, 2.47]",
        "the published study’s 3 claims, judged by what was measured here: 3 supported.",
    ):
        assert line in said


def test_a_result_that_a_run_does_not_have_is_left_out(tmp_path):
    without = studies(tmp_path, 9, OVERVIEW[OVERVIEW["table"] == "heart"], dict.fromkeys(RATIO))
    assert [without[key] for key in ("checkerboard", "encoder", "step_ratio")] == [None, None, None]
    assert "encoders that learn" not in page([row("netlin", 0.7)], without)


def test_of_one_hot_tables_the_largest_is_shown_where_none_fails(tmp_path):
    assert studies(tmp_path, overview=OVERVIEW[OVERVIEW["table"] == "identity-9"])["encoder"]["rows"] == 9


def test_a_changed_protocol_is_listed(tmp_path):
    changed = Comparability(False, True, "", (Setting("momentum", "0.8", "0.9"),))
    said = page([row("netlin", 0.7)], studies(tmp_path), comparability=changed)
    assert "nothing compares with the reported figures: momentum: 0.8, as published 0.9" in said
    assert "not comparable" in said
