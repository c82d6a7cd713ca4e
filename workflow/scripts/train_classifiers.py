"""Train one model from one or more seeds and write a folder of evidence for each."""

from job import job

from functools import partial
from pathlib import Path

import numpy as np
from hidden_units.characters.runs import write_run
from hidden_units.characters.training import Settings, to_device, train


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
    images = to_device(
        **arrays,
        device="cuda" if given else "cpu",
        validation=settings.validation,
    )
    model, seeds = snakemake.wildcards.model, snakemake.params.seeds
    folders = [Path(path).parent for path in snakemake.output if path.endswith("metrics.json")]
    for seed, folder in zip(seeds, folders, strict=True):
        # Where seeds pass in seconds, a line for each is enough to watch.
        progress = partial(report_epoch, log, f"{model} seed {seed}", settings.epochs, len(seeds) == 1)
        trained = train(model, seed, images, settings, report=log.debug, report_epoch=progress)
        write_run(folder, trained, np.asarray(arrays["test_labels"]))
