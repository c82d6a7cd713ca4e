"""Render the report of a run, or its slides, as one self-contained HTML page."""

from job import job

from pathlib import Path

import pandas as pd
from hidden_units.files import sha256, write_text
from hidden_units.report.evidence import Evidence, Study
from hidden_units.report.protocol import read_settings
from hidden_units.report.provenance import Commit, package_versions
from hidden_units.report.render import render_report, render_slides

with job(snakemake) as log:
    inputs = snakemake.input
    results = Path(inputs.config).parent
    study = Study(
        evidence=Evidence.of_paths(results, inputs),
        config=read_settings(inputs.config),
        published=pd.read_csv(inputs.published),
        protocol=read_settings(inputs.protocol),
        commit=Commit(**snakemake.params.commit),
        lock_sha256=sha256(inputs.lock),
        packages=package_versions(),
        published_activations=pd.read_csv(inputs.published_activations),
    )
    style = "\n".join(Path(path).read_text(encoding="utf-8") for path in inputs.style)
    browser = "\n".join(Path(path).read_text(encoding="utf-8") for path in inputs.browser)
    templates = Path(inputs.style[0]).parent / "templates"
    # A page of slides has no scripts.
    html = (
        render_report(study, templates, style, browser) if browser else render_slides(study, templates, style)
    )
    write_text(snakemake.output[0], html)
    log.info("%s: %.1f MB", snakemake.output[0], len(html.encode()) / 1e6)
