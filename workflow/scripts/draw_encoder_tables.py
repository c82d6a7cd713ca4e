"""Draw each target table beside the hidden codes that its representative run found."""

from job import job

from hidden_units.encoders.figures import table_figure
from hidden_units.encoders.measures import codes_table, table_frame
from hidden_units.encoders.runs import read_runs
from hidden_units.plotting import save_data, save_figure, use_style

with job(snakemake):
    use_style()
    outputs = snakemake.output
    for path, figure, data in zip(snakemake.input.runs, outputs.figures, outputs.data, strict=True):
        runs = read_runs(path)
        network = runs.network(runs.representative())
        save_figure(table_figure(runs.table, network), figure)
        save_data(data, codes_table(network).join(table_frame(runs.table)))
