"""Mean image of each class, how alike the means are, and whether alike classes are the ones confused."""

from job import job

import numpy as np
import pandas as pd
from hidden_units.characters.confusion import class_means, likeness_and_confusion, mean_similarity
from hidden_units.files import write_array, write_csv

with job(snakemake):
    means = class_means(np.load(snakemake.input.images), np.load(snakemake.input.labels))
    write_array(snakemake.output.means, means.astype(np.float32))
    pairs, correlation = likeness_and_confusion(
        mean_similarity(means), pd.read_csv(snakemake.input.pairs), snakemake.params.models
    )
    write_csv(snakemake.output.similarity, pairs)
    write_csv(snakemake.output.correlation, correlation)
