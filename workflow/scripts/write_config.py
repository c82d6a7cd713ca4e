"""Write the resolved configuration, defaults filled in, beside the results."""

from job import job

import yaml
from hidden_units.files import write_text

with job(snakemake):
    write_text(
        snakemake.output[0],
        yaml.safe_dump(snakemake.params.config, sort_keys=False, allow_unicode=True),
    )
