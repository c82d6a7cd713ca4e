"""Train networks of one hidden size from random weights, all restarts of a learning rate as one batch."""

from job import job

from hidden_units.checkerboard.runs import write_restarts
from hidden_units.checkerboard.training import Settings, train

with job(snakemake) as log:
    training = dict(snakemake.params.training)
    rates = training.pop("rates")
    for rate, path in zip(rates, snakemake.output, strict=True):
        settings = Settings(hidden=int(snakemake.wildcards.hidden), **rate, **training)
        restarts = train(settings, range(snakemake.params.restarts))
        write_restarts(path, restarts)
        solved = f"{restarts.solved.sum()} of {len(restarts.seeds)} restarts solved"
        log.info(f"{settings.hidden} units, learning rate {settings.learning_rate:g}: {solved}")
