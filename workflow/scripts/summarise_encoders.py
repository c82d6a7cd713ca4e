"""Tables, codes and lines of each table's representative run; what all runs achieved."""

from job import job

import pandas as pd
from hidden_units.encoders import measures
from hidden_units.encoders.runs import read_runs
from hidden_units.encoders.tables import is_identity, read_picture
from hidden_units.files import write_csv, write_json

with job(snakemake):
    inputs, outputs, params = snakemake.input, snakemake.output, snakemake.params
    runs = {name: read_runs(path) for name, path in zip(params.tables, inputs.runs, strict=True)}
    longer = {name: read_runs(path) for name, path in zip(params.patient, inputs.longer_runs, strict=True)}
    pictures = {name: read_picture(path) for name, path in zip(params.pictures, inputs.pictures, strict=True)}

    for of_table, *paths in zip(runs.values(), outputs.tables, outputs.codes, outputs.lines, strict=True):
        network = of_table.networks[of_table.representative()]
        write_csv(paths[0], measures.table_frame(of_table.table))
        write_csv(paths[1], measures.codes_table(network))
        write_csv(paths[2], measures.lines_table(network))

    table = measures.runs_table(runs)
    write_csv(outputs.summary, table[measures.SUMMARY])
    write_csv(outputs.measures, table[["table", "seed", *measures.MEASURES]])
    write_csv(outputs.overview, measures.overview_table(table))
    write_csv(outputs.patience, measures.runs_table(longer))
    caps = sorted({of_table.settings.max_epochs for of_table in longer.values()})
    outcomes = pd.concat(
        [measures.outcomes_at_caps(runs, params.caps), measures.outcomes_at_caps(longer, caps)],
        ignore_index=True,
    )
    write_csv(outputs.outcomes, outcomes)
    write_csv(outputs.success, measures.success_rates(outcomes[outcomes["table"].map(is_identity)]))
    stopping = measures.stopping_table(runs, longer)
    write_csv(outputs.stopping, stopping)
    write_json(outputs.law, measures.stopping_law(stopping))
    write_csv(outputs.pictures, measures.pictures_table(runs, pictures))
    write_json(outputs.representatives, measures.representatives(runs, table, pictures))
