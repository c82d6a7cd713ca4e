"""Set the accuracy of every classifier against the numbers that it keeps, and find the Pareto front."""

from job import job

import pandas as pd
from hidden_units.characters.comparisons import pareto_table
from hidden_units.characters.runs import read_metrics
from hidden_units.datasets.identity import check_trained_on
from hidden_units.files import read_json, write_csv

with job(snakemake):
    check_trained_on(snakemake.input.dataset, snakemake.input.metrics)
    runs = read_metrics(snakemake.input.metrics)
    table = pareto_table(
        pd.read_csv(snakemake.input.summary),
        {model: group.to_numpy() for model, group in runs.groupby("model", sort=False)["accuracy"]},
        train_images=read_json(snakemake.input.dataset)["counts"]["train"],
        components=snakemake.params.components,
        resamples=snakemake.params.resamples,
    )
    write_csv(snakemake.output[0], table)
