"""Draw recall and precision of each class under the three classifiers."""

from job import job

import pandas as pd
from hidden_units.characters.figures import per_class
from hidden_units.datasets.figures import class_names
from hidden_units.files import read_json
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    table = pd.read_csv(snakemake.input.per_class)
    table = table[table["model"].isin(snakemake.params.models)]
    names = class_names(read_json(snakemake.input.dataset)["classes"])
    use_style()
    save_figure(per_class(table, names), snakemake.output.figure)
    save_data(snakemake.output.data, table)
