import numpy as np
import pytest
from scipy import stats

from hidden_units.statistics.plateau import find_plateau, resampled_means

RISING = {10: [0.70, 0.71, 0.705], 20: [0.80, 0.801, 0.8005], 40: [0.801, 0.8, 0.8005]}


def status(plateau) -> dict[int, str]:
    return {
        width.hidden: "equivalent" if width.equivalent else "worse" if width.worse else "undecided"
        for width in plateau.widths
    }


def test_the_answer_is_the_smallest_width_within_the_margin_where_all_below_are_worse():
    plateau = find_plateau(RISING, margin=0.003)
    assert status(plateau) == {10: "worse", 20: "equivalent", 40: "equivalent"}
    assert (plateau.verdict, plateau.smallest_equivalent) == ("width", 20)


def test_a_narrower_width_that_is_neither_worse_nor_equivalent_leaves_the_answer_undecided():
    unsure = {5: [0.78, 0.79, 0.81, 0.82]} | {width: [0.80, 0.801, 0.8005, 0.8] for width in (20, 40)}
    plateau = find_plateau(unsure, margin=0.003)
    assert status(plateau) == {5: "undecided", 20: "undecided", 40: "undecided"}
    assert (plateau.verdict, plateau.smallest_equivalent) == ("undecided", None)
    # The best mean is the wide ones' now, so that they are equivalent; the narrow one might be as well.
    unsure[5] = [0.795, 0.7965, 0.799, 0.7975]
    plateau = find_plateau(unsure, margin=0.003)
    assert status(plateau) == {5: "undecided", 20: "equivalent", 40: "equivalent"}
    assert (plateau.verdict, plateau.smallest_equivalent) == ("undecided", 20)


def test_one_seed_and_one_width_name_no_width():
    single = find_plateau({10: [0.7], 20: [0.8, 0.81]}, margin=0.003)
    assert (single.verdict, single.best, single.smallest_equivalent) == ("one seed", 20, None)
    assert (single.one_standard_error, single.widths) == (None, ())
    alone = find_plateau({10: [0.7, 0.71]}, margin=0.003)
    assert (alone.verdict, alone.best, alone.widths) == ("one width", 10, ())


def test_one_standard_error_rule_by_hand():
    # Best mean 0.80 with standard error 0.02 / sqrt(4) = 0.01: enough is 0.79.
    spread = 0.02 * np.array([-1, -1, 1, 1]) * np.sqrt(3 / 4)
    accuracies = {10: 0.788 + spread, 20: 0.7901 + spread, 40: 0.80 + spread}
    assert find_plateau(accuracies, margin=0.003).one_standard_error == 20


def test_where_no_seeds_scatter_nothing_is_decided():
    plateau = find_plateau({10: [0.79, 0.79], 20: [0.799, 0.799], 40: [0.8, 0.8]}, margin=0.003)
    assert (plateau.verdict, plateau.best, plateau.widths) == ("no scatter", 40, ())
    assert (plateau.smallest_equivalent, plateau.one_standard_error) == (None, None)


def test_a_width_that_scatters_as_little_as_the_best_has_no_bounds():
    plateau = find_plateau({10: [0.7, 0.7], 20: [0.75, 0.76], 40: [0.8, 0.8]}, margin=0.003)
    assert status(plateau) == {10: "undecided", 20: "worse", 40: "undecided"}
    bounds = [(width.lower is None, width.upper is None) for width in plateau.widths]
    assert bounds == [(True, True), (False, False), (True, True)]
    assert (plateau.verdict, plateau.smallest_equivalent) == ("undecided", None)


def test_a_width_without_scatter_is_judged_where_the_best_scatters():
    plateau = find_plateau({10: [0.7, 0.7], 40: [0.8, 0.801, 0.8005]}, margin=0.003)
    assert status(plateau) == {10: "worse", 40: "equivalent"}


def test_resampled_means_scatter_as_the_means_of_fresh_seeds_would():
    sample = np.array([1.0, 2.0, 4.0, 9.0])
    drawn = resampled_means([sample], 40_000)[:, 0]
    assert drawn.mean() == pytest.approx(4, abs=0.03)
    assert drawn.std() == pytest.approx(sample.std(ddof=1) / 2, rel=0.02)


@pytest.mark.parametrize("others", [1, 4])
def test_a_width_at_the_margin_is_rarely_shown_either_way(others):
    """Each statement is a one-sided test at 95 %, also where one of several widths is the best by luck."""
    generator = np.random.default_rng(0)
    found = []
    for _ in range(300):
        accuracies = {1: generator.normal(0.797, 0.0025, 10)}
        accuracies |= {2 + k: generator.normal(0.8, 0.0025, 10) for k in range(others)}
        found.append(status(find_plateau(accuracies, 0.003, resamples=400))[1])
    assert found.count("equivalent") / 300 < 0.09
    assert found.count("worse") / 300 < 0.09


@pytest.mark.parametrize("behind", [0.001, 0.004])
def test_bounds_and_shares_of_two_widths_are_those_of_the_normal_distribution(behind):
    """With many seeds the difference of two resampled means is normal, so that all has a formula."""
    seeds, margin = 400, 0.003
    ends = np.resize([-0.03, 0.03], seeds)
    plateau = find_plateau({10: 0.80 - behind + ends, 20: 0.80 + ends}, margin, resamples=40_000)
    narrow, wide = plateau.widths
    error = np.sqrt(2 * ends.var(ddof=1) / seeds)  # of the difference
    reach = stats.norm.ppf(0.95) * error
    assert narrow.difference == pytest.approx(behind)
    assert narrow.upper == pytest.approx(behind + reach, rel=0.02)
    assert narrow.lower == pytest.approx(max(behind - reach, 0), abs=0.02 * reach)
    assert wide.upper == pytest.approx(max(reach - behind, 0), abs=0.02 * reach)
    assert (wide.difference, wide.lower) == (0, 0)
    # Four standard errors of a share of 40,000 resamples.
    assert wide.share_best == pytest.approx(stats.norm.cdf(behind / error), abs=0.01)
    assert narrow.share_best == pytest.approx(stats.norm.sf(behind / error), abs=0.01)
    assert narrow.share_chosen == pytest.approx(stats.norm.cdf((margin - behind) / error), abs=0.01)


def test_resampled_means_that_are_equal_but_for_rounding_are_a_tie_of_which_the_narrowest_is_the_highest():
    narrow, wide = find_plateau({10: [0.05, 0.35], 20: [0.0, 0.4]}, 0.003).widths
    # Each draws its low end, its high end or, half the time, its middle, which is the same for both.
    assert narrow.share_best == pytest.approx(1 / 2 * 3 / 4 + 1 / 4, abs=0.02)
    assert narrow.share_best + wide.share_best == pytest.approx(1)
