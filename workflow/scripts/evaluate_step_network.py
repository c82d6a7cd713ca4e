"""Evaluate the network designed by hand: exactly with step units, and with sigmoids of growing weights."""

from job import job

from hidden_units.checkerboard import models
from hidden_units.files import write_csv, write_json

with job(snakemake) as log:
    network = models.network_from_mapping(snakemake.params.network)
    activations = models.activations_table(network)
    thresholds = models.scale_thresholds(network)
    write_csv(snakemake.output.activations, activations)
    output = network.sigmoid().to_mapping()["output"]
    write_json(
        snakemake.output.lines, {"hidden": models.lines_table(network).to_dict("records"), "output": output}
    )
    write_csv(snakemake.output.scaling, models.scaling_table(network, snakemake.params.scales))
    write_json(snakemake.output.thresholds, thresholds)
    right = (activations["output"] == activations["target"]).sum()
    log.info("step units: %d of 9 right; sigmoids: all right from k = %s", right, thresholds["solves"])
