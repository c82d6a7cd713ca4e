"""Networks of the user's own: loaded from their files, checked before any is trained, and described."""

from __future__ import annotations

import inspect
import math
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from hidden_units.characters.own_files import compiled
from hidden_units.datasets.shape import SIDE
from hidden_units.errors import StudyError
from hidden_units.failures import explained

# How far a sum of float32 probabilities may be from one; of bfloat16 outputs it is further.
ROUNDING = 1e-3
# What is drawn of a deep network: the stages in the middle are drawn as one.
STAGES_DRAWN = 7


@contextmanager
def own_code(file: str | None) -> Iterator[None]:
    """What goes wrong in the user's own code ends in one sentence with its line; None for no such code."""
    try:
        yield
    except (Exception, SystemExit) as error:
        if file is None or isinstance(error, StudyError) or explained(error):
            raise
        lines = [part.lineno for part in traceback.extract_tb(error.__traceback__) if part.filename == file]
        place = f"line {lines[-1]}" if lines else "its network"
        words = " ".join(str(error).split()).rstrip(".")[:300]
        way_out = "mend it there"
        if isinstance(error, ImportError):
            way_out = "import packages of this study's environment alone, and no file of your own"
        raise StudyError(f"{file}: {place} fails with {type(error).__name__}: {words}; {way_out}.") from None


@cache
def load(file: str) -> type[nn.Module]:
    """The class Network of a file. Its folder is no place to import from, and nothing is written next to it.

    Raises:
        StudyError: the file cannot be read or run, or has no such class.
    """
    code = compiled(file)
    module = ModuleType(f"hidden_units_own_{sha256(file.encode()).hexdigest()[:16]}")
    module.__file__ = file
    # Where dataclasses and the like look for the module of a class.
    sys.modules[module.__name__] = module
    with own_code(file):
        exec(code, module.__dict__)
    found = getattr(module, "Network", None)
    if not (isinstance(found, type) and issubclass(found, nn.Module)):
        what = "no name Network" if found is None else "a Network that is no subclass of torch.nn.Module"
        raise StudyError(f"{file}: found {what}, expected `class Network(torch.nn.Module)`; name yours so.")
    return found


def build(file: str, classes: int) -> nn.Module:
    """A network of a file, its weights drawn from torch's global generator.

    Raises:
        StudyError: as `load`; or it cannot be made for a number of classes.
    """
    kind = load(file)
    try:
        inspect.signature(kind).bind(classes)
    except TypeError as error:
        raise StudyError(
            f"{file}: Network cannot be made for a number of classes ({error}), expected "
            "`def __init__(self, classes: int)`; give other arguments defaults."
        ) from None
    with own_code(file):
        return kind(classes)


def check(file: str, classes: int, channels_last: bool = False) -> nn.Module:
    """Try a network on two images; returns it in evaluation mode.

    Args:
        channels_last: whether it is trained in that memory layout.

    Raises:
        StudyError: it cannot be trained as the others are, or would not give the same bits again.
    """

    def refuse(found: str, expected: str) -> None:
        raise StudyError(f"{file}: {found}, expected {expected}.")

    def seeded(function: Callable[..., Any], *arguments: Any) -> Any:
        torch.manual_seed(0)
        with own_code(file):
            return function(*arguments)

    images = torch.rand((2, 1, SIDE, SIDE), generator=torch.Generator().manual_seed(0)) * 2 - 1
    network, again = seeded(build, file, classes), seeded(build, file, classes)
    parameters = dict(network.named_parameters())
    if not parameters:
        refuse("Network has no weights", "layers as attributes of the module, set in `__init__`")
    for name, value in {**parameters, **dict(network.named_buffers())}.items():
        if nn.parameter.is_lazy(value):
            refuse(f"the size of `{name}` is not known when it is made", "no lazy layers; give them sizes")
        if value.dtype not in (torch.float32, torch.int64, torch.bool) or value.is_sparse:
            refuse(f"`{name}` is of type {value.dtype}", "weights of torch.float32")
    if not all(map(torch.equal, network.state_dict().values(), again.state_dict().values())):
        refuse("the same seed gives other weights", "all random numbers from torch, which the study seeds")
    if channels_last:
        network, again, images = (
            part.to(memory_format=torch.channels_last) for part in (network, again, images)
        )
    outputs = seeded(network, images)
    if not isinstance(outputs, Tensor) or outputs.shape != (len(images), classes):
        shape = tuple(outputs.shape) if isinstance(outputs, Tensor) else f"a {type(outputs).__name__}"
        refuse(
            f"forward gives {shape} of {len(images)} images",
            f"log-probabilities of shape ({len(images)}, {classes}), a row an image, a column a class",
        )
    if not outputs.isfinite().all():
        refuse("forward gives numbers that are not finite", "log-probabilities, as of log_softmax")
    if (outputs.exp().sum(dim=1) - 1).abs().max() > ROUNDING:
        refuse(
            "forward gives no log-probabilities, for their exponentials do not add up to one",
            "torch.log_softmax(..., dim=1) in the last line",
        )
    if not torch.equal(outputs, seeded(again, images)):
        refuse("the same seed gives another output", "all random numbers from torch, which the study seeds")
    if outputs.requires_grad:
        seeded(functional.nll_loss(outputs, torch.arange(len(images)) % classes).backward)
    without = [name for name, parameter in parameters.items() if parameter.grad is None]
    if without:
        refuse(
            f"no gradient reaches `{without[0]}`",
            "every weight to be trained; use it in forward, leave it out, or make it a buffer",
        )
    if wrong := [name for name, parameter in parameters.items() if not parameter.grad.isfinite().all()]:
        refuse(f"the gradient of `{wrong[0]}` is not finite", "a finite one, even of new weights")
    network.eval()
    with torch.no_grad():
        first, second, alone = (seeded(network, part) for part in (images, images, images[:1]))
        torch.manual_seed(1)
        third = network(images)
        # As later jobs do: made from other random numbers, with the weights that were kept.
        copy = build(file, classes).eval()
        copy.load_state_dict(network.state_dict())
        layout = torch.channels_last if channels_last else torch.preserve_format
        restored = copy.to(memory_format=layout)(images)
    if not (torch.equal(first, second) and torch.equal(first, third)):
        refuse(
            "in evaluation mode the same images get two answers",
            "one; use nn.Dropout, or ask self.training before anything random",
        )
    if not torch.equal(first, restored):
        refuse(
            "its answers depend on more than its weights and buffers, which are all that is kept",
            "all tensors it draws or changes to be parameters or registered by register_buffer",
        )
    if alone.shape != (1, classes):
        refuse(f"forward gives {tuple(alone.shape)} of one image", f"shape (1, {classes}); use flatten(1)")
    return network


