"""Draw the half-plane of each hidden unit and the region of the output, with the nine points on top."""

from job import job

from hidden_units.checkerboard.figures import half_planes_figure
from hidden_units.checkerboard.models import lines_table, network_from_mapping
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    network = network_from_mapping(snakemake.params.network)
    use_style()
    save_figure(half_planes_figure(network), snakemake.output.figure)
    save_data(snakemake.output.data, lines_table(network))
