"""The cells of a task's LSTMs: increments, counters, read-outs and swaps of all, the states of one."""

from job import job

import pandas as pd
from hidden_units.files import write_csv, write_json
from hidden_units.sequences.measures.cells import cell_steps, intervention_table
from hidden_units.sequences.measures.decoding import decoding_table
from hidden_units.sequences.measures.evaluation import representative_seed
from hidden_units.sequences.runs import read_runs
from hidden_units.sequences.measures.summaries import cell_table, lstm_report, lstm_summary, plain
from hidden_units.sequences.measures.trajectories import states_table

with job(snakemake):
    runs = read_runs(snakemake.input.snapshots)
    restarts = pd.read_csv(snakemake.input.restarts)
    solved, language = restarts["solved"].to_numpy(bool), runs.language
    seed = representative_seed(restarts)
    network = runs.network(seed)
    networks = runs.networks(solved)
    decoding = {k: decoding_table(own, language) for k, own in {**networks, seed: network}.items()}
    cells = cell_table(networks, language, decoding)
    write_csv(snakemake.output.cells, cells)
    write_csv(
        snakemake.output.decoding,
        pd.concat([table.assign(seed=k) for k, table in decoding.items()], ignore_index=True),
    )
    write_csv(snakemake.output.steps, cell_steps(network, language))
    write_csv(snakemake.output.intervention, intervention_table(network, language))
    write_csv(snakemake.output.states, states_table(network, language, language.fixed_set()))
    report = {
        "task": runs.task,
        "seed": seed,
        "solved": bool(solved.any()),
        "representative": lstm_report(network, language),
        "summary": lstm_summary(cells),
    }
    write_json(snakemake.output.report, plain(report))
