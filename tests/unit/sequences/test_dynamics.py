"""Fixed points, cycles and rates of maps that can be worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq

from hidden_units.sequences.languages import Language
from hidden_units.sequences.measures.dynamics import (
    dynamics_table,
    orbits,
    orbits_of_all,
    settled_orbit,
    srn_dynamics,
)
from hidden_units.sequences.networks import SRN

# The fixed point of x = tanh(2 x) above zero, and the slope there.
POINT = brentq(lambda x: np.tanh(2 * x) - x, 0.5, 1, xtol=1e-15)
SLOPE = 2 * (1 - POINT**2)


def test_all_nine_fixed_points_of_two_bistable_units_are_found(decoupled):
    found = orbits(decoupled(2, 2), 0)
    expected = {(x, y) for x in (-POINT, 0, POINT) for y in (-POINT, 0, POINT)}
    assert len(found) == 9
    assert {tuple(np.round(orbit.points[0], 9) + 0.0) for orbit in found} == {
        tuple(np.round(point, 9) + 0.0) for point in expected
    }
    types = [orbit.type for orbit in found]
    assert (types.count("attracting"), types.count("saddle"), types.count("repelling")) == (4, 4, 1)


def test_multipliers_are_the_slopes(decoupled):
    saddle = next(o for o in orbits(decoupled(2, 2), 1) if np.allclose(o.points[0], [POINT, 0]))
    assert saddle.multipliers == pytest.approx([2, SLOPE])
    assert np.abs(saddle.directions) == pytest.approx(np.array([[0, 1], [1, 0]]))
    assert saddle.rate == pytest.approx(2)


def test_alternating_unit_has_one_two_cycle_and_is_not_counted_twice(decoupled):
    network = decoupled(-2, 0.5)
    cycles = orbits(network, 0, period=2)
    assert len(cycles) == 1
    assert np.sort(cycles[0].points[:, 0]) == pytest.approx([-POINT, POINT])
    assert cycles[0].type == "attracting"
    assert cycles[0].rate == pytest.approx(max(SLOPE, 0.5))
    assert [orbit.type for orbit in orbits(network, 0)] == ["saddle"]


def test_complex_multipliers_are_a_spiral(decoupled):
    network = replace(decoupled(0, 0), recurrent=0.9 * np.array([[0.0, 1.0], [-1.0, 0.0]]))
    assert [orbit.type for orbit in orbits(network, 0)] == ["spiral attracting"]


def test_state_settles_on_point_or_cycle(decoupled):
    state = np.array([0.1, 0.1])
    assert settled_orbit(decoupled(2, 0.5), 0, state).points == pytest.approx(
        np.array([[POINT, 0]]), abs=1e-9
    )
    assert settled_orbit(decoupled(-2, 0.5), 0, state).period == 2
    # Alternates about an attracting point, ever closer: no cycle.
    assert settled_orbit(decoupled(-0.9, 0.1), 0, state).period == 1


def test_ratio_is_one_over_m_where_rates_match(decoupled):
    """A-map: contracts to 0 by r; B-map: a saddle at 0 with r^(-1/2) outside. Both linear at the origin."""
    r = 0.25
    pushed = {"input": np.array([[0.0, 0.0], [0.0, 5.0]]), "initial": np.array([0.0, 0.3])}
    network = replace(decoupled(0.5, r), **pushed)
    # Reading B pushes unit 2 far up, where its slope is all but 0, so only A's approach.
    found = srn_dynamics(network, Language((1, 2)))
    assert found.r_a == pytest.approx(0.5)
    assert found.lambda_b is None
    assert found.ratio is None

    saddle = decoupled(r**-0.5, 0.1, start=0.0)
    found = srn_dynamics(saddle, Language((1, 2)))
    assert found.lambda_b == pytest.approx(r**-0.5)
    assert found.ratio is None  # from exactly 0 the A-orbit stays on the saddle: rate above 1, no approach

    found = srn_dynamics(replace(saddle, initial=np.array([0.1, 0.0])), Language((1, 2)))
    assert found.r_a == pytest.approx(SLOPE)
    assert found.ratio == pytest.approx(np.log(2) / -np.log(found.r_a))


def test_more_starts_find_no_more_orbits(language):
    rng = np.random.default_rng(5)
    for _ in range(4):
        network = SRN.from_vector(rng.normal(0, 1.5, 18), 2, 2)
        for symbol in (0, 1):
            few, many = (orbits(network, symbol, 1, starts) for starts in (441, 2500))
            assert len(few) == len(many)
            for orbit in few:
                assert network.step(orbit.points[0], symbol) == pytest.approx(orbit.points[0], abs=1e-10)


def test_networks_side_by_side_have_the_orbits_that_each_has_alone():
    rng = np.random.default_rng(6)
    networks = [SRN.from_vector(rng.normal(0, spread, 18), 2, 2) for spread in (0, 0.5, 1.5, 3)]
    for symbol, period in ((0, 1), (0, 2), (1, 1), (1, 2)):
        together = orbits_of_all(networks, symbol, period)
        for network, found in zip(networks, together, strict=True):
            alone = orbits(network, symbol, period)
            assert [orbit.points.tolist() for orbit in found] == [orbit.points.tolist() for orbit in alone]
    assert any(together)


def test_table_leaves_empty_what_does_not_exist(language):
    vectors = {3: np.zeros(18), 4: np.random.default_rng(0).normal(0, 1, 18)}
    networks = {seed: SRN.from_vector(vector, 2, 2) for seed, vector in vectors.items()}
    table = dynamics_table(networks, language)
    assert table["seed"].tolist() == [3, 4]
    assert table["a_map"].iloc[0] == "attracting"
    assert table.loc[0, ["lambda_b", "ratio", "saddle_distance"]].isna().all()
    assert table["a_period"].iloc[0] == 1
