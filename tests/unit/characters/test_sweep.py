"""One setting at several values: what is trained for it, how values compare, and a training that diverges."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from hidden_units.characters.ablation_pairs import summarise_sweep
from hidden_units.characters.ablations import swept
from hidden_units.characters.figures_comparisons import swept as draw
from hidden_units.characters.runs import read_metrics, write_run
from hidden_units.characters.training import Epoch, TrainedClassifier
from hidden_units.config import resolve
from hidden_units.errors import StudyError
from hidden_units.plotting import figure_bytes, plt, use_style


def swept_of(setting, values, networks=("netlin", "netfull"), seeds=None, **config):
    sweep = {"setting": setting, "values": values, "networks": [*networks], "seeds": seeds}
    return swept(resolve({"run": "mine", "sweep": sweep, **config}))


def test_without_a_setting_nothing_is_swept():
    assert swept(resolve({})) == {}


def test_each_value_is_trained_but_the_main_study_s_own_which_is_there_whether_listed_or_not():
    for values in ([0.03, 0.003], [0.01, 0.003, 0.03]):
        found = swept_of("learning_rate", values, training={"epochs": 3})
        variants = [entry.variant for entry in found.values()]
        assert [*found] == [0.003, 0.01, 0.03] and variants == [
            "learning_rate-0.003",
            "",
            "learning_rate-0.03",
        ]
    main = resolve({"training": {"epochs": 3}})["training"]
    assert found[0.03].training == {**main, "learning_rate": 0.03}
    assert {entry.models for entry in found.values()} == {("netlin", "netfull-110")}
    assert {entry.seeds for entry in found.values()} == {(0, 1, 2, 3, 4)}


def test_hidden_sizes_are_widths_of_the_main_study():
    found = swept_of("hidden", [20, 7], ["netfull"], seeds=2)
    assert {value: entry.models for value, entry in found.items()} == {
        7: ("netfull-7",), 20: ("netfull-20",), 110: ("netfull-110",)
    }  # fmt: skip
    assert {(entry.variant, entry.seeds) for entry in found.values()} == {("", (0, 1))}


def test_more_seeds_than_the_main_study_has_are_refused():
    with pytest.raises(StudyError, match="`sweep: seeds` is 4, expected at most `seeds`, 3"):
        swept(resolve({"seeds": 3, "sweep": {"setting": "epochs", "values": [2], "seeds": 4}}))


MAIN = [0.60, 0.63, 0.61, 0.64]
OTHER = [0.62, 0.64, 0.64, 0.65]


def runs_of(model="netlin", **accuracies):
    """Runs of a model, four seeds at each value, such as `at_2=[...]`."""
    rows = [
        {"value": int(value[3:]), "model": model, "seed": seed, "accuracy": accuracy}
        for value, group in accuracies.items()
        for seed, accuracy in enumerate(group)
    ]
    return pd.DataFrame(rows)


def test_differences_are_paired_by_seed_and_corrected_over_all_values():
    runs = runs_of(at_1=MAIN, at_2=OTHER, at_4=[0.55, 0.60, 0.57, 0.58])
    pairs, table = summarise_sweep(runs, "epochs", 1)
    assert pairs.columns.tolist() == ["setting", "value", "model", "seed", "baseline", "accuracy"]
    own, other, last = table.itertuples()
    assert np.isnan(own.difference) and own.accuracy_mean == pytest.approx(np.mean(MAIN))
    expected = stats.ttest_rel(OTHER, MAIN)
    interval = expected.confidence_interval(0.95)
    assert (other.difference, other.low, other.high) == pytest.approx((0.0175, *interval))
    smaller = stats.ttest_rel(runs["accuracy"][8:], MAIN).pvalue
    assert smaller < expected.pvalue
    assert (other.p_holm, last.p_holm) == pytest.approx((max(expected.pvalue, 2 * smaller), 2 * smaller))
    sem = np.std(OTHER, ddof=1) / 2
    assert other.accuracy_high - other.accuracy_mean == pytest.approx(stats.t.ppf(0.975, 3) * sem)


def test_hidden_sizes_are_compared_by_welch_for_they_share_nothing_through_a_seed():
    runs = pd.concat([runs_of("netfull-1", at_1=MAIN), runs_of("netfull-2", at_2=OTHER)])
    _, table = summarise_sweep(runs, "hidden", 1)
    expected = stats.ttest_ind(OTHER, MAIN, equal_var=False)
    row = table.iloc[1]
    assert row["model"] == "netfull" and row["p"] == pytest.approx(expected.pvalue)
    assert [row["low"], row["high"]] == pytest.approx([*expected.confidence_interval(0.95)])


DIVERGED = runs_of(at_1=MAIN, at_2=[0.62, None, 0.64, 0.65], at_4=[None] * 4)


def test_diverged_trainings_are_counted_and_the_other_seeds_compared():
    _, table = summarise_sweep(DIVERGED, "learning_rate", 1)
    assert table["seeds"].tolist() == [4, 3, 0] and table["diverged"].tolist() == [0, 1, 4]
    assert table["accuracy_mean"].tolist() == pytest.approx([0.62, 1.91 / 3, np.nan], nan_ok=True)
    kept = [0, 2, 3]
    assert table["p"][1] == pytest.approx(stats.ttest_rel([0.62, 0.64, 0.65], np.array(MAIN)[kept]).pvalue)
    assert table.loc[2, ["accuracy_mean", "difference", "low", "p", "p_holm"]].isna().all()


def test_the_figure_marks_the_main_study_s_value_and_those_at_which_training_diverged():
    use_style()
    figure = draw(*summarise_sweep(DIVERGED, "learning_rate", 1))
    (axes,) = figure.axes
    lines = {line.get_label(): line for line in axes.lines}
    assert list(lines["as in the main study"].get_xdata()) == [0, 0]
    crosses = [line.get_xdata().tolist() for line in axes.lines if line.get_marker() == "x"]
    assert crosses == [[1, 2], []] and "some training diverged" in lines
    assert axes.get_xlabel() == "learning rate"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "2", "4"]
    plt.close(figure)


@pytest.mark.parametrize(("values", "ticks"), [([0, 0.5], 2), ([0.001, 1e38], 2), (range(1, 101), 12)])
def test_an_axis_of_many_or_distant_values_stays_legible(values, ticks):
    networks = ("netlin", "netconv")
    rows = [
        {"value": value, "model": model, "seed": 0, "accuracy": 0.9} for model in networks for value in values
    ]
    use_style()
    figure = draw(*summarise_sweep(pd.DataFrame(rows), "momentum", values[0]))
    (axes,) = figure.axes
    assert len(axes.get_xticks()) <= ticks
    assert {"NetLin, mean", "NetConv, mean"} < {line.get_label() for line in axes.lines}
    assert figure_bytes(figure)


def test_a_diverged_run_leaves_the_evidence_of_any_run_without_an_accuracy(tmp_path):
    outputs, labels = np.full((5, 10), np.nan, dtype=np.float32), np.arange(5)
    history = [Epoch(1, 2.0, 2.0, 0.3, 1.0), Epoch(2, float("nan"), float("nan"), 0.1, 1.0)]
    run = TrainedClassifier("netlin", 0, 7850, {"w": outputs}, history, outputs, validation_accuracy=0.1)
    write_run(tmp_path, run, labels, "data")
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    numbers = ("train_loss", "accuracy", "loss", "correct", "validation_accuracy")
    assert {metrics[key] for key in numbers} == {None} and metrics["epochs"] == 2
    assert read_metrics([tmp_path / "metrics.json"])["accuracy"].isna().all()
    assert len(list(tmp_path.iterdir())) == 5
