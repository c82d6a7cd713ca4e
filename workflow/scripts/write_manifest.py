"""Write the hashes of all that the run left, but for times and the machine."""

from job import job

from pathlib import Path

from hidden_units.files import write_text
from hidden_units.manifest import format_manifest, hashes

with job(snakemake) as log:
    output = Path(snakemake.output[0])
    found = hashes(output.parent)
    write_text(output, format_manifest(found))
    log.info("%s: %d files", output, len(found))
