"""The batched training of restarts: against autograd, its stop rule, and independence of company."""

import numpy as np
import pytest
import torch

from hidden_units.checkerboard.models import POINTS, TARGETS, SigmoidNetwork
from hidden_units.checkerboard.success import success_table
from hidden_units.checkerboard.training import (
    Restarts,
    Settings,
    initial_parameters,
    networks_of,
    restarts_table,
    train,
)
from hidden_units.errors import StudyError
from hidden_units.statistics.intervals import wilson
from tests import published

torch.set_num_threads(1)


def trained_alone(settings: Settings, seed: int, epochs: int) -> tuple[SigmoidNetwork, float]:
    """One network in autograd with the framework's own loss and optimiser; its loss."""
    start = networks_of(initial_parameters(settings, seed)[None])[0]
    parameters = w1, b1, w2, b2 = [
        torch.tensor(values, requires_grad=True) for values in vars(start).values()
    ]
    optimiser = torch.optim.Adam(parameters, lr=settings.learning_rate, weight_decay=settings.weight_decay)
    x, target = (torch.tensor(values, dtype=torch.float64) for values in (POINTS, TARGETS))

    def loss():
        output = torch.sigmoid(torch.sigmoid(x @ w1.T + b1) @ w2 + b2)
        return torch.nn.functional.binary_cross_entropy(output, target)

    for _ in range(epochs):
        optimiser.zero_grad()
        loss().backward()
        optimiser.step()
    return SigmoidNetwork(*(values.detach().numpy() for values in parameters)), loss().item()


def test_batched_weights_after_1000_epochs_equal_networks_trained_alone_in_autograd():
    settings = published.checkerboard(hidden=5, learning_rate=0.01, max_epochs=1000)
    together = train(settings, [0, 1, 2, 3])
    for place, seed in ((0, 0), (3, 3)):
        alone, loss = trained_alone(settings, seed, 1000)
        for name, values in vars(alone).items():
            np.testing.assert_allclose(getattr(together.networks[place], name), values, atol=1e-6, rtol=0)
        assert together.loss[place] == pytest.approx(loss, abs=1e-8)
        # A network that had not moved would pass a test against itself.
        assert np.abs(alone.output_weights).max() > 1


def test_a_restart_does_not_depend_on_its_company_nor_on_who_leaves_first():
    settings = published.checkerboard(hidden=6, learning_rate=0.01, max_epochs=2500, consecutive=300)
    many = train(settings, range(12))
    assert 0 < many.solved.sum() < 12
    assert len(set(many.epochs.tolist())) > 3
    for place in (2, 7, 11):
        alone = train(settings, [place])
        for one, other in zip(vars(many.networks).values(), vars(alone.networks).values(), strict=True):
            np.testing.assert_array_equal(one[place], other[0])
        assert (many.solved[place], many.first_epoch[place]) == (alone.solved[0], alone.first_epoch[0])


def test_first_epoch_begins_the_run_of_perfect_epochs_that_ends_training_before_the_cap():
    def trained(max_epochs, consecutive=50, seeds=(0,)):
        return train(published.checkerboard(6, 0.01, max_epochs, consecutive=consecutive), seeds)

    found = trained(4000, seeds=range(8))
    seed = int(np.flatnonzero(found.solved)[0])
    first, stop = int(found.first_epoch[seed]), int(found.epochs[seed])
    assert stop == first + 49

    def all_right(epoch):
        at = trained(epoch, consecutive=10_000, seeds=[seed]).networks[0]
        return np.array_equal(at.output() >= 0.5, TARGETS == 1)

    assert not all_right(first - 1)
    assert all(all_right(epoch) for epoch in (first, first + 25, stop))
    enough, short = trained(stop, seeds=[seed]), trained(stop - 1, seeds=[seed])
    assert (enough.solved[0], enough.first_epoch[0]) == (True, first)
    assert (short.solved[0], short.first_epoch[0], short.epochs[0]) == (False, -1, stop - 1)


def test_initial_weights_have_the_published_spread_and_belong_to_their_seed():
    settings = published.checkerboard(hidden=4, learning_rate=0.01, max_epochs=1)
    values = np.array([initial_parameters(settings, seed) for seed in range(400)])
    assert values.std() == pytest.approx(0.15, rel=0.03)
    assert abs(values.mean()) < 0.006
    np.testing.assert_array_equal(values[7], initial_parameters(settings, 7))


def test_published_setting_solves_about_as_often_as_published():
    """44 of 50 are published for five units at 0.01; at that rate 34 or fewer come up once in 6,000."""
    found = train(published.checkerboard(hidden=5, learning_rate=0.01, max_epochs=20_000), range(50))
    assert 35 <= found.solved.sum() <= 50
    for place in np.flatnonzero(found.solved):
        assert np.array_equal(found.networks[place].output() >= 0.5, TARGETS == 1)


def _restarts(first_epochs):
    first = np.array(first_epochs)
    count = len(first)
    return Restarts(
        settings=published.checkerboard(hidden=4, learning_rate=0.01, max_epochs=20_000),
        seeds=np.arange(count),
        networks=networks_of(np.zeros((count, 17))),
        solved=first >= 0,
        first_epoch=first,
        epochs=np.where(first >= 0, first + 1999, 20_000),
        loss=np.full(count, 0.5),
    )


def test_restarts_table_leaves_the_first_epoch_of_an_unsolved_restart_empty():
    table = restarts_table([_restarts([900, -1])])
    assert list(table.columns) == ["hidden", "learning_rate", "seed", "solved", "first_epoch"]
    assert table.to_csv(index=False).splitlines()[1:] == ["4,0.01,0,True,900", "4,0.01,1,False,"]


def test_unsolved_restarts_count_as_later_than_any_epoch_in_the_quartiles():
    row = success_table(restarts_table([_restarts([100, 200, 300, 400, 500, -1, -1, -1])])).iloc[0]
    assert (row["restarts"], row["solved"], row["rate"]) == (8, 5, 0.625)
    assert (row["first_epoch_lower"], row["first_epoch_median"]) == (200, 400)
    assert np.isnan(row["first_epoch_upper"])
    assert row["first_epoch_median_of_solved"] == 300
    interval = wilson(5, 8)
    assert (row["low"], row["high"]) == (interval.low, interval.high)
    nothing = success_table(restarts_table([_restarts([-1, -1])])).iloc[0]
    assert (nothing["solved"], nothing["low"]) == (0, 0)
    assert np.isnan(nothing["first_epoch_median_of_solved"])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_restart_that_diverges_is_refused_with_its_learning_rate():
    with pytest.raises(StudyError, match=r"training diverged .* learning rate 1e\+308\.$"):
        train(published.checkerboard(4, learning_rate=1e308, max_epochs=100), range(2))
