"""Draw the decision regions of each setting's representative restart."""

from job import job

from hidden_units.checkerboard.figures import surfaces_figure
from hidden_units.checkerboard.learned import panel_title
from hidden_units.checkerboard.models import network_from_mapping, surfaces_table
from hidden_units.files import read_json
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    networks = {
        panel_title(setting): network_from_mapping(setting["representative"]["network"]).sigmoid()
        for setting in read_json(snakemake.input.learned)["settings"]
    }
    use_style()
    figure = surfaces_figure(list(networks.values()), list(networks), columns=3, contours=False)
    save_figure(figure, snakemake.output.figure)
    save_data(
        snakemake.output.data,
        surfaces_table({title.replace("\n", ", "): network for title, network in networks.items()}),
    )
