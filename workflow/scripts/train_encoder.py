"""Train one encoder of a table from each seed, and keep their weights at the end and on the way."""

from job import job

from dataclasses import asdict

from hidden_units.checkpoints import extend, key_of, path_for
from hidden_units.encoders.runs import rows_of, runs_of, write_runs
from hidden_units.encoders.tables import target_table
from hidden_units.encoders.training import Settings, train

with job(snakemake) as log:
    name, params = snakemake.wildcards.table, snakemake.params
    table = target_table(name, snakemake.input.source or None)
    settings = Settings(max_epochs=max(params.caps), **params.training)
    # The earlier caps are snapshots too: one training tells the outcome at each.
    kept = sorted(epoch for epoch in {*params.snapshots, *params.caps} if epoch < settings.max_epochs)
    rows = extend(
        path_for(snakemake.output[0]),
        key_of([table.tolist(), asdict(settings), kept], [*snakemake.input.library, __file__]),
        range(params.seeds),
        lambda seeds: (rows_of(train(table, settings, [seed], kept)) for seed in seeds),
        report=lambda line: log.info(f"{name}: {line}"),
    )
    runs = runs_of(table, settings, rows)
    write_runs(snakemake.output[0], runs)
    stopped = f"{runs.stopped.sum()} of {len(runs.seeds)} runs stopped by their loss"
    log.info(f"{name}: {stopped}, after {runs.epochs.min()} to {runs.epochs.max()} epochs")
