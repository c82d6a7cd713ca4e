"""Collect what computed the results, where and in what time; render the page that shows it."""

from job import job

from pathlib import Path

from hidden_units.files import read_json, sha256, write_json, write_text
from hidden_units.report.provenance import Commit
from hidden_units.report.render import render_machine_page
from hidden_units.report.collecting import collect
from hidden_units.reproduction import rows_of, said

with job(snakemake):
    results = Path(snakemake.output[0]).parent
    trained = snakemake.input.get
    sources = read_json(trained("dataset"))["sources"] if trained("dataset") else []
    hashes = {source["name"]: source["sha256"] for source in sources}
    hashes |= {Path(path).name: sha256(path) for path in trained("arrays", [])}
    provenance = collect(
        config=snakemake.params.config,
        commit=Commit(**snakemake.params.commit),
        lock_sha256=sha256(snakemake.input.lock),
        benchmarks=results / "benchmarks",
        rules=snakemake.params.rules,
        timings=trained("timings", []),
        data=hashes,
        reproduced="".join(said(rows_of(Path(path))) for path in snakemake.input.reproduction),
    )
    write_json(snakemake.output.provenance, provenance)
    style = Path(snakemake.input.style)
    page = render_machine_page(provenance, style.parent / "templates", style.read_text(encoding="utf-8"))
    write_text(snakemake.output.page, page)
