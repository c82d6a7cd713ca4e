"""How long one-hot tables take: which runs count, and the power law through their medians."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from hidden_units.encoders.measures import stopping_law, stopping_table
from hidden_units.encoders.tables import identity, star16
from hidden_units.encoders.training import train
from tests import published


def finished(rows, epochs, stopped=True):
    return [(rows, seed, epoch, stopped) for seed, epoch in enumerate(epochs)]


def frame(rows):
    return pd.DataFrame(rows, columns=["rows", "seed", "epochs", "stopped"])


def test_a_power_law_is_found_again_whatever_the_spread_of_the_seeds():
    table = frame([row for n in (4, 9, 16) for row in finished(n, [n**5 - 7, 2 * n**5 - 0, 90 * n**5])])
    law = stopping_law(table)
    assert law["sizes"] == [4, 9, 16]
    assert law["exponent"] == pytest.approx(5)
    assert law["factor"] == pytest.approx(2)


def test_a_size_with_a_run_given_up_takes_no_part():
    table = frame(
        [*finished(4, [10, 20]), *finished(8, [80]), *finished(16, [500]), *finished(16, [900], False)]
    )
    assert stopping_law(table)["sizes"] == [4, 8]


@pytest.mark.parametrize("rows", [[], finished(4, [10, 20]), finished(4, [10], False)])
def test_fewer_than_two_sizes_make_no_law(rows):
    law = stopping_law(frame(rows))
    assert law["exponent"] is None
    assert law["factor"] is None


def test_longer_runs_take_the_place_of_the_others_and_only_one_hot_tables_count():
    short = train(identity(4), published.encoders(max_epochs=50), range(2))
    long = train(identity(4), published.encoders(), range(2))
    eight = replace(short, table=identity(8))
    runs = {
        "identity-4": short,
        "identity-8": eight,
        "star16": train(star16(), published.encoders(max_epochs=5), [0]),
    }
    table = stopping_table(runs, {"identity-4": long})
    assert table["rows"].tolist() == [4, 4, 8, 8]
    np.testing.assert_array_equal(table["epochs"], [*long.epochs, 50, 50])
    assert table["stopped"].tolist() == [True, True, False, False]
    assert stopping_table({"star16": runs["star16"]}, {}).empty
