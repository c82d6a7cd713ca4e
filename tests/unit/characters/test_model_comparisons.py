from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from hidden_units.characters.comparisons import (
    compare_models,
    confusion_difference,
    pareto_table,
    plateau_answer,
    shares_among_networks,
    stored_numbers,
)
from hidden_units.statistics.comparisons import holm, unpaired_over_seeds

NETWORKS = ["netlin", "netfull-20", "netconv"]
WIDTHS = ["netfull-10", "netfull-20", "netfull-40"]
ACCURACIES = {
    "netlin": [0.70, 0.71, 0.69],
    "netfull-10": [0.78, 0.80, 0.79],
    "netfull-20": [0.81, 0.80, 0.82],
    "netfull-40": [0.81, 0.82, 0.80],
    "netconv": [0.94, 0.95, 0.96],
}
IMAGES = np.arange(100)
CORRECT = {"netlin": IMAGES < 70, "netfull-20": IMAGES < 81, "netconv": IMAGES >= 5}


@pytest.fixture(scope="module")
def tables():
    return compare_models(ACCURACIES, CORRECT, NETWORKS, WIDTHS, resamples=1000)


def test_every_pair_of_networks_and_every_step_of_widths_is_compared_second_minus_first(tables):
    comparisons, _ = tables
    counts = comparisons.groupby(["family", "question", "method"]).size().to_dict()
    assert counts == {
        ("networks", "other seeds", "Welch"): 3,
        ("networks", "other seeds", "bootstrap"): 3,
        ("networks", "other test images", "paired bootstrap, McNemar"): 3,
        ("widths", "other seeds", "Welch"): 2,
        ("widths", "other seeds", "bootstrap"): 2,
    }
    steps = comparisons[(comparisons["family"] == "widths") & (comparisons["method"] == "Welch")]
    assert list(zip(steps["a"], steps["b"], strict=True)) == list(pairwise(WIDTHS))
    over_seeds = comparisons[comparisons["question"] == "other seeds"]
    for row in over_seeds.itertuples():
        assert row.difference == pytest.approx(np.mean(ACCURACIES[row.b]) - np.mean(ACCURACIES[row.a]))
    over_images = comparisons[comparisons["question"] == "other test images"]
    assert over_images["difference"].tolist() == pytest.approx([0.11, 0.25, 0.14])
    assert set(over_images["seeds"]) == {1} and set(over_seeds["seeds"]) == {3}


def test_holm_corrects_inside_a_family_and_question_and_the_bootstrap_has_no_p(tables):
    comparisons, _ = tables
    welch = comparisons[(comparisons["family"] == "networks") & (comparisons["method"] == "Welch")]
    expected = [
        unpaired_over_seeds(ACCURACIES[a], ACCURACIES[b], 100).p
        for a, b in zip(welch["a"], welch["b"], strict=True)
    ]
    assert welch["p_holm"].tolist() == pytest.approx(holm(expected))
    bootstrap = comparisons[comparisons["method"] == "bootstrap"]
    assert bootstrap[["p", "p_holm", "probability_b_better"]].isna().all().all()


def test_the_chance_of_the_second_has_its_interval_in_a_table_of_its_own(tables):
    comparisons, outperformance = tables
    welch = comparisons[comparisons["method"] == "Welch"]
    assert outperformance["probability_b_better"].tolist() == welch["probability_b_better"].tolist()
    # The sizes 20 and 40 have the same three accuracies.
    assert outperformance["probability_b_better"].iloc[-1] == 0.5
    inside = outperformance["probability_b_better"].between(outperformance["low"], outperformance["high"])
    assert inside.all()


