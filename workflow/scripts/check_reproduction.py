"""Compare a run with its reference: the values of another run, or those that were published."""

from job import job

from pathlib import Path

import pandas as pd
from hidden_units.files import write_csv
from hidden_units.reproduction import MEANS, compare, published_values, rows_of, said

with job(snakemake) as log:
    folder, reference = Path(snakemake.output[0]).parent, rows_of(Path(snakemake.input.reference))
    if "file" not in reference[0]:
        reference = published_values(reference, rows_of(folder / MEANS))
    rows = [*compare(reference, folder)]
    write_csv(snakemake.output[0], pd.DataFrame(rows))
    log.info("%s", said(rows))
