"""What became of each restart of a task: success, learning, losses, failures, generalisation."""

from job import job

from hidden_units.files import write_csv, write_json
from hidden_units.sequences.measures.evaluation import learning_curves, restarts_table
from hidden_units.sequences.measures.failures import (
    failure_summary,
    failure_table,
    first_wrong_table,
    survival_curve,
)
from hidden_units.sequences.measures.generalisation import generalisation_table
from hidden_units.sequences.runs import read_runs
from hidden_units.sequences.measures.summaries import loss_table, plain, task_report

with job(snakemake) as log:
    runs, output = read_runs(snakemake.input.snapshots), snakemake.output
    curves = learning_curves(runs)
    restarts = restarts_table(runs, curves)
    failures = failure_table(runs, restarts)
    write_csv(output.curves, curves)
    write_csv(output.restarts, restarts)
    write_csv(output.survival, survival_curve(restarts, runs.steps))
    write_csv(output.losses, loss_table(restarts, runs.language))
    write_csv(output.failures, failures)
    write_csv(output.failure_kinds, failure_summary(failures))
    write_csv(output.first_wrong, first_wrong_table(runs, restarts))
    write_csv(output.generalisation, generalisation_table(runs, restarts["solved"]))
    write_json(output.success, plain({"task": runs.task, **task_report(runs, restarts)}))
    log.info("%s: %d of %d restarts solved", runs.task, restarts["solved"].sum(), len(restarts))