def test_one_seed_leaves_differences_over_seeds_and_intervals_over_images():
    single = {model: values[:1] for model, values in ACCURACIES.items()}
    comparisons, outperformance = compare_models(single, CORRECT, NETWORKS, WIDTHS, resamples=1000)
    over_seeds = comparisons[comparisons["question"] == "other seeds"]
    assert set(over_seeds["method"]) == {"Welch"} and over_seeds["difference"].notna().all()
    assert over_seeds[["low", "high", "p", "p_holm", "probability_b_better"]].isna().all().all()
    assert comparisons.loc[comparisons["question"] == "other test images", "p_holm"].notna().all()
    assert outperformance.empty


def test_a_neighbour_keeps_pixels_and_label_and_after_pca_components():
    assert stored_numbers("knn-4", 60_000, 50) == 60_000 * 785
    assert stored_numbers("pca-knn-4", 60_000, 50) == 60_000 * 51 + 50 * 784 + 784
    assert stored_numbers("pca-knn-4", 30, 50) == 30 * 31 + 30 * 784 + 784  # no more components than images


def summary() -> pd.DataFrame:
    parameters = [100, 1000, 2000, 4000, 3000, None]
    accuracies = [np.mean(values) for values in ACCURACIES.values()]
    return pd.DataFrame(
        {"model": [*ACCURACIES, "knn-4"], "parameters": parameters, "accuracy_mean": [*accuracies, 0.99]}
    )


def test_the_pareto_table_of_made_up_classifiers_by_hand():
    table = pareto_table(summary(), ACCURACIES, train_images=10, components=5, resamples=1000)
    assert table["stored_numbers"].tolist() == [100, 1000, 2000, 4000, 3000, 7850]
    assert table["on_front"].tolist() == [True, True, True, False, True, True]
    assert table["points_per_thousand"].iloc[0] == pytest.approx(70 / 0.1)
    gains = table["gain_per_thousand"]
    assert gains.iloc[[1, 2, 4]].tolist() == pytest.approx([9 / 0.9, 2 / 1, 14 / 1])
    assert gains.isna().tolist() == [True, False, False, True, False, False]
    assert table["parameters"].isna().tolist() == [False] * 5 + [True]


def test_networks_of_the_users_own_change_no_number_that_is_said_of_the_study_s(tables):
    accuracies = {**ACCURACIES, "mine": [0.97, 0.98, 0.99]}
    correct = {**CORRECT, "mine": IMAGES < 98}
    comparisons, better = compare_models(accuracies, correct, [*NETWORKS, "mine"], WIDTHS, resamples=1000)
    is_own = comparisons["family"] == "own networks"
    assert set(comparisons["b"][is_own]) == {"mine"}
    assert comparisons[is_own].groupby(["question", "method"]).size().eq(3).all()
    pd.testing.assert_frame_equal(comparisons[~is_own].reset_index(drop=True), tables[0])
    pd.testing.assert_frame_equal(better[better["b"] != "mine"].reset_index(drop=True), tables[1])
    mine = pd.DataFrame({"model": ["mine"], "parameters": [50], "accuracy_mean": [0.98]})
    table = pareto_table(pd.concat([summary(), mine], ignore_index=True), accuracies, 10, 5, 1000)
    shares = ["share_ahead", "share_behind"]
    without = pareto_table(summary(), ACCURACIES, 10, 5, 1000)
    pd.testing.assert_frame_equal(table[shares].iloc[:-1], without[shares])
    assert table[shares].iloc[-1].isna().all()
    assert table["on_front"].tolist() == [False] * 5 + [True, True]


def test_the_front_is_as_sure_as_the_seeds_are():
    table = pareto_table(summary(), ACCURACIES, train_images=10, components=5, resamples=1000)
    share = dict(zip(table["model"], table["share_on_front"], strict=True))
    assert share["netlin"] == share["netconv"] == share["knn-4"] == 1
    assert share["netfull-40"] == 0 and 0.9 < share["netfull-20"] <= 1
    # One seed, and seeds that do not scatter, say nothing.
    for seeds in (1, 3):
        alike = {model: values[:1] * seeds for model, values in ACCURACIES.items()}
        shares = pareto_table(summary(), alike, 10, 5, 1000).filter(like="share_")
        assert shares.isna().all().all()


