"""Fetch one KMNIST file: the local folder first, then the mirrors."""

from job import job

from pathlib import Path

from hidden_units.datasets.download import fetch
from hidden_units.datasets.idx import folder_of_files
from hidden_units.datasets.kmnist import MIRRORS
from hidden_units.paths import user_path

with job(snakemake) as log:
    # From the config, not from params: another mirror or folder is no reason to fetch a right file again.
    dataset = snakemake.config["dataset"]
    fetch(
        snakemake.params.source,
        Path(snakemake.output[0]),
        local_folder=folder_of_files(user_path(dataset["path"])) if dataset["path"] else None,
        mirrors=dataset["mirrors"] or MIRRORS,
        timeout_seconds=dataset["timeout"],
        memory=Path(".snakemake/mirror"),
        report=log.info,
    )
