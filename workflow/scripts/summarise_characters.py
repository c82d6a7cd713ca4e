"""Summarise the runs of every classifier over its seeds, and choose each one's representative seed."""

from job import job

import pandas as pd
from hidden_units.characters import evaluation
from hidden_units.characters.runs import read_metrics
from hidden_units.datasets.identity import check_trained_on
from hidden_units.files import read_json, write_csv, write_json
from hidden_units.statistics.ranks import median_seed

with job(snakemake):
    check_trained_on(snakemake.input.dataset, snakemake.input.metrics)
    runs = read_metrics(snakemake.input.metrics)
    published = pd.read_csv(snakemake.input.published).set_index("model")["accuracy"]
    # A reported figure stands beside a measured one only for the same data and protocol.
    comparable = read_json(snakemake.input.dataset)["comparable"] and snakemake.params.published_protocol
    summary = evaluation.summarise(
        runs, pd.read_csv(snakemake.input.baselines), published.to_dict() if comparable else None
    )
    write_csv(snakemake.output.summary, summary)
    write_csv(snakemake.output.means, evaluation.means_over_seeds(runs, snakemake.params.resamples))
    write_csv(snakemake.output.sweep, evaluation.sweep(runs, summary))
    write_csv(snakemake.output.scatter, evaluation.scatter_of_widths(runs))
    write_json(
        snakemake.output.representatives,
        {
            model: median_seed(dict(zip(group["seed"].tolist(), group["accuracy"], strict=True)))
            for model, group in runs.groupby("model", sort=False)
        },
    )
