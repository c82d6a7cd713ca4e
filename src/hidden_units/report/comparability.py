"""Whether measured numbers compare with reported ones, and if not, why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hidden_units.datasets.classes import has_published_classes
from hidden_units.names import TRAINING_SETTINGS
from hidden_units.report.evidence import Study
from hidden_units.report.wording import plain

# What the settings of report/published/protocol.yaml are called: those of the classifiers, with what only
# says how they are computed, and those of the recurrent networks.
PROTOCOL = {
    **TRAINING_SETTINGS,
    "shuffle": "order of the training images",
    "precision": "precision",
    "validation": "training images held out for validation",
}
COMPUTATION = {
    "channels_last": "memory layout of NetConv",
    "threads": "threads",
}
COUNTING_PROTOCOL = {
    "steps": "steps",
    "optimiser": "optimiser",
    "learning_rate": "learning rate",
    "weight_decay": "weight decay",
    "srn_hidden": "hidden units of the SRN",
    "lstm_hidden": "hidden units of the LSTM",
}
NOT_STATED = "not stated"
OPTIMISERS = {"sgd": "stochastic gradient descent", "adam": "Adam"}


@dataclass(frozen=True)
class Setting:
    """A setting of the training in words."""

    name: str
    used: str
    published: str

    @property
    def is_changed(self) -> bool:
        """Whether it differs from the published one, where one was stated."""
        return self.published not in (self.used, NOT_STATED)


@dataclass(frozen=True)
class Comparability:
    """Whether reported figures compare with measured ones, and whether they are shown at all."""

    comparable: bool
    shown: bool  # on synthetic images or classes of the user's own, figures for KMNIST would say nothing
    data_reason: str  # empty where the data are the published study's
    deviations: tuple[Setting, ...]  # from the published protocol


def in_words(key: str, value: Any) -> str:
    """The value of a training setting as a reader understands it."""
    if key == "shuffle":
        return "new in each epoch" if value else "as in the file"
    if key == "validation" and not value:
        return "none"
    if key == "channels_last":
        return "channels last" if value else "plain"
    if key == "optimiser":
        return OPTIMISERS[value]
    return value if isinstance(value, str) else plain(value)


def settings(keys: Mapping[str, str], used: Mapping[str, Any], published: Mapping[str, Any]) -> list[Setting]:
    """The settings under the given keys with their names."""
    return [
        Setting(
            name, in_words(key, used[key]), in_words(key, published[key]) if key in published else NOT_STATED
        )
        for key, name in keys.items()
    ]


def counting_settings(used: Mapping[str, Any], published: Mapping[str, Any], kind: str = "") -> list[Setting]:
    """How the recurrent networks are trained, next to the published protocol.

    Args:
        used: the block `sequences`.
        published: the block `sequences` of report/published/protocol.yaml.
        kind: srn or lstm, to leave out what is about the other one alone.
    """
    keys = {
        key: name
        for key, name in COUNTING_PROTOCOL.items()
        if not kind or not key.endswith("_hidden") or key.startswith(kind)
    }
    return settings(keys, used, published)


def comparability(study: Study) -> Comparability:
    """Compare the run's data and protocol with those of the published study."""
    dataset = study.dataset
    if dataset["synthetic"]:
        reason = "the images are synthetic"
    elif not dataset["comparable"]:
        reason = "the images are not the four official KMNIST files"
    else:
        reason = ""
    protocol = settings(PROTOCOL, study.config["training"], study.protocol["characters"])
    deviations = tuple(setting for setting in protocol if setting.is_changed)
    shown = has_published_classes(dataset["classes"]) and not dataset["synthetic"]
    return Comparability(not reason and not deviations, shown, reason, deviations)
