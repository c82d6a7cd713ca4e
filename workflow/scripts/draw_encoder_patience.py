"""Draw the same run of a table where the others were given up and where longer training ended."""

from job import job

import pandas as pd
from hidden_units.encoders.figures import Panel, squares_figure
from hidden_units.encoders.measures import drawing_table
from hidden_units.encoders.runs import read_runs
from hidden_units.encoders.tables import display_name
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    panels, tables = [], []
    inputs = snakemake.input
    for name, *paths in zip(snakemake.params.tables, inputs.runs, inputs.longer_runs, strict=True):
        runs, longer = map(read_runs, paths)
        run = longer.representative()
        for part in (runs, longer):
            network, epoch = part.network(run), int(part.epochs[run])
            panels.append(Panel(f"{display_name(name)}, epoch {epoch:,}", network, part.table))
            tables.append(drawing_table(network).assign(table=name, epoch=epoch))
    use_style()
    save_figure(squares_figure(panels, columns=4), snakemake.output.figure)
    save_data(snakemake.output.data, pd.concat(tables, ignore_index=True))
