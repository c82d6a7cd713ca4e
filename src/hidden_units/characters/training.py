"""Training as published: one plain loop over one tensor.

Stochastic gradient descent on the mean negative log-likelihood of a batch, the images in file order unless
shuffled, a fixed number of epochs, and the network after the last one. Normalising once, keeping the images
in one tensor, the fused optimiser and updates written out change the time, not a bit of the weights.
"""

from __future__ import annotations

import ctypes
import math
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from hidden_units.characters.models import build, count_parameters
from hidden_units.characters.validation import held_out
from hidden_units.characters.written_out import Descent, written_out_step
from hidden_units.checkpoints import Checkpoint
from hidden_units.errors import StudyError

# What a layer makes of so many images stays in the processor's cache; the bits are those of any other number.
EVALUATION_BATCH = 100
LOG_INTERVAL_BATCHES = 100
# Parameters of glibc's mallopt, and sizes in bytes from which and beyond which it gives memory back.
KEEP_MEMORY = {"M_MMAP_THRESHOLD": (-3, 2**25), "M_TRIM_THRESHOLD": (-1, 2**30)}


@dataclass(frozen=True)
class Settings:
    """How a classifier is trained; the config's block `training`, which has the defaults and bounds."""

    learning_rate: float
    momentum: float
    batch_size: int
    epochs: int
    shuffle: bool
    precision: str
    validation: int  # training images held out by `to_device`
    channels_last: bool
    threads: int


@dataclass(frozen=True)
class Images:
    """The tensors of a data set on one device, ready for any number of trainings."""

    train_images: Tensor  # (N, 1, 28, 28) float32 in [-1, 1]
    train_labels: Tensor  # (N,) int64
    test_images: Tensor
    test_labels: Tensor
    classes: int
    validation_images: Tensor | None = None  # None where no image is held out
    validation_labels: Tensor | None = None


@dataclass(frozen=True)
class Epoch:
    """What is recorded after each epoch; losses in nats an image."""

    epoch: int
    train_loss: float  # mean over the epoch's images, each as its batch was met
    test_loss: float
    accuracy: float
    seconds: float  # of training alone

    @property
    def diverged(self) -> bool:
        """Whether a loss is no longer a finite number."""
        return not math.isfinite(self.train_loss + self.test_loss)


@dataclass(frozen=True)
class TrainedClassifier:
    """A network after its last epoch."""

    model: str
    seed: int
    parameters: int
    weights: dict[str, np.ndarray]  # by the name of the framework's state dict, plain memory layout
    history: list[Epoch]
    log_probabilities: np.ndarray  # (N, classes) float32, of the test images
    validation_accuracy: float | None = None  # on the images held out, if any
    device: str = "cpu"  # on which it was trained; a GPU by its name


def normalise(images: np.ndarray) -> Tensor:
    """Images (N, 28, 28) uint8 as a tensor (N, 1, 28, 28) of (x / 255 - 0.5) / 0.5, float32.

    The operations and their order are those of torchvision's ToTensor and Normalize, so the bits agree.
    """
    return torch.tensor(images).unsqueeze(1).float().div_(255).sub_(0.5).div_(0.5)


def make_cuda_deterministic() -> None:
    """Let this process train on a GPU with the same bits each time, in full float32; to be called first.

    The same bits are promised on the same model of GPU, driver and version of torch alone. By default cuDNN's
    convolutions round what they multiply to ten bits (TF32).
    """
    # Read by cuBLAS when it starts: the two workspaces with which NVIDIA promises the same bits.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.backends.cuda.matmul.fp32_precision = "ieee"
    torch.backends.cudnn.conv.fp32_precision = "ieee"
    # Timing kernels to choose among them could choose another one next time.
    torch.backends.cudnn.benchmark = False
    # A warning and no refusal: max-pooling's gradient is listed as nondeterministic, for it adds up
    # atomically where windows overlap, and these do not.
    torch.use_deterministic_algorithms(True, warn_only=True)


def keep_freed_memory() -> None:
    """Let glibc keep what a batch frees for the next: NetConv's takes 3,000 fresh pages otherwise."""
    with suppress(OSError, AttributeError):  # another C library
        set_option = ctypes.CDLL(None).mallopt
        for option in KEEP_MEMORY.values():
            set_option(*option)


