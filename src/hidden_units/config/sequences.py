"""The block `sequences`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from hidden_units.config.fields import Block, Count, CountOrNone, Epochs, FewOrNone, Number, Positive

# They are all kept in memory; the published study has 100.
MAX_SNAPSHOTS = 10_000


class Restarts(Block):
    """How many times each task is trained; the seeds are 0, 1, ...

    A task is a network and a language: `srn-anb2n` is the SRN on a^n b^2n, with n up to 4 unless the name
    says otherwise.
    """

    srn_anb2n: Count = Field(200, alias="srn-anb2n")
    """SRN on a^n b^2n."""

    lstm_anb2nc3n: Count = Field(60, alias="lstm-anb2nc3n")
    """LSTM on a^n b^2n c^3n."""

    srn_anbn: CountOrNone = Field(50, alias="srn-anbn")
    """Control, SRN on a^n b^n; 0 leaves it out."""

    srn_anbn_to10: FewOrNone = Field(50, alias="srn-anbn-to10")
    """Control, SRN on a^n b^n with n up to 10; 0 leaves it out."""

    lstm_anbncn: CountOrNone = Field(20, alias="lstm-anbncn")
    """Control, LSTM on a^n b^n c^n; 0 leaves it out."""

    srn_anb2n_to10: FewOrNone = Field(0, alias="srn-anb2n-to10")
    """SRN on a^n b^2n with n up to 10; 0 leaves it out."""


class Sequences(Block):
    """The fourth study, recurrent networks that count. The defaults are the published protocol."""

    srn_hidden: Literal[2] = 2
    """Hidden units of the SRN; fixed, because its state space is drawn in two dimensions."""

    lstm_hidden: Literal[3] = 3
    """Hidden units of the LSTM; fixed, because its state space is drawn in three dimensions."""

    steps: Epochs = 100_000
    """Updates in each training, one new example each; a multiple of `interval`."""

    interval: Epochs = 1000
    """Updates between two snapshots of the weights, from which learning is measured."""

    learning_rate: Positive = 0.005
    """Step size."""

    weight_decay: Number = Field(0.0001, ge=0)
    """Weight decay."""

    optimiser: Literal["sgd", "adam"] = "sgd"
    """Stochastic gradient descent without momentum, as published, or Adam."""

    restarts: Restarts = Restarts()

    @model_validator(mode="after")
    def check_snapshots(self) -> Sequences:
        """Refuse a last step that is not measured, and more snapshots than memory holds."""
        snapshots, rest = divmod(self.steps, self.interval)
        if rest:
            near = max(1, round(self.steps / self.interval)) * self.interval
            raise ValueError(
                f"`sequences: steps` is {self.steps}, expected a multiple of `sequences: interval`, "
                f"{self.interval}, so that the last step is measured; {near} would do."
            )
        if snapshots > MAX_SNAPSHOTS:
            raise ValueError(
                f"`sequences: interval` is {self.interval}, which makes {snapshots:,} snapshots of each "
                f"restart, expected at most {MAX_SNAPSHOTS:,}; {self.steps // MAX_SNAPSHOTS} or more "
                "would do."
            )
        return self
