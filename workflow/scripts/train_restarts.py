"""Train all restarts of a sequence task and write the weights at every logged step."""

from job import job

from dataclasses import asdict

import numpy as np
from hidden_units.checkpoints import extend, key_of, path_for
from hidden_units.sequences.runs import Runs, split_task, write_runs
from hidden_units.sequences.training import Training, train_restarts


def new_rows(seeds):
    """The snapshots of one restart after the other, as they are finished."""
    for snapshots in train_restarts(kind, language, hidden, seeds, training, snakemake.threads):
        yield {"snapshots": snapshots[None]}


with job(snakemake) as log:
    task, hidden = snakemake.wildcards.task, snakemake.params.hidden
    kind, language = split_task(task)
    seeds, training = np.arange(snakemake.params.restarts), Training(**snakemake.params.training)
    rows = extend(
        path_for(snakemake.output[0]),
        key_of([task, hidden, asdict(training)], [*snakemake.input.library, __file__]),
        seeds.tolist(),
        new_rows,
        report=lambda line: log.info(f"{task}: {line}"),
    )
    write_runs(snakemake.output[0], Runs(task, hidden, seeds, training.logged_steps, rows["snapshots"]))
    log.info("%s: %d restarts of %d steps", task, len(seeds), training.steps)
