"""The crate: what the profile requires, and what the folder holds."""

import json

import pytest

from hidden_units.report.crate import BIOSCHEMAS, PROFILES, metadata

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


@pytest.fixture
def run(tmp_path):
    for name in ("config.yaml", "data/dataset.json", "report/report.html", "report/report.pdf"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    return tmp_path


@pytest.fixture
def crate(run):
    content = metadata(run, CONFIG, PROVENANCE, DATASET)
    return {entity["@id"]: entity for entity in json.loads(json.dumps(content))["@graph"]}


def ids(value):
    """The ids that a property refers to."""
    return [entry["@id"] for entry in (value if isinstance(value, list) else [value])]


def test_the_root_and_the_workflow_name_their_profiles_licence_author_and_language(crate):
    assert ids(crate["ro-crate-metadata.json"]["conformsTo"]) == [
        "https://w3id.org/ro/crate/1.1",
        [*PROFILES][-1],
    ]
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


def test_every_part_is_in_the_folder_but_for_the_workflow_that_is_copied_there(crate, run):
    parts = set(ids(crate["./"]["hasPart"])) - {"workflow/Snakefile"}
    assert parts and all((run / part).exists() for part in parts)


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
