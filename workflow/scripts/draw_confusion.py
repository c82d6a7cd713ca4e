"""Draw the confusion matrix of a model's representative seed."""

from job import job

import pandas as pd
from hidden_units.characters.figures import confusion_matrix, display_name
from hidden_units.datasets.figures import class_names
from hidden_units.files import read_json
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    counts = pd.read_csv(snakemake.input.confusion)
    names = class_names(read_json(snakemake.input.dataset)["classes"])
    model = snakemake.wildcards.model
    seed = read_json(snakemake.input.representatives)[model]
    use_style()
    figure = confusion_matrix(counts.to_numpy(), names, f"{display_name(model)}, seed {seed}")
    save_figure(figure, snakemake.output.figure)
    save_data(snakemake.output.data, counts)
