"""Train networks of one hidden size from random weights, all restarts of a learning rate as one batch."""

from job import job

from dataclasses import asdict

from hidden_units.checkerboard.runs import restarts_of, rows_of, write_restarts
from hidden_units.checkerboard.training import Settings, train
from hidden_units.checkpoints import extend, key_of, path_for

with job(snakemake) as log:
    training = dict(snakemake.params.training)
    rates = training.pop("rates")
    for rate, path in zip(rates, snakemake.output, strict=True):
        settings = Settings(hidden=int(snakemake.wildcards.hidden), **rate, **training)
        name = f"{settings.hidden} units, learning rate {settings.learning_rate:g}"
        rows = extend(
            path_for(path),
            key_of(asdict(settings), [*snakemake.input.library, __file__]),
            range(snakemake.params.restarts),
            lambda seeds, settings=settings: [rows_of(train(settings, seeds))],
            report=lambda line, name=name: log.info(f"{name}: {line}"),
        )
        restarts = restarts_of(settings, rows)
        write_restarts(path, restarts)
        log.info(f"{name}: {restarts.solved.sum()} of {len(restarts.seeds)} restarts solved")
