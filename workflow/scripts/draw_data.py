"""Draw the images: each function makes the figure of its name."""

from job import job

import numpy as np
import pandas as pd
from hidden_units.datasets.classes import first_of_each_class
from hidden_units.datasets.figures import COLUMNS, before_and_after, blocks_of, sample_gallery
from hidden_units.files import read_json
from hidden_units.names import label_of_class
from hidden_units.plotting import draw_figures

inputs = snakemake.input


def samples():
    images = np.load(inputs.images, mmap_mode="r")
    names = [label_of_class(entry) for entry in read_json(inputs.dataset)["classes"]]
    chosen = first_of_each_class(np.load(inputs.labels), max(1, COLUMNS // blocks_of(len(names))))
    table = pd.DataFrame(chosen).rename_axis("label").reset_index()
    figure = sample_gallery(images, chosen, names)
    return figure, table.melt("label", var_name="column", value_name="image")


def originals():
    with np.load(inputs.originals, allow_pickle=False) as before:
        shown = {int(place): before[place] for place in before.files}
    labels, dataset = np.load(inputs.labels), read_json(inputs.dataset)
    shown = {place: shown[place] for place in sorted(shown, key=labels.__getitem__)}
    names = [label_of_class(dataset["classes"][labels[place]]) for place in shown]
    after = np.load(inputs.images, mmap_mode="r")[[*shown]]
    table = pd.DataFrame({"image": [*shown], "label": labels[[*shown]]})
    return before_and_after([*shown.values()], after, names), table


with job(snakemake):
    draw_figures(globals(), snakemake.output)
