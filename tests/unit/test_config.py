from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hidden_units.config import ignored_keys, load_schema, reference, resolve, with_defaults
from hidden_units.errors import StudyError

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = load_schema(ROOT / "workflow/schemas/config.schema.yaml")


def config_file(name):
    return yaml.safe_load((ROOT / "config" / name).read_text(encoding="utf-8"))


def sentence(config):
    with pytest.raises(StudyError) as caught:
        resolve(config, SCHEMA, ["config/mine.yaml"])
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_main_configuration_is_the_schemas_defaults():
    assert with_defaults(config_file("config.yaml"), SCHEMA) == with_defaults({}, SCHEMA)


@pytest.mark.parametrize("name", ["brush.yaml", "smoke.yaml"])
def test_the_overlays_are_valid_and_name_only_what_they_change(name):
    overlay = config_file(name)
    resolve(overlay, SCHEMA)

    def unchanged(block, defaults, path=""):
        for key, value in block.items():
            if isinstance(value, dict):
                yield from unchanged(value, defaults[key], f"{path}{key}.")
            elif value == defaults[key]:
                yield f"{path}{key}"

    assert list(unchanged(overlay, with_defaults({}, SCHEMA))) == []


def test_defaults_are_the_published_protocol():
    assert resolve({}, SCHEMA)["training"] == {
        "learning_rate": 0.01, "momentum": 0.5, "batch_size": 64, "epochs": 10, "shuffle": False,
        "precision": "float32", "channels_last": True, "threads": 1, "validation": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("config", "parts"),
    [
        ({"trainin": {}}, ["`trainin`", "did you mean `training`"]),
        ({"training": {"learnig_rate": 0.1}}, ["`training: learnig_rate`", "did you mean `learning_rate`"]),
        ({"training": {"zzz": 0.1}}, ["`training: zzz`", "known here are", "momentum"]),
        ({"training": {"learning_rate": "1e-2"}}, ["`training: learning_rate`", "'1e-2'", "1.0e-2"]),
        ({"training": {"learning_rate": -1}}, ["-1", "above 0"]),
        ({"training": {"learning_rate": float("nan")}}, ["`training: learning_rate`", "nan", "finite"]),
        ({"training": {"precision": "float16"}}, ["float16", "float32, bfloat16"]),
        ({"training": None}, ["`training`", "null", "a block of keys"]),
        ({"seeds": True}, ["`seeds`", "true", "a whole number"]),
        ({"seeds": 2.5}, ["`seeds`", "2.5", "a whole number"]),
        ({"seeds": 0}, ["`seeds`", "0", "at least 1"]),
        ({"seeds": 3.0}, ["`seeds`", "3.0", "a whole number"]),
        ({"characters": {"widths": [50.0]}}, ["`characters: widths: 0`", "50.0"]),
        ({"run": "../elsewhere"}, ["`run`", "../elsewhere", "small letters a to z, digits, - and _"]),
        ({"run": "a\n"}, ["`run`"]),
        ({"run": "/"}, ["`run`"]),
        ({"report": {"a\nb": None}}, [r"`report: 'a\nb'`"]),
        ({"run": "kmnist", "dataset": {"name": "brush"}}, ["`run` is kmnist", "brush"]),
        ({"run": "mine", "dataset": {"name": "idx"}}, ["`dataset: path`", "four IDX files"]),
        ({"dataset": {"name": "mnist"}}, ["mnist", "kmnist, idx, brush"]),
        ({"characters": {"widths": [10, "x"]}}, ["`characters: widths: 1`", "'x'"]),
        ({"characters": {"widths": []}}, ["`characters: widths`", "at least"]),
        ({"characters": {"widths": [3, 3]}}, ["no entry twice"]),
        ({"dataset": {"classes": [{"kana": "お"}] * 10}}, ["`dataset: classes: 0`", "`romaji`"]),
        ({"dataset": {"classes": ["o"] * 9}}, ["`dataset: classes`", "at least this many entries: 10"]),
        ({"dataset": {"classes": [*["o"] * 9, False]}}, ["`dataset: classes: 9`", "false", "in quotes"]),
        ({"dataset": {"classes": list(range(10))}}, ["`dataset: classes: 0`", "text", "in quotes"]),
        ({"dataset": {"classes": ["o" * 41] * 10}}, ["`dataset: classes: 0`", "at most this many letters"]),
        ({"dataset": {"mirrors": ["ftp://x"]}}, ["begins with http:// or https://"]),
        ({"checkerboard": {"network": {"output": {"bias": "a"}}}}, ['a fraction, such as "3/2"']),
        (
            {"sequences": {"steps": 1500}},
            ["`sequences: steps`", "1500", "multiple of", "1000", "2000 would do"],
        ),
        ({"sequences": {"srn_hidden": 0}}, ["`sequences: srn_hidden`", "0", "one of 2"]),
        ({"sequences": {"restarts": {"srn-anb2n": 0}}}, ["`sequences: restarts: srn-anb2n`", "at least 1"]),
        ({"sequences": {"restarts": {"srn-anb22n": 5}}}, ["srn-anb22n", "did you mean `srn-anb2n`"]),
    ],
)
def test_a_bad_value_is_told_in_one_sentence_with_key_value_and_expectation(config, parts):
    told = sentence(config)
    assert told.startswith("config (config/mine.yaml): ")
    for part in parts:
        assert part in told


