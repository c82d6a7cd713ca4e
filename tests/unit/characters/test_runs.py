import numpy as np
import pytest
import safetensors.numpy

from hidden_units.characters.runs import read_histories, read_metrics, read_predictions, write_run
from hidden_units.characters.training import to_device, train
from hidden_units.files import sha256
from tests import published


@pytest.fixture(scope="module")
def run(drawn, tmp_path_factory):
    few = {part: array[:200] for part, array in drawn.items()}
    trained = train("netfull-3", 7, to_device(**few), published.characters(epochs=2))
    folder = tmp_path_factory.mktemp("characters") / "netfull-3" / "seed-7"
    write_run(folder, trained, few["test_labels"], data="b2" * 32)
    return folder, trained, few["test_labels"]


def test_what_is_read_is_what_was_trained(run):
    folder, trained, labels = run
    found_labels, found = read_predictions(folder / "predictions.npz")
    assert np.array_equal(found, trained.log_probabilities) and np.array_equal(found_labels, labels)
    weights = safetensors.numpy.load_file(folder / "weights.safetensors")
    assert all(np.array_equal(weights[name], array) for name, array in trained.weights.items())
    history = read_histories([folder / "history.csv"])
    assert history[["model", "seed"]].to_numpy().tolist() == [["netfull-3", 7]] * 2
    assert history["accuracy"].tolist() == [epoch.accuracy for epoch in trained.history]
    metrics = read_metrics([folder / "metrics.json"]).iloc[0]
    found = metrics[["model", "seed", "epochs", "images"]]
    assert found.tolist() == ["netfull-3", 7, 2, 200]
    assert metrics["train_loss"] == trained.history[-1].train_loss != trained.history[0].train_loss
    assert metrics["accuracy"] == trained.history[-1].accuracy
    assert metrics["data"] == "b2" * 32
    assert metrics["loss"] == pytest.approx(trained.history[-1].test_loss, rel=1e-6)


def test_times_are_in_the_timing_file_alone_and_the_rest_is_the_same_bytes_again(run, tmp_path):
    folder, trained, labels = run
    write_run(tmp_path, trained, labels, data="b2" * 32)
    names = {path.name for path in folder.iterdir()}
    assert names == {"weights.safetensors", "history.csv", "timing.csv", "predictions.npz", "metrics.json"}
    for name in names:
        assert sha256(folder / name) == sha256(tmp_path / name)
        assert name == "timing.csv" or b"seconds" not in (folder / name).read_bytes()
