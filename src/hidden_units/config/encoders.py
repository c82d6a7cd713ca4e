"""The block `encoders`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from hidden_units.config.fields import Block, Distinct, Epochs, Name, Positive, Rate


class Patience(Block):
    """Longer training of a few tables, to separate what cannot be learned from what takes long."""

    tables: Distinct[Name] = Field(["identity-16", "identity-19", "identity-24"], max_length=100)
    """Names of the tables that are trained again, for longer; an empty list for none."""

    max_epochs: Epochs = 3_000_000
    """Largest number of epochs there; must be more than the largest of `caps`."""


class EncoderTraining(Block):
    """How these networks are trained: gradient descent on the whole table at once.

    The defaults are the published protocol.
    """

    learning_rate: Positive = 0.4
    """Step size."""

    momentum: Rate = 0.9
    """Momentum."""

    initial_sd: Positive = 1e-4
    """Standard deviation of the initial weights; biases start at 0."""

    stop_loss: Positive = 0.02
    """Training stops when the loss, averaged over the table's entries, falls to this value."""


class Encoders(Block):
    """The third study, networks with two hidden units that draw their target tables as dots and lines."""

    tables: Distinct[Annotated[Name, Field(max_length=1000)]] = Field(
        [
            "identity-4",
            "identity-8",
            "identity-9",
            "identity-16",
            "identity-19",
            "identity-24",
            "star16",
            "config/pictures/heart.yaml",
            "config/pictures/hiragana-no.yaml",
        ],
        min_length=1,
        max_length=100,
    )
    """Target tables: `identity-<N>`, `star16`, the path of a picture of dots and lines (.yaml), or that of a
    table of 0 and 1 with a header (.csv). A table from a file is named after the file, without its ending."""

    seeds: int = Field(20, ge=1, le=10_000)
    """How many times each table is trained; the seeds are 0, 1, ... seeds - 1."""

    caps: Distinct[Epochs] = Field([10_000, 100_000], min_length=1, max_length=100)
    """Epochs at which successes are counted; training is abandoned at the largest."""

    snapshots: Distinct[Annotated[int, Field(ge=0, le=1_000_000_000)]] = Field(
        [50, 100, 150, 200, 300, 500, 700, 1000, 1500, 2000, 3000], max_length=1000
    )
    """Epochs whose weights are kept, to show dots and lines moving."""

    shown: Distinct[Name] = Field(["identity-9", "star16"], max_length=100)
    """Names of the tables whose snapshots are drawn."""

    patience: Patience = Patience()
    training: EncoderTraining = EncoderTraining()

    @model_validator(mode="after")
    def check_patience(self) -> Encoders:
        """Refuse a longer training that is no longer than the others."""
        if self.patience.tables and self.patience.max_epochs <= max(self.caps):
            raise ValueError(
                f"`encoders: patience: max_epochs` is {self.patience.max_epochs}, expected more than the "
                f"largest of `encoders: caps`, {max(self.caps)}; raise it, or set `encoders: patience: "
                "tables` to []."
            )
        return self
