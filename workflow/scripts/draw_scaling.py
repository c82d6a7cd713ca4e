"""Draw the sigmoid network's outputs against the factor of its weights."""

from job import job

import numpy as np
import pandas as pd
from hidden_units.checkerboard.figures import scaling_figure
from hidden_units.checkerboard.models import ScaleThresholds, network_from_mapping, scaled_outputs
from hidden_units.files import read_json
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    network = network_from_mapping(snakemake.params.network)
    largest = snakemake.params.largest
    outputs = scaled_outputs(network, np.linspace(0, largest, 10 * largest + 1))
    thresholds = ScaleThresholds(**read_json(snakemake.input.thresholds))
    use_style()
    figure = scaling_figure(outputs, pd.read_csv(snakemake.input.scaling), thresholds)
    save_figure(figure, snakemake.output.figure)
    save_data(snakemake.output.data, outputs)
