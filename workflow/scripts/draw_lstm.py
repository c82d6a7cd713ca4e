"""Draw the spaces of a task's representative LSTM, its cells over time, and what all of them encode."""

from job import job

import pandas as pd
from hidden_units.files import write_csv
from hidden_units.plotting import save_figure, use_style
from hidden_units.sequences.evaluation import representative_seed
from hidden_units.sequences.figures_lstm import (
    decoding_figure,
    intervention_figure,
    space_figure,
    traces_figure,
)
from hidden_units.sequences.runs import read_runs
from hidden_units.sequences.trajectories import states_table

with job(snakemake):
    runs, output = read_runs(snakemake.input.snapshots), snakemake.output
    tables = {
        name: pd.read_csv(snakemake.input[name]) for name in ("states", "steps", "decoding", "intervention")
    }
    states = tables["states"].astype({"block": "Int64"})
    network = runs.network(representative_seed(pd.read_csv(snakemake.input.restarts)))
    path = states_table(network, runs.language, [[snakemake.params.path_of]])
    use_style()
    save_figure(space_figure(states, path, "h"), output.hidden)
    save_figure(space_figure(states, path, "c"), output.cells)
    save_figure(traces_figure(states, tables["steps"]), output.traces)
    save_figure(decoding_figure(tables["decoding"]), output.decoding)
    save_figure(intervention_figure(tables["intervention"], runs.language), output.intervention)
    # The path is the string that follows the examples.
    spaces = pd.concat([states, path.assign(example=states["example"].max() + 1)], ignore_index=True)
    for part in (output.hidden_data, output.cells_data):
        write_csv(part, spaces)
    write_csv(output.traces_data, tables["steps"])
    write_csv(output.decoding_data, tables["decoding"])
    write_csv(output.intervention_data, tables["intervention"])
