import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hidden_units.characters.checks import check_validation
from hidden_units.characters.evaluation import summarise, sweep
from hidden_units.characters.runs import read_metrics, write_run
from hidden_units.characters.training import normalise, to_device, train
from hidden_units.characters.validation import held_out
from hidden_units.errors import StudyError
from hidden_units.files import sha256
from tests import published
from tests.idx_files import noise, write_folder


def test_of_a_sorted_file_the_last_image_of_each_class_is_held_out():
    assert held_out(np.repeat([0, 1, 2], 4), 3).tolist() == [3, 7, 11]


@given(st.lists(st.integers(0, 9), min_size=2, max_size=200), st.data())
def test_every_class_gives_its_share_to_within_an_image_and_gives_its_last_ones(labels, data):
    labels = np.array(labels)
    count = data.draw(st.integers(1, len(labels) - 1))
    places = held_out(labels, count)
    assert len(places) == count and (np.diff(places) > 0).all()
    classes = np.unique(labels)
    for label in classes:
        own = np.flatnonzero(labels == label)
        taken = np.intersect1d(own, places)
        assert taken.tolist() == own[len(own) - len(taken) :].tolist()
        share = count * len(own) / len(labels)
        # Half an image for the class's own rounding, half a one for each class that the rest is spread over.
        assert abs(len(taken) - share) <= len(classes) / 2 + 0.5


@pytest.mark.parametrize("count", [30, 31])
def test_with_nothing_left_to_train_on_one_sentence_says_so(count):
    with pytest.raises(StudyError, match=rf"`training: validation` is {count}.*fewer than the 30 training"):
        held_out(np.zeros(30, dtype=np.uint8), count)


def config(validation, **dataset):
    return {"training": {"validation": validation}, "dataset": {**published.DEFAULTS["dataset"], **dataset}}


def test_the_number_of_training_images_is_known_before_there_are_any(tmp_path):
    write_folder(tmp_path, noise(20, 10))
    for count, dataset in [
        (120, {"name": "brush", "brush": {"train": 120, "test": 20}}),
        (60_000, {"name": "kmnist", "files": None}),
        (None, {"name": "kmnist", "files": ["others"]}),
        (20, {"name": "idx", "path": str(tmp_path)}),
    ]:
        counts = published.provider(**dataset).counts()
        assert (counts or {}).get("train") == count
    check_validation(config(19, name="idx", path=str(tmp_path)))
    with pytest.raises(StudyError, match="fewer than the 20 training images"):
        check_validation(config(20, name="idx", path=str(tmp_path)))
    # Nothing held out: the folder, which other checks look at, is not opened.
    check_validation(config(0, name="idx", path="nowhere"))


@pytest.fixture(scope="module")
def few(drawn):
    return {part: array[:640] if part.startswith("train") else array[:100] for part, array in drawn.items()}


@pytest.fixture(scope="module")
def held_out_run(few):
    return train(
        "netfull-5", 3, to_device(**few, validation=140), published.characters(epochs=2, validation=140)
    )


def test_a_network_learns_from_the_rest_alone_bit_for_bit(few, held_out_run):
    places = held_out(few["train_labels"], 140)
    rest = {
        **few,
        "train_images": np.delete(few["train_images"], places, axis=0),
        "train_labels": np.delete(few["train_labels"], places),
    }
    expected = train("netfull-5", 3, to_device(**rest), published.characters(epochs=2))
    assert len(rest["train_labels"]) == 500
    assert all(np.array_equal(expected.weights[name], array) for name, array in held_out_run.weights.items())
    assert [epoch.accuracy for epoch in held_out_run.history] == [
        epoch.accuracy for epoch in expected.history
    ]


def test_validation_accuracy_is_counted_on_the_images_held_out(few, held_out_run):
    places = held_out(few["train_labels"], 140)
    inputs = normalise(few["train_images"][places]).flatten(1).numpy()
    weights = held_out_run.weights
    hidden = np.tanh(inputs @ weights["hidden.weight"].T + weights["hidden.bias"])
    chosen = (hidden @ weights["output.weight"].T + weights["output.bias"]).argmax(axis=1)
    assert held_out_run.validation_accuracy == np.mean(chosen == few["train_labels"][places])


def test_the_metrics_name_validation_only_where_images_are_held_out(few, held_out_run, tmp_path):
    write_run(tmp_path / "on", held_out_run, few["test_labels"], data="b2" * 32)
    none_held_out = dataclasses.replace(held_out_run, validation_accuracy=None)
    write_run(tmp_path / "off", none_held_out, few["test_labels"], data="b2" * 32)
    on, off = (read_metrics([tmp_path / side / "metrics.json"]) for side in ("on", "off"))
    assert on["validation_accuracy"].item() == held_out_run.validation_accuracy
    assert list(off) == [
        "model", "seed", "parameters", "data", "device", "epochs", "train_loss", "images", "correct",
        "accuracy", "loss",
    ]  # fmt: skip
    assert sha256(tmp_path / "on/history.csv") == sha256(tmp_path / "off/history.csv")


def test_the_sweep_has_a_column_of_validation_accuracies_only_where_runs_have_them():
    columns = {"model": "netfull-5", "seed": [0, 1], "parameters": 3985, "accuracy": 0.5, "loss": 1.0}
    without = pd.DataFrame(columns)
    runs = without.assign(validation_accuracy=[0.6, 0.7])
    baselines = pd.DataFrame({"model": ["knn-4"], "accuracy": [0.9]})
    tables = [sweep(table, summarise(table, baselines, None)) for table in (runs, without)]
    assert tables[0]["validation_accuracy"].tolist() == [0.6, 0.7]
    assert list(tables[1]) == [name for name in tables[0] if name != "validation_accuracy"]
