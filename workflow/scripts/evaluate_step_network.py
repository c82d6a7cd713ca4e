"""Evaluate the network designed by hand: exactly with step units, and with sigmoids of growing weights."""

from job import job

from hidden_units.checkerboard.models import (
    activations_table,
    lines_table,
    network_from_mapping,
    scale_thresholds,
    scaling_table,
)
from hidden_units.files import write_csv, write_json

with job(snakemake) as log:
    network = network_from_mapping(snakemake.params.network)
    activations = activations_table(network)
    thresholds = scale_thresholds(network)
    write_csv(snakemake.output.activations, activations)
    output = network.sigmoid().to_mapping()["output"]
    write_json(snakemake.output.lines, {"hidden": lines_table(network).to_dict("records"), "output": output})
    write_csv(snakemake.output.scaling, scaling_table(network, snakemake.params.scales))
    write_json(snakemake.output.thresholds, thresholds)
    right = (activations["output"] == activations["target"]).sum()
    log.info("step units: %d of 9 right; sigmoids: all right from k = %s", right, thresholds["solves"])
