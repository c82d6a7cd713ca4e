"""Draw a network that learned the task beside the one designed by hand."""

from job import job

import pandas as pd
from hidden_units.checkerboard.learned import activations_table, beside_hand
from hidden_units.checkerboard.models import network_from_mapping
from hidden_units.checkerboard.restart_figures import learned_figure
from hidden_units.files import read_json
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    by_hand = network_from_mapping(snakemake.params.network)
    # Where no scale brings the outputs near their targets, the weights as designed.
    scale = read_json(snakemake.input.thresholds)["near_whole"] or 1
    setting = beside_hand(read_json(snakemake.input.learned)["settings"], by_hand.hidden_size)
    chosen = setting["representative"]
    panels = {
        f"designed, k = {scale}": by_hand.sigmoid(scale),
        f"learned, η = {setting['learning_rate']:g}, seed {chosen['seed']}": network_from_mapping(
            chosen["network"]
        ).sigmoid(),
    }
    use_style()
    save_figure(learned_figure(list(panels.values()), list(panels)), snakemake.output.figure)
    tables = [activations_table(network).assign(panel=title) for title, network in panels.items()]
    save_data(snakemake.output.data, pd.concat(tables, ignore_index=True))
