"""Draw the accuracies of paired seeds, before and after one setting was changed."""

from job import job

import pandas as pd
from hidden_units.characters.figures_ablations import paired_seeds
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    pairs = pd.read_csv(snakemake.input.pairs)
    use_style()
    save_figure(paired_seeds(pairs, pd.read_csv(snakemake.input.table)), snakemake.output.figure)
    save_data(snakemake.output.data, pairs)
