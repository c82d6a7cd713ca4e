"""Draw the differences between networks and between hidden sizes with their intervals."""

from job import job

import pandas as pd
from hidden_units.characters.figures_comparisons import forest
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    table = pd.read_csv(snakemake.input.comparisons)
    use_style()
    save_figure(forest(table, snakemake.params.margin), snakemake.output.figure)
    save_data(snakemake.output.data, table)
