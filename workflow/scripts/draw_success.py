"""Draw when restarts solve their task, how those that do not end, and how far solved ones count."""

from job import job

import pandas as pd
from hidden_units.plotting import save_data, save_figure, use_style
from hidden_units.sequences.figures.restarts import failure_figure, generalisation_figure, survival_figure

with job(snakemake):
    tables = {
        name: {
            task: pd.read_csv(path)
            for task, path in zip(snakemake.params.tasks, snakemake.input[name], strict=True)
        }
        for name in ("survival", "failures", "generalisation", "restarts")
    }
    # Tasks trained on other sizes have another range to be compared with; they stand in the table alone.
    for name in ("generalisation", "restarts"):
        tables[name] = {task: tables[name][task] for task in snakemake.params.comparable}
    use_style()
    save_figure(survival_figure(tables["survival"]), snakemake.output.survival)
    save_figure(failure_figure(tables["failures"]), snakemake.output.failures)
    save_figure(
        generalisation_figure(tables["generalisation"], tables["restarts"]), snakemake.output.generalisation
    )
    for name in ("survival", "failures", "generalisation"):
        together = [table.assign(task=task) for task, table in tables[name].items()]
        save_data(snakemake.output[f"{name}_data"], pd.concat(together, ignore_index=True))
