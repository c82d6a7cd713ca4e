import numpy as np
import pandas as pd
import pytest
import torch
from scipy.signal import correlate2d

from hidden_units.characters import figures_probing
from hidden_units.characters.confusion import images_to_cover
from hidden_units.characters.evaluation import summarise_shifts
from hidden_units.characters.models import build
from hidden_units.characters.probing import (
    COVER,
    STRIDE,
    accuracy_when_shifted,
    feature_maps,
    occlusion,
    shifted,
)
from hidden_units.report.chapters.characters import moved


def images(count=6):
    return np.random.default_rng(0).integers(0, 256, (count, 28, 28), dtype=np.uint8)


@pytest.mark.parametrize("rows, columns", [(0, 0), (3, 0), (-3, 0), (0, 4), (0, -4), (2, -1)])
def test_a_moved_image_loses_what_crosses_the_edge(rows, columns):
    whole = images()
    padded = np.pad(whole, ((0, 0), (4, 4), (4, 4)))
    expected = padded[:, 4 - rows : 32 - rows, 4 - columns : 32 - columns]
    assert (shifted(whole, rows, columns) == expected).all()


class Reader(torch.nn.Module):
    """Answers 3 where the pixel in the middle has ink, else 0, with log-odds of the ink."""

    def forward(self, batch):
        outputs = torch.zeros(len(batch), 10)
        outputs[:, 3] = 5 * batch[:, 0, 14, 14]
        return outputs.log_softmax(dim=1)


def test_accuracy_falls_with_the_distance_at_which_the_ink_is_missed():
    cross = np.zeros((1, 28, 28), dtype=np.uint8)
    cross[0, 12:17, 14] = 255  # a stroke of five from two above to two below the middle
    found = accuracy_when_shifted(Reader(), np.repeat(cross, 3, axis=0), np.array([3, 3, 0]))
    # Up and down the stroke still covers the middle, as far as two pixels; left and right it never does.
    read, missed = 2 / 3, 1 / 3
    assert found == pytest.approx({1: (read + missed) / 2, 2: (read + missed) / 2, 3: missed, 4: missed})


def test_only_squares_over_what_a_network_reads_cost_it_certainty():
    image = np.zeros((28, 28), dtype=np.uint8)
    image[14, 14] = 255
    table = occlusion(Reader(), image)
    assert len(table) == len(range(0, 28 - COVER + 1, STRIDE)) ** 2
    assert set(table["chosen"]) == {3}
    over = (table["row"] <= 14) & (table["row"] + COVER > 14)
    over &= (table["column"] <= 14) & (table["column"] + COVER > 14)
    assert (table.loc[~over, "covered"] == table.loc[~over, "probability"]).all() and over.sum() == 9
    sure, unsure = np.exp(5) / (np.exp(5) + 9), np.exp(-5) / (np.exp(-5) + 9)
    assert table["probability"].to_numpy() == pytest.approx(sure)
    assert table.loc[over, "covered"].to_numpy() == pytest.approx(unsure)


def test_the_first_maps_are_those_of_plain_correlation():
    torch.manual_seed(1)
    network = build("netconv", 10)
    image = images()[0]
    pixels = (image / 255 - 0.5) / 0.5
    layer = network.convolution1
    for kernel, bias, values in zip(layer.weight, layer.bias, feature_maps(network, image), strict=True):
        expected = correlate2d(pixels, kernel[0].detach().numpy(), mode="valid") + bias.item()
        assert values == pytest.approx(expected, abs=1e-5)


def outputs_of(answers, certainty):
    outputs = np.full((len(answers), 10), -9.0)
    outputs[np.arange(len(answers)), answers] = certainty
    return outputs


