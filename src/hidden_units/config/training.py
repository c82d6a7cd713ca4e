"""The block `training`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hidden_units.config.fields import Block, Positive, Rate


class Training(Block):
    """How the classifiers are trained. The defaults are the published protocol."""

    learning_rate: Positive = 0.01
    """Step size of stochastic gradient descent."""

    momentum: Rate = 0.5
    """Momentum of stochastic gradient descent."""

    batch_size: int = Field(64, ge=1, le=1_000_000)
    """Images in each step of gradient descent."""

    epochs: int = Field(10, ge=1, le=10_000)
    """Passes over the training images; the result is the network after the last one."""

    shuffle: bool = False
    """Whether each epoch sees the images in a new order; the published study keeps the file's order."""

    precision: Literal["float32", "bfloat16"] = "float32"
    """Arithmetic of the forward pass; with bfloat16 (weights stay float32) the report says so and does not
    compare with published numbers."""

    validation: int = Field(0, ge=0, le=1_000_000)
    """Training images held out for choosing the hidden size, so that the test images do not influence the
    choice: the last ones of each class, all classes in proportion. Networks learn from the rest. The
    published study holds out none."""

    channels_last: bool = True
    """Memory layout of NetConv and your own networks. Faster than the default layout; sums are taken in
    another order, so weights differ in their last bits."""

    threads: int = Field(1, ge=1, le=1024)
    """Threads of one training job. One is fastest, because several jobs run at the same time; another number
    changes results in the last bits."""
