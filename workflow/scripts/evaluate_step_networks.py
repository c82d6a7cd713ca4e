"""Evaluate the network designed by hand, of step units and of sigmoids; search all of few step units."""

from job import job

from hidden_units.checkerboard import models
from hidden_units.checkerboard.splits import fewest_units_table, search
from hidden_units.files import write_csv, write_json

with job(snakemake) as log:
    output, params = snakemake.output, snakemake.params
    network = models.network_from_mapping(params.network)
    activations = models.activations_table(network)
    thresholds = models.scale_thresholds(network)
    write_csv(output.activations, activations)
    lines = models.lines_table(network).to_dict("records")
    write_json(output.lines, {"hidden": lines, "output": network.sigmoid().to_mapping()["output"]})
    write_csv(output.scaling, models.scaling_table(network, params.scales))
    write_json(output.thresholds, thresholds)
    right = (activations["output"] == activations["target"]).sum()
    log.info("step units: %d of 9 right; sigmoids: all right from k = %s", right, thresholds["solves"])

    searches = [search(hidden) for hidden in params.searched]
    write_csv(output.fewest, fewest_units_table(searches))
    write_json(
        output.networks,
        {
            str(found.hidden): {
                "best_correct": found.best_correct,
                "networks": [network.to_mapping() for network in found.solutions],
            }
            for found in searches
        },
    )
    for found in searches:
        log.info("%d units: at most %d of 9 right", found.hidden, found.best_correct)
