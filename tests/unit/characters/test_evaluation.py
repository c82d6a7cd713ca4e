import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from hidden_units.characters.evaluation import (
    means_over_seeds,
    summarise,
    sweep,
)
from hidden_units.characters.metrics import metrics
from hidden_units.statistics.intervals import bootstrap_interval

RUNS = pd.DataFrame(
    {
        "model": ["netlin"] * 3 + ["netfull-20"] * 3 + ["netfull-5"] * 3,
        "seed": [0, 1, 2] * 3,
        "parameters": [7850] * 3 + [15910] * 3 + [3985] * 3,
        "accuracy": [0.70, 0.72, 0.71, 0.80, 0.80, 0.83, 0.60, 0.61, 0.62],
        "loss": [1.0, 1.1, 1.5, 0.5, 0.6, 0.7, 2.0, 2.0, 2.0],
    }
)
BASELINES = pd.DataFrame({"model": ["knn-4"], "accuracy": [0.9]})


def test_metrics_of_four_images_counted_by_hand():
    probabilities = np.full((4, 10), 0.05)
    probabilities[[0, 1, 2, 3], [2, 2, 5, 9]] = 0.55
    found = metrics(np.array([2, 2, 5, 0]), np.log(probabilities))
    assert (found["images"], found["correct"], found["accuracy"]) == (4, 3, 0.75)
    assert found["loss"] == pytest.approx(-(3 * math.log(0.55) + math.log(0.05)) / 4)


def test_summary_of_three_seeds_is_mean_sd_and_t_interval():
    table = summarise(RUNS, BASELINES, {"netlin": 0.6957}).set_index("model")
    row = table.loc["netlin"]
    assert row["accuracy_mean"] == pytest.approx(0.71)
    assert row["accuracy_sd"] == pytest.approx(0.01)
    half = 4.302653 * 0.01 / math.sqrt(3)  # t(0.975, 2) from a printed table
    assert (row["accuracy_low"], row["accuracy_high"]) == pytest.approx((0.71 - half, 0.71 + half), rel=1e-6)
    assert row["loss_mean"] == pytest.approx(1.2)
    assert row["reported"] == 0.6957
    assert math.isnan(table.loc["netfull-20", "reported"])


def test_summary_has_the_columns_others_rely_on_and_baselines_leave_theirs_empty(tmp_path):
    path = tmp_path / "summary.csv"
    summarise(RUNS, BASELINES, None).to_csv(path, index=False)
    lines = path.read_text().splitlines()
    columns = "accuracy_mean,accuracy_sd,accuracy_low,accuracy_high,loss_mean,reported"
    assert lines[0] == f"model,hidden,parameters,seeds,{columns}"
    assert lines[1].startswith("netlin,,7850,3,")
    assert lines[2].startswith("netfull-20,20,15910,3,")
    assert lines[-1] == "knn-4,,,,0.9,,,,,"


def test_means_of_both_measures_have_the_t_interval_and_the_bootstraps():
    values = np.array([0.70, 0.72, 0.71, 0.715, 0.69, 0.725])
    runs = pd.DataFrame({"model": "netlin", "seed": range(6), "accuracy": values, "loss": 2 - values})
    table = means_over_seeds(runs, resamples=20_000)
    assert table["seeds"].tolist() == [6, 6]
    for measure, sample in {"accuracy": values, "loss": 2 - values}.items():
        row = table.set_index("measure").loc[measure]
        assert (row["mean"], row["sd"]) == pytest.approx((sample.mean(), sample.std(ddof=1)))
        student = stats.ttest_1samp(sample, 0).confidence_interval(0.95)
        assert (row["low"], row["high"]) == pytest.approx(student, rel=1e-12)
        bootstrap = bootstrap_interval(sample, resamples=20_000)
        assert (row["bootstrap_low"], row["bootstrap_high"]) == (bootstrap.low, bootstrap.high)


def test_one_seed_and_seeds_that_are_alike_have_a_mean_and_neither_interval(tmp_path):
    ends = ["low", "high", "bootstrap_low", "bootstrap_high"]
    single = means_over_seeds(RUNS[RUNS["seed"] == 0], resamples=1000)
    assert single["mean"].notna().all() and single[["sd", *ends]].isna().all().all()
    table = means_over_seeds(RUNS, resamples=1000).set_index(["model", "measure"])
    assert table.loc[("netfull-5", "loss"), "sd"] == 0 and table.loc[("netfull-5", "loss"), ends].isna().all()
    assert table.loc[("netfull-5", "accuracy"), ends].notna().all()
    single.to_csv(tmp_path / "means.csv", index=False)
    assert "nan" not in (tmp_path / "means.csv").read_text()


def test_sweep_lists_every_seed_of_every_width_narrowest_first():
    upside_down = RUNS.iloc[::-1].assign(accuracy=RUNS["accuracy"])
    table = sweep(upside_down, summarise(RUNS, BASELINES, None))
    assert table["hidden"].tolist() == [5, 5, 5, 20, 20, 20]
    assert table["seed"].tolist() == [0, 1, 2] * 2
    assert table["accuracy"].tolist() == [0.60, 0.61, 0.62, 0.80, 0.80, 0.83]
    assert table["accuracy_mean"].tolist() == pytest.approx([0.61] * 3 + [0.81] * 3)
