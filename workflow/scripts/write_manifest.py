"""Write the hashes of all that this run made, but for times and the machine."""

from job import job

from pathlib import Path

from hidden_units.files import write_text
from hidden_units.manifest import format_manifest, made, promised
from hidden_units.records import confirm, read_records

with job(snakemake) as log:
    output = Path(snakemake.output[0])
    records = read_records(output.parent)
    found = made(output.parent, snakemake.params.files, records.values())
    write_text(output, format_manifest(found))
    confirm(snakemake.params.files, records, snakemake.config)
    log.info("%s: %d files", output, len(found))
    left = [name for name in promised(output.parent) if name not in found]
    if left:
        log.warning(
            "%s: %d files that this configuration does not make are not in the manifest, such as %s; they "
            "are left over from another one or were added, delete those that you do not need.",
            output.parent,
            len(left),
            left[0],
        )
