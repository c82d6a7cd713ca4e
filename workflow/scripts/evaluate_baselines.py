"""Classify the test images by nearest neighbours, plain and after PCA."""

from job import job

import numpy as np
from hidden_units.characters.baselines import nearest_neighbours
from hidden_units.files import write_csv

with job(snakemake) as log:
    parts = ("train_images", "train_labels", "test_images", "test_labels")
    arrays = {part: np.load(snakemake.input[part]) for part in parts}
    table = nearest_neighbours(
        **arrays, neighbours=snakemake.params.neighbours, components=snakemake.params.components
    )
    write_csv(snakemake.output[0], table)
    for row in table.itertuples():
        log.info("%s: accuracy %.2f %%", row.model, 100 * row.accuracy)
