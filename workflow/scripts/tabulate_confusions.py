"""Confusion matrices, ranked pairs, precision and recall; how alike classes are that are confused."""

from job import job

import numpy as np
import pandas as pd
from hidden_units.characters import confusion as confusions
from hidden_units.characters.pair_ranks import pairs_by_seed
from hidden_units.characters.runs import read_predictions
from hidden_units.datasets.identity import check_trained_on
from hidden_units.files import read_json, write_array, write_csv

with job(snakemake):
    inputs, output, params = snakemake.input, snakemake.output, snakemake.params
    check_trained_on(inputs.dataset, inputs.metrics)
    representatives = read_json(inputs.representatives)
    paths = iter(inputs.predictions)
    predictions = {
        model: {seed: read_predictions(next(paths)) for seed in params.seeds} for model in params.models
    }
    matrices = {
        model: {seed: confusions.confusion(*run) for seed, run in runs.items()}
        for model, runs in predictions.items()
    }
    chosen = {model: matrices[model][representatives[model]] for model in params.models}
    for model, path in zip(params.models, output.confusions, strict=True):
        write_csv(path, pd.DataFrame(chosen[model]))
    pairs = confusions.ranked_pairs({model: list(runs.values()) for model, runs in matrices.items()}, chosen)
    write_csv(output.pairs, pairs)
    write_csv(output.pairs_by_seed, pairs_by_seed({model: matrices[model] for model in params.networks}))
    tables = [
        confusions.per_class(*predictions[model][representatives[model]]).assign(model=model)
        for model in params.models
    ]
    write_csv(output.per_class, pd.concat(tables, ignore_index=True))

    means = confusions.class_means(np.load(inputs.images), np.load(inputs.labels))
    write_array(output.means, means.astype(np.float32))
    similarity = confusions.mean_similarity(means)
    alike, correlation = confusions.likeness_and_confusion(similarity, pairs, params.networks)
    write_csv(output.similarity, alike)
    write_csv(output.correlation, correlation)
