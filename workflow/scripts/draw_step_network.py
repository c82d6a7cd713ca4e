"""Draw the network designed by hand with its weights."""

from job import job

from hidden_units.checkerboard.figures import network_diagram
from hidden_units.checkerboard.models import connections_table, network_from_mapping
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    network = network_from_mapping(snakemake.params.network)
    use_style()
    save_figure(network_diagram(network), snakemake.output.figure)
    save_data(snakemake.output.data, connections_table(network))
