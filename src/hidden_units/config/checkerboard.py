"""The block `checkerboard`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from hidden_units.config.fields import Block, Count, Distinct, Number, Positive, Scale, Weight


class HiddenUnits(Block):
    """The hidden units; each divides the plane by a line."""

    weights: list[Annotated[list[Weight], Field(min_length=2, max_length=2)]] = Field(
        [[1, 1], [1, -1], [-1, -1], [-1, 1]], min_length=1, max_length=100
    )
    """The weights from x1 and x2 for each hidden unit."""

    biases: list[Weight] = Field([-2.5, -0.5, 1.5, -0.5], min_length=1, max_length=100)
    """The bias of each hidden unit."""


class OutputUnit(Block):
    """The output unit."""

    weights: list[Weight] = Field([1, 1, 1, 1], min_length=1, max_length=100)
    """The weight from each hidden unit."""

    bias: Weight = -1.5
    """Bias of the output."""


class StepNetwork(Block):
    """The network of step units designed by hand.

    Numbers are exact, so 0.1 is one tenth; write a fraction in quotes, as in "3/2". A unit is on if its sum
    is 0 or more.
    """

    hidden: HiddenUnits = HiddenUnits()
    output: OutputUnit = OutputUnit()

    @model_validator(mode="after")
    def check_units(self) -> StepNetwork:
        """Refuse layers of different sizes."""
        units = len(self.hidden.weights)
        for key, found in (
            ("hidden: biases", len(self.hidden.biases)),
            ("output: weights", len(self.output.weights)),
        ):
            if found != units:
                raise ValueError(
                    f"`checkerboard: network: {key}` has {found} entries, expected {units}, one for each row "
                    "of `checkerboard: network: hidden: weights`."
                )
        return self


class LearningRate(Block):
    """A learning rate and its largest number of epochs."""

    learning_rate: Positive
    """Step size of Adam."""

    max_epochs: int = Field(ge=1, le=100_000_000)
    """Largest number of epochs; an epoch is one update."""


class CheckerboardTraining(Block):
    """How these networks are trained: Adam on all nine points at once. The defaults are the published
    protocol."""

    rates: list[LearningRate] = Field(
        [
            LearningRate(learning_rate=0.001, max_epochs=60_000),
            LearningRate(learning_rate=0.01, max_epochs=20_000),
        ],
        min_length=1,
        max_length=20,
    )
    """Learning rates, each with the epoch after which a restart is abandoned."""

    weight_decay: Number = Field(1e-5, ge=0)
    """Weight decay, added to the gradient."""

    initial_sd: Positive = 0.15
    """Standard deviation of the initial weights and biases."""

    consecutive: int = Field(2000, ge=1, le=100_000_000)
    """A restart has solved the task after this many epochs in a row with all nine points right."""

    @model_validator(mode="after")
    def check_rates(self) -> CheckerboardTraining:
        """Refuse a learning rate that occurs twice."""
        rates = [entry.learning_rate for entry in self.rates]
        if len(set(rates)) < len(rates):
            raise ValueError(
                "`checkerboard: training: rates` names a learning rate twice; leave one of them out."
            )
        return self


class Checkerboard(Block):
    """The second study, the nine points of a 3x3 checkerboard."""

    network: StepNetwork = StepNetwork()
    scales: Distinct[Scale] = Field([*range(1, 21), 30, 50, 100], min_length=1, max_length=1000)
    """Factors k: the step units are replaced by sigmoids, and all weights and biases multiplied by k."""

    surfaces: Distinct[Scale] = Field([1, 2, 4, 10], min_length=1, max_length=20)
    """Factors k for which the output is drawn over the plane."""

    hidden: Distinct[Annotated[int, Field(ge=1, le=1000)]] = Field([4, 5, 6], min_length=1, max_length=20)
    """Hidden sizes trained from random weights."""

    restarts: Count = 50
    """How many times each setting is trained; the seeds are 0, 1, ... restarts - 1."""

    training: CheckerboardTraining = CheckerboardTraining()
