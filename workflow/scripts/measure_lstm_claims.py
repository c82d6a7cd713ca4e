"""How the cells of the solved LSTMs move from phase to phase, for the claims about them."""

from job import job

import pandas as pd
from hidden_units.files import write_csv
from hidden_units.sequences.measures.claims import cell_claims
from hidden_units.sequences.runs import read_runs

with job(snakemake):
    runs = read_runs(snakemake.input.snapshots)
    networks = runs.networks(pd.read_csv(snakemake.input.restarts)["solved"].to_numpy(bool))
    write_csv(snakemake.output[0], cell_claims(runs.language, networks))
