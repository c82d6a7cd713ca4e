"""Draw a picture beside the dots and lines that were learned from its table."""

from job import job

from hidden_units.encoders.figures import picture_figure
from hidden_units.encoders.measures import drawing_table
from hidden_units.encoders.runs import read_runs
from hidden_units.encoders.tables import read_picture
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    runs = read_runs(snakemake.input.runs)
    network = runs.network(runs.representative())
    use_style()
    save_figure(picture_figure(read_picture(snakemake.input.picture), network), snakemake.output.figure)
    save_data(snakemake.output.data, drawing_table(network))
