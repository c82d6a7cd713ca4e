"""Draw the dots and lines at which each table's representative run ended."""

from job import job

import pandas as pd
from hidden_units.encoders.figures import Panel, squares_figure
from hidden_units.encoders.measures import drawing_table
from hidden_units.encoders.runs import read_runs
from hidden_units.files import read_json
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    representatives = read_json(snakemake.input.representatives)
    panels, tables = [], []
    for name, path in zip(snakemake.params.tables, snakemake.input.runs, strict=True):
        runs, chosen = read_runs(path), representatives[name]
        network = runs.network(runs.representative())
        panels.append(Panel(f"{chosen['title']}, epoch {chosen['epochs']:,}", network, runs.table))
        tables.append(drawing_table(network).assign(table=name, epoch=chosen["epochs"]))
    use_style()
    save_figure(squares_figure(panels), snakemake.output.figure)
    save_data(snakemake.output.data, pd.concat(tables, ignore_index=True))
