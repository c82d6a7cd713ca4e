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


def test_the_descriptor_names_ro_crate_and_the_workflow_profile(crate):
    descriptor = crate["ro-crate-metadata.json"]
    assert ids(descriptor["about"]) == ["./"]
    assert ids(descriptor["conformsTo"]) == [
        "https://w3id.org/ro/crate/1.1",
        "https://w3id.org/workflowhub/workflow-ro-crate/1.0",
    ]


def test_the_root_names_its_profiles_licence_date_and_parts(crate):
    root = crate["./"]
    assert ids(root["conformsTo"]) == list(PROFILES)
    assert all(
        crate[address]["@type"] == "CreativeWork" and crate[address]["version"] for address in PROFILES
    )
    assert root["name"] and root["description"] and root["datePublished"].startswith("2026-01-31")
    assert crate[ids(root["license"])[0]]["name"] == "MIT License"
    assert crate[ids(root["author"])[0]]["@type"] == "Organization"


def test_the_main_entity_is_the_workflow_with_its_language(crate):
    (main,) = ids(crate["./"]["mainEntity"])
    workflow = crate[main]
    assert {"File", "SoftwareSourceCode", "ComputationalWorkflow"} <= set(workflow["@type"])
    (language,) = ids(workflow["programmingLanguage"])
    assert crate[language]["@type"] == "ComputerLanguage" and crate[language]["version"] == "9.27.1"
    assert main in ids(crate["./"]["hasPart"])
    assert ids(workflow["conformsTo"]) == [BIOSCHEMAS] and workflow["encodingFormat"]


def test_the_action_ran_the_workflow_on_the_configuration_and_made_the_report(crate):
    (action,) = (crate[id] for id in ids(crate["./"]["mentions"]))
    assert action["@type"] == "CreateAction"
    assert ids(action["instrument"]) == ids(crate["./"]["mainEntity"])
    assert "config.yaml" in ids(action["object"])
    assert {"report/report.html", "report/report.pdf"} <= set(ids(action["result"]))
    assert crate[ids(action["agent"])[0]]["@type"] == "Organization"
    assert action["name"] and action["description"]
    assert action["endTime"] == "2026-01-31T12:00:00+00:00"


def test_input_and_output_are_bound_to_their_parameters(crate):
    workflow = crate[ids(crate["./"]["mainEntity"])[0]]
    for side, file in (("input", "config.yaml"), ("output", "report/report.html")):
        (parameter,) = ids(workflow[side])
        assert crate[parameter]["@type"] == "FormalParameter"
        assert crate[parameter]["additionalType"] == "File"
        assert ids(crate[file]["exampleOfWork"]) == [parameter]


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
