"""Pack examples of every cell of a confusion matrix, that of a model's representative seed, for the page."""

from job import in_folder, job

import numpy as np
from hidden_units.page.confused_images import pack_confused_images
from hidden_units.characters.runs import read_predictions
from hidden_units.files import read_json, write_json

with job(snakemake) as log:
    model = snakemake.wildcards.model
    seed = read_json(snakemake.input.representatives)[model]
    run = in_folder(snakemake.input.predictions, f"seed-{seed}")
    images = np.load(snakemake.input.images)
    packed = pack_confused_images(images, *read_predictions(run), snakemake.params.per_cell)
    write_json(snakemake.output[0], {"model": model, "seed": seed, **packed})
    log.info(f"{len(packed['examples']['index'])} images in {len(packed['sprite']) / 1000:.0f} kB")
