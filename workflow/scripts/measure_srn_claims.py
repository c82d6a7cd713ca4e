"""What the claims about the SRN say and nothing else measures, over its solved restarts."""

from job import job

import pandas as pd
from hidden_units.files import write_csv, write_json
from hidden_units.sequences.measures.claims import srn_claims
from hidden_units.sequences.runs import read_runs
from hidden_units.sequences.measures.summaries import medians, plain

with job(snakemake):
    runs = read_runs(snakemake.input.snapshots)
    networks = runs.networks(pd.read_csv(snakemake.input.restarts)["solved"].to_numpy(bool))
    table = srn_claims(runs.language, pd.read_csv(snakemake.input.walks), networks)
    write_csv(snakemake.output.table, table)
    write_json(snakemake.output.medians, plain(medians(table)))
