"""Networks of the user's own: what is refused in a sentence, what is said of a sound one, same bits again."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from hidden_units.characters import own_networks
from hidden_units.characters.figures import OWN_LOOKS, own_looks
from hidden_units.characters.models import NetFull, build
from hidden_units.characters.own_files import compiled
from hidden_units.characters.probing import probabilities, restore
from hidden_units.characters.training import normalise, predict, to_device, train
from hidden_units.errors import StudyError
from hidden_units.names import MOST_OWN_NETWORKS, is_own_name, look_key, model_name
from tests import published
from tests.refusals import sentence

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "config/networks").glob("*.py"))
PLAIN = """
import random
import torch
from torch import nn

class Network(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.layer = nn.Linear(784, classes)

    def forward(self, images):
        return torch.log_softmax(self.layer(images.flatten(1)), dim=1)
"""


def altered(*changes):
    text = PLAIN
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


RETURNED = "torch.log_softmax(self.layer(images.flatten(1)), dim=1)"
IN_INIT = "self.layer = nn.Linear(784, classes)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("class Network(", ["line 1 is no Python"]),
        ("x = '\0'", ["is no Python"]),
        ("import nothing_of_this_name", ["line 1 fails with ModuleNotFoundError", "packages"]),
        ("raise SystemExit(3)", ["line 1 fails with SystemExit: 3"]),
        ("x = 1", ["found no name Network", "class Network(torch.nn.Module)"]),
        ("class Network:\n    pass", ["no subclass of torch.nn.Module"]),
        (altered(("(self, classes)", "(self)")), ["number of classes", "(self, classes: int)"]),
        (altered(("(self, classes)", "(self, classes, width)")), ["'width'", "other arguments defaults"]),
        (altered((IN_INIT, "self.layer = nn.Linear(784, x)")), ["line 9 fails with NameError"]),
        (altered(("flatten(1)", "flatten()")), ["line 12 fails with RuntimeError", "mend it there"]),
        (altered((RETURNED, "self.layer(images.flatten(1)).mean(dim=1)")), ["gives (2,)", "shape (2, 10)"]),
        (altered((RETURNED, f"({RETURNED}, 1)")), ["gives a tuple"]),
        (altered((RETURNED, "self.layer(images.flatten(1))")), ["add up to one", "log_softmax"]),
        (altered((RETURNED, f"{RETURNED} / 0")), ["not finite"]),
        (altered((RETURNED, "torch.log_softmax(images.flatten(1)[:, :10], dim=1)")), ["gradient reaches"]),
        (altered((IN_INIT, f"{IN_INIT}; self.more = nn.Linear(2, 3)")), ["gradient reaches `more.weight`"]),
        (altered((IN_INIT, f"{IN_INIT}.requires_grad_(False)")), ["gradient reaches `layer.weight`"]),
        (altered((IN_INIT, f"{IN_INIT}.double()")), ["`layer.weight` is of type torch.float64"]),
        (altered((IN_INIT, "self.layer = nn.LazyLinear(classes)")), ["no lazy layers"]),
        (altered((IN_INIT, "self.classes = classes"), (RETURNED, "images")), ["has no weights"]),
        (altered(("flatten(1)", "flatten(1) * torch.rand(1)")), ["evaluation mode", "two answers"]),
        (altered(("flatten(1)", "flatten(1) * random.random()")), ["same seed gives another output"]),
        (
            altered((IN_INIT, f"{IN_INIT}; nn.init.constant_(self.layer.bias, random.random())")),
            ["the same seed gives other weights", "torch"],
        ),
        (
            altered(
                (IN_INIT, f"{IN_INIT}; self.drawn = torch.rand(784)"),
                ("flatten(1)", "flatten(1) * self.drawn"),
            ),
            ["more than its weights and buffers", "register_buffer"],
        ),
        (altered(("images.flatten(1)", "images.squeeze().flatten(-2)")), ["fails with"]),
    ],
)  # fmt: skip
def test_a_network_that_cannot_be_trained_like_the_others_is_refused_in_a_sentence(tmp_path, text, said):
    file = tmp_path / "my_net.py"
    file.write_text(text, encoding="utf-8")
    path = list(sys.path)
    found = sentence(own_networks.check, str(file), 10)
    assert found.startswith(f"{file}: ")
    assert all(part in found for part in said), found
    assert sys.path == path
    assert [*tmp_path.iterdir()] == [file]


@pytest.mark.parametrize("made", ["nothing", "a folder"])
def test_a_file_that_is_not_there_is_named_with_its_key(tmp_path, made):
    file = tmp_path / "net.py"
    if made == "a folder":
        file.mkdir()
    with pytest.raises(StudyError, match=r"net\.py: found no file .*`characters: networks`"):
        compiled(str(file))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_is_sound_for_any_number_of_classes_and_its_stages_hold_all_parameters(file):
    assert len(EXAMPLES) == 2
    for classes in (2, 47):
        network = own_networks.check(str(file), classes, channels_last=True)
        found = own_networks.describe(network)
        count = sum(parameter.numel() for parameter in network.parameters())
        assert found["parameters"] == count == sum(layer["parameters"] for layer in found["layers"])
        assert sum(stage["parameters"] for stage in found["stages"]) == count
        assert (found["stages"][0]["side"], found["stages"][-1]["number"]) == (28, classes)
        for layer in found["layers"]:
            assert eval(layer["formula"].replace("×", "*").replace(",", "")) == layer["parameters"]


def test_a_deep_network_is_drawn_in_few_stages_with_the_parameters_of_all():
    layers = [torch.nn.Flatten(), *(torch.nn.Linear(784 - i, 783 - i) for i in range(20))]
    network = torch.nn.Sequential(*layers)
    found = own_networks.describe(network)
    assert len(found["stages"]) == own_networks.STAGES_DRAWN
    assert sum(stage["parameters"] for stage in found["stages"]) == found["parameters"]


def test_a_file_of_odd_name_imports_nothing_from_its_folder_and_leaves_nothing_there(tmp_path):
    folder = tmp_path / "my {nets} <1>"
    folder.mkdir()
    file = folder / "déjà vu.py"
    file.write_text(PLAIN, encoding="utf-8")
    (folder / "sibling.py").write_text("x = 1", encoding="utf-8")
    own_networks.check(str(file), 3)
    assert {path.name for path in folder.iterdir()} == {"déjà vu.py", "sibling.py"}
    file.with_name("two.py").write_text("import sibling", encoding="utf-8")
    with pytest.raises(StudyError, match="no file of your own"):
        own_networks.load(str(file.with_name("two.py")))


@pytest.fixture(scope="module")
def images():
    generator = np.random.default_rng(1)
    labels = np.tile(np.arange(5, dtype=np.uint8), 40)
    pixels = generator.integers(0, 256, (200, 28, 28), dtype=np.uint8)
    return to_device(pixels[:150], labels[:150], pixels[150:], labels[150:])


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_a_network_is_restored_from_its_weights_alone(images, file):
    weights = train("mine", 3, images, published.characters(epochs=1, batch_size=16), file=str(file)).weights
    assert not any(array.shape == (1,) for array in weights.values())
    pixels = np.random.default_rng(2).integers(0, 256, (7, 28, 28), dtype=np.uint8)
    network = build("mine", images.classes, str(file))
    network.load_state_dict({name: torch.tensor(array) for name, array in weights.items()})
    expected = predict(network, normalise(pixels)).exp().numpy()
    restored = restore("mine", weights, images.classes, str(file))
    assert np.array_equal(probabilities(restored, pixels), expected)


def test_a_network_made_from_one_of_the_study_is_trained_by_its_own_forward(tmp_path, images):
    file = tmp_path / "twice.py"
    file.write_text(
        "from hidden_units.characters.models import NetFull\n"
        "class Network(NetFull):\n"
        "    def __init__(self, classes):\n"
        "        super().__init__(7, classes)\n"
        "    def forward(self, images):\n"
        "        return super().forward(images * 2)\n",
        encoding="utf-8",
    )
    settings = published.characters(epochs=1, batch_size=16)
    own = train("mine", 0, images, settings, file=str(file))
    study = train("netfull-7", 0, images, settings)
    assert issubclass(own_networks.load(str(file)), NetFull)
    assert own.history[0].train_loss != study.history[0].train_loss


def test_each_own_network_has_a_look_of_its_own_and_is_called_by_its_name():
    names = [f"net-{place}" for place in range(MOST_OWN_NETWORKS)]
    looks = own_looks(["netlin", "netfull-110", *names])
    assert list(looks) == names
    assert len(set(looks.values())) == len(OWN_LOOKS) == MOST_OWN_NETWORKS
    assert [look_key(name, names) for name in ["netfull-110", *names]] == [
        "netfull", *(f"own-{place}" for place in range(1, MOST_OWN_NETWORKS + 1))
    ]  # fmt: skip
    assert [model_name(name) for name in names] == names
    assert not any(
        map(is_own_name, ["netlin", "netfull-9", "knn-4", "pca-50-knn-4", "a--b", "-a", "a-", "A", "a" * 21])
    )
