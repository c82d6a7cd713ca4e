"""Draw accuracy and loss after each epoch."""

from job import job

from hidden_units.characters.figures import learning_curves
from hidden_units.characters.runs import read_histories
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    history = read_histories(snakemake.input.histories)
    use_style()
    save_figure(learning_curves(history), snakemake.output.figure)
    save_data(snakemake.output.data, history)
