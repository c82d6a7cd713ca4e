"""What is trained once more with one setting changed, paired with the main study. No framework needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

    variant: str  # empty for runs of the main study itself
    models: tuple[str, ...]
    seeds: tuple[int, ...]
    training: Mapping[str, Any]  # the whole block, with the one change


def ablations(config: Mapping[str, Any]) -> tuple[Ablation, ...]:
    """The ablations of a resolved configuration; none where it has no seed or no model for them.

    Raises:
        StudyError: more seeds than the main study has, or a variant that is the main study itself.
    """
    block = config["sensitivity"]
    chosen = {key: change for key, change in CHANGED_SETTINGS.items() if block["seeds"] != 0 and block[key]}
    for key, change in chosen.items():
        if config["training"][change.key] == change.value:
            raise StudyError(
                f"config: `sensitivity: {key}` compares {change.in_words}, but `training: {change.key}` is "
                f"{in_yaml(change.value)} for the whole study; set it to {in_yaml(change.published)}, or "
                f"`sensitivity: {key}` to []."
            )
    return tuple(
        Ablation(
            variant=change.variant,
            models=main_models(block[key], config),
            seeds=paired_seeds("sensitivity", config),
            training={**config["training"], change.key: change.value},
        )
        for key, change in chosen.items()
    )


def swept(config: Mapping[str, Any]) -> dict[float, Ablation]:
    """What the block `sweep` of a resolved configuration compares, by the setting's values in their order.

    The main study's own value is one of them. Its runs are those of the main study, as are those of all
    hidden sizes, which join the widths there; without a setting there is nothing.

    Raises:
        StudyError: more seeds than the main study has.
    """
    block = config["sweep"]
    setting = block["setting"]
    if setting is None:
        return {}
    own = own_value(config)
    seeds = paired_seeds("sweep", config)
    return {
        value: Ablation(
            variant="" if value == own or setting == "hidden" else f"{setting}-{value}",
            models=main_models(block["networks"], config, value if setting == "hidden" else None),
            seeds=seeds,
            training={**config["training"], setting: value},
        )
        for value in sorted({own, *block["values"]})
    }


def own_value(config: Mapping[str, Any]) -> float:
    """The main study's value of the setting that is swept."""
    return {**config["characters"], **config["training"]}[config["sweep"]["setting"]]


def main_models(
    networks: Sequence[str], config: Mapping[str, Any], hidden: int | None = None
) -> tuple[str, ...]:
    """The models of some networks; NetFull with the main study's hidden size unless another is given."""
    named = {"netfull": f"netfull-{hidden or config['characters']['hidden']}"}
    return tuple(named.get(name, name) for name in networks)


def paired_seeds(block: str, config: Mapping[str, Any]) -> tuple[int, ...]:
    """The seeds that a block (`sensitivity`, `sweep`) trains again, the study's first ones.

    Raises:
        StudyError: more seeds than the main study has.
    """
    seeds = config[block]["seeds"]
    if seeds is None:
        seeds = min(DEFAULT_SEEDS, config["seeds"])
    if seeds > config["seeds"]:
        raise StudyError(
            f"config: `{block}: seeds` is {seeds}, expected at most `seeds`, {config['seeds']}, for each "
            "run is paired with the one of its seed in the main study; lower it, or raise `seeds`."
        )
    return tuple(range(seeds))


def in_yaml(value: Any) -> str:
    """A value as a configuration has it: `true`, `bfloat16`."""
    return str(value).lower() if isinstance(value, bool) else str(value)
