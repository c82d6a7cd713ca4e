"""An update of a perceptron written out with the very kernels that autograd would call, in the same order.

The bits are those of `loss.backward()` and the fused optimiser's step; what goes is the graph, which takes as
long as the arithmetic of so small a network, and the memory that each batch would ask for anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.ops import aten

from hidden_units.characters.models import NetFull, NetLin

# How aten names a mean over the batch, and the label that no image has.
MEAN, IGNORED = 1, -100


class Descent:
    """Stochastic gradient descent with momentum, by the kernel of `torch.optim.SGD(..., fused=True)`.

    That class gives the same bits, but imports torch's compiler: a second and 140 MB for every job.
    """

    def __init__(self, network: nn.Module, learning_rate: float, momentum: float) -> None:
        self.learning_rate, self.momentum = learning_rate, momentum
        self.parameters = [parameter.detach() for parameter in network.parameters()]
        self.momenta = [torch.zeros_like(parameter) for parameter in self.parameters] if momentum else []

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor | None]) -> None:
        """Change the weights in place; those without a gradient, frozen or not used, stay as they are."""
        reached = [place for place, gradient in enumerate(gradients) if gradient is not None]
        torch._fused_sgd_(
            [self.parameters[place] for place in reached],
            [gradients[place] for place in reached],
            [self.momenta[place] for place in reached] if self.momenta else [],
            weight_decay=0.0,
            momentum=self.momentum,
            lr=self.learning_rate,
            dampening=0.0,
            nesterov=False,
            maximize=False,
            is_first_step=False,
        )


def written_out_step(network: nn.Module, descent: Descent) -> Callable[[Tensor, Tensor], Tensor] | None:
    """The update of NetLin or NetFull on the CPU in float32; None for others, which gain nothing by it.

    Returns:
        a function of a batch (n, 1, 28, 28) and its labels (n,) that changes the weights in place and gives
        the mean negative log-likelihood before the change, as a tensor without dimensions.
    """
    if type(network) not in (NetLin, NetFull) or descent.parameters[0].device.type != "cpu":
        return None
    # Weight and bias of each layer, in the order of computation.
    weights, biases = descent.parameters[::2], descent.parameters[1::2]
    gradients = [torch.empty_like(parameter) for parameter in descent.parameters]
    turned = [weight.t() for weight in weights]
    one, total = torch.ones(()), torch.empty(())
    rooms: dict[int, tuple[list[Tensor], list[Tensor], Tensor, Tensor]] = {}

    def room(count: int) -> tuple[list[Tensor], list[Tensor], Tensor, Tensor]:
        """Outputs of the layers, their gradients, the log-probabilities and theirs, for as many images."""
        if count not in rooms:
            outputs, slopes = ([torch.empty(count, len(bias)) for bias in biases] for _ in range(2))
            rooms[count] = outputs, slopes, *(torch.empty_like(outputs[-1]) for _ in range(2))
        return rooms[count]

    @torch.no_grad()
    def step(batch: Tensor, labels: Tensor) -> Tensor:
        outputs, slopes, log_probabilities, of_them = room(len(batch))
        inputs = [batch.flatten(1), *outputs[:-1]]
        for place, output in enumerate(outputs):
            aten.addmm.out(biases[place], inputs[place], turned[place], out=output)
            if output is not outputs[-1]:
                aten.tanh.out(output, out=output)
        aten._log_softmax.out(outputs[-1], 1, False, out=log_probabilities)
        loss = torch.empty(())
        aten.nll_loss_forward.output(
            log_probabilities, labels, None, MEAN, IGNORED, output=loss, total_weight=total
        )
        aten.nll_loss_backward.grad_input(
            one, log_probabilities, labels, None, MEAN, IGNORED, total, grad_input=of_them
        )
        aten._log_softmax_backward_data.out(of_them, log_probabilities, 1, torch.float32, out=slopes[-1])
        for place in reversed(range(len(outputs))):
            slope = slopes[place]
            aten.mm.out(slope.t(), inputs[place], out=gradients[2 * place])
            aten.sum.IntList_out(slope, [0], out=gradients[2 * place + 1])
            if place:
                below = slopes[place - 1]
                aten.mm.out(slope, weights[place], out=below)
                aten.tanh_backward.grad_input(below, inputs[place], grad_input=below)
        descent.step(gradients)
        return loss

    return step
