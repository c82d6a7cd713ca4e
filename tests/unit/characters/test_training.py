import platform
import subprocess
import sys

import numpy as np
import pytest
import torch

from benchmarks import plain
from hidden_units.characters import training
from hidden_units.characters.training import normalise, to_device, train
from hidden_units.characters.written_out import Descent, written_out_step
from hidden_units.datasets.brush import BrushSettings, draw_dataset
from hidden_units.errors import StudyError
from tests import published
from tests.refusals import sentence


def ours(model, drawn, images=None, seed=3, **settings):
    few = {part: array[: images if part.startswith("train") else 100] for part, array in drawn.items()}
    return train(model, seed, to_device(**few), published.characters(**settings))


def weights_of(network):
    return [parameter.detach().numpy() for parameter in network.state_dict().values()]


@pytest.mark.parametrize("model", ["netlin", "netfull-110"])
def test_weights_equal_those_of_the_plain_recipe_bit_for_bit(model, drawn, kmnist_folder):
    expected = weights_of(plain.train(model, 3, kmnist_folder, epochs=2))
    found = list(ours(model, drawn, epochs=2).weights.values())
    assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))


@pytest.mark.parametrize("model", ["netlin", "netfull-7", "netfull-110", "netfull-300"])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_updates_written_out_give_the_bits_of_autograd_also_of_momentum_and_the_last_batch(
    model, momentum, drawn, monkeypatch
):
    kept = {}
    for name in ("written out", "autograd"):
        checkpoints = kept[name] = []
        few = {part: array[: 650 if part.startswith("train") else 100] for part, array in drawn.items()}
        settings = published.characters(epochs=2, momentum=momentum)
        trained = train(model, 3, to_device(**few), settings, save=checkpoints.append)
        checkpoints.append(trained)
        monkeypatch.setattr(training, "written_out_step", lambda *_: None)
    (*written, one), (*autograd, other) = kept.values()
    for first, second in zip(written, autograd, strict=True):
        assert first.tensors.keys() == second.tensors.keys()
        assert all(np.array_equal(first.tensors[name], second.tensors[name]) for name in first.tensors)
    assert [epoch.train_loss for epoch in one.history] == [epoch.train_loss for epoch in other.history]


def test_only_perceptrons_in_float32_on_the_cpu_are_written_out(drawn, monkeypatch):
    asked = []
    monkeypatch.setattr(training, "written_out_step", lambda network, _: asked.append(network))
    ours("netlin", drawn, images=64, epochs=1, precision="bfloat16")
    assert asked == []
    network = training.build("netconv", 10)
    assert written_out_step(network, Descent(network, 0.1, 0.5)) is None


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_descent_gives_the_bits_of_the_frameworks_optimiser_and_leaves_what_has_no_gradient(momentum):
    random = torch.Generator().manual_seed(0)
    starts = {name: torch.randn(7, 5, generator=random) for name in ("reached", "frozen")}
    ours, theirs = (
        torch.nn.ParameterDict({name: start.clone() for name, start in starts.items()}) for _ in range(2)
    )
    descent = Descent(ours, 0.1, momentum)
    optimiser = torch.optim.SGD(theirs.parameters(), lr=0.1, momentum=momentum, fused=True)
    for _ in range(3):
        theirs["reached"].grad = torch.randn(7, 5, generator=random)
        descent.step([parameter.grad for parameter in theirs.parameters()])
        optimiser.step()
    assert all(torch.equal(ours[name], theirs[name]) for name in starts)
    assert torch.equal(ours["frozen"], starts["frozen"])


def test_momentum_and_learning_rate_are_those_of_the_settings(drawn, kmnist_folder):
    expected = weights_of(plain.train("netlin", 3, kmnist_folder, 1, learning_rate=0.02, momentum=0.9))
    found = ours("netlin", drawn, epochs=1, learning_rate=0.02, momentum=0.9).weights.values()
    # Half the momentum is exact in binary, 0.9 of it is rounded, and the fused optimiser rounds once less.
    assert largest_difference(found, expected) < 1e-5


def test_a_shuffled_epoch_takes_the_images_in_the_order_of_its_own_generator(drawn):
    order = torch.randperm(640, generator=torch.Generator().manual_seed(3)).numpy()
    shuffled = ours("netlin", drawn, images=640, epochs=1, shuffle=True)
    arranged = {
        **drawn,
        **{f"train_{part}": drawn[f"train_{part}"][:640][order] for part in ("images", "labels")},
    }
    in_order = ours("netlin", arranged, epochs=1)
    assert np.array_equal(shuffled.weights["output.weight"], in_order.weights["output.weight"])


