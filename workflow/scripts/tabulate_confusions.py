"""Confusion matrices of the representative seeds, ranked pairs over all seeds, precision and recall."""

from job import job

import pandas as pd
from hidden_units.characters.confusion import confusion, per_class, ranked_pairs
from hidden_units.characters.runs import read_predictions
from hidden_units.datasets.identity import check_trained_on
from hidden_units.files import read_json, write_csv

with job(snakemake):
    check_trained_on(snakemake.input.dataset, snakemake.input.metrics)
    models, seeds = snakemake.params.models, snakemake.params.seeds
    representatives = read_json(snakemake.input.representatives)
    paths = iter(snakemake.input.predictions)
    predictions = {model: {seed: read_predictions(next(paths)) for seed in seeds} for model in models}
    confusions = {
        model: {seed: confusion(*run) for seed, run in runs.items()} for model, runs in predictions.items()
    }
    chosen = {model: confusions[model][representatives[model]] for model in models}
    for model, path in zip(models, snakemake.output.confusions, strict=True):
        write_csv(path, pd.DataFrame(chosen[model]))
    write_csv(
        snakemake.output.pairs,
        ranked_pairs({model: list(runs.values()) for model, runs in confusions.items()}, chosen),
    )
    tables = [per_class(*predictions[model][representatives[model]]).assign(model=model) for model in models]
    write_csv(snakemake.output.per_class, pd.concat(tables, ignore_index=True))
