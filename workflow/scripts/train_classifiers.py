"""Train one model from one or more seeds and write a folder of evidence for each."""

from job import job

from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
import torch
from hidden_units.characters.own_networks import own_code
from hidden_units.characters.runs import write_run
from hidden_units.characters.training import Settings, to_device, train
from hidden_units.checkpoints import key_of, path_for, read_checkpoint, write_checkpoint
from hidden_units.datasets.identity import data_identity
from hidden_units.files import read_json
from hidden_units.gpu_slots import take_gpu


def report_epoch(log, name, epochs, each, epoch):
    """Log an epoch; on the terminal too if each is wanted there or it is the last."""
    report = log.info if each or epoch.epoch == epochs else log.debug
    report(
        f"{name}: epoch {epoch.epoch}/{epochs}, accuracy {epoch.accuracy:.2%}, "
        f"loss {epoch.test_loss:.4f}, {epoch.seconds:.1f} s"
    )


with job(snakemake) as log:
    parts = ("train_images", "train_labels", "test_images", "test_labels")
    arrays = {part: np.load(snakemake.input[part], mmap_mode="r") for part in parts}
    settings = Settings(**snakemake.params.training)
    # A scheduler gives a GPU by number, or by the name that the site has for it.
    given = snakemake.resources.gpu or "gpu" in snakemake.resources.get("gres", "")
    device = "cuda" if given else "cpu"
    if given:
        # On a workstation with several, one that no other job holds; the lock goes with the process.
        take_gpu()
    images = to_device(**arrays, device=device, validation=settings.validation)
    model = snakemake.wildcards.model
    folders = [Path(path).parent for path in snakemake.output if path.endswith("metrics.json")]
    # A training goes on only where it would give the same bits from its start.
    place = {"device": device, "cpu": torch.backends.cpu.get_cpu_capability()}
    if given:
        place["gpu"] = torch.cuda.get_device_name()
    file = snakemake.params.get("file")
    files = [*snakemake.input.library, snakemake.input.dataset, __file__, *([file] if file else [])]
    for folder in folders:
        seed = int(folder.name.removeprefix("seed-"))
        name = f"{model} seed {seed}"
        checkpoint = path_for(folder)
        key = key_of({"model": model, "seed": seed, **place, **asdict(settings)}, files)
        resume = read_checkpoint(checkpoint, key)
        if resume and len(resume.progress) == settings.epochs:
            log.info("%s: trained before, kept", name)
        elif resume:
            log.info("%s: going on after epoch %d of a run that was stopped", name, len(resume.progress))
        # Where seeds pass in seconds, a line for each is enough to watch.
        progress = partial(report_epoch, log, name, settings.epochs, len(folders) == 1)
        with own_code(file):
            trained = train(
                model,
                seed,
                images,
                settings,
                report=log.debug,
                report_epoch=progress,
                resume=resume,
                save=partial(write_checkpoint, checkpoint, key),
                file=file,
                may_diverge=snakemake.params.get("may_diverge", False),
            )
        if trained.history[-1].diverged:
            log.warning("%s: training diverged in epoch %d; the sweep counts it", name, len(trained.history))
        data = data_identity(read_json(snakemake.input.dataset))
        write_run(folder, trained, np.asarray(arrays["test_labels"]), data)
