"""Draw how far each hidden size lies below the best, and which one resampled seeds would choose."""

from job import job

import pandas as pd
from hidden_units.characters.figures_comparisons import plateau
from hidden_units.files import read_json
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    table = pd.read_csv(snakemake.input.widths)
    use_style()
    save_figure(plateau(table, read_json(snakemake.input.answer)), snakemake.output.figure)
    save_data(snakemake.output.data, table)
