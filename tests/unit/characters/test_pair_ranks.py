"""Pairs of classes ranked by how often a network confuses them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hidden_units.characters.pair_ranks import pairs_by_seed, rank_pairs

MATRIX = np.array([[90, 6, 1], [4, 80, 9], [2, 3, 95]])


def test_a_pair_counts_by_its_larger_direction():
    assert rank_pairs(MATRIX).to_dict("records") == [
        {"first": 1, "second": 2, "target": 1, "chosen": 2, "count": 9, "both": 12, "rank": 1},
        {"first": 0, "second": 1, "target": 0, "chosen": 1, "count": 6, "both": 10, "rank": 2},
        {"first": 0, "second": 2, "target": 2, "chosen": 0, "count": 2, "both": 3, "rank": 3},
    ]


@given(arrays(np.int64, (10, 10), elements=st.integers(0, 1000)))
def test_a_rank_is_the_number_of_pairs_at_least_as_often_confused(matrix):
    ranked = rank_pairs(matrix)
    assert len(ranked) == 45
    for row in ranked.itertuples():
        assert row.count == max(matrix[row.first, row.second], matrix[row.second, row.first])
        assert row.count == matrix[row.target, row.chosen]
        assert row.rank == (ranked["count"] >= row.count).sum()


def test_every_seed_of_every_model_has_its_own_ranks():
    table = pairs_by_seed({model: dict.fromkeys(range(3), MATRIX) for model in ("netlin", "netconv")})
    assert list(table)[:2] == ["model", "seed"]
    assert table.groupby(["model", "seed"]).size().tolist() == [3] * 2 * 3
