"""Draw a network's measured rates of confusion minus the published ones."""

from job import job

import pandas as pd
from hidden_units.characters.comparisons import confusion_difference
from hidden_units.characters.figures import display_name
from hidden_units.characters.figures_comparisons import confusion_difference as heat_map
from hidden_units.datasets.figures import class_names
from hidden_units.files import read_json
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    model = snakemake.wildcards.model
    dataset = read_json(snakemake.input.dataset)
    pairs = pd.read_csv(snakemake.input.pairs)
    table = confusion_difference(
        pairs[pairs["model"] == model], pd.read_csv(snakemake.input.published).to_numpy()
    )
    comparable = dataset["comparable"] and snakemake.params.published_protocol
    title = f"{display_name(model)}{'' if comparable else ' (not comparable)'}"
    use_style()
    save_figure(heat_map(table, class_names(dataset["classes"]), title), snakemake.output.figure)
    save_data(snakemake.output.data, table)
