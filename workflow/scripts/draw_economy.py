"""Draw accuracy against the numbers that a classifier keeps, with the Pareto front."""

from job import job

import pandas as pd
from hidden_units.characters.figures_comparisons import pareto
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    table = pd.read_csv(snakemake.input.economy)
    use_style()
    save_figure(pareto(table), snakemake.output.figure)
    save_data(snakemake.output.data, table)
