"""Draw how many restarts solved the task, and when."""

from job import job

import pandas as pd
from hidden_units.checkerboard.restart_figures import restarts_figure
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    restarts = pd.read_csv(snakemake.input.restarts, dtype={"first_epoch": "Int64"})
    caps = {rate["learning_rate"]: rate["max_epochs"] for rate in snakemake.params.rates}
    use_style()
    figure = restarts_figure(restarts, pd.read_csv(snakemake.input.success), caps)
    save_figure(figure, snakemake.output.figure)
    save_data(snakemake.output.data, restarts)
