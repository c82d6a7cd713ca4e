"""The batched training of encoders: against autograd, its stop, snapshots, and independence of company."""

import numpy as np
import pytest
import torch

from hidden_units.encoders.tables import identity, star16
from hidden_units.encoders.training import Encoder, Settings, initial_parameters, networks_of, train
from hidden_units.errors import StudyError
from tests import published

torch.set_num_threads(1)


def trained_alone(table: np.ndarray, settings: Settings, seed: int, epochs: int) -> tuple[Encoder, float]:
    """One encoder in autograd with the framework's own loss and optimiser; its loss."""
    start = initial_parameters(*table.shape, settings.initial_sd, seed)
    layers = vars(networks_of(start[None], *table.shape)[0]).values()
    parameters = w1, b1, w2, b2 = [torch.tensor(values, requires_grad=True) for values in layers]
    optimiser = torch.optim.SGD(parameters, lr=settings.learning_rate, momentum=settings.momentum)
    inputs, target = (torch.tensor(values, dtype=torch.float64) for values in (identity(len(table)), table))

    def loss():
        outputs = torch.sigmoid(torch.tanh(inputs @ w1 + b1) @ w2.T + b2)
        return torch.nn.functional.binary_cross_entropy(outputs, target)

    for _ in range(epochs):
        optimiser.zero_grad()
        loss().backward()
        optimiser.step()
    return Encoder(*(values.detach().numpy() for values in parameters)), loss().item()


def assert_same(network, other, atol=0.0):
    for name, values in vars(network).items():
        np.testing.assert_allclose(values, getattr(other, name), atol=atol, rtol=0)


@pytest.mark.parametrize("table", [star16(), identity(9)], ids=["star16", "identity-9"])
def test_batched_weights_after_1000_epochs_equal_a_network_trained_alone_in_autograd(table):
    settings = published.encoders(max_epochs=1000)
    together = train(table, settings, [0, 1, 2])
    alone, loss = trained_alone(table, settings, 2, 1000)
    network = together.networks[2]
    assert_same(network, alone, atol=1e-6)
    assert together.loss[2] == pytest.approx(loss, abs=1e-10)
    assert np.abs(network.output_weights).max() > 1


def test_a_run_does_not_depend_on_its_company_nor_on_who_leaves_first():
    settings = published.encoders(max_epochs=3000)
    many = train(star16(), settings, range(8), [300])
    assert len(set(many.epochs.tolist())) > 3
    for place in (0, 5):
        alone = train(star16(), settings, [place], [300])
        assert_same(many.networks[place], alone.networks[0])
        assert_same(many.snapshots[300][place], alone.snapshots[300][0])
        assert many.epochs[place] == alone.epochs[0]


def binary_cross_entropy(network, table):
    z = network.logits
    return float(np.mean(np.logaddexp(0, np.where(table == 1, -z, z))))


def test_a_run_stops_at_the_first_epoch_whose_loss_is_low_enough():
    runs = train(identity(4), published.encoders(), range(5))
    assert runs.stopped.all()
    for run in range(5):
        epoch = int(runs.epochs[run])
        assert binary_cross_entropy(runs.networks[run], runs.table) == pytest.approx(
            runs.loss[run], abs=1e-14
        )
        assert runs.loss[run] <= 0.02
        before = train(identity(4), published.encoders(stop_loss=1e-9, max_epochs=epoch - 1), [run])
        assert before.loss[0] > 0.02
        at = train(identity(4), published.encoders(stop_loss=1e-9, max_epochs=epoch), [run])
        assert_same(at.networks[0], runs.networks[run])


def test_snapshots_are_the_weights_of_their_epochs_and_then_those_of_the_end():
    runs = train(identity(4), published.encoders(), range(3), [0, 50, 100_000])
    assert_same(runs.snapshots[50], train(identity(4), published.encoders(max_epochs=50), range(3)).networks)
    assert_same(runs.snapshots[100_000], runs.networks)
    assert_same(runs.snapshots[0][1], networks_of(initial_parameters(4, 4, 1e-4, 1)[None], 4, 4)[0])


def test_star16_and_9_2_9_stop_where_they_are_known_to():
    """Known: star16 after about 2,450 to 2,500 epochs, 9-2-9 after 15,000 to 15,700.

    A standard deviation of 1e-4 fits; the variance 1e-4 would stop star16 near 2,410.
    """
    star = train(star16(), published.encoders(), range(20))
    assert star.stopped.all()
    assert 2450 <= np.median(star.epochs) <= 2500
    nine = train(identity(9), published.encoders(), range(9))
    assert nine.stopped.all()
    assert 15_000 <= np.median(nine.epochs) <= 15_700


def test_initial_weights_have_the_published_spread_and_no_biases():
    values = np.array([initial_parameters(9, 9, 1e-4, seed) for seed in range(300)])
    np.testing.assert_array_equal(values[:, 18:20], 0)
    np.testing.assert_array_equal(values[:, 38:], 0)
    weights = np.delete(values, np.r_[18:20, 38:47], axis=1)
    assert weights.std() == pytest.approx(1e-4, rel=0.03)


def test_a_run_that_diverges_is_refused_with_its_learning_rate():
    with pytest.raises(StudyError, match=r"training diverged .* seed 0.* learning rate 1000000000\.0\.$"):
        train(star16(), published.encoders(learning_rate=1e9, max_epochs=100), range(2))
