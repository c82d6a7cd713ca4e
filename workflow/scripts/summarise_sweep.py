"""Pair each run of the swept setting with the main study's of its seed, and compare the values."""

from job import job

from hidden_units.characters.ablation_pairs import summarise_sweep
from hidden_units.characters.runs import read_metrics
from hidden_units.datasets.identity import check_trained_on
from hidden_units.files import write_csv

with job(snakemake) as log:
    inputs, output, params = snakemake.input, snakemake.output, snakemake.params
    check_trained_on(inputs.dataset, inputs.runs)
    runs = read_metrics(inputs.runs).assign(value=params.values)
    pairs, table = summarise_sweep(runs, params.setting, params.own, params.resamples)
    write_csv(output.runs, pairs)
    write_csv(output.table, table)
    for row in table.itertuples():
        log.info("%s %s, %s: %.4f over %d seeds, %d diverged", row.setting, row.value, row.model,
                 row.accuracy_mean, row.seeds, row.diverged)  # fmt: skip
