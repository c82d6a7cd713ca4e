"""Describe the run as a Workflow Run RO-Crate, with the workflow beside its results."""

from job import job

import shutil
from pathlib import Path

from hidden_units.files import read_json, write_json
from hidden_units.manifest import check
from hidden_units.report.crate import metadata
from hidden_units.report.protocol import read_settings

with job(snakemake):
    inputs, output = snakemake.input, snakemake.output
    folder = Path(output.workflow)
    # The last step: nothing is to be handed on that was changed since the manifest was written.
    check(folder.parent)
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(inputs.snakefile, folder / "Snakefile")
    for path in inputs.rules:
        shutil.copyfile(path, folder / "rules" / Path(path).name)
    content = metadata(
        folder.parent,
        read_settings(inputs.config),
        read_json(inputs.provenance),
        read_json(inputs.dataset) if inputs.dataset else None,
    )
    write_json(output.crate, content)
