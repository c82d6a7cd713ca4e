"""Draw the mistakes that a model's representative seed was surest of."""

from job import job

from pathlib import Path

import numpy as np
from hidden_units.characters.confusion import confident_mistakes
from hidden_units.characters.figures import mistakes
from hidden_units.characters.runs import read_predictions
from hidden_units.datasets.figures import class_names
from hidden_units.files import read_json
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    seed = read_json(snakemake.input.representatives)[snakemake.wildcards.model]
    run = {Path(path).parent.name: path for path in snakemake.input.predictions}[f"seed-{seed}"]
    table = confident_mistakes(*read_predictions(run), snakemake.params.shown)
    names = class_names(read_json(snakemake.input.dataset)["classes"])
    use_style()
    save_figure(mistakes(np.load(snakemake.input.images), table, names), snakemake.output.figure)
    save_data(snakemake.output.data, table)