def test_ahead_is_better_than_the_smaller_and_no_worse_than_the_larger():
    # Small, middle, large and dear; middle and large are equally accurate.
    drawn = np.tile([0.7, 0.9, 0.9, 0.8], (10, 1))
    ahead, behind = shares_among_networks(np.array([1, 5, 8, 9]), drawn).T
    np.testing.assert_array_equal(ahead, [0, 1, 0, np.nan])
    np.testing.assert_array_equal(behind, [0, 0, 1, 1])


def test_both_shares_are_of_the_same_resamples():
    """Two seeds a network, apart by as much as they scatter: each mean is one of four draws, by hand."""
    summary = pd.DataFrame({"model": ["netlin", "netconv"], "parameters": [1, 2], "accuracy_mean": 0.75})
    accuracies = {"netlin": [0.7, 0.8], "netconv": [0.7, 0.8]}
    found = pareto_table(summary, accuracies, 10, 5, 40_000).set_index("model")
    # Means low, middle, middle, high: of 16 pairs 6 are equal and 5 on each side; equality beats the larger.
    assert found.loc["netlin", "share_ahead"] == pytest.approx(11 / 16, abs=0.01)
    assert found.loc["netconv", "share_behind"] == pytest.approx(11 / 16, abs=0.01)


SWEEP = pd.DataFrame(
    {
        "hidden": np.repeat([10, 20, 40], 3),
        "accuracy": [0.70, 0.71, 0.705, 0.80, 0.801, 0.8005, 0.801, 0.8, 0.8005],
        "validation_accuracy": [0.90, 0.9005, 0.901, 0.9, 0.9005, 0.9015, 0.9, 0.9005, 0.901],
    }
)


def test_a_width_is_chosen_on_the_images_held_out_and_named_with_its_test_accuracy():
    answer, widths = plateau_answer(SWEEP, margin=0.003, resamples=500)
    assert (answer["chosen_on"], answer["verdict"], answer["smallest_equivalent"]) == (
        "validation images", "width", 10,
    )  # fmt: skip
    assert answer["test_accuracy"] == pytest.approx(0.705)
    assert widths["accuracy_mean"].iloc[0] == pytest.approx(0.9005)
    on_test, _ = plateau_answer(SWEEP.drop(columns="validation_accuracy"), margin=0.003, resamples=500)
    assert (on_test["chosen_on"], on_test["smallest_equivalent"]) == ("test images", 20)
    assert on_test["test_accuracy"] == pytest.approx(0.8005)


@pytest.mark.parametrize(
    ("table", "verdict"),
    [
        (SWEEP.assign(validation_accuracy=np.tile([0.80, 0.84, 0.88], 3)), "undecided"),
        (SWEEP.groupby("hidden").head(1), "one seed"),
        (SWEEP[SWEEP["hidden"] == 20], "one width"),
    ],
)
def test_where_no_width_is_named_no_test_accuracy_is(table, verdict):
    answer, _ = plateau_answer(table, margin=0.003, resamples=500)
    assert (answer["verdict"], answer["test_accuracy"]) == (verdict, None)


def test_measured_minus_published_confusions_by_hand():
    published = np.full((10, 10), 5)
    np.fill_diagonal(published, 55)
    target, chosen = np.nonzero(~np.eye(10, dtype=bool))
    rates = pd.DataFrame({"target": target, "chosen": chosen, "rate": 0.02})
    table = confusion_difference(rates, published)
    assert len(table) == 100
    diagonal = table["target"] == table["chosen"]
    assert table.loc[diagonal, "measured"].tolist() == pytest.approx([0.82] * 10)
    assert table.loc[diagonal, "published"].tolist() == pytest.approx([0.55] * 10)
    assert table.loc[~diagonal, "difference"].tolist() == pytest.approx([0.02 - 0.05] * 90)
    assert table.groupby("target")["difference"].sum().tolist() == pytest.approx([0] * 10)
