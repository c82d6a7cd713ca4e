import itertools

import numpy as np
import pandas as pd
import pytest

from hidden_units.characters import figures
from hidden_units.characters.confusion import hardest
from hidden_units.characters.figures_probing import filters
from hidden_units.datasets.figures import blocks_of, sample_gallery
from hidden_units.names import CLASSES_LISTED, NO_BREAK, label_of_class

ROMAJI = ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"]
NAMES = [f"{kana} {romaji}" for kana, romaji in zip("おきすつなはまやれを", ROMAJI, strict=True)]


pytestmark = pytest.mark.usefixtures("figure_style")


LABELS = {
    "words": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    "long": [
        label_of_class({"kana": "", "romaji": name})
        for name in ("MOTORCYCLES AND CARS", "T-shirt/top", "a $b$ c", *["hippopotamus amphibius"] * 7)
    ],
    "two": ["cat", "hippopotamus"],
    "many words": [f"animal{NO_BREAK}{number}" for number in range(47)],
    "a hundred": [*map(str, range(100))],
}


def drawn(names):
    """The figures that name classes."""
    size = len(names)
    square, images = np.random.default_rng(0).random((size, size)), np.zeros((100, 28, 28))
    wrong = pd.DataFrame({"index": range(24), "target": 0, "chosen": size - 1, "probability": 0.999})
    classes = pd.DataFrame(
        {"model": "netlin", "label": range(size), "precision": square[0], "recall": square[1]}
    )
    yield figures.confusion_matrix(np.full((size, size), 6000), names, "title")
    yield figures.likeness(images[:size], square, square, names, "netlin")
    yield figures.mistakes(images, wrong, names)
    yield figures.per_class(hardest(classes, CLASSES_LISTED), names)
    yield filters(images[:size], images[:32, :5, :5], images[0], images[:32, :24, :24], names)
    yield sample_gallery(images, np.zeros((size, 12 // blocks_of(size) or 1), int), names)


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(names, id=name, marks=[pytest.mark.slow] * (len(names) > 40))
        for name, names in LABELS.items()
    ],
)
def test_names_of_classes_neither_touch_each_other_nor_leave_the_figure(names):
    for figure in drawn(names):
        figure.draw_without_rendering()
        drawn_on = figure.get_tightbbox()
        assert drawn_on.min.min() > -0.005 and (drawn_on.max < figure.get_size_inches() + 0.005).all()
        texts = [
            text
            for axes in figure.axes
            for text in (*axes.get_xticklabels(), *axes.get_yticklabels(), axes.title, axes._left_title)
            if any(map(str.isalpha, text.get_text()))
        ]
        boxes = [text.get_window_extent() for text in texts]
        for text, box in zip(texts, boxes, strict=True):
            assert box.x0 >= -1 and box.y0 >= -1, text.get_text()
            assert box.x1 <= figure.bbox.x1 + 1 and box.y1 <= figure.bbox.y1 + 1, text.get_text()
        # The box of a turned text is not what it covers.
        level = [pair for pair in zip(texts, boxes, strict=True) if not pair[0].get_rotation()]
        for (text, box), (other, other_box) in itertools.combinations(level, 2):
            assert not box.overlaps(other_box), f"{text.get_text()!r} lies on {other.get_text()!r}"


def test_pictures_of_a_hundred_classes_leave_their_figures_on_half_a_page():
    names, images = LABELS["a hundred"], np.zeros((100, 28, 28))
    square = np.random.default_rng(0).random((100, 100))
    small = [figures.likeness(images, square, square, names, "netlin")]
    small.append(filters(images, images[:32, :5, :5], images[0], images[:32, :24, :24], names))
    for figure in small:
        figure.draw_without_rendering()
        # As tall as half a page at 0.45 of its size.
        assert figure.get_figheight() <= 6.4
        titles = [axes.title.get_window_extent() for axes in figure.axes if axes.title.get_text()]
        assert len(titles) == 100
        assert not any(one.overlaps(other) for one, other in itertools.combinations(titles, 2))


@pytest.mark.parametrize("accuracies", [[0.001, 0.004], [0.05, 0.99]])
def test_no_accuracy_is_drawn_that_there_cannot_be(accuracies):
    table = pd.DataFrame({"hidden": [20, 20, 50, 50], "accuracy": 2 * accuracies, "reported": np.nan})
    table = table.assign(accuracy_mean=np.mean(accuracies), accuracy_low=-0.4, accuracy_high=1.2)
    axes = figures.sweep(table).axes[0]
    band = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == (0, 1) and axes.get_ylim() == (0, 1)
    runs = pd.DataFrame({"model": "netlin", "accuracy": accuracies})
    summary = table[:1].assign(model="netlin", parameters=7850)
    line = figures.accuracies(runs, summary).axes[0].collections[0].get_segments()[0]
    assert line[:, 0].tolist() == [0, 1]


def test_two_classes_keep_off_the_edges_of_their_chart():
    table = pd.DataFrame({"model": "netlin", "label": [0, 1], "precision": 0.5, "recall": 0.4})
    assert figures.per_class(table, ["0", "1"]).axes[0].get_ylim() == (1.5, -0.5)


def test_rows_of_small_pictures_are_even_and_hold_all():
    for count in range(1, 101):
        columns = figures.columns_of_classes(count)
        rows = -(-count // columns)
        assert (
            rows == -(-count // figures.A_ROW) and columns <= figures.A_ROW and columns * rows - count < rows
        )


def test_models_have_names_for_readers():
    assert figures.display_name("netfull-110") == "NetFull, 110 hidden"
    assert figures.display_name("pca-knn-4") == "PCA + 4 nearest neighbours"


@pytest.mark.parametrize(("fraction", "text"), [(0.5, "50 %"), (0.994, "99 %"), (0.9999, ">99 %")])
def test_a_probability_is_never_rounded_to_a_hundred_per_cent(fraction, text):
    assert figures.percent(fraction) == text


def test_a_confusion_matrix_shows_every_count_and_colours_the_mistakes_alone():
    counts = np.arange(100).reshape(10, 10)
    axes = figures.confusion_matrix(counts, NAMES, "title").axes[0]
    assert [int(text.get_text()) for text in axes.texts] == counts.ravel().tolist()
    assert np.ma.getmaskarray(axes.images[0].get_array()).nonzero()[0].tolist() == list(range(10))


@pytest.mark.filterwarnings("error")
def test_means_of_a_single_grey_leave_blanks_in_their_likeness():
    similarity = np.full((10, 10), np.nan)
    figures.likeness(np.zeros((10, 28, 28)), similarity, np.zeros((10, 10)), NAMES, "netlin").canvas.draw()


def test_one_epoch_is_drawn_as_a_point_a_seed_over_the_number_of_the_epoch():
    history = pd.DataFrame(
        {"model": "netlin", "seed": [0, 1], "epoch": 1, "train_loss": 1.0, "test_loss": 1.1, "accuracy": 0.5}
    )
    left, right = figures.learning_curves(history).axes
    assert left.get_xticks().tolist() == right.get_xticks().tolist() == [1]
    assert [line.get_marker() for line in left.lines] == ["o"] * 3
    left.figure.draw_without_rendering()
    assert not left.get_legend().get_window_extent().contains(*left.transData.transform((1, 0.5)))


def test_without_any_mistake_the_gallery_is_an_empty_picture():
    table = pd.DataFrame({"index": [], "target": [], "chosen": [], "probability": []})
    figure = figures.mistakes(np.zeros((1, 28, 28)), table, NAMES)
    assert not any(axes.images for axes in figure.axes)


@pytest.mark.parametrize("known", [(10, 20, 30), (10, 30), ()])
def test_the_sweep_shows_the_intervals_that_are_known_and_no_others(known):
    table = pd.DataFrame({"hidden": [10, 20, 30], "accuracy": 0.5, "accuracy_mean": 0.5, "reported": np.nan})
    is_known = table["hidden"].isin(known)
    table["accuracy_low"], table["accuracy_high"] = np.where(is_known, [[0.4], [0.6]], np.nan)
    axes = figures.sweep(table).axes[0]
    ends = [tuple(end) for shape in axes.collections for path in shape.get_paths() for end in path.vertices]
    assert {width for width, _ in ends} == set(known)
    assert {height for _, height in ends} == ({0.4, 0.6} if known else set())
    words = [text.get_text() for text in axes.figure.legends[0].get_texts()]
    assert set(words) == {"a seed", "mean over seeds", *(["95 % interval of the mean"] if known else [])}


@pytest.mark.parametrize(
    ("accuracy", "others", "span"),
    [
        (0.79, {"netlin": 0.72, "netconv": 0.96}, (0.7, 1)),
        (0.79, {"netlin": 0.697}, (0.6, 1)),
        (0.7, {}, (0.6, 1)),
        (0.05, {}, (0, 1)),
    ],
)
def test_the_sweep_has_an_honest_axis_with_the_other_networks(accuracy, others, span):
    table = pd.DataFrame({"hidden": [10, 20], "accuracy": accuracy, "accuracy_mean": accuracy})
    table[["accuracy_low", "accuracy_high", "reported"]] = np.nan
    axes = figures.sweep(table, (), others).axes[0]
    assert axes.get_ylim() == pytest.approx(span)
    level = {float(line.get_ydata()[0]) for line in axes.lines if line.get_linestyle() == "--"}
    assert level == set(others.values())


def test_sizes_near_each_other_are_named_in_two_ranks():
    sizes = [50, 80, 90, 100, 110, 150, 300]
    ranks = ["50", "80", "\n90", "100", "\n110", "150", "300"]
    assert figures.in_two_ranks(sizes, [*map(str, sizes)]) == ranks


def test_matrices_share_a_scale():
    few, many = np.eye(10, dtype=int), np.arange(100).reshape(10, 10)
    most = max(map(figures.most_mistaken, (few, many)))
    ends = [
        figures.confusion_matrix(counts, NAMES, "title", most).axes[0].images[0] for counts in (few, many)
    ]
    assert {image.norm.vmax for image in ends} == {98}
    assert figures.confusion_matrix(few, NAMES, "title").axes[0].images[0].norm.vmax == 1


def test_every_pair_is_a_point_and_the_most_confused_has_its_name():
    rates, similarity = np.zeros((10, 10)), np.full((10, 10), 0.5)
    rates[3, 7], similarity[2, 1], similarity[1, 2] = 0.2, 0.9, 0.9
    axes = figures.likeness(np.zeros((10, 28, 28)), similarity, rates, NAMES, "netlin").axes[-1]
    assert len(axes.lines[0].get_xdata()) == 45
    named = {text.get_text(): tuple(text.xy) for text in axes.texts}
    assert named["つ–や"] == pytest.approx((0.5, 0.1))
    assert named["き–す"] == pytest.approx((0.9, 0))


def test_a_large_matrix_has_no_numbers_and_the_classes_of_its_commonest_mistakes_beside_it():
    counts = np.diag([50] * 47)
    counts[40, 3], counts[5, 46], counts[46, 5] = 9, 7, 4
    figure = figures.confusion_matrix(counts, [*map(str, range(47))], "title")
    whole, worst, _ = figure.axes
    assert not whole.texts and whole.images[0].get_array().shape == (47, 47)
    named = [text.get_text() for text in worst.get_yticklabels()]
    assert len(named) == figures.WORST and set(named) >= {"3", "5", "40", "46"}
    cells = np.array([int(text.get_text()) for text in worst.texts]).reshape(figures.WORST, -1)
    assert np.array_equal(cells, counts[np.ix_([*map(int, named)], [*map(int, named)])])
    assert worst.images[0].get_clim() == whole.images[0].get_clim() == (0, 9)
