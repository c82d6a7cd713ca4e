import numpy as np
import pandas as pd
import pytest

from hidden_units.characters import figures_layers
from hidden_units.characters.models import build, count_parameters
from hidden_units.page.weights import layers


def stages_of(model):
    network = build(model, 10)
    weights = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    return figures_layers.stages(layers(model, weights), 28), count_parameters(network)


@pytest.mark.parametrize("model", ["netlin", "netfull-7", "netconv"])
def test_a_drawing_counts_the_parameters_that_the_network_has(model):
    stages, parameters = stages_of(model)
    assert stages["parameters"].sum() == parameters


def test_the_maps_of_netconv_shrink_as_its_layers_say():
    stages, _ = stages_of("netconv")
    assert [*zip(stages["number"], stages["side"], strict=True)] == [
        (1, 28), (32, 24), (32, 12), (64, 8), (64, 4), (128, 1), (10, 1),
    ]  # fmt: skip


def test_each_network_has_a_row_that_ends_in_the_classes():
    tables = {model: stages_of(model)[0] for model in ("netlin", "netconv")}
    table = pd.concat(tables, names=["model"]).reset_index("model")
    figure = figures_layers.networks(table, np.zeros((28, 28)))
    words = [[text.get_text() for text in axes.texts] for axes in figure.axes]
    assert len(words) == 2 and all("10 classes" in own for own in words)
    assert words[0][0] == "NetLin: 7,850 weights and biases"


@pytest.mark.parametrize(("count", "rows"), [(2, [2]), (4, [4]), (5, [4, 1]), (7, [4, 3]), (8, [4, 3, 1])])
def test_stages_that_a_phone_has_no_room_for_stand_below_the_others_in_their_columns(count, rows):
    places = pd.DataFrame(figures_layers.stage_places(count), columns=["x", "y"])
    assert [len(row) for _, row in places[::-1].groupby("y")][::-1] == rows
    assert set(places["x"][4:]) <= set(places["x"][1:4]) and places["x"].max() < figures_layers.WIDTH
