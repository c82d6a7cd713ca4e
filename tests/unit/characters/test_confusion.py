import numpy as np
import pandas as pd
import pytest
from scipy import stats

from hidden_units.characters.confusion import (
    class_means,
    confident_mistakes,
    confusion,
    likeness_and_confusion,
    mean_similarity,
    per_class,
    ranked_pairs,
)


def outputs(chosen, probability=0.91):
    rest = (1 - probability) / 9
    table = np.full((len(chosen), 10), rest)
    table[np.arange(len(chosen)), chosen] = probability
    return np.log(table)


def test_rows_are_targets_and_columns_the_class_chosen():
    counts = confusion(np.array([1, 1, 1, 2]), outputs([1, 2, 2, 2]))
    expected = np.zeros((10, 10), int)
    expected[1, 1], expected[1, 2], expected[2, 2] = 1, 2, 1
    assert np.array_equal(counts, expected)


def test_precision_and_recall_follow_from_the_confusion_matrix():
    generator = np.random.default_rng(1)
    labels = generator.integers(0, 10, 400)
    chosen = np.where(
        generator.random(400) < 0.6, labels, generator.integers(0, 9, 400)
    )  # 9 is chosen seldom
    table, counts = per_class(labels, outputs(chosen)), confusion(labels, outputs(chosen))
    assert table["recall"].to_numpy() == pytest.approx(np.diag(counts) / counts.sum(axis=1))
    assert table["precision"].to_numpy() == pytest.approx(np.diag(counts) / counts.sum(axis=0))


def test_a_class_never_chosen_has_precision_zero():
    assert per_class(np.arange(10), outputs(np.zeros(10, int)))["precision"].tolist() == [0.1] + [0.0] * 9


def test_pairs_are_ranked_by_their_mean_count_over_the_seeds():
    # Class 6 has few images, so that its rate is the highest and its count is not.
    first, second = np.diag([8] * 6 + [1] + [8] * 3), np.diag([8] * 6 + [1] + [8] * 3)
    first[6, 2], first[5, 2] = 2, 1
    second[6, 2], second[5, 2], second[0, 1] = 0, 2, 2
    table = ranked_pairs({"netlin": [first, second]}, {"netlin": second})
    assert len(table) == 90 and table["rank"].tolist() == list(range(1, 91))
    top = table.iloc[:3]
    assert list(zip(top["target"], top["chosen"], strict=True)) == [(5, 2), (0, 1), (6, 2)]
    assert top["count_mean"].tolist() == [1.5, 1.0, 1.0]
    assert top["count_representative"].tolist() == [2, 2, 0]
    assert top["rate"].tolist() == pytest.approx([1.5 / 9.5, 1 / 9, 1 / 2])


def test_class_means_and_their_correlation():
    labels = np.arange(20) % 10
    images = np.zeros((20, 28, 28), np.uint8)
    images[np.arange(20), labels, 0] = 100
    images[10:] //= 2
    means = class_means(images, labels)
    assert means[3, 3, 0] == 75 and means[3].sum() == 75
    similarity = mean_similarity(means)
    assert np.diag(similarity) == pytest.approx(np.ones(10))
    assert similarity[0, 1] == pytest.approx(-1 / 783)  # two single bright pixels among 784


def test_mistakes_are_the_wrong_ones_surest_first():
    log_probabilities = np.vstack(
        [outputs([1], 0.6), outputs([2], 0.9), outputs([3], 0.99), outputs([4], 0.8)]
    )
    table = confident_mistakes(np.array([0, 2, 5, 5]), log_probabilities, count=2)
    assert table["index"].tolist() == [2, 3]
    assert table["target"].tolist() == [5, 5] and table["chosen"].tolist() == [3, 4]
    assert table["probability"].tolist() == pytest.approx([0.99, 0.8])
    assert table["target_probability"].tolist() == pytest.approx([0.01 / 9, 0.2 / 9])


def test_likeness_is_set_against_the_mean_of_both_directions():
    generator = np.random.default_rng(3)
    similarity, rates = np.corrcoef(generator.random((10, 30))), generator.random((10, 10))
    counts = np.ones((10, 10), int)
    pairs = ranked_pairs({"netlin": [counts]}, {"netlin": counts})
    pairs["rate"] = rates[pairs["target"], pairs["chosen"]]
    table, correlation = likeness_and_confusion(similarity, pairs, ["netlin"])
    above = np.triu_indices(10, 1)
    expected = stats.spearmanr(similarity[above], (rates[above] + rates.T[above]) / 2).statistic
    assert correlation.to_dict("records") == [
        {"model": "netlin", "pairs": 45, "spearman": pytest.approx(expected)}
    ]
    assert len(table) == 100 and table["rate_netlin"].isna().sum() == 10
    row = table[(table["target"] == 2) & (table["chosen"] == 7)].iloc[0]
    assert row["rate_netlin"] == rates[2, 7] != rates[7, 2]


def test_without_any_confusion_there_is_no_correlation():
    counts = np.diag([5] * 10)
    pairs = ranked_pairs({"netlin": [counts]}, {"netlin": counts})
    _, correlation = likeness_and_confusion(
        np.corrcoef(np.random.default_rng(0).random((10, 9))), pairs, ["netlin"]
    )
    assert pd.isna(correlation.loc[0, "spearman"])


@pytest.mark.filterwarnings("error")
def test_a_mean_of_a_single_grey_correlates_with_nothing_and_the_other_pairs_are_ranked():
    generator = np.random.default_rng(4)
    means = generator.random((10, 28, 28))
    means[3] = 0.5
    similarity = mean_similarity(means)
    assert np.isnan(similarity[3]).all() and np.isfinite(np.delete(np.delete(similarity, 3, 0), 3, 1)).all()
    counts = generator.integers(1, 99, (10, 10))
    _, correlation = likeness_and_confusion(
        similarity, ranked_pairs({"netlin": [counts]}, {"netlin": counts}), ["netlin"]
    )
    assert correlation.loc[0, "pairs"] == 36 and np.isfinite(correlation.loc[0, "spearman"])
    _, nothing = likeness_and_confusion(
        np.full((10, 10), np.nan), ranked_pairs({"netlin": [counts]}, {"netlin": counts}), ["netlin"]
    )
    assert nothing.loc[0, "pairs"] == 0 and pd.isna(nothing.loc[0, "spearman"])


def test_pairs_confused_equally_often_share_their_rank_whatever_the_noise_of_floats():
    rng = np.random.default_rng(0)
    counts = rng.integers(0, 6, (5, 10, 10))
    counts[:, range(10), range(10)] = 400 - counts.sum(axis=2) + counts[:, range(10), range(10)]
    similarity = rng.random((10, 10))
    pairs = ranked_pairs({"netlin": counts}, {"netlin": counts[0]})
    _, found = likeness_and_confusion(similarity, pairs, ["netlin"])
    above = np.triu_indices(10, 1)
    whole = (counts.sum(axis=0) + counts.sum(axis=0).T)[above]
    assert len(set(whole)) < len(whole)
    assert found["spearman"][0] == stats.spearmanr(similarity[above], whole).statistic
