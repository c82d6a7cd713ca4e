"""Draw the accuracy of every seed of the three classifiers."""

from job import job

import pandas as pd
from hidden_units.characters.figures import accuracies
from hidden_units.characters.runs import read_metrics
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    runs = read_metrics(snakemake.input.metrics)[["model", "seed", "accuracy"]]
    use_style()
    save_figure(accuracies(runs, pd.read_csv(snakemake.input.summary)), snakemake.output.figure)
    save_data(snakemake.output.data, runs)
