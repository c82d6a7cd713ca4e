import pytest
import torch
from torch.nn import functional

from hidden_units.characters.models import NetConv, build, count_parameters


@pytest.mark.parametrize(
    ("model", "expected"),
    [("netlin", 7_850), ("netfull-110", 87_460), ("netconv", 184_586)]
    + [(f"netfull-{width}", 795 * width + 10) for width in (1, 50, 80, 90, 100, 150, 200, 300)],
)
def test_parameter_counts_are_those_of_the_study(model, expected):
    assert count_parameters(build(model)) == expected


@pytest.mark.parametrize("model", ["netlin", "netfull-7", "netconv"])
def test_outputs_are_log_probabilities_of_ten_classes(model):
    outputs = build(model)(torch.rand(5, 1, 28, 28))
    assert outputs.shape == (5, 10)
    torch.testing.assert_close(outputs.exp().sum(dim=1), torch.ones(5))


@pytest.mark.parametrize("model", ["netfull", "netfull-", "netfull-x", "netconv-3", "", "NetLin"])
def test_an_unknown_model_name_is_refused(model):
    with pytest.raises(ValueError, match="no model is called"):
        build(model)


def test_pooling_before_relu_gives_the_same_bits_as_relu_before_pooling():
    torch.manual_seed(1)
    network, images = NetConv(), torch.randn(8, 1, 28, 28)
    features = functional.max_pool2d(functional.relu(network.convolution1(images)), 2)
    features = functional.max_pool2d(functional.relu(network.convolution2(features)), 2)
    hidden = functional.relu(network.hidden(features.flatten(1)))
    assert torch.equal(network(images), functional.log_softmax(network.output(hidden), dim=1))
