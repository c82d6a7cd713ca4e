"""Draw the class means, how alike they are, and how often the linear network confuses the classes."""

from job import job

import numpy as np
import pandas as pd
from hidden_units.characters.figures import likeness
from hidden_units.datasets.figures import class_names
from hidden_units.files import read_json
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    model = snakemake.params.model
    pairs = pd.read_csv(snakemake.input.similarity)
    square = {
        column: pairs.pivot_table(index="target", columns="chosen", values=column, dropna=False).to_numpy()
        for column in ("similarity", f"rate_{model}")
    }
    names = class_names(read_json(snakemake.input.dataset)["classes"])
    use_style()
    figure = likeness(
        np.load(snakemake.input.means), square["similarity"], square[f"rate_{model}"], names, model
    )
    save_figure(figure, snakemake.output.figure)
    save_data(snakemake.output.data, pairs)