def test_typical_images_are_read_by_all_and_of_as_many_classes():
    labels = np.array([0, 0, 1, 1, 2, 2])
    sure = np.array([-0.1, -0.5, -0.5, -0.4, -2, -3])
    first = outputs_of([0, 0, 1, 0, 2, 2], -0.1)
    last = outputs_of([0, 0, 1, 1, 2, 5], sure)
    found = images_to_cover(labels, [first, last], 2)
    # All read 0, 1, 2 and 4, whose certainty is -0.1, -0.5, -0.5, -2: 1 and 2 are in the middle.
    assert found == {"read": [1, 2], "mistaken": [5]}


def test_networks_that_read_nothing_have_no_typical_image():
    labels = np.array([0, 1])
    assert images_to_cover(labels, [outputs_of([1, 0], -0.1)], 2)["read"] == []


def runs_of(accuracies):
    return [
        {"model": model, "seed": seed, "pixels": pixels, "accuracy": accuracy}
        for model, runs in accuracies.items()
        for seed, run in enumerate(runs)
        for pixels, accuracy in zip((0, 2, 4), run, strict=True)
    ]


LOSES_MUCH, LOSES_LITTLE = [(0.8, 0.6, 0.3), (0.8, 0.61, 0.3)], [(0.9, 0.85, 0.6), (0.91, 0.84, 0.6)]


@pytest.mark.parametrize(
    "netlin, netconv, outcome",
    [
        (LOSES_MUCH, LOSES_LITTLE, "seen"),
        (LOSES_LITTLE, LOSES_MUCH, "not seen"),
        (LOSES_MUCH, LOSES_MUCH, "undecided"),
        (LOSES_MUCH[:1], LOSES_LITTLE[:1], "undecided"),
    ],
)
def test_whether_netconv_loses_less_is_told_from_every_run(netlin, netconv, outcome):
    # One of the user's own that loses nothing is not judged.
    runs = runs_of({"netlin": netlin, "netconv": netconv, "mine": [(0.9, 0.9, 0.9)] * 2})
    summary = summarise_shifts(pd.DataFrame(runs))
    found = moved(runs, summary.to_dict("records"))
    assert found["outcome"] == outcome
    means = {row["model"]: row["accuracy_mean"] for row in found["after"]}
    assert means.keys() == {"netlin", "netconv"}
    assert means["netlin"] == pytest.approx(np.mean([run[1] for run in netlin]))
    assert found["farthest"]["accuracy_mean"] == pytest.approx(np.mean([run[2] for run in netconv]))


def test_the_maps_of_covered_squares_lie_where_the_squares_lay():
    image = images()
    table = occlusion(Reader(), image[0]).assign(image=0, target=3, model="netlin")
    figure = figures_probing.occlusion(image, table, [str(k) for k in range(10)])
    drawn = figure.axes[1].images[1]
    left, right, bottom, top = drawn.get_extent()
    rows, columns = drawn.get_array().shape
    assert (right - left, bottom - top) == (STRIDE * columns, STRIDE * rows)
    assert (left + right) / 2 == pytest.approx(13.5) and (top + bottom) / 2 == pytest.approx(13.5)
    middle = np.argwhere(drawn.get_array() != 0) * STRIDE + COVER / 2
    assert (np.abs(middle - 14.5) <= COVER / 2).all() or image[0, 14, 14] == 0


@pytest.mark.parametrize("seeds, bars", [(1, 0), (3, 2)])
def test_moved_images_have_bars_where_an_interval_is_known(seeds, bars):
    runs = runs_of({"netlin": [(0.8 + seed / 50, 0.6, 0.3 + seed / 9) for seed in range(seeds)]})
    figure = figures_probing.shifts(summarise_shifts(pd.DataFrame(runs)))
    drawn = [len(part.get_segments()) for part in figure.axes[0].collections]
    assert sum(drawn) == bars  # the accuracies at two pixels do not scatter


def test_filters_are_told_one_number_a_row():
    kernels = np.random.default_rng(1).normal(size=(3, 5, 5))
    table = figures_probing.filter_table({"netconv": kernels})
    assert table.loc[5 * 5 + 5 * 2 + 4, "weight"] == kernels[1, 2, 4].round(3)
    assert len(table) == kernels.size