def to_device(
    train_images: np.ndarray,
    train_labels: np.ndarray,
    test_images: np.ndarray,
    test_labels: np.ndarray,
    device: str = "cpu",
    validation: int = 0,
) -> Images:
    """Normalise both parts, uint8 arrays (N, 28, 28) and (N,), and put them on `device`.

    Where `validation` is not 0, as many training images are held out for it; see `held_out`.

    Raises:
        StudyError: the device is cuda and torch finds no GPU, or as `held_out`.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise StudyError(
            "config: `device` is cuda (or auto saw a GPU), but torch finds no GPU that it can use here; "
            "set `device: cpu`, or run where the driver is installed."
        )
    if device == "cuda":
        make_cuda_deterministic()

    def tensors(images: np.ndarray, labels: np.ndarray) -> tuple[Tensor, Tensor]:
        return normalise(images).to(device), torch.tensor(labels).long().to(device)

    classes = int(train_labels.max()) + 1
    validation_part = ()
    if validation:
        places = held_out(train_labels, validation)
        validation_part = tensors(train_images[places], train_labels[places])
        train_images, train_labels = (
            np.delete(part, places, axis=0) for part in (train_images, train_labels)
        )
    parts = *tensors(train_images, train_labels), *tensors(test_images, test_labels)
    return Images(*parts, classes, *validation_part)


@torch.no_grad()
def predict(
    network: nn.Module, images: Tensor, layout: torch.memory_format = torch.preserve_format
) -> Tensor:
    """Log-probabilities (N, classes), float32, of normalised images (N, 1, 28, 28), read in a layout."""
    network.eval()
    batches = images.split(EVALUATION_BATCH)
    return torch.cat([network(batch.to(memory_format=layout)).float() for batch in batches])


def share_right(log_probabilities: Tensor, labels: Tensor) -> float:
    """Accuracy, a fraction, of outputs (N, classes) for labels (N,)."""
    return (log_probabilities.argmax(dim=1) == labels).sum().item() / len(labels)


def train(
    model: str,
    seed: int,
    images: Images,
    settings: Settings,
    report: Callable[[str], None] = lambda line: None,
    report_epoch: Callable[[Epoch], None] = lambda epoch: None,
    resume: Checkpoint | None = None,
    save: Callable[[Checkpoint], None] | None = None,
    file: str | None = None,
    may_diverge: bool = False,
) -> TrainedClassifier:
    """Train one network from its seed, which fixes the initial weights and, if shuffled, the order.

    Args:
        model: a name that `models.build` knows.
        seed: of torch's generator.
        images: the data set, on the device to train on.
        settings: see `Settings`.
        report: is given the published line of every hundredth batch.
        report_epoch: is given each epoch's record as it ends.
        resume: of an earlier call with the same arguments; the result is the same bit for bit.
        save: is given a checkpoint after each epoch, before the epoch is reported.
        file: of the user's own network; None for the study's.
        may_diverge: whether a training whose loss is no longer a finite number is a result, which ends with
            that epoch, and not an error.

    Raises:
        StudyError: the training diverged.
    """
    torch.set_num_threads(settings.threads)
    keep_freed_memory()
    torch.manual_seed(seed)
    device = images.train_images.device
    network = build(model, images.classes, file).to(device)
    train_images, test_images = images.train_images, images.test_images
    layout = torch.preserve_format
    if (model == "netconv" or file) and settings.channels_last:
        layout = torch.channels_last
        network = network.to(memory_format=layout)
    descent = Descent(network, settings.learning_rate, settings.momentum)
    # The order has a generator of its own, so that shuffling leaves the initial weights as they are.
    order_generator = torch.Generator().manual_seed(seed)
    mixed_precision = torch.autocast(
        device.type, dtype=torch.bfloat16, enabled=settings.precision == "bfloat16"
    )

    def plain_update(batch: Tensor, labels: Tensor) -> Tensor:
        network.zero_grad()
        with mixed_precision:
            loss = functional.nll_loss(network(batch.to(memory_format=layout)), labels)
        loss.backward()
        descent.step([parameter.grad for parameter in network.parameters()])
        return loss.detach()

    update = (settings.precision == "float32" and written_out_step(network, descent)) or plain_update
    count = len(train_images)
    history: list[Epoch] = []
    if resume is not None:
        load_checkpoint(resume, network, descent, order_generator)
        history = [Epoch(**epoch) for epoch in resume.progress]
    log_probabilities = None
    for epoch in range(len(history) + 1, settings.epochs + 1):
        started = time.perf_counter()
        network.train()
        epoch_images, epoch_labels = train_images, images.train_labels
        if settings.shuffle:
            order = torch.randperm(count, generator=order_generator).to(device)
            epoch_images, epoch_labels = train_images[order], images.train_labels[order]
        batches = zip(
            epoch_images.split(settings.batch_size), epoch_labels.split(settings.batch_size), strict=True
        )
        losses, sizes = [], []
        for index, (batch, labels) in enumerate(batches):
            loss = update(batch, labels)
            losses.append(loss)
            sizes.append(len(batch))
            if index % LOG_INTERVAL_BATCHES == 0:
                done = index * settings.batch_size
                report(f"Train Epoch: {epoch} [{done}/{count} ({done / count:.0%})] Loss: {loss.item():.6f}")
        weighted = torch.stack(losses).double() * torch.tensor(sizes, device=device)
        train_loss = weighted.sum().item() / count
        seconds = time.perf_counter() - started
        with mixed_precision:
            log_probabilities = predict(network, test_images, layout)
        summed_test_loss = functional.nll_loss(log_probabilities, images.test_labels, reduction="sum").item()
        test_loss = summed_test_loss / len(test_images)
        history.append(
            Epoch(
                epoch=epoch,
                train_loss=train_loss,
                test_loss=test_loss,
                accuracy=share_right(log_probabilities, images.test_labels),
                seconds=seconds,
            )
        )
        if history[-1].diverged:
            if may_diverge:
                report_epoch(history[-1])
                break
            loss = test_loss if math.isfinite(train_loss) else train_loss
            raise StudyError(
                f"{model} seed {seed}: training diverged, the loss of epoch {epoch} is {loss} at "
                f"learning rate {settings.learning_rate}; set a smaller `training: learning_rate` "
                "(published: 0.01)."
            )
        if save is not None:
            # No epoch follows the last: its momentum, as large as the weights, is not kept.
            momenta = descent.momenta if epoch < settings.epochs else []
            save(checkpoint_of(network, momenta, order_generator, history))
        report_epoch(history[-1])
    if log_probabilities is None:  # no epoch was left
        with mixed_precision:
            log_probabilities = predict(network, test_images, layout)
    validation_accuracy = None
    if images.validation_images is not None:
        # Once, after the last epoch: it chooses between networks, not between epochs.
        with mixed_precision:
            held_out_outputs = predict(network, images.validation_images)
        validation_accuracy = share_right(held_out_outputs, images.validation_labels)
    return TrainedClassifier(
        model=model,
        seed=seed,
        parameters=count_parameters(network),
        weights={name: plain_array(tensor) for name, tensor in network.state_dict().items()},
        history=history,
        log_probabilities=log_probabilities.cpu().numpy(),
        validation_accuracy=validation_accuracy,
        device=torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
    )


def checkpoint_of(
    network: nn.Module,
    momenta: list[Tensor],
    order: torch.Generator,
    history: list[Epoch],
) -> Checkpoint:
    """Copies of everything on which the next epoch depends: weights, buffers, momentum, and all generators.

    The framework's own generators are part of it, because a user's own network may draw from them (dropout).
    """
    tensors = {"order": order.get_state().numpy().copy(), "random": torch.get_rng_state().numpy().copy()}
    if torch.cuda.is_initialized():
        tensors["random_gpu"] = torch.cuda.get_rng_state().numpy().copy()
    for name, buffer in network.named_buffers():
        tensors[f"buffers.{name}"] = plain_array(buffer).copy()
    for name, parameter in network.named_parameters():
        tensors[f"weights.{name}"] = plain_array(parameter).copy()
    for (name, _), momentum in zip(network.named_parameters(), momenta, strict=False):
        tensors[f"momentum.{name}"] = plain_array(momentum).copy()
    return Checkpoint(tensors, [asdict(epoch) for epoch in history])


@torch.no_grad()
def load_checkpoint(resume: Checkpoint, network: nn.Module, descent: Descent, order: torch.Generator) -> None:
    """Put back what `checkpoint_of` copied, in the memory layout that the network has."""
    order.set_state(torch.from_numpy(resume.tensors["order"]))
    torch.set_rng_state(torch.from_numpy(resume.tensors["random"]))
    if "random_gpu" in resume.tensors:
        torch.cuda.set_rng_state(torch.from_numpy(resume.tensors["random_gpu"]))
    for name, buffer in network.named_buffers():
        buffer.copy_(torch.from_numpy(resume.tensors[f"buffers.{name}"]))
    for name, parameter in network.named_parameters():
        parameter.copy_(torch.from_numpy(resume.tensors[f"weights.{name}"]))
    for (name, _), momentum in zip(network.named_parameters(), descent.momenta, strict=False):
        if f"momentum.{name}" in resume.tensors:
            momentum.copy_(torch.from_numpy(resume.tensors[f"momentum.{name}"]))


def plain_array(tensor: Tensor) -> np.ndarray:
    """A tensor's values on the CPU in the plain (row-major) memory layout."""
    return tensor.detach().cpu().contiguous().numpy()
