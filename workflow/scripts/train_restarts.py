"""Train all restarts of a sequence task and write the weights at every logged step."""

from job import job

import numpy as np
from hidden_units.sequences.runs import Runs, split_task, write_runs
from hidden_units.sequences.training import Training, train_restarts

with job(snakemake) as log:
    task, hidden = snakemake.wildcards.task, snakemake.params.hidden
    kind, language = split_task(task)
    seeds, training = np.arange(snakemake.params.restarts), Training(**snakemake.params.training)
    snapshots = train_restarts(kind, language, hidden, seeds.tolist(), training, snakemake.threads)
    write_runs(snakemake.output[0], Runs(task, hidden, seeds, training.logged_steps, snapshots))
    log.info("%s: %d restarts of %d steps", task, len(seeds), training.steps)
