"""The crate: what the profile requires, what the folder holds, and what the validator of RO-Crates says.

`rocrate-validator` (package roc-validator) is no part of the environment: put it on the PATH, or its test is
skipped. It asks w3id.org for the JSON-LD context. Where there is no network, HIDDEN_UNITS_CRATE_CACHE names a
cache that it filled where there was one, with `rocrate-validator cache warm --cache-path <cache> --url` and
CONTEXT below.
"""

import json
import os
import shutil
import subprocess
import urllib.request

import pytest

from hidden_units.manifest import NAME, format_manifest
from hidden_units.report.crate import BIOSCHEMAS, FOLDERS, PROFILES, RESULTS, metadata

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
PROFILE = "workflow-run-crate-0.5"

CONFIG = {"run": "made-up", "report": {"title": "Made up", "author": ""}}
DATASET = {
    "title": "Kuzushiji-MNIST",
    "licence": "CC BY-SA 4.0",
    "sources": [{"part": "train_images", "name": "train-images-idx3-ubyte.gz", "sha256": "a1" * 32}],
}
PROVENANCE = {
    "collected": "2026-01-31 12:00:00+00:00",
    "packages": {"snakemake": "9.27.1"},
    "commit": {"hash": "c0ffee" * 6 + "beef"},
}

# Recommended, and left out: the study has no address of its own nor a publisher, and its README is the
# repository's.
NOT_FOLLOWED = {
    "process-run-crate-0.5_3.2",
    "process-run-crate-0.5_5.1",
    "ro-crate-1.1_22.3",
    "ro-crate-1.1_31.2",
    "workflow-ro-crate-1.0_6.1",
    "workflow-ro-crate-1.0_6.2",
}


@pytest.fixture
def run(tmp_path):
    """The folder of a run, its files empty."""
    for name in FOLDERS:
        (tmp_path / name).mkdir()
    for name in ("config.yaml", "workflow/Snakefile", *RESULTS):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / NAME).write_text(format_manifest({f"{name}file": "ab" * 32 for name in FOLDERS}))
    return tmp_path


@pytest.fixture
def crate(run):
    content = metadata(run, CONFIG, PROVENANCE, DATASET)
    return {entity["@id"]: entity for entity in json.loads(json.dumps(content))["@graph"]}


def ids(value):
    """The ids that a property refers to."""
    return [entry["@id"] for entry in (value if isinstance(value, list) else [value])]


def test_the_root_and_the_workflow_name_their_profiles_licence_author_and_language(crate):
    conforms_to = ids(crate["ro-crate-metadata.json"]["conformsTo"])
    assert conforms_to == ["https://w3id.org/ro/crate/1.1", [*PROFILES][-1]]
    root = crate["./"]
    assert ids(root["conformsTo"]) == list(PROFILES) and root["datePublished"].startswith("2026-01-31")
    assert crate[ids(root["license"])[0]]["name"] == "MIT License"
    workflow = crate[ids(root["mainEntity"])[0]]
    assert {"File", "SoftwareSourceCode", "ComputationalWorkflow"} <= set(workflow["@type"])
    assert ids(workflow["conformsTo"]) == [BIOSCHEMAS]
    assert crate[ids(workflow["programmingLanguage"])[0]]["version"] == "9.27.1"
    assert {crate[ids(part["author"])[0]]["@type"] for part in (root, workflow)} == {"Organization"}


def test_the_action_ran_the_workflow_on_the_configuration_and_made_the_report(crate):
    (action,) = (crate[id] for id in ids(crate["./"]["mentions"]))
    assert action["@type"] == "CreateAction" and action["endTime"] == "2026-01-31T12:00:00+00:00"
    assert ids(action["instrument"]) == ids(crate["./"]["mainEntity"])
    assert {"report/report.html", "report/report.pdf"} <= set(ids(action["result"]))
    workflow = crate[ids(action["instrument"])[0]]
    for files, side, file in (("object", "input", "config.yaml"), ("result", "output", "report/report.html")):
        (parameter,) = ids(workflow[side])
        assert file in ids(action[files]) and ids(crate[file]["exampleOfWork"]) == [parameter]
        assert crate[parameter]["@type"] == "FormalParameter"


def test_terms_that_the_standard_lacks_are_defined(run):
    standard, own = metadata(run, CONFIG, PROVENANCE, DATASET)["@context"]
    assert standard.endswith("ro/crate/1.1/context") and own == {"sha256": "http://schema.org/sha256"}


def test_no_property_is_a_list_of_one(crate):
    assert not [
        (entity["@id"], name)
        for entity in crate.values()
        for name, value in entity.items()
        if isinstance(value, list) and len(value) < 2
    ]


def test_every_part_is_in_the_folder(crate, run):
    parts = set(ids(crate["./"]["hasPart"]))
    assert {"config.yaml", *FOLDERS, *RESULTS} <= parts and all((run / part).exists() for part in parts)


def test_every_reference_is_described(crate):
    def references(value):
        if isinstance(value, dict):
            yield from [value["@id"]] if set(value) == {"@id"} else []
            value = list(value.values())
        if isinstance(value, list):
            for entry in value:
                yield from references(entry)

    named = {id for entity in crate.values() for id in references(entity)}
    # The standard itself needs no entity.
    assert named - crate.keys() == {"https://w3id.org/ro/crate/1.1"}


@pytest.fixture
def validator() -> list[str]:
    """The command, and where it finds the context."""
    if not shutil.which("rocrate-validator"):
        pytest.skip("rocrate-validator is not on the PATH: pip install roc-validator, beside .venv")
    command = ["rocrate-validator", "--no-interactive", "--disable-color", "validate"]
    if cache := os.environ.get("HIDDEN_UNITS_CRATE_CACHE"):
        return [*command, "--offline", "--cache-path", cache]
    try:
        with urllib.request.urlopen(CONTEXT, timeout=10):
            return [*command, "--no-cache"]
    except OSError as error:
        pytest.skip(f"the context cannot be reached, {CONTEXT}: {error}")


@pytest.mark.slow
@pytest.mark.parametrize(("severity", "allowed"), [("required", set()), ("recommended", NOT_FOLLOWED)])
def test_the_crate_follows_its_profile(validator, run, severity, allowed):
    content = metadata(run, CONFIG, PROVENANCE, DATASET)
    (run / "ro-crate-metadata.json").write_text(json.dumps(content), encoding="utf-8")
    told = run.with_name("told.json")
    subprocess.run(
        [*validator, "-p", PROFILE, "-l", severity, "-f", "json", "-o", told, run],
        capture_output=True,
        check=False,
    )
    issues = json.loads(told.read_text(encoding="utf-8"))["issues"]
    failed = {issue["check"]["identifier"]: issue["message"] for issue in issues}
    assert {check: message for check, message in failed.items() if check not in allowed} == {}
