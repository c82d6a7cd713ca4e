"""Collect what computed the results, where and in what time."""

from job import job

from pathlib import Path

from hidden_units.files import read_json, sha256, write_json
from hidden_units.report.provenance import Commit, collect

with job(snakemake):
    results = Path(snakemake.output[0]).parent
    sources = read_json(snakemake.input.dataset)["sources"]
    hashes = {source["name"]: source["sha256"] for source in sources}
    hashes |= {Path(path).name: sha256(path) for path in snakemake.input.arrays}
    provenance = collect(
        config=snakemake.params.config,
        commit=Commit(**snakemake.params.commit),
        lock_sha256=sha256(snakemake.input.lock),
        benchmarks=results / "benchmarks",
        timings=snakemake.input.timings,
        data=hashes,
    )
    write_json(snakemake.output[0], provenance)
