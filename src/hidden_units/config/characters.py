"""The blocks of the first study: `characters`, `statistics` and `sensitivity`."""

from __future__ import annotations

from pydantic import Field, model_validator

from hidden_units.config.fields import Block, Distinct, Family, HiddenSize, Positive, Text
from hidden_units.datasets.shape import SIDE
from hidden_units.names import LONGEST_OWN_NAME, MOST_OWN_NETWORKS, TAKEN_NAMES, is_own_name


class Characters(Block):
    """The first study, three classifiers and a sweep of hidden sizes."""

    hidden: HiddenSize = 110
    """Hidden units of NetFull when it is compared with NetLin and NetConv."""

    widths: Distinct[HiddenSize] = Field([50, 80, 90, 100, 110, 150, 200, 300], min_length=1, max_length=100)
    """Hidden sizes of the sweep."""

    neighbours: int = Field(4, ge=1, le=1000)
    """k of the nearest-neighbour baselines."""

    components: int = Field(50, ge=1, le=SIDE**2)
    """Principal components of the second baseline."""

    networks: dict[str, Text] = Field({})
    """Your own networks, each a name and the Python file of its `class Network`, as in `{my-net: my_net.py}`;
    at most four. They are trained and shown like the three. docs/own-data.md says what the file holds; it is
    run, so name only files that you trust."""

    @model_validator(mode="after")
    def check_own_names(self) -> Characters:
        """Refuse names that no file or figure can have, or that something else has."""
        for name in self.networks:
            if not is_own_name(name):
                raise ValueError(
                    f"`characters: networks` has the name {name[:60]!r}, expected at most {LONGEST_OWN_NAME} "
                    "lower-case letters a to z, digits and single hyphens, a letter first, and none that "
                    f"begins with {', '.join(TAKEN_NAMES)}; give it another, for example my-net."
                )
        if len(self.networks) > MOST_OWN_NETWORKS:
            raise ValueError(
                f"`characters: networks` has {len(self.networks)} entries, expected at most "
                f"{MOST_OWN_NETWORKS}, for each needs a colour of its own; try the others in another run."
            )
        return self


class Statistics(Block):
    """How classifiers are compared with each other."""

    equivalence_margin: Positive = Field(0.003, lt=1)
    """Largest difference between two accuracies, as a fraction, that does not matter; a hidden size is large
    enough if it is shown to be no further below the best."""

    resamples: int = Field(10_000, ge=1000, le=1_000_000)
    """Number of resamples in each bootstrap."""


class Sensitivity(Block):
    """Networks of the first study, trained again with one setting changed.

    The same seed gives the same initial weights, so each run is compared with the run of its seed in the main
    study.
    """

    seeds: int | None = Field(None, ge=0, le=1000)
    """How many of the study's seeds to train again; null for the first five (all if there are fewer), 0 for
    none."""

    order: Distinct[Family] = Field(["netlin", "netfull"])
    """Which of netlin, netfull, netconv and your own to train on shuffled images, compared with the file's
    order; by default none where `training: shuffle` is true."""

    precision: Distinct[Family] = Field(["netconv"])
    """Which of netlin, netfull, netconv and your own to train with bfloat16, compared with float32; by
    default none where `training: precision` is bfloat16."""
