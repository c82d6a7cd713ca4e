"""Tabulate the restarts, rates of success, and what the solved networks learned."""

from job import job

from hidden_units.checkerboard.learned import learned_by_setting
from hidden_units.checkerboard.models import network_from_mapping
from hidden_units.checkerboard.runs import read_restarts
from hidden_units.checkerboard.splits import arrangement
from hidden_units.checkerboard.success import success_table
from hidden_units.checkerboard.training import restarts_table
from hidden_units.files import read_json, write_csv, write_json

with job(snakemake):
    trained = [read_restarts(path) for path in snakemake.input.restarts]
    four = read_json(snakemake.input.networks)["4"]["networks"]
    solutions = [network_from_mapping(mapping) for mapping in four]
    by_hand = network_from_mapping(snakemake.params.network)
    table = restarts_table(trained)
    write_csv(snakemake.output.restarts, table)
    write_csv(snakemake.output.success, success_table(table))
    write_json(
        snakemake.output.learned,
        {
            "arrangements": len(solutions),
            "designed": arrangement(by_hand.sides(), solutions),
            "settings": [learned_by_setting(restarts, solutions) for restarts in trained],
        },
    )
