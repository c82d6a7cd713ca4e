"""Pair each run that had one setting changed with the main study's of its seed, and compare them."""

from job import job

from pathlib import Path

from hidden_units.characters.runs import read_metrics
from hidden_units.characters.ablation_pairs import compare, pair_runs
from hidden_units.datasets.identity import check_trained_on
from hidden_units.files import write_csv

with job(snakemake) as log:
    check_trained_on(snakemake.input.dataset, [*snakemake.input.changed, *snakemake.input.baselines])
    variants = [Path(path).parts[-4] for path in snakemake.input.changed]
    changed = read_metrics(snakemake.input.changed).assign(variant=variants)
    pairs = pair_runs(changed, read_metrics(snakemake.input.baselines))
    table = compare(pairs, snakemake.params.resamples)
    write_csv(snakemake.output.pairs, pairs)
    write_csv(snakemake.output.table, table)
    for row in table.itertuples():
        log.info("%s, %s: %+.4f over %d seeds", row.variant, row.model, row.difference, row.seeds)
