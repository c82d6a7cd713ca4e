"""Print the report as a tagged PDF."""

from job import job

from pathlib import Path

from hidden_units.files import replacing
from hidden_units.report.pdf import render_pdf

with job(snakemake) as log:
    html = Path(snakemake.input.page).read_text(encoding="utf-8")
    pdf = render_pdf(html, snakemake.params.commit["epoch"], warn=log.warning)
    with replacing(snakemake.output[0]) as temporary:
        temporary.write_bytes(pdf)
    log.info("%s: %.1f MB", snakemake.output[0], len(pdf) / 1e6)
