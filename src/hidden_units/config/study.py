"""The whole configuration: the keys of the top level, and what blocks must hold together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from hidden_units.characters.ablations import CHANGED_SETTINGS, DEFAULT_SEEDS
from hidden_units.config.characters import Characters, Sensitivity, Statistics
from hidden_units.config.checkerboard import Checkerboard
from hidden_units.config.dataset import Dataset
from hidden_units.config.encoders import Encoders
from hidden_units.config.fields import Block, Distinct, form
from hidden_units.config.notebooks import Notebooks
from hidden_units.config.report import Report
from hidden_units.config.sequences import Sequences
from hidden_units.config.sweep import Sweep
from hidden_units.config.training import Training
from hidden_units.names import FAMILIES, STUDIES


def in_their_order(studies: list[str]) -> list[str]:
    """The studies in the order of the report, so that no other order makes another configuration."""
    return [study for study in STUDIES if study in studies]


class Config(Block):
    """What is studied; the profiles set where and how it runs."""

    run: Annotated[
        str,
        Field(max_length=60),
        form(
            "^[a-z0-9][a-z0-9_-]*$", "of lower-case letters a to z, digits, - and _, not starting with - or _"
        ),
    ] = "kmnist"
    """Name of the run; its results go to `results/<run>/`. `kmnist` is reserved for the real data set,
    `compare` for comparisons of runs."""

    seeds: int = Field(10, ge=1, le=1000)
    """How many times each network is trained; the seeds are 0, 1, ... seeds - 1."""

    studies: Annotated[Distinct[Literal[*STUDIES]], AfterValidator(in_their_order)] = Field(
        [*STUDIES], min_length=1
    )
    """Which of characters, checkerboard, encoders and sequences to run, in any order; the others are neither
    planned nor shown. Without characters no images are needed. With make: `STUDIES=characters,encoders`."""

    report: Report = Report()
    dataset: Dataset = Dataset()
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where networks are trained; `auto` uses a GPU if there is one. Rules request the resource `gpu` only if
    they train on one."""

    training: Training = Training()
    characters: Characters = Characters()
    statistics: Statistics = Statistics()
    sensitivity: Sensitivity = Sensitivity()
    sweep: Sweep = Sweep()
    checkerboard: Checkerboard = Checkerboard()
    encoders: Encoders = Encoders()
    sequences: Sequences = Sequences()
    notebooks: Notebooks = Notebooks()
    # Slurm's <name>, <name>:<number> or <name>:<type>:<number>.
    gres: Annotated[
        str, form("^(gpu(:[A-Za-z0-9_.]+)?(:[1-9][0-9]*)?)?$", "such as gpu:1 or gpu:<type>:1, or empty")
    ] = ""
    """What training on a GPU requests from Slurm with `--gres`, such as `gpu:1`, for sites that allocate GPUs
    only that way; `profiles/slurm-gres` sets it. If empty, it requests `--gpus=1`."""

    @model_validator(mode="after")
    def check_run(self) -> Config:
        """Refuse other data under the name of the real ones, and the folder of comparisons."""
        if self.run == "compare":
            raise ValueError(
                "`run` is compare; the name is reserved, because `make compare` writes into results/compare; "
                "choose another, for example `run: compared`."
            )
        if self.run == "kmnist" != self.dataset.name:
            raise ValueError(
                f"`run` is kmnist but `dataset: name` is {self.dataset.name}; the name is reserved for the "
                f"real data set, choose another, for example `run: {self.dataset.name}`."
            )
        return self

    @model_validator(mode="before")
    @classmethod
    def leave_out_ablations(cls, written: dict[str, Any]) -> dict[str, Any]:
        """By default nothing is compared with a setting that the main study has itself."""
        training, block = (written.get(key) or {} for key in ("training", "sensitivity"))
        if not (isinstance(training, Mapping) and isinstance(block, Mapping)):
            return written
        none = {
            key: [] for key, change in CHANGED_SETTINGS.items() if training.get(change.key) == change.value
        }
        return {**written, "sensitivity": {**none, **block}} if none else written

    @model_validator(mode="after")
    def check_networks(self) -> Config:
        """Refuse a network that is neither one of the three nor one of the user's own."""
        known = [*FAMILIES, *self.characters.networks]
        for key, names in {
            "sensitivity: order": self.sensitivity.order,
            "sensitivity: precision": self.sensitivity.precision,
            "sweep: networks": self.sweep.networks,
            "notebooks: confusions: model": [self.notebooks.confusions.model],
        }.items():
            if unknown := [name for name in names if name not in known]:
                raise ValueError(
                    f"`{key}` names {unknown[0][:60]!r}, expected one of {', '.join(known)}; networks of "
                    "your own are named in `characters: networks`."
                )
        return self

    @model_validator(mode="after")
    def check_together(self) -> Config:
        """Refuse what no machine can plan or keep, though each key alone is within its bounds."""
        sweep, encoders, units, sequences = self.sweep, self.encoders, self.checkerboard, self.sequences
        swept_widths = sweep.values if sweep.setting == "hidden" else []
        widths = {self.characters.hidden, *self.characters.widths, *swept_widths}
        networks = len(widths) + 2 + len(self.characters.networks)
        seeds, swept = sweep.seeds or DEFAULT_SEEDS, len(sweep.values) * len(sweep.networks)
        moments = len(encoders.snapshots) + 1
        steps = sequences.steps // sequences.interval + 1
        # Planned in a minute, or kept in the memory that a job requests; published are 20 to 200 times fewer.
        limits = [
            (10_000, "networks to train", "seeds", self.seeds, "characters: widths", networks),
            (10_000, "networks to train", "sweep: seeds", seeds, "sweep: values", swept),
            (20_000_000, "draws", "seeds", self.seeds, "statistics: resamples", self.statistics.resamples),
            (50_000, "snapshots", "encoders: seeds", encoders.seeds, "snapshots", moments),
            (10**6, "units", "checkerboard: restarts", units.restarts, "hidden", max(units.hidden)),
        ]
        for task, count in sequences.restarts.model_dump(by_alias=True).items():
            key = f"sequences: restarts: {task}"
            limits.append((200_000, "snapshots", key, count, "sequences: interval", steps))
        for limit, what, key, count, other, times in limits:
            if count * times > limit:
                raise ValueError(
                    f"`{key}` is {count}, which with `{other}` makes {count * times:,} {what}, expected at "
                    f"most {limit:,}; {limit // times} would do."
                )
        return self
