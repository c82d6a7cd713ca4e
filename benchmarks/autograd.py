"""Recurrent networks and encoders in torch, trained a step at a time with autograd: what proves the kernels.

`train` is the plain recipe of a recurrent network: one fresh example a step, a Python loop over the symbols,
autograd; `train_encoders` that of encoders, all runs of a table as one batch. They are written to be read.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from hidden_units.encoders.training import Encoder, Settings, initial_parameters, networks_of
from hidden_units.sequences.languages import Language
from hidden_units.sequences.networks import LSTM, SRN, Network


class _Recurrent(nn.Module):
    """Parameters named, shaped and ordered as in `networks`, so that one flat vector fits both."""

    def __init__(self, arrays: type[Network], hidden: int, symbols: int) -> None:
        super().__init__()
        self.hidden_size = hidden
        for name, shape in arrays.shapes(hidden, symbols).items():
            self.register_parameter(name, nn.Parameter(torch.zeros(shape, dtype=torch.float64)))

    def load_vector(self, vector: np.ndarray) -> None:
        """Set all parameters from a flat vector."""
        vector_to_parameters(torch.as_tensor(np.array(vector)), self.parameters())

    def to_vector(self) -> np.ndarray:
        """All parameters as one flat vector."""
        return parameters_to_vector(self.parameters()).detach().numpy().copy()


class SRNModule(_Recurrent):
    """`networks.SRN` with gradients."""

    def __init__(self, hidden: int, symbols: int) -> None:
        super().__init__(SRN, hidden, symbols)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Logits (length, symbols) for one-hot inputs (length, symbols)."""
        h = torch.tanh(self.initial)
        states = []
        for x in inputs:
            h = torch.tanh(x @ self.input + h @ self.recurrent + self.bias)
            states.append(h)
        return torch.stack(states) @ self.output + self.output_bias


class LSTMModule(_Recurrent):
    """`networks.LSTM` with gradients."""

    def __init__(self, hidden: int, symbols: int) -> None:
        super().__init__(LSTM, hidden, symbols)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Logits (length, symbols) for one-hot inputs (length, symbols)."""
        h = c = torch.zeros(self.hidden_size, dtype=inputs.dtype)
        states = []
        for x in inputs:
            i, f, g, o = (x @ self.input + h @ self.recurrent + self.bias).chunk(4)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            states.append(h)
        return torch.stack(states) @ self.output + self.output_bias


MODULES: dict[str, type[_Recurrent]] = {"srn": SRNModule, "lstm": LSTMModule}


def example_loss(module: nn.Module, symbols: np.ndarray, count: int) -> torch.Tensor:
    """Negative log-likelihood of an example's next symbols, averaged over time, in nats."""
    sequence = torch.as_tensor(symbols)
    dtype = next(module.parameters()).dtype
    logits = module(functional.one_hot(sequence[:-1], count).to(dtype))
    return functional.cross_entropy(logits, sequence[1:])


def train(
    module: nn.Module,
    language: Language,
    sizes: np.ndarray,
    learning_rate: float,
    weight_decay: float,
    optimiser: str = "sgd",
) -> None:
    """Train in place, one update for each row of block sizes (steps, blocks)."""
    optimisers = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
    update = optimisers[optimiser](module.parameters(), lr=learning_rate, weight_decay=weight_decay)
    for row in sizes:
        update.zero_grad()
        example_loss(module, language.example(row), language.symbols).backward()
        update.step()


def train_encoders(table: np.ndarray, settings: Settings, seeds: Sequence[int]) -> tuple[Encoder, np.ndarray]:
    """An encoder of a table (rows, columns) from each seed, after `max_epochs` updates; their losses."""
    rows, columns = table.shape
    start = [initial_parameters(rows, columns, settings.initial_sd, seed) for seed in seeds]
    layers = vars(networks_of(np.stack(start), rows, columns)).values()
    parameters = w1, b1, w2, b2 = [torch.tensor(values, requires_grad=True) for values in layers]
    optimiser = torch.optim.SGD(parameters, lr=settings.learning_rate, momentum=settings.momentum)
    inputs = torch.eye(rows, dtype=torch.float64)
    targets = torch.tensor(table, dtype=torch.float64).expand(len(seeds), -1, -1)

    def losses() -> torch.Tensor:
        outputs = torch.sigmoid(torch.tanh(inputs @ w1 + b1[:, None]) @ w2.mT + b2[:, None])
        return functional.binary_cross_entropy(outputs, targets, reduction="none").mean(dim=(1, 2))

    for _ in range(settings.max_epochs):
        optimiser.zero_grad()
        losses().sum().backward()
        optimiser.step()
    return Encoder(*(values.detach().numpy() for values in parameters)), losses().detach().numpy()
