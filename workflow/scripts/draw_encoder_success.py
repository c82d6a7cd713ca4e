"""Draw the share of seeds that learned the one-hot table against its size, at each cap."""

from job import job

import pandas as pd
from hidden_units.encoders.figures import success_figure
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    rates = pd.read_csv(snakemake.input.success)
    use_style()
    save_figure(success_figure(rates), snakemake.output.figure)
    save_data(snakemake.output.data, rates)
