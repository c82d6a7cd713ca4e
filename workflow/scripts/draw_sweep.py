"""Draw accuracy against the number of hidden units."""

from job import job

import pandas as pd
from hidden_units.characters.figures import sweep
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    table = pd.read_csv(snakemake.input.sweep)
    use_style()
    save_figure(sweep(table), snakemake.output.figure)
    save_data(snakemake.output.data, table)
