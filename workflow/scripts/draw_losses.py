"""Draw the learning of every restart of a task, and the published loss against the honest one."""

from job import job

import pandas as pd
from hidden_units.plotting import save_data, save_figure, use_style
from hidden_units.sequences.figures.restarts import learning_figure, loss_figure

with job(snakemake):
    curves, restarts = pd.read_csv(snakemake.input.curves), pd.read_csv(snakemake.input.restarts)
    losses = pd.read_csv(snakemake.input.losses)
    untrained = losses[losses["restarts"].isna()]
    use_style()
    save_figure(learning_figure(curves, restarts, untrained), snakemake.output.learning)
    save_figure(loss_figure(restarts, untrained), snakemake.output.losses)
    ends = restarts[["seed", "solved"]]
    save_data(snakemake.output.learning_data, curves.drop(columns="right_examples").merge(ends, on="seed"))
    save_data(
        snakemake.output.losses_data,
        pd.concat(
            [untrained.drop(columns="restarts"), restarts[["seed", "solved", "nominal_error", "excess_nll"]]]
        ),
    )
