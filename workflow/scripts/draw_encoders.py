"""Draw the encoders study: each function makes the figure of its name, some for one table each."""

from job import in_folder, job

import pandas as pd
from hidden_units.encoders import figures
from hidden_units.encoders.measures import codes_table, drawing_table, table_frame
from hidden_units.encoders.runs import read_runs
from hidden_units.encoders.tables import display_name, read_picture
from hidden_units.files import read_json
from hidden_units.plotting import draw_figures

inputs, params = snakemake.input, snakemake.params


def representative(name):
    """All runs of a table, and the network of its representative run."""
    runs = read_runs(in_folder(inputs.runs, name))
    return runs, runs.networks[runs.representative()]


def squares(drawings, columns):
    """Dots and lines side by side: of each its title, network and target table, and labels of its numbers."""
    tables = [drawing_table(network).assign(**labels) for (_, network, _), labels in drawings]
    panels = [panel for panel, _ in drawings]
    return figures.squares_figure(panels, columns), pd.concat(tables, ignore_index=True)


def ends():
    drawings = []
    for name, chosen in read_json(inputs.representatives).items():
        runs, network = representative(name)
        title = f"{chosen['title']}, epoch {chosen['epochs']:,}"
        drawings.append(((title, network, runs.table), {"table": name, "epoch": chosen["epochs"]}))
    return squares(drawings, columns=3)


def snapshots(name):
    runs, network = representative(name)
    end = read_json(inputs.representatives)[name]["epochs"]
    networks = {
        epoch: runs.snapshots[epoch][runs.representative()]
        for epoch in sorted(params.snapshots)
        if epoch < end
    } | {end: network}
    drawings = [
        ((f"{'end, ' * (epoch == end)}epoch {epoch:,}", network, runs.table), {"epoch": epoch})
        for epoch, network in networks.items()
    ]
    return squares(drawings, columns=4)


def picture(name):
    path = dict(zip(params.pictures, inputs.pictures, strict=True))[name]
    _, network = representative(name)
    return figures.picture_figure(read_picture(path), network), drawing_table(network)


def table(name):
    runs, network = representative(name)
    return figures.table_figure(runs.table, network), codes_table(network).join(table_frame(runs.table))


def stopping():
    lengths = pd.read_csv(inputs.stopping)
    return figures.stopping_figure(lengths, read_json(inputs.law)), lengths


def patience():
    drawings = []
    for name in params.patient:
        longer = read_runs(in_folder(inputs.longer_runs, name))
        run = longer.representative()
        for part in (read_runs(in_folder(inputs.runs, name)), longer):
            network, epoch = part.networks[run], int(part.epochs[run])
            panel = (f"{display_name(name)}, epoch {epoch:,}", network, part.table)
            drawings.append((panel, {"table": name, "epoch": epoch}))
    return squares(drawings, columns=4)


with job(snakemake):
    draw_figures(globals(), snakemake.output)
