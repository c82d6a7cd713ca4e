"""Whole restarts: deterministic, independent of the cores, and clear about mistakes."""

from dataclasses import replace

import numpy as np
import pytest

from hidden_units.errors import StudyError
from hidden_units.sequences.training import train_restarts
from tests import published

SHORT = published.sequences(steps=300, interval=100)


@pytest.mark.parametrize(("kind", "hidden"), [("srn", 2), ("lstm", 3)])
def test_restart_depends_on_its_seed_alone(language, kind, hidden):

    def trained(seeds, cores=1):
        return np.array([*train_restarts(kind, language, hidden, seeds, SHORT, cores)])

    together = trained(range(5), cores=2)
    assert together.shape[:2] == (5, 4)
    assert np.array_equal(together, trained(range(5)))
    assert np.array_equal(together[[3, 1]], trained([3, 1]))
    assert len(np.unique(together[:, -1], axis=0)) == 5


@pytest.mark.parametrize(("rate", "sd", "step"), [(1e9, 0.001, r"\d+"), (1e308, 1e3, "1")])
def test_weights_that_diverge_or_are_no_numbers_name_seed_and_step(language, rate, sd, step):
    where = rf"srn on anb2n, seed 3: the weights diverged at step {step},.*now 1e\+"
    with pytest.raises(StudyError, match=where):
        [*train_restarts("srn", language, 2, [3], replace(SHORT, learning_rate=rate, initial_sd=sd))]
