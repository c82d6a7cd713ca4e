"""Search every network of a few step units for the most points that it gets right."""

from job import job

from hidden_units.checkerboard.splits import fewest_units_table, search
from hidden_units.files import write_csv, write_json

with job(snakemake) as log:
    searches = [search(hidden) for hidden in snakemake.params.hidden]
    write_csv(snakemake.output.table, fewest_units_table(searches))
    write_json(
        snakemake.output.networks,
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
