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
        log.info(
            "%d units, learning rate %g: %d of %d restarts solved",
            settings.hidden,
            settings.learning_rate,
            restarts.solved.sum(),
            len(restarts.seeds),
        )
