"""What is trained once more with one setting changed, paired with the main study. No framework needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hidden_units.errors import StudyError

DEFAULT_SEEDS = 5


@dataclass(frozen=True)
class ChangedSetting:
    """A value of one key of the block `training`, in place of the published one."""

    variant: str
    key: str
    value: Any
    published: Any
    in_words: str


# By the key of the block `sensitivity` that names the models.
CHANGED_SETTINGS = {
    "order": ChangedSetting("shuffled", "shuffle", True, False, "shuffled images with the file's order"),
    "precision": ChangedSetting("bfloat16", "precision", "bfloat16", "float32", "bfloat16 with float32"),
}


@dataclass(frozen=True)
class Ablation:
    """One changed setting, the models that it is tried on, and the seeds, which the main study has too."""

    variant: str
    models: tuple[str, ...]
    seeds: tuple[int, ...]
    training: Mapping[str, Any]  # the whole block, with the one change


def ablations(config: Mapping[str, Any]) -> tuple[Ablation, ...]:
    """The ablations of a resolved configuration; none where it has no seed or no model for them.

    Raises:
        StudyError: more seeds than the main study has, or a variant that is the main study itself.
    """
    block = config["sensitivity"]
    seeds = min(DEFAULT_SEEDS, config["seeds"]) if block["seeds"] is None else block["seeds"]
    chosen = {key: change for key, change in CHANGED_SETTINGS.items() if seeds and block[key]}
    if chosen and seeds > config["seeds"]:
        raise StudyError(
            f"config: `sensitivity: seeds` is {seeds}, expected at most `seeds`, {config['seeds']}, for each "
            "run is paired with the one of its seed in the main study; lower it, raise `seeds`, or set 0."
        )
    for key, change in chosen.items():
        if config["training"][change.key] == change.value:
            raise StudyError(
                f"config: `sensitivity: {key}` compares {change.in_words}, but `training: {change.key}` is "
                f"{in_yaml(change.value)} for the whole study; set it to {in_yaml(change.published)}, or "
                f"`sensitivity: {key}` to []."
            )
    main = {"netfull": f"netfull-{config['characters']['hidden']}"}
    return tuple(
        Ablation(
            variant=change.variant,
            models=tuple(main.get(name, name) for name in block[key]),
            seeds=tuple(range(seeds)),
            training={**config["training"], change.key: change.value},
        )
        for key, change in chosen.items()
    )


def in_yaml(value: Any) -> str:
    """A value as a configuration has it: `true`, `bfloat16`."""
    return str(value).lower() if isinstance(value, bool) else str(value)
