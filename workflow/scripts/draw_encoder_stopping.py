"""Draw how long encoders of one-hot tables trained until their loss stopped them."""

from job import job

import pandas as pd
from hidden_units.encoders.figures import stopping_figure
from hidden_units.files import read_json
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    table = pd.read_csv(snakemake.input.stopping)
    use_style()
    save_figure(stopping_figure(table, read_json(snakemake.input.law)), snakemake.output.figure)
    save_data(snakemake.output.data, table)
