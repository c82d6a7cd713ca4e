"""The settings of each study as its defaults are, which are the published ones, with changes."""

from __future__ import annotations

from typing import Any

from hidden_units.checkerboard import training as checkerboard_training
from hidden_units.config import defaults
from hidden_units.datasets.providers import provider_of
from hidden_units.encoders import training as encoders_training
from hidden_units.sequences import training as sequences_training

DEFAULTS = defaults()
SEQUENCES = ("steps", "interval", "learning_rate", "weight_decay", "optimiser")


def provider(name: str, **changes: Any):
    """A provider of a kind of data."""
    return provider_of({**DEFAULTS["dataset"], "name": name, **changes})


def characters(**changes: Any):
    """How a classifier is trained."""
    # Here, so that the other studies' tests need no torch.
    from hidden_units.characters.training import Settings

    return Settings(**{**DEFAULTS["training"], **changes})


def checkerboard(hidden: int, learning_rate: float, max_epochs: int, **changes: Any):
    """How a network of one hidden size is trained."""
    training = {key: value for key, value in DEFAULTS["checkerboard"]["training"].items() if key != "rates"}
    return checkerboard_training.Settings(hidden, learning_rate, max_epochs, **{**training, **changes})


def encoders(**changes: Any):
    """How an encoder is trained, up to the largest cap."""
    study = DEFAULTS["encoders"]
    return encoders_training.Settings(**{**study["training"], "max_epochs": max(study["caps"]), **changes})


def sequences(**changes: Any):
    """How a recurrent network is trained."""
    training = {key: DEFAULTS["sequences"][key] for key in SEQUENCES}
    return sequences_training.Training(**{**training, **changes})
