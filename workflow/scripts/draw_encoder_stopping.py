"""Draw how long encoders of one-hot tables trained until their loss stopped them."""

from job import job

import pandas as pd
from hidden_units.encoders.figures import stopping_figure
from hidden_units.files import read_json, write_csv
from hidden_units.plotting import save_figure, use_style

with job(snakemake):
    table = pd.read_csv(snakemake.input.stopping)
    use_style()
    save_figure(stopping_figure(table, read_json(snakemake.input.law)), snakemake.output.figure)
    write_csv(snakemake.output.data, table)
