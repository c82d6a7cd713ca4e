import numpy as np
import pandas as pd
import pytest
from scipy import stats

from hidden_units.characters.ablation_pairs import compare, pair_runs
from hidden_units.characters.ablations import ablations
from hidden_units.characters.figures_comparisons import paired_seeds
from hidden_units.config import resolve
from hidden_units.plotting import figure_bytes, plt, use_style
from tests.refusals import sentence


def ablations_of(**config):
    return ablations(resolve({"run": "mine", **config}))


def test_the_kmnist_study_tries_the_order_and_the_precision_on_five_seeds():
    order, precision = ablations_of()
    assert (order.variant, order.models) == ("shuffled", ("netlin", "netfull-110"))
    assert (precision.variant, precision.models) == ("bfloat16", ("netconv",))
    assert order.seeds == precision.seeds == (0, 1, 2, 3, 4)


def test_a_variant_differs_from_the_main_study_in_one_setting():
    main = resolve({"training": {"epochs": 3}})["training"]
    for ablation, key, value in zip(
        ablations_of(training={"epochs": 3}), ["shuffle", "precision"], [True, "bfloat16"], strict=True
    ):
        assert ablation.training == {**main, key: value} != main


def test_a_study_of_fewer_seeds_is_not_refused_where_none_are_configured():
    assert {ablation.seeds for ablation in ablations_of(seeds=2)} == {(0, 1)}


@pytest.mark.parametrize("off", [{"seeds": 0}, {"order": [], "precision": []}])
def test_there_are_no_ablations_without_seeds_or_without_models(off):
    assert ablations_of(sensitivity=off) == ()
    # What is off contradicts nothing.
    assert ablations_of(sensitivity=off, training={"precision": "bfloat16", "shuffle": True}) == ()


@pytest.mark.parametrize(
    ("training", "left"),
    [
        ({"shuffle": True}, ["bfloat16"]),
        ({"precision": "bfloat16"}, ["shuffled"]),
        ({"shuffle": True, "precision": "bfloat16"}, []),
    ],
)
def test_by_default_nothing_is_compared_with_what_the_main_study_does_itself(training, left):
    assert [ablation.variant for ablation in ablations_of(training=training)] == left


@pytest.mark.parametrize(
    ("config", "parts"),
    [
        (
            {"seeds": 3, "sensitivity": {"seeds": 4}},
            ["`sensitivity: seeds` is 4, expected at most `seeds`, 3"],
        ),
        (
            {"training": {"precision": "bfloat16"}, "sensitivity": {"precision": ["netlin"]}},
            ["`training: precision` is bfloat16", "set it to float32"],
        ),
        (
            {"training": {"shuffle": True}, "sensitivity": {"order": ["netlin"]}},
            ["`training: shuffle` is true", "set it to false"],
        ),
    ],
)
def test_more_seeds_than_the_main_study_and_a_variant_that_is_the_main_study_are_refused(config, parts):
    said = sentence(ablations_of, **config)
    assert all(part in said for part in parts)


BASELINES = pd.DataFrame(
    {
        "model": ["netlin"] * 3 + ["netconv"] * 3,
        "seed": [2, 1, 0] * 2,
        "accuracy": [0.62, 0.61, 0.60, 0.92, 0.91, 0.90],
    }
)
CHANGED = pd.DataFrame(
    {
        "variant": ["shuffled"] * 3 + ["bfloat16"] * 3,
        "model": ["netlin"] * 3 + ["netconv"] * 3,
        "seed": [0, 1, 2] * 2,
        "accuracy": [0.61, 0.63, 0.65, 0.899, 0.911, 0.919],
    }
)


def test_runs_are_paired_by_model_and_seed_whatever_their_order():
    pairs = pair_runs(CHANGED, BASELINES)
    assert pairs["baseline"].tolist() == [0.60, 0.61, 0.62, 0.90, 0.91, 0.92]
    assert pairs[["variant", "model", "seed", "accuracy"]].equals(CHANGED)
    with pytest.raises(ValueError, match="no unchanged run"):
        pair_runs(CHANGED, BASELINES[BASELINES["seed"] > 0])


