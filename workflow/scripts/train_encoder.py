"""Train one encoder of a table from each seed, and keep their weights at the end and on the way."""

from job import job

from hidden_units.encoders.runs import write_runs
from hidden_units.encoders.tables import target_table
from hidden_units.encoders.training import Settings, train

with job(snakemake) as log:
    name, params = snakemake.wildcards.table, snakemake.params
    table = target_table(name, snakemake.input.source or None)
    settings = Settings(max_epochs=max(params.caps), **params.training)
    # The earlier caps are snapshots too: one training tells the outcome at each.
    kept = sorted(epoch for epoch in {*params.snapshots, *params.caps} if epoch < settings.max_epochs)
    runs = train(table, settings, range(params.seeds), kept)
    write_runs(snakemake.output[0], runs)
    stopped = f"{runs.stopped.sum()} of {len(runs.seeds)} runs stopped by their loss"
    log.info(f"{name}: {stopped}, after {runs.epochs.min()} to {runs.epochs.max()} epochs")