def describe(network: nn.Module) -> dict[str, Any]:
    """Layers and parameters of a network as its module has them, and what it makes of an image in turn.

    Returns:
        layers (name, kind, formula, parameters of each module that has weights), parameters (their sum), and
        stages: the rows of `figures_layers.stages`, with less in the middle where there are many.
    """
    layers = []
    for name, module in network.named_modules():
        if own := [list(value.shape) for value in module.parameters(recurse=False)]:
            layers.append(
                {
                    "name": name or "itself",
                    "kind": type(module).__name__,
                    "formula": " + ".join(" × ".join(f"{size:,}" for size in shape) or "1" for shape in own),
                    "parameters": sum(map(math.prod, own)),
                }
            )
    total = sum(parameter.numel() for parameter in network.parameters())
    return {"layers": layers, "parameters": total, "stages": stages(network, total)}


def stages(network: nn.Module, total: int) -> list[dict[str, Any]]:
    """What a network makes of an image in turn: each change of number and size of maps or units."""
    rows = [{"step": "image", "number": 1, "side": SIDE, "parameters": 0}]
    counted: set[nn.Module] = set()

    def after(module: nn.Module, inputs: Any, output: Any) -> None:
        output = output[0] if isinstance(output, tuple) else output
        own = sum(value.numel() for value in module.parameters(recurse=False)) * (module not in counted)
        counted.add(module)
        if isinstance(output, Tensor) and output.ndim > 1 and not isinstance(module, nn.Flatten):
            is_map = output.ndim == 4 and output.shape[2] > 1
            number, side = output.shape[1 if output.ndim != 3 else 2], output.shape[2] if is_map else 1
            if (number, side) != (rows[-1]["number"], rows[-1]["side"]):
                rows.append({"step": step(module), "number": number, "side": side, "parameters": 0})
        rows[-1]["parameters"] += own

    watched = [module for module in network.modules() if not [*module.children()]]
    handles = [module.register_forward_hook(after) for module in watched]
    with torch.no_grad():
        network(torch.zeros(1, 1, SIDE, SIDE))
    for handle in handles:
        handle.remove()
    # Weights that no watched module used by being called, such as those of the network itself.
    rows[-1]["parameters"] += total - sum(row["parameters"] for row in rows)
    if len(rows) > STAGES_DRAWN:
        middle = rows[3:-3]
        held = sum(row["parameters"] for row in middle)
        rows[3:-3] = [middle[-1] | {"step": f"{len(middle)} steps", "parameters": held}]
    return rows


def step(module: nn.Module) -> str:
    """How a layer makes what it makes, in two words or so."""
    if isinstance(module, nn.Conv2d):
        return f"{module.kernel_size[0]} × {module.kernel_size[1]} filters"
    if isinstance(module, nn.MaxPool2d) and isinstance(module.kernel_size, int):
        return f"best of {module.kernel_size} × {module.kernel_size}"
    return "all to all" if isinstance(module, nn.Linear) else type(module).__name__