def test_classes_are_a_list_of_names_or_of_blocks_or_of_both():
    names = list("abcdefghi")
    dataset = {"name": "idx", "path": "x", "classes": [*names, {"romaji": "o", "kana": "お"}]}
    classes = resolve({"run": "mine", "dataset": dataset}, SCHEMA)["dataset"]["classes"]
    assert classes == [*({"romaji": name, "kana": ""} for name in names), {"romaji": "o", "kana": "お"}]
    again = resolve({"run": "mine", "dataset": {**dataset, "classes": classes}}, SCHEMA)
    assert again["dataset"]["classes"] == classes


@pytest.mark.parametrize(
    ("dataset", "keys"),
    [
        ({"name": "kmnist", "classes": ["o"] * 10, "path": "x"}, ["classes"]),
        ({"name": "brush", "path": "x", "synthetic": True}, ["path", "synthetic"]),
        ({"name": "idx", "path": "x", "classes": ["o"] * 10, "licence": "CC0", "title": "t"}, []),
        ({"name": "idx", "path": "x", "brush": {"train": 20}}, ["brush"]),
        ({"name": "idx", "path": "x", "brush": {"train": 12000}}, []),
    ],
)
def test_each_key_that_has_no_effect_on_the_chosen_data_is_named_in_a_sentence(dataset, keys):
    told = ignored_keys(resolve({"run": "mine", "dataset": dataset}, SCHEMA), SCHEMA)
    assert len(told) == len(keys)
    for sentence, key in zip(told, keys, strict=True):
        assert f"`dataset: {key}` has no effect with `dataset: name: {dataset['name']}`" in sentence


def test_what_a_pattern_means_is_said_in_words():
    def schemas(schema):
        yield schema
        for nested in [*schema.get("properties", {}).values(), schema.get("items")]:
            yield from schemas(nested) if nested else ()

    patterned = [schema for schema in schemas(SCHEMA) if "pattern" in schema]
    assert patterned
    assert all(schema["x-form"] for schema in patterned)
    assert not any(schema["pattern"] in reference(SCHEMA) for schema in patterned)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3)
    ),
    max_leaves=6,
)
KNOWN_KEYS = st.sampled_from([*SCHEMA["properties"], "unknown"])


@given(st.dictionaries(KNOWN_KEYS, JSON_VALUES, max_size=4))
def test_any_configuration_resolves_or_is_refused_in_one_sentence(config):
    try:
        resolved = resolve(config, SCHEMA)
    except StudyError as error:
        assert "\n" not in str(error)
    else:
        assert set(resolved) == set(SCHEMA["properties"])


def test_the_reference_page_is_what_the_schema_says():
    page = (ROOT / "config/README.md").read_text(encoding="utf-8")
    assert page.endswith(reference(SCHEMA)), "config/README.md is out of date: run `make config-reference`"


def test_every_key_has_a_description_and_a_default_and_every_block_is_closed():
    def blocks(schema, path=""):
        yield path, schema
        for key, sub in schema["properties"].items():
            if "properties" in sub:
                yield from blocks(sub, f"{path}{key}.")

    for path, block in blocks(SCHEMA):
        assert block["additionalProperties"] is False, path
        for key, sub in block["properties"].items():
            assert "default" in sub and sub["description"], path + key
