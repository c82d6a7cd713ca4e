"""The block `notebooks`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hidden_units.config.fields import Block, CountOrNone, Distinct, Family, Label


class ConfusionsNotebook(Block):
    """A pair of classes that a network confuses."""

    model: Family = "netconv"
    """The network: netlin, netfull, netconv or one of your own."""

    target: Label | None = None
    """Label of the true class; null for any."""

    chosen: Label | None = None
    """Label of the class that the network chooses instead; null for any. Of the pairs that match, the one
    that is confused most often is shown."""


class StateSpaceNotebook(Block):
    """The states of a recurrent network along a string."""

    tasks: Distinct[
        Literal["srn-anb2n", "lstm-anb2nc3n", "srn-anbn", "srn-anbn-to10", "lstm-anbncn", "srn-anb2n-to10"]
    ] = Field(["srn-anb2n", "lstm-anb2nc3n"])
    """Tasks, one page each; `sequences: restarts` explains their names."""

    seed: CountOrNone | None = None
    """Seed of the network; null for the first that solved the task."""

    n: int = Field(4, ge=1, le=12)
    """Number of A's in the string."""


class Notebooks(Block):
    """Notebooks that read the evidence and show it step by step.

    They run with the values below and are saved in `results/<run>/notebooks/`; you can rerun them in Jupyter
    with other values.
    """

    run: Distinct[Literal["confusions", "width_sweep", "state_space"]] = Field(
        ["confusions", "width_sweep", "state_space"]
    )
    """Which of confusions, width_sweep and state_space to run; an empty list leaves them out."""

    confusions: ConfusionsNotebook = ConfusionsNotebook()
    state_space: StateSpaceNotebook = StateSpaceNotebook()
