"""Find the smallest width that is equivalent to the best within the margin."""

from job import job

import pandas as pd
from hidden_units.characters.comparisons import plateau_answer
from hidden_units.files import write_csv, write_json

with job(snakemake) as log:
    answer, widths = plateau_answer(
        pd.read_csv(snakemake.input.sweep), snakemake.params.margin, snakemake.params.resamples
    )
    write_json(snakemake.output.answer, answer)
    write_csv(snakemake.output.widths, widths)
    log.info("%s: smallest equivalent width %s", answer["verdict"], answer["smallest_equivalent"])