def test_differences_intervals_and_p_are_those_of_the_paired_t_test_and_of_holm():
    table = compare(pair_runs(CHANGED, BASELINES))
    netlin = table.iloc[0]
    # By hand: differences 0.01, 0.02, 0.03; sd 0.01; t(0.975, 2) = 4.302653.
    half = 4.302653 * 0.01 / np.sqrt(3)
    assert netlin["difference"] == pytest.approx(0.02)
    assert (netlin["low"], netlin["high"]) == pytest.approx((0.02 - half, 0.02 + half), rel=1e-6)
    expected = [
        stats.ttest_rel(CHANGED["accuracy"][:3], [0.60, 0.61, 0.62]).pvalue,
        stats.ttest_rel(CHANGED["accuracy"][3:], [0.90, 0.91, 0.92]).pvalue,
    ]
    assert table["p"].tolist() == pytest.approx(expected)
    assert table["p_holm"].tolist() == pytest.approx([2 * expected[0], expected[1]])
    assert (table["accuracy_mean"] - table["baseline_mean"]).tolist() == pytest.approx(table["difference"])


def test_the_bootstrap_draws_pairs_and_not_runs():
    """By scipy called at first hand, on the differences; the runs themselves scatter ten times as much."""
    steps = np.array([0.010, 0.012, 0.015, 0.011, 0.019, 0.013])
    runs = {"model": "netlin", "seed": range(6)}
    base = pd.DataFrame(runs | {"accuracy": 0.6 + 0.05 * np.arange(6)})
    changed = pd.DataFrame(runs | {"variant": "shuffled", "accuracy": base["accuracy"] + steps})
    row = compare(pair_runs(changed, base), resamples=20_000).iloc[0]
    other = stats.bootstrap(
        (steps,), np.mean, n_resamples=20_000, method="BCa", rng=np.random.default_rng(7)
    ).confidence_interval
    found = row[["bootstrap_low", "bootstrap_high"]].tolist()
    assert found == pytest.approx([other.low, other.high], abs=0.0002)
    assert row["low"] < found[0] < row["difference"] < found[1] < row["high"]


def test_the_figure_joins_the_runs_of_each_seed_on_panels_of_one_span():
    pairs = pair_runs(CHANGED, BASELINES)
    use_style()
    figure = paired_seeds(pairs, compare(pairs))
    panels = [axes for axes in figure.axes if axes.lines]
    assert [axes.get_title(loc="left") for axes in panels] == [
        "NetLin\n+2.00 points",
        "NetConv\n\N{MINUS SIGN}0.03 points",
    ]
    drawn = [line.get_ydata().tolist() for line in panels[0].lines]
    assert drawn[:3] == [[0.60, 0.61], [0.61, 0.63], [0.62, 0.65]]
    assert drawn[3] == pytest.approx([0.61, 0.63])
    spans = [np.ptp(axes.get_ylim()) for axes in panels]
    assert spans[0] == pytest.approx(spans[1]) and spans[0] > 0.05
    assert [label.get_text() for label in panels[1].get_xticklabels()] == ["float32", "bfloat16"]
    plt.close(figure)


@pytest.mark.parametrize("count", [1, 4])
def test_any_number_of_panels_fits_the_page_and_one_pair_is_enough(count):
    models = ["netlin", "netfull-5", "netconv", "netfull-9"][:count]
    pairs = pd.DataFrame(
        {"variant": "shuffled", "model": models, "seed": 0, "baseline": 0.5, "accuracy": 0.5}
    )
    use_style()
    figure = paired_seeds(pairs, compare(pairs))
    assert figure.get_size_inches()[0] <= 7.2 + 1e-9
    assert figure_bytes(figure)
