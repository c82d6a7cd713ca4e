"""Draw the encoders study: each function makes the figure of its name, some for one table each."""

from job import in_folder, job

import pandas as pd
from hidden_units.encoders import figures
from hidden_units.encoders.figures import Panel, squares_figure
from hidden_units.encoders.measures import codes_table, drawing_table, table_frame
from hidden_units.encoders.runs import read_runs
from hidden_units.encoders.tables import display_name, read_picture
from hidden_units.files import read_json
from hidden_units.plotting import draw_figures

inputs, params = snakemake.input, snakemake.params


def representative(name):
    """All runs of a table, and the network of its representative run."""
    runs = read_runs(in_folder(inputs.runs, name))
    return runs, runs.network(runs.representative())


def ends():
    panels, tables = [], []
    for name, chosen in read_json(inputs.representatives).items():
        runs, network = representative(name)
        panels.append(Panel(f"{chosen['title']}, epoch {chosen['epochs']:,}", network, runs.table))
        tables.append(drawing_table(network).assign(table=name, epoch=chosen["epochs"]))
    return squares_figure(panels), pd.concat(tables, ignore_index=True)


def snapshots(name):
    """The dots and lines of a table's representative run as they move, and at the end."""
    runs, network = representative(name)
    end = read_json(inputs.representatives)[name]["epochs"]
    networks = {
        epoch: runs.network(runs.representative(), epoch) for epoch in sorted(params.snapshots) if epoch < end
    } | {end: network}
    panels = [
        Panel(f"{'end, ' * (epoch == end)}epoch {epoch:,}", network, runs.table)
        for epoch, network in networks.items()
    ]
    tables = [drawing_table(network).assign(epoch=epoch) for epoch, network in networks.items()]
    return squares_figure(panels, columns=4), pd.concat(tables, ignore_index=True)


def picture(name):
    path = dict(zip(params.pictures, inputs.pictures, strict=True))[name]
    _, network = representative(name)
    return figures.picture_figure(read_picture(path), network), drawing_table(network)


def table(name):
    runs, network = representative(name)
    return figures.table_figure(runs.table, network), codes_table(network).join(table_frame(runs.table))


def success():
    rates = pd.read_csv(inputs.success)
    return figures.success_figure(rates), rates


def stopping():
    lengths = pd.read_csv(inputs.stopping)
    return figures.stopping_figure(lengths, read_json(inputs.law)), lengths


def patience():
    """The same run of a table where the others were given up and where longer training ended."""
    panels, tables = [], []
    for name in params.patient:
        longer = read_runs(in_folder(inputs.longer_runs, name))
        run = longer.representative()
        for part in (read_runs(in_folder(inputs.runs, name)), longer):
            network, epoch = part.network(run), int(part.epochs[run])
            panels.append(Panel(f"{display_name(name)}, epoch {epoch:,}", network, part.table))
            tables.append(drawing_table(network).assign(table=name, epoch=epoch))
    return squares_figure(panels, columns=4), pd.concat(tables, ignore_index=True)


with job(snakemake):
    draw_figures(globals(), snakemake.output)
