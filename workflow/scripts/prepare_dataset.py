"""Read or draw the images, check them, write four arrays and their description."""

from job import job

from pathlib import Path

from hidden_units.datasets.idx import IDX_NAMES
from hidden_units.datasets.providers import provider_of
from hidden_units.files import sha256, write_array, write_arrays, write_json

with job(snakemake) as log:
    provider = provider_of(snakemake.params.dataset)
    files = {part: Path(path) for part, path in snakemake.input.items() if part != "library"}
    arrays, making = provider.load(files)
    for part, array in arrays.items():
        write_array(snakemake.output[part], array)
    hashes = {part: sha256(snakemake.output[part]) for part in IDX_NAMES}
    description = provider.describe(arrays, files, hashes, making)
    if making:
        write_arrays(
            snakemake.output.originals, {str(place): image for place, image in making.originals.items()}
        )
    write_json(snakemake.output.description, description)
    counts = description["counts"]
    log.info(f"{description['title']}: {counts['train']} training and {counts['test']} test images")
