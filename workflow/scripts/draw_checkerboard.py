"""Draw the checkerboard study: each function makes the figure of its name."""

from job import job

import numpy as np
import pandas as pd
from hidden_units.checkerboard import figures, models
from hidden_units.checkerboard.learned import closest_setting, panel_title
from hidden_units.files import read_json
from hidden_units.plotting import draw_figures

LARGEST_SCALE = 20
inputs, params = snakemake.input, snakemake.params


def by_hand():
    return models.network_from_mapping(params.network)


def step_network():
    return figures.network_diagram(by_hand()), models.connections_table(by_hand())


def half_planes():
    return figures.half_planes_figure(by_hand()), models.lines_table(by_hand())


def scaling():
    outputs = models.scaled_outputs(by_hand(), np.linspace(0, LARGEST_SCALE, 10 * LARGEST_SCALE + 1))
    thresholds = read_json(inputs.thresholds)
    return figures.scaling_figure(outputs, thresholds), outputs


def surfaces():
    scaled = {f"k = {scale:g}": by_hand().sigmoid(scale) for scale in params.scales}
    return figures.surfaces_figure(scaled), models.surfaces_table(scaled)


def fewest_units():
    networks, tables = {}, []
    for hidden, found in read_json(inputs.networks).items():
        solved = found["best_correct"] == 9
        for number, mapping in enumerate(found["networks"] if solved else found["networks"][:1], start=1):
            network = models.network_from_mapping(mapping)
            title = f"{hidden} unit{'s' * (hidden != '1')}: {found['best_correct']} of 9"
            title += f" ({number})" * solved
            networks[title] = network
            tables.append(models.lines_table(network).assign(panel=title))
    return figures.arrangements_figure(networks), pd.concat(tables, ignore_index=True)


def restarts():
    table = pd.read_csv(inputs.restarts, dtype={"first_epoch": "Int64"})
    caps = {rate["learning_rate"]: rate["max_epochs"] for rate in params.rates}
    return figures.restarts_figure(table, pd.read_csv(inputs.success), caps), table


def learned():
    # Where no scale brings the outputs near their targets, the weights as designed.
    scale = read_json(inputs.thresholds)["near_whole"] or 1
    setting = closest_setting(read_json(inputs.learned)["settings"], by_hand().hidden_size)
    chosen = setting["representative"]
    panels = {
        f"designed, k = {scale}": by_hand().sigmoid(scale),
        f"learned, η = {setting['learning_rate']:g}, seed {chosen['seed']}": models.network_from_mapping(
            chosen["network"]
        ).sigmoid(),
    }
    tables = [models.activations_table(network).assign(panel=title) for title, network in panels.items()]
    return figures.learned_figure(panels), pd.concat(tables, ignore_index=True)


def representatives():
    networks = {
        panel_title(setting): models.network_from_mapping(setting["representative"]["network"]).sigmoid()
        for setting in read_json(inputs.learned)["settings"]
    }
    figure = figures.surfaces_figure(networks, columns=3, contours=False)
    return figure, models.surfaces_table(
        {title.replace("\n", ", "): network for title, network in networks.items()}
    )


with job(snakemake):
    draw_figures(globals(), snakemake.output)
