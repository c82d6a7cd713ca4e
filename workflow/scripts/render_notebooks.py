"""Render executed notebooks as self-contained HTML pages."""

from job import job

from pathlib import Path

import nbformat
from hidden_units.files import write_text
from hidden_units.notebooks.web import render_notebook

with job(snakemake) as log:
    templates = Path(snakemake.input.template[0]).parents[1]
    style = "\n".join(Path(path).read_text(encoding="utf-8") for path in snakemake.input.style)
    pages = zip(snakemake.input.notebooks, snakemake.params.titles, snakemake.output, strict=True)
    for path, title, page in pages:
        write_text(page, render_notebook(nbformat.read(path, as_version=4), title, templates, style))
        log.info("%s", page)
