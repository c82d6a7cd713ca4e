import numpy as np
import pandas as pd
import pytest

from hidden_units.characters import figures
from hidden_units.files import sha256
from hidden_units.plotting import plt, save_figure, use_style

ROMAJI = ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"]
NAMES = [f"{kana} {romaji}" for kana, romaji in zip("おきすつなはまやれを", ROMAJI, strict=True)]


@pytest.fixture(autouse=True)
def style():
    use_style()
    yield
    plt.close("all")


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("netlin", "NetLin"), ("netfull-110", "NetFull, 110 hidden"), ("netconv", "NetConv"),
        ("knn-4", "4 nearest neighbours"), ("pca-knn-4", "PCA + 4 nearest neighbours"),
    ],
)  # fmt: skip
def test_models_have_names_for_readers(model, name):
    assert figures.display_name(model) == name


@pytest.mark.parametrize(
    ("fraction", "text"), [(0.5, "50 %"), (0.994, "99 %"), (0.9999, ">99 %"), (1.0, ">99 %")]
)
def test_a_probability_is_never_rounded_to_a_hundred_per_cent(fraction, text):
    assert figures.percent(fraction) == text


def test_a_confusion_matrix_shows_every_count_and_colours_the_mistakes_alone():
    counts = np.arange(100).reshape(10, 10)
    axes = figures.confusion_matrix(counts, NAMES, "title").axes[0]
    assert [int(text.get_text()) for text in axes.texts] == counts.ravel().tolist()
    assert np.ma.getmaskarray(axes.images[0].get_array()).nonzero()[0].tolist() == list(range(10))


def test_a_sweep_of_one_seed_shows_no_interval_and_no_reported_points():
    table = pd.DataFrame(
        {
            "hidden": [5, 10], "seed": [0, 0], "accuracy": [0.5, 0.6], "accuracy_mean": [0.5, 0.6],
            "accuracy_low": [np.nan] * 2, "accuracy_high": [np.nan] * 2, "reported": [np.nan] * 2,
        }
    )  # fmt: skip
    labels = {text.get_text() for text in figures.sweep(table).axes[0].get_legend().get_texts()}
    assert labels == {"a seed", "mean over seeds"}


def test_without_any_mistake_the_gallery_is_an_empty_picture():
    table = pd.DataFrame({"index": [], "target": [], "chosen": [], "probability": []})
    figure = figures.mistakes(np.zeros((1, 28, 28)), table, NAMES)
    assert not any(axes.images for axes in figure.axes)


def test_a_figure_saved_twice_has_the_same_bytes(tmp_path):
    for name in ("first.svg", "second.svg"):
        save_figure(figures.confusion_matrix(np.eye(10, dtype=int), NAMES, "お"), tmp_path / name)
    assert sha256(tmp_path / "first.svg") == sha256(tmp_path / "second.svg")
