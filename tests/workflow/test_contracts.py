"""The files and columns that others rely on, in a finished study."""

import json
import re

import numpy as np
import pytest
import safetensors.numpy
import yaml

from tests.study import rows

MODELS = {"netlin": 7850, "netfull-10": 7960, "netfull-20": 15910, "netfull-40": 31810, "netconv": 184586}


@pytest.fixture(scope="module")
def results(finished):
    return finished.results


def test_the_data_are_four_arrays_and_a_description(results):
    description = json.loads((results / "data/dataset.json").read_text(encoding="utf-8"))
    for part, count in (("train", 1200), ("test", 400)):
        images = np.load(results / f"data/{part}_images.npy")
        labels = np.load(results / f"data/{part}_labels.npy")
        assert images.shape == (count, 28, 28) and images.dtype == np.uint8
        assert np.bincount(labels).tolist() == [count // 10] * 10
        assert description["counts"][part] == count
    assert description["synthetic"] is True and description["comparable"] is False
    assert [entry["kana"] for entry in description["classes"]] == list("おきすつなはまやれを")


@pytest.mark.parametrize(("model", "parameters"), MODELS.items())
def test_every_run_leaves_its_evidence(results, model, parameters):
    for seed in range(2):
        folder = results / "characters" / model / f"seed-{seed}"
        metrics = json.loads((folder / "metrics.json").read_text())
        history, timing = rows(folder / "history.csv"), rows(folder / "timing.csv")
        assert list(history[0]) == ["epoch", "train_loss", "test_loss", "accuracy"] and len(history) == 2
        assert list(timing[0]) == ["epoch", "seconds"] and len(timing) == 2
        with np.load(folder / "predictions.npz") as predictions:
            correct = (predictions["log_probabilities"].argmax(axis=1) == predictions["labels"]).sum()
        assert metrics["correct"] == correct
        assert metrics["accuracy"] == correct / 400 == float(history[-1]["accuracy"])
        weights = safetensors.numpy.load_file(folder / "weights.safetensors")
        assert metrics["parameters"] == parameters == sum(array.size for array in weights.values())


def test_the_summary_holds_every_model_and_the_baselines_and_no_reported_figure(results):
    table = rows(results / "characters/summary.csv")
    assert list(table[0]) == [
        "model", "hidden", "parameters", "seeds", "accuracy_mean", "accuracy_sd", "accuracy_low",
        "accuracy_high", "loss_mean", "reported",
    ]  # fmt: skip
    assert [row["model"] for row in table] == [*MODELS, "knn-4", "pca-knn-4"]
    assert {row["reported"] for row in table} == {""}


@pytest.mark.parametrize("model", MODELS)
def test_confusion_matrices_are_those_of_the_representative_seed(results, model):
    seed = json.loads((results / "characters/representatives.json").read_text())[model]
    metrics = json.loads((results / "characters" / model / f"seed-{seed}/metrics.json").read_text())
    counts = np.loadtxt(results / "characters" / model / "confusion.csv", delimiter=",", skiprows=1)
    assert counts.shape == (10, 10)
    assert counts.sum(axis=1).tolist() == [40] * 10
    assert np.trace(counts) == metrics["correct"]


def test_the_resolved_configuration_stands_beside_the_results(results):
    config = yaml.safe_load((results / "config.yaml").read_text(encoding="utf-8"))
    assert config["run"] == "smoke" and config["training"]["epochs"] == 2
    assert config["training"]["momentum"] == 0.5  # a default that the overlay does not name


def test_every_figure_has_its_data_beside_it(results):
    figures = list(results.glob("*/figures/*.svg"))
    assert len(figures) >= 12
    assert [figure for figure in figures if not figure.with_suffix(".csv").exists()] == []


def test_every_rule_left_a_log_and_a_benchmark(results):
    logs = {path.relative_to(results / "logs").with_suffix("") for path in (results / "logs").rglob("*.log")}
    marks = {
        path.relative_to(results / "benchmarks").with_suffix("")
        for path in (results / "benchmarks").rglob("*.tsv")
    }
    assert logs == marks and len(logs) > 20


def test_the_published_loss_lines_stand_in_the_training_log(results):
    log = (results / "logs/train_netconv/netconv-seed-0.log").read_text(encoding="utf-8")
    assert "Train Epoch: 2 [0/1200 (0%)] Loss: " in log


def test_no_result_but_the_named_ones_holds_a_path_or_host(finished, results):
    import socket

    folder, host = str(finished.folder).encode(), socket.gethostname().encode()
    allowed = ("logs", "benchmarks")
    for path in results.rglob("*"):
        relative = path.relative_to(results)
        if (
            path.is_file()
            and relative.parts[0] not in allowed
            and path.suffix in (".csv", ".json", ".html", ".ipynb", ".yaml", ".svg", ".pdf")
        ):
            if relative.name in ("provenance.json", "machine.html", "timing.csv"):
                continue
            # A short host name may turn up by chance in the letters that stand for pixels.
            content = re.sub(rb"base64,[A-Za-z0-9+/=\s]+", b"", path.read_bytes())
            assert folder not in content, relative
            # Compressed streams hold any two or three letters.
            assert path.suffix == ".pdf" or not re.search(rb"\b" + re.escape(host) + rb"\b", content), (
                relative
            )


def test_comparisons_answer_their_questions_for_every_pair(results):
    table = rows(results / "characters/comparisons.csv")
    assert list(table[0]) == [
        "family", "question", "a", "b", "difference", "low", "high", "method", "p", "p_holm",
        "probability_b_better", "seeds",
    ]  # fmt: skip
    means = {row["model"]: float(row["accuracy_mean"]) for row in rows(results / "characters/summary.csv")}
    over_seeds = [row for row in table if row["question"] == "other seeds"]
    assert len(over_seeds) == 2 * (3 + 2) and len(table) == len(over_seeds) + 3
    for row in over_seeds:
        assert float(row["difference"]) == pytest.approx(means[row["b"]] - means[row["a"]])
        assert float(row["low"]) <= float(row["high"])


def test_the_plateau_and_the_economy_cover_every_classifier(results):
    plateau = json.loads((results / "characters/plateau.json").read_text())
    assert list(plateau) == [
        "margin", "best", "smallest_equivalent", "verdict", "one_standard_error", "seeds", "resamples",
        "chosen_on", "test_accuracy",
    ]  # fmt: skip
    widths = rows(results / "characters/plateau.csv")
    assert [row["hidden"] for row in widths] == ["10", "20", "40"]
    for share in ("share_best", "share_chosen"):
        assert sum(float(row[share]) for row in widths) == pytest.approx(1)
    economy = {row["model"]: row for row in rows(results / "characters/economy.csv")}
    assert {model: int(row["parameters"]) for model, row in economy.items() if row["parameters"]} == MODELS
    assert int(economy["knn-4"]["stored_numbers"]) == 1200 * 785
    assert economy["netlin"]["on_front"] == "True"


def test_the_ledger_judges_every_claim_by_one_of_five_verdicts(results):
    table = rows(results / "claims.csv")
    assert list(table[0])[:6] == [
        "id", "section", "claim", "published_verdict", "measured_verdict", "evidence",
    ]  # fmt: skip
    assert [row["id"] for row in table] == [str(number) for number in range(1, 24)]
    verdicts = {row["id"]: row["measured_verdict"] for row in table}
    assert set(verdicts.values()) <= {
        "supported", "contradicted", "undecided", "not comparable", "not testable here",
    }  # fmt: skip
    # The smoke study's images are synthetic and few, and its recurrent networks hardly trained.
    supported = {"3", "11", "12"}
    assert {number for number, word in verdicts.items() if word == "supported"} == supported
    assert {number for number, word in verdicts.items() if word == "not comparable"} == {
        *verdicts
    } - supported
    assert all(row["evidence"].endswith(".") for row in table)
