"""Draw the sequences study: each function makes the figure of its name, some for one task each."""

from job import in_folder, job

from functools import cache
from pathlib import Path

import pandas as pd
from hidden_units.names import has_own_sizes
from hidden_units.plotting import draw_figures
from hidden_units.sequences.figures import lstm, mechanism, restarts, srn
from hidden_units.sequences.figures.automaton import automaton_figure
from hidden_units.sequences.measures.automata import extract
from hidden_units.sequences.measures.dynamics import map_table, srn_dynamics
from hidden_units.sequences.measures.evaluation import representative_seed
from hidden_units.sequences.measures.trajectories import step_lengths, strings_table
from hidden_units.sequences.runs import read_runs, split_task

# Strings that a reader of the page can walk: so many sizes longer than any in training.
BEYOND = 2
STRINGS_TRACED = 3
# The published pictures of the LSTM follow A^3 B^6 C^9.
PATH_OF = 3
STRING_UNROLLED = 2
inputs = snakemake.input


def read(paths, task):
    """A task's table."""
    return pd.read_csv(in_folder(paths, task))


def by_task(paths):
    """The tables of all tasks by their names."""
    return {Path(path).parent.name: pd.read_csv(path) for path in paths}


def comparable(tables):
    """The tables but for tasks trained on other sizes, whose range differs: the caption names those."""
    return {task: table for task, table in tables.items() if not has_own_sizes(task)}


def together(tables):
    """The tables of tasks as one."""
    return pd.concat([table.assign(task=task) for task, table in tables.items()], ignore_index=True)


@cache
def representative(task):
    """A task's language and its representative network."""
    runs = read_runs(in_folder(inputs.snapshots, task))
    return runs.language, runs.network(representative_seed(read(inputs.restarts, task)))


def strings_of(task):
    """The states of single strings with what is predicted there."""
    language, network = representative(task)
    return strings_table(network, language, language.largest + BEYOND)


def survival():
    tables = by_task(inputs.survival)
    return restarts.survival_figure(tables), together(tables)


def failures():
    tables = by_task(inputs.failures)
    return restarts.failure_figure(tables), together(tables)


def generalisation():
    tables = comparable(by_task(inputs.generalisation))
    return restarts.generalisation_figure(tables, comparable(by_task(inputs.restarts))), together(tables)


def ratios():
    """The rates of approach and departure of every solved SRN next to the theoretical ones."""
    ends, solved, theory = by_task(inputs.restarts), {}, {}
    for task, table in by_task(inputs.dynamics).items():
        first, second = split_task(task)[1].multiplicities
        theory[task] = first / second
        solved[task] = table[ends[task]["solved"].to_numpy(bool)]
    tables = [table.assign(task=task, theory=theory[task]) for task, table in solved.items()]
    return restarts.ratio_figure(solved, theory), pd.concat(tables, ignore_index=True)


def untrained(task):
    """The losses that predictors without training would have."""
    losses = read(inputs.losses, task)
    return losses[losses["restarts"].isna()]


def learning(task):
    curves, ends = read(inputs.curves, task), read(inputs.restarts, task)
    figure = restarts.learning_figure(curves, ends, untrained(task))
    shown = curves.drop(columns="right_examples").merge(ends[["seed", "solved"]], on="seed")
    # No picture shows more digits, and those of many restarts would be a tenth of the page.
    return figure, shown.round({"nominal_error": 4, "excess_nll": 4, "right_strings": 3})


def losses(task):
    """The published loss of every restart of a task against the honest one."""
    ends = read(inputs.restarts, task)
    shown = ends[["seed", "solved", "nominal_error", "excess_nll"]]
    data = pd.concat([untrained(task).drop(columns="restarts"), shown])
    return restarts.loss_figure(ends, untrained(task)), data


def states(task):
    """The states of a task's representative SRN: those of all examples, then those of single strings."""
    language, network = representative(task)
    clusters = read(inputs.clusters, task)
    figure = srn.states_figure(clusters, network, srn_dynamics(network, language), language)
    return figure, pd.concat([clusters, strings_of(task)], ignore_index=True)


def unrolled(task):
    walk = strings_of(task).query("string == @STRING_UNROLLED")
    return mechanism.unrolled(walk), walk


def lstm_cell():
    return mechanism.cell()


def maps(task):
    language, network = representative(task)
    dynamics = srn_dynamics(network, language)
    figure = srn.maps_figure(network, dynamics, language, read(inputs.clusters, task))
    return figure, map_table(network, dynamics)


def steps(task):
    language, network = representative(task)
    lengths = step_lengths(network, language)
    return srn.steps_figure(lengths, language), lengths


def automaton(task):
    language, network = representative(task)
    return automaton_figure(extract(network, language), language), read(inputs.transitions, task)


def space(task, layer, other):
    """A space of a task's representative LSTM: the states of all examples, and the path of one string."""
    examples, strings = lstm_states(task), strings_of(task)
    figure = lstm.space_figure(examples, strings[strings["string"] == PATH_OF], layer)
    both = pd.concat([examples, strings], ignore_index=True)
    return figure, both.filter(regex=rf"^(?!{other}\d)")


def lstm_states(task):
    """The states of a task's representative LSTM over all examples."""
    return read(inputs.states, task).astype({"block": "Int64"})


def hidden(task):
    return space(task, "h", "c")


def cells(task):
    return space(task, "c", "h")


def traces(task):
    traced = read(inputs.steps, task).query("example == 0 and block < @STRINGS_TRACED")
    return lstm.traces_figure(lstm_states(task), traced, strings=STRINGS_TRACED), traced


def decoding(task):
    found = read(inputs.decoding, task)
    return lstm.decoding_figure(found), found


def intervention(task):
    found = read(inputs.intervention, task)
    return lstm.intervention_figure(found), found


with job(snakemake):
    draw_figures(globals(), snakemake.output)
