"""Draw the dots and lines of a table's representative run as they move, and at the end."""

from job import job

import pandas as pd
from hidden_units.encoders.figures import Panel, squares_figure
from hidden_units.encoders.measures import drawing_table
from hidden_units.encoders.runs import read_runs
from hidden_units.files import read_json
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    runs = read_runs(snakemake.input.runs)
    run = runs.representative()
    end = read_json(snakemake.input.representatives)[snakemake.wildcards.table]["epochs"]
    networks = {
        epoch: runs.network(run, epoch) for epoch in sorted(snakemake.params.snapshots) if epoch < end
    } | {end: runs.network(run)}
    panels = [
        Panel(f"{'end, ' * (epoch == end)}epoch {epoch:,}", network, runs.table)
        for epoch, network in networks.items()
    ]
    use_style()
    save_figure(squares_figure(panels, columns=4), snakemake.output.figure)
    tables = [drawing_table(network).assign(epoch=epoch) for epoch, network in networks.items()]
    save_data(snakemake.output.data, pd.concat(tables, ignore_index=True))
