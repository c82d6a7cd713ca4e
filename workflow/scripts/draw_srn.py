"""Draw the state space of a task's representative SRN: states, maps, steps, automaton."""

from job import job

import pandas as pd
from hidden_units.plotting import save_data, save_figure, use_style
from hidden_units.sequences.measures.automata import extract
from hidden_units.sequences.measures.dynamics import srn_dynamics
from hidden_units.sequences.measures.evaluation import representative_seed
from hidden_units.sequences.measures.fields import map_table
from hidden_units.sequences.figures.automaton import automaton_figure
from hidden_units.sequences.figures.srn import maps_figure, states_figure, steps_figure
from hidden_units.sequences.runs import read_runs
from hidden_units.sequences.measures.trajectories import step_lengths, strings_table

# Strings that a reader of the page can walk: so many sizes longer than any in training.
BEYOND = 2

with job(snakemake):
    runs, output = read_runs(snakemake.input.snapshots), snakemake.output
    language = runs.language
    network = runs.network(representative_seed(pd.read_csv(snakemake.input.restarts)))
    clusters, dynamics = pd.read_csv(snakemake.input.clusters), srn_dynamics(network, language)
    steps = step_lengths(network, language)
    use_style()
    save_figure(states_figure(clusters, network, dynamics, language), output.states)
    save_figure(maps_figure(network, dynamics, language, clusters), output.maps)
    save_figure(steps_figure(steps, language), output.steps)
    save_figure(automaton_figure(extract(network, language), language), output.automaton)
    # The states of all examples, then those of single strings with what is predicted there.
    strings = strings_table(network, language, language.largest + BEYOND)
    save_data(output.states_data, pd.concat([clusters, strings], ignore_index=True))
    save_data(output.maps_data, map_table(network, dynamics))
    save_data(output.steps_data, steps)
    save_data(output.automaton_data, pd.read_csv(snakemake.input.transitions))
