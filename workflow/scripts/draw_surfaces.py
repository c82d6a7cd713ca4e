"""Draw the sigmoid network's output over the plane for a few factors of its weights."""

from job import job

from hidden_units.checkerboard.figures import surfaces_figure
from hidden_units.checkerboard.models import network_from_mapping, surfaces_table
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    network = network_from_mapping(snakemake.params.network)
    scaled = {f"k = {scale:g}": network.sigmoid(scale) for scale in snakemake.params.scales}
    use_style()
    save_figure(surfaces_figure(list(scaled.values()), list(scaled)), snakemake.output.figure)
    save_data(snakemake.output.data, surfaces_table(scaled))
