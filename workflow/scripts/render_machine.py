"""Render the page about the machine and its times."""

from job import job

from pathlib import Path

from hidden_units.files import read_json, write_text
from hidden_units.report.render import render_machine_page

with job(snakemake):
    style = Path(snakemake.input.style).read_text(encoding="utf-8")
    provenance = read_json(snakemake.input.provenance)
    write_text(snakemake.output[0], render_machine_page(provenance, Path("report/templates"), style))
