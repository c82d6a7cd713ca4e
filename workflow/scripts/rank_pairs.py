"""Rank the pairs of classes that each network confuses, seed by seed."""

from job import job

from hidden_units.characters.confusion import confusion
from hidden_units.characters.pair_ranks import pairs_by_seed
from hidden_units.characters.runs import read_predictions
from hidden_units.datasets.identity import check_trained_on
from hidden_units.files import write_csv

with job(snakemake):
    check_trained_on(snakemake.input.dataset, snakemake.input.metrics)
    paths = iter(snakemake.input.predictions)
    confusions = {
        model: {seed: confusion(*read_predictions(next(paths))) for seed in snakemake.params.seeds}
        for model in snakemake.params.models
    }
    write_csv(snakemake.output[0], pairs_by_seed(confusions))
