"""Draw the spaces of a task's representative LSTM, its cells over time, and what all of them encode."""

from job import job

import pandas as pd
from hidden_units.plotting import save_data, save_figure, use_style
from hidden_units.sequences.measures.evaluation import representative_seed
from hidden_units.sequences.figures.lstm import (
    decoding_figure,
    intervention_figure,
    space_figure,
    traces_figure,
)
from hidden_units.sequences.runs import read_runs
from hidden_units.sequences.measures.trajectories import strings_table

STRINGS_TRACED = 3
# Strings that a reader of the page can walk: so many sizes longer than any in training.
BEYOND = 2

with job(snakemake):
    runs, output = read_runs(snakemake.input.snapshots), snakemake.output
    tables = {
        name: pd.read_csv(snakemake.input[name]) for name in ("states", "steps", "decoding", "intervention")
    }
    states = tables["states"].astype({"block": "Int64"})
    network = runs.network(representative_seed(pd.read_csv(snakemake.input.restarts)))
    strings = strings_table(network, runs.language, runs.language.largest + BEYOND)
    path = strings[strings["string"] == snakemake.params.path_of]
    use_style()
    save_figure(space_figure(states, path, "h"), output.hidden)
    save_figure(space_figure(states, path, "c"), output.cells)
    steps = tables["steps"].query("example == 0 and block < @STRINGS_TRACED")
    save_figure(traces_figure(states, steps, strings=STRINGS_TRACED), output.traces)
    save_figure(decoding_figure(tables["decoding"]), output.decoding)
    save_figure(intervention_figure(tables["intervention"], runs.language), output.intervention)
    # The states of all examples, then those of single strings; the path is one of them.
    spaces = pd.concat([states, strings], ignore_index=True)
    save_data(output.hidden_data, spaces.filter(regex=r"^(?!c\d)"))
    save_data(output.cells_data, spaces.filter(regex=r"^(?!h\d)"))
    save_data(output.traces_data, steps)
    save_data(output.decoding_data, tables["decoding"])
    save_data(output.intervention_data, tables["intervention"])
