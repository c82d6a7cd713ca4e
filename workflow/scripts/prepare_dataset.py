"""Read or draw the images, check them, write four arrays and their description."""

from job import job

from pathlib import Path

from hidden_units.datasets.idx import IDX_NAMES
from hidden_units.datasets.providers import describe, provide
from hidden_units.files import sha256, write_array, write_json

with job(snakemake) as log:
    dataset = snakemake.params.dataset
    files = {part: Path(snakemake.input[part]) for part in IDX_NAMES if part in dict(snakemake.input.items())}
    provided = provide(dataset, files)
    for part, array in provided.arrays.items():
        write_array(snakemake.output[part], array)
    hashes = {part: sha256(snakemake.output[part]) for part in IDX_NAMES}
    description = describe(dataset, provided, hashes)
    write_json(snakemake.output.description, description)
    log.info(
        "%s: %d training and %d test images",
        description["title"],
        description["counts"]["train"],
        description["counts"]["test"],
    )
