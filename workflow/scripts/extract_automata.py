"""The finite automata that a task's solved SRNs behave as, and that of the representative one in full."""

from job import job

import pandas as pd
from hidden_units.files import write_csv, write_json
from hidden_units.sequences.measures.automata import automaton_table, cluster_table, extract
from hidden_units.sequences.measures.evaluation import representative_seed
from hidden_units.sequences.figures.automaton import transition_totals
from hidden_units.sequences.runs import read_runs
from hidden_units.sequences.measures.summaries import automaton_report, plain

with job(snakemake):
    runs = read_runs(snakemake.input.snapshots)
    restarts = pd.read_csv(snakemake.input.restarts)
    solved = restarts["solved"].to_numpy(bool)
    seed = representative_seed(restarts)
    network = runs.network(seed)
    extraction = extract(network, runs.language)
    write_csv(snakemake.output.automata, automaton_table(runs.networks(solved), runs.language))
    write_csv(snakemake.output.clusters, cluster_table(network, runs.language, extraction))
    write_csv(snakemake.output.transitions, transition_totals(extraction))
    write_json(
        snakemake.output.automaton, plain({"seed": seed, **automaton_report(extraction, runs.language)})
    )