def test_a_missing_gpu_is_an_error_of_one_sentence(drawn, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(StudyError, match=r"`device` is cuda.*set `device: cpu`"):
        to_device(**drawn, device="cuda")


def test_netconv_in_the_plain_layout_equals_the_plain_recipe_bit_for_bit(drawn, kmnist_folder):
    expected = weights_of(plain.train("netconv", 3, kmnist_folder, epochs=1, updates=30))
    found = ours("netconv", drawn, images=30 * 64, epochs=1, channels_last=False)
    assert all(np.array_equal(a, b) for a, b in zip(found.weights.values(), expected, strict=True))


def largest_difference(found, expected):
    return max(np.abs(a - b).max() for a, b in zip(found, expected, strict=True))


def test_netconv_in_channels_last_stays_within_a_thousandth_over_ninety_updates(drawn, kmnist_folder):
    expected = weights_of(plain.train("netconv", 0, kmnist_folder, epochs=1, updates=90))
    found = ours("netconv", drawn, images=90 * 64, seed=0, epochs=1).weights.values()
    # 0 would mean that the layout was not used.
    assert 0 < largest_difference(found, expected) < 1e-3


@pytest.mark.slow
def test_channels_last_ends_at_the_same_accuracy_over_three_seeds():
    images = to_device(**draw_dataset(BrushSettings(train=2_000, test=4_000)))
    accuracies = {
        channels_last: [
            train("netconv", seed, images, published.characters(epochs=4, channels_last=channels_last))
            .history[-1]
            .accuracy
            for seed in range(3)
        ]
        for channels_last in (False, True)
    }
    print(accuracies)
    assert abs(np.mean(accuracies[True]) - np.mean(accuracies[False])) < 0.003


def test_bfloat16_computes_less_exactly_and_keeps_float32_weights(drawn):
    exact, rough = (
        ours("netfull-20", drawn, images=640, epochs=1, precision=precision)
        for precision in ("float32", "bfloat16")
    )
    assert rough.weights["hidden.weight"].dtype == np.float32
    difference = np.abs(rough.weights["hidden.weight"] - exact.weights["hidden.weight"]).max()
    assert 0 < difference < 0.01


def test_training_loss_is_the_mean_over_images_although_the_last_batch_is_smaller(drawn):
    # 100 images are batches of 64 and 36; without a step each has the loss of the initial network.
    trained = ours("netlin", drawn, images=100, epochs=1, learning_rate=1e-30)
    network = plain.NETWORKS["netlin"]()
    weight, bias = (torch.from_numpy(trained.weights[name]) for name in ("output.weight", "output.bias"))
    network.load_state_dict({"linear.weight": weight, "linear.bias": bias})
    outputs = network(normalise(drawn["train_images"][:100])).detach().numpy()
    expected = -outputs[np.arange(100), drawn["train_labels"][:100]].mean()
    assert trained.history[0].train_loss == pytest.approx(expected, rel=1e-5)


def test_the_published_line_is_reported_every_hundredth_batch(drawn):
    lines = []
    few = {part: array[: 210 * 16] for part, array in drawn.items()}
    train("netlin", 0, to_device(**few), published.characters(epochs=1, batch_size=16), report=lines.append)
    assert [line.split(" Loss")[0] for line in lines] == [
        "Train Epoch: 1 [0/3360 (0%)]",
        "Train Epoch: 1 [1600/3360 (48%)]",
        "Train Epoch: 1 [3200/3360 (95%)]",
    ]


def test_a_diverging_training_is_named_with_model_seed_epoch_and_rate(drawn):
    said = sentence(ours, "netconv", drawn, images=640, epochs=3, learning_rate=1e6)
    for part in ("netconv seed 3", "diverged", "epoch 1", "learning rate 1000000.0", "learning_rate"):
        assert part in said


def test_a_diverging_training_is_a_result_where_it_may_be_and_ends_with_its_epoch(drawn):
    few = {part: array[:640] for part, array in drawn.items()}
    settings = published.characters(epochs=3, learning_rate=1e6)
    checkpoints = []
    trained = train("netconv", 3, to_device(**few), settings, save=checkpoints.append, may_diverge=True)
    assert [epoch.diverged for epoch in trained.history] == [True] and checkpoints == []


def test_training_on_a_gpu_is_set_to_give_the_same_bits_in_full_float32(drawn, monkeypatch):
    called = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(training, "make_cuda_deterministic", lambda: called.append("settings"))
    monkeypatch.setattr(torch.Tensor, "to", lambda tensor, device: called.append(device) or tensor)
    few = {part: array[:64] for part, array in drawn.items()}
    to_device(**few, device="cpu")
    assert called == ["cpu"] * 4
    called.clear()
    to_device(**few, device="cuda")
    # Before the first tensor goes there, for cuBLAS reads its settings once.
    assert called == ["settings"] + ["cuda"] * 4


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library keeps memory in its own way")
def test_what_a_batch_frees_serves_the_next_without_fresh_pages():
    code = (
        "import resource, torch\n"
        "from hidden_units.characters.training import keep_freed_memory\n"
        "keep_freed_memory()\n"
        "batch = lambda: [torch.ones(2**21) for _ in range(4)]\n"
        # The first ones find out how blocks fit next to each other.
        "for _ in range(10):\n"
        "    batch()\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "for _ in range(5):\n"
        "    batch()\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)"
    )
    faults = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert int(faults) < 1000  # without it 8192 a batch


def test_training_imports_no_compiler():
    code = (
        "import sys, numpy as np\n"
        "from hidden_units.characters.training import to_device, train\n"
        "from tests import published\n"
        "part = np.zeros((64, 28, 28), np.uint8), np.arange(64) % 10\n"
        "train('netconv', 0, to_device(*part, *part), published.characters(epochs=1))\n"
        "print('torch._dynamo' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
