import pytest

from hidden_units.characters.models import build, count_parameters


@pytest.mark.parametrize(
    ("model", "expected"),
    [("netlin", 7_850), ("netfull-110", 87_460), ("netconv", 184_586)]
    + [(f"netfull-{width}", 795 * width + 10) for width in (1, 50, 80, 90, 100, 150, 200, 300)],
)
def test_parameter_counts_are_those_of_the_study(model, expected):
    assert count_parameters(build(model, 10)) == expected


@pytest.mark.parametrize("classes", [2, 47, 100])
def test_the_last_layer_has_an_output_for_each_class(classes):
    counts = {model: count_parameters(build(model, classes)) for model in ("netlin", "netfull-5", "netconv")}
    shared = {"netlin": 0, "netfull-5": 785 * 5, "netconv": 832 + 51_264 + 131_200}
    inputs = {"netlin": 784, "netfull-5": 5, "netconv": 128}
    assert counts == {model: shared[model] + (inputs[model] + 1) * classes for model in counts}


@pytest.mark.parametrize("model", ["netfull", "netfull-", "netfull-x", "netconv-3", "", "NetLin"])
def test_an_unknown_model_name_is_refused(model):
    with pytest.raises(ValueError, match="no model is called"):
        build(model, 10)
