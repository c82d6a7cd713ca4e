"""What the claims about recurrent networks say and nothing else measures, over the solved restarts."""

from job import job

import pandas as pd
from hidden_units.files import write_csv, write_json
from hidden_units.sequences.measures.claims import cell_claims, srn_claims
from hidden_units.sequences.runs import read_runs
from hidden_units.sequences.measures.summaries import medians, plain


def solved(snapshots, restarts):
    """The language of a task, and its networks that solved it, by seed."""
    runs = read_runs(snapshots)
    return runs.language, runs.networks(pd.read_csv(restarts)["solved"].to_numpy(bool))


with job(snakemake):
    *srn, walks = snakemake.input.srn
    language, networks = solved(*srn)
    table = srn_claims(language, pd.read_csv(walks), networks)
    write_csv(snakemake.output.table, table)
    write_json(snakemake.output.medians, plain(medians(table)))
    write_csv(snakemake.output.cells, cell_claims(*solved(*snakemake.input.lstm)))
