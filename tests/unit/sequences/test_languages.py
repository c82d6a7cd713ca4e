"""Languages: strings, examples, names, random draws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hidden_units.sequences.languages import Language, parse_language

multiplicities = st.lists(st.integers(1, 5), min_size=2, max_size=4).map(tuple)


def test_example_is_its_strings_and_a_closing_a(language):
    assert language.example([1, 2]).tolist() == [0, 1, 1, 0, 0, 1, 1, 1, 1, 0]


def test_there_are_1024_examples_all_different(language):
    examples = language.all_examples()
    assert examples.shape == (1024, 5)
    assert len(np.unique(examples, axis=0)) == 1024
    assert (examples.min(), examples.max()) == (1, 4)


def test_counts_are_those_of_the_published_colours():
    counts = Language((1, 2, 3)).positions([2])["count"].to_numpy()
    expected = [1, 2, 2, 1.5, 1, 0, 2, 2 - 1 / 3, 2 - 2 / 3, 1, 1 - 1 / 3, 0]
    assert counts == pytest.approx(expected)


@given(multiplicities, st.lists(st.integers(1, 4), min_size=1, max_size=5))
def test_positions_spell_the_example(times, sizes):
    language = Language(times)
    positions = language.positions(sizes)
    example = language.example(sizes)
    assert positions["symbol"].tolist() == example[:-1].tolist()
    assert positions["next_symbol"].tolist() == example[1:].tolist()
    twice = language.positions_of([sizes, sizes])
    assert twice["example"].tolist() == [0] * len(positions) + [1] * len(positions)
    both = pd.concat([positions, positions], ignore_index=True)
    pd.testing.assert_frame_equal(twice.drop(columns="example"), both)


@given(multiplicities, st.integers(1, 30))
def test_name_can_be_read_back(times, largest):
    language = Language(times, largest)
    assert parse_language(language.name) == language


def test_draws_belong_to_their_seed_and_are_uniform(language):
    draws = language.draw(3, 4000)
    assert np.array_equal(draws, language.draw(3, 4000))
    assert np.array_equal(draws[:50], language.draw(3, 50))
    assert not np.array_equal(draws, language.draw(4, 4000))
    # 20,000 draws of probability 1/4 each: 300 is five standard deviations.
    assert np.abs(np.bincount(draws.ravel())[1:] - 5000).max() < 300
