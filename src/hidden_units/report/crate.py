"""A run as a Workflow Run RO-Crate: what was run, from what, to what, in terms that archives read.

Workflow Run RO-Crate 0.5 (Leo and others, 2024, doi:10.1371/journal.pone.0309210) on RO-Crate 1.1. The
crate is the run's folder itself; its metadata file holds times, so it differs from run to run.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from rocrate.model import ComputationalWorkflow, ContextEntity, Dataset, File
from rocrate.rocrate import ROCrate

from hidden_units.manifest import NAME, read_manifest

PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
# What the main workflow itself conforms to.
BIOSCHEMAS = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"
WORKFLOW = "workflow/Snakefile"
FOLDERS = {
    "data/": "the images and labels as arrays, with their description",
    "characters/": "evidence, tables and figures of the classifiers",
    "checkerboard/": "evidence, tables and figures of the checkerboard",
    "encoders/": "evidence, tables and figures of the encoders",
    "sequences/": "evidence, tables and figures of the recurrent networks",
    "notebooks/": "notebooks as they ran",
}
RESULTS = {
    "report/report.html": "the report",
    "report/report.pdf": "the report, for print",
    "report/machine.html": "the machine, and how long it took",
    "claims.csv": "the claims of the published study with their verdicts",
    "changed_rules.csv": "the rules of claims that were changed after a first run",
    "reproduction.csv": "values of the run next to those of its reference",
    "manifest.sha256": "hashes of all files that are the same from run to run",
    "provenance.json": "versions, machine and times",
}
MIT = "https://spdx.org/licenses/MIT"
REPOSITORY_AUTHORS = "#authors"


def metadata(
    folder: Path, config: Mapping[str, Any], provenance: Mapping[str, Any], dataset: Mapping | None
) -> dict:
    """The content of ro-crate-metadata.json.

    Args:
        folder: the run's folder; files that are not in it, and folders of which its manifest lists
            nothing, are left out.
        config: the resolved configuration.
        provenance: the content of provenance.json.
        dataset: the content of data/dataset.json; None where no study has images.
    """
    crate = ROCrate(gen_preview=False, version="1.1")
    # The context of RO-Crate 1.1 lacks it.
    crate.metadata.extra_terms["sha256"] = "http://schema.org/sha256"
    title = config["report"]["title"]
    crate.name = f"{title}: run {config['run']}"
    subject = dataset["title"] if dataset else " and ".join(config["studies"])
    crate.description = f"A run of the study on {subject}, from the data to the report."
    crate.datePublished = collected(provenance)
    crate.license = context(crate, MIT, "CreativeWork", name="MIT License", identifier=MIT)
    profiles = [
        context(crate, address, "CreativeWork", name=name, version=version)
        for address, (name, version) in PROFILES.items()
    ]
    crate.root_dataset["conformsTo"] = profiles
    author = context(
        crate, REPOSITORY_AUTHORS, "Organization", name=config["report"]["author"] or "The authors"
    )
    crate.root_dataset["author"] = author
    workflow = add_workflow(crate, provenance, author)
    configuration = add_file(crate, "config.yaml", "the resolved configuration")
    configuration["exampleOfWork"] = workflow["input"]
    results = [add_file(crate, name, words) for name, words in RESULTS.items() if (folder / name).is_file()]
    next(file for file in results if file.id == "report/report.html")["exampleOfWork"] = workflow["output"]
    made = read_manifest(folder / NAME)
    for name, words in FOLDERS.items():
        if any(file.startswith(name) for file in made):
            results.append(crate.add(Dataset(crate, None, name, properties={"name": words})))
    inputs = [configuration, *source_data(crate, dataset)]
    action = context(
        crate,
        "#run",
        "CreateAction",
        name=f"Run {config['run']} of the workflow",
        description=f"{subject}: networks trained and measured, figures drawn, the report rendered.",
        endTime=collected(provenance).isoformat(),
        actionStatus="http://schema.org/CompletedActionStatus",
    )
    action["instrument"], action["agent"] = workflow, author
    # RO-Crate wants no list where there is only one.
    action["object"], action["result"] = inputs[0] if len(inputs) == 1 else inputs, results
    crate.root_dataset["mentions"] = action
    crate.metadata["conformsTo"] = [{"@id": crate.metadata["conformsTo"]}, profiles[-1]]
    return crate.metadata.generate()


def collected(provenance: Mapping[str, Any]) -> datetime:
    """When the run ended."""
    return datetime.fromisoformat(provenance["collected"])


def context(crate: ROCrate, id: str, kind: str, **properties: Any) -> ContextEntity:
    """An entity that is no file, added to the crate."""
    return crate.add(ContextEntity(crate, id, properties={"@type": kind, **properties}))


def add_file(crate: ROCrate, name: str, words: str) -> File:
    """A file of the run's folder, added to the crate."""
    kind = mimetypes.guess_type(name)[0] or "text/plain"
    return crate.add(File(crate, None, name, properties={"name": words, "encodingFormat": kind}))


def add_workflow(
    crate: ROCrate, provenance: Mapping[str, Any], author: ContextEntity
) -> ComputationalWorkflow:
    """The Snakefile as the crate's main entity, with its language, its input and its output."""
    snakemake = context(
        crate,
        "https://w3id.org/workflowhub/workflow-ro-crate#snakemake",
        "ComputerLanguage",
        name="Snakemake",
        identifier="https://doi.org/10.1093/bioinformatics/bts480",
        url="https://snakemake.readthedocs.io",
        version=provenance["packages"]["snakemake"],
    )
    workflow = crate.add(
        ComputationalWorkflow(
            crate,
            None,
            WORKFLOW,
            properties={
                "name": "Hidden Units",
                "version": provenance["commit"]["hash"],
                "encodingFormat": "text/plain",
            },
        )
    )
    workflow["conformsTo"] = context(
        crate, BIOSCHEMAS, "CreativeWork", name="Bioschemas ComputationalWorkflow", version="1.0"
    )
    workflow["programmingLanguage"], workflow["author"] = snakemake, author
    workflow["license"] = crate.license
    for side, name in (("input", "configuration"), ("output", "report")):
        workflow[side] = context(
            crate, f"#{name}", "FormalParameter", name=name, additionalType="File", valueRequired="True"
        )
    crate.mainEntity = workflow
    return workflow


def source_data(crate: ROCrate, dataset: Mapping[str, Any] | None) -> list[ContextEntity]:
    """The files that the images came from, by their hashes; none where they were drawn."""
    return [
        context(
            crate,
            f"#source-{source['part']}",
            "CreativeWork",
            name=source["name"],
            sha256=source["sha256"],
            license=dataset["licence"],
        )
        for source in (dataset["sources"] if dataset else [])
    ]
