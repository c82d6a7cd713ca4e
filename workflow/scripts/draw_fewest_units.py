"""Draw the best networks of one, two and three step units, and the arrangements of four that succeed."""

from job import job

import pandas as pd
from hidden_units.checkerboard.figures import arrangements_figure
from hidden_units.checkerboard.models import lines_table, network_from_mapping
from hidden_units.files import read_json
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    networks, titles, tables = [], [], []
    for hidden, found in read_json(snakemake.input.networks).items():
        solved = found["best_correct"] == 9
        for number, mapping in enumerate(found["networks"] if solved else found["networks"][:1], start=1):
            network = network_from_mapping(mapping, snakemake.input.networks)
            title = f"{hidden} unit{'s' * (hidden != '1')}: {found['best_correct']} of 9"
            networks.append(network)
            titles.append(f"{title} ({number})" if solved else title)
            tables.append(lines_table(network).assign(panel=titles[-1]))
    use_style()
    save_figure(arrangements_figure(networks, titles, columns=3), snakemake.output.figure)
    save_data(snakemake.output.data, pd.concat(tables, ignore_index=True))
