"""Draw the rates of approach and departure of every solved SRN beside what theory asks for."""

from job import job

import pandas as pd
from hidden_units.plotting import save_data, save_figure, use_style
from hidden_units.sequences.figures.restarts import ratio_figure
from hidden_units.sequences.runs import split_task

with job(snakemake):
    solved, theory = {}, {}
    inputs = zip(snakemake.params.tasks, snakemake.input.dynamics, snakemake.input.restarts, strict=True)
    for task, dynamics, restarts in inputs:
        table = pd.read_csv(dynamics)
        solved[task] = table[pd.read_csv(restarts)["solved"].to_numpy(bool)]
        first, second = split_task(task)[1].multiplicities
        theory[task] = first / second
    use_style()
    save_figure(ratio_figure(solved, theory), snakemake.output.figure)
    save_data(
        snakemake.output.data,
        pd.concat(
            [table.assign(task=task, theory=theory[task]) for task, table in solved.items()],
            ignore_index=True,
        ),
    )
