"""Draw the first samples of each class."""

from job import job

import numpy as np
import pandas as pd
from hidden_units.datasets.figures import class_names, first_of_each_class, sample_gallery
from hidden_units.files import read_json
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    images = np.load(snakemake.input.images, mmap_mode="r")
    labels = np.load(snakemake.input.labels)
    names = class_names(read_json(snakemake.input.dataset)["classes"])
    chosen = first_of_each_class(labels, snakemake.params.columns)
    use_style()
    save_figure(sample_gallery(images, chosen, names), snakemake.output.figure)
    save_data(
        snakemake.output.data,
        pd.DataFrame(chosen)
        .rename_axis("label")
        .reset_index()
        .melt("label", var_name="column", value_name="image"),
    )
