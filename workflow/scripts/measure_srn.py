"""The state space of a task's SRNs: fixed points, rates and walks of all, the states of one."""

from job import job

import pandas as pd
from hidden_units.files import write_csv, write_json
from hidden_units.sequences.measures.dynamics import dynamics_table, srn_dynamics
from hidden_units.sequences.measures.evaluation import representative_seed
from hidden_units.sequences.runs import read_runs
from hidden_units.sequences.measures.summaries import plain, srn_report, srn_summary
from hidden_units.sequences.measures.trajectories import states_table, walk_table

with job(snakemake):
    runs = read_runs(snakemake.input.snapshots)
    restarts = pd.read_csv(snakemake.input.restarts)
    language, networks = runs.language, runs.networks()
    dynamics, walks = dynamics_table(networks, language), walk_table(networks, language)
    seed = representative_seed(restarts)
    network = runs.network(seed)
    write_csv(snakemake.output.dynamics, dynamics)
    write_csv(snakemake.output.walks, walks)
    write_csv(snakemake.output.states, states_table(network, language, language.fixed_set()))
    report = {
        "task": runs.task,
        "seed": seed,
        "solved": bool(restarts["solved"].any()),
        "representative": srn_report(srn_dynamics(network, language)),
        "summary": srn_summary(dynamics, walks, restarts, language),
    }
    write_json(snakemake.output.report, plain(report))
