from pathlib import Path

import pytest
import yaml

from hidden_units.config import defaults, ignored_keys, json_schema, resolve
from hidden_units.config.__main__ import write_reference
from hidden_units.config.fields import Block
from hidden_units.errors import StudyError
from hidden_units.report.protocol import read_settings
from tests.refusals import sentence

ROOT = Path(__file__).resolve().parents[2]
DEFAULTS = defaults()


def config_file(name):
    return yaml.safe_load((ROOT / "config" / name).read_text(encoding="utf-8"))


def test_the_main_configuration_is_the_defaults():
    assert resolve(config_file("config.yaml")) == DEFAULTS


@pytest.mark.parametrize("name", ["brush.yaml", "smoke.yaml"])
def test_the_overlays_are_valid_and_name_only_what_they_change(name):
    overlay = config_file(name)
    resolve(overlay)

    def unchanged(block, defaults, path=""):
        for key, value in block.items():
            if isinstance(value, dict):
                yield from unchanged(value, defaults[key], f"{path}{key}.")
            elif value == defaults[key]:
                yield f"{path}{key}"

    assert list(unchanged(overlay, DEFAULTS)) == []


def test_studies_are_put_in_their_order_and_a_wrong_or_missing_one_is_refused():
    assert resolve({})["studies"] == ["characters", "checkerboard", "encoders", "sequences"]
    assert resolve({"studies": ["sequences", "characters"]})["studies"] == ["characters", "sequences"]
    for studies, said in (
        (["checkerbord"], r"`studies: 0` is the text 'checkerbord', .*; did you mean checkerboard\?"),
        ([], "`studies` is .*at least 1 entry"),
        (["encoders", "encoders"], "`studies` is .*no entry twice"),
    ):
        with pytest.raises(StudyError, match=said):
            resolve({"studies": studies})


def test_a_resolved_configuration_begins_with_the_keys_that_were_written_in_their_order():
    resolved = resolve({"training": {"epochs": 2, "momentum": 0}, "run": "mine", "seeds": 3})
    assert [*resolved][:4] == ["training", "run", "seeds", "studies"]
    assert [*resolved["training"]][:3] == ["epochs", "momentum", "learning_rate"]
    # A whole number stays one: the resolved configuration is what was written.
    assert resolved["training"]["momentum"] == 0 and isinstance(resolved["training"]["momentum"], int)


def test_defaults_are_the_published_protocol():
    protocol = read_settings(ROOT / "report/published/protocol.yaml")
    found = {
        "characters": DEFAULTS["training"],
        "checkerboard": DEFAULTS["checkerboard"]["training"],
        "encoders": DEFAULTS["encoders"]["training"],
        "sequences": DEFAULTS["sequences"],
    }
    assert protocol == {
        study: {key: found[study][key] for key in published} for study, published in protocol.items()
    }


@pytest.mark.parametrize(
    ("config", "parts"),
    [
        ({"trainin": {}}, ["`trainin`", "did you mean `training`"]),
        ({"training": {"learnig_rate": 0.1}}, ["`training: learnig_rate`", "did you mean `learning_rate`"]),
        ({"training": {"zzz": 0.1}}, ["`training: zzz`", "known here are", "momentum"]),
        ({"training": {"learning_rate": "1e-2"}}, ["`training: learning_rate`", "'1e-2'", "1.0e-2"]),
        *(({"seeds": number}, ["`seeds`", repr(number), "plain digits"]) for number in ("09", "10", "1e1")),
        ({"training": {"learning_rate": float("nan")}}, ["`training: learning_rate`", "nan", "finite"]),
        ({"training": {"precision": "float16"}}, ["float16", "float32, bfloat16"]),
        ({"training": None}, ["`training`", "null", "a block of keys"]),
        ({"seeds": True}, ["`seeds`", "true", "a whole number"]),
        ({"seeds": 2.5}, ["`seeds`", "2.5", "a whole number"]),
        ({"seeds": 0}, ["`seeds`", "0", "at least 1"]),
        *(
            ({"sweep": {"setting": "learning_rate", "values": [0.1]} | sweep}, parts)
            for sweep, parts in [
                ({"setting": "learning-rate"}, ["`sweep: setting`", "did you mean learning_rate?"]),
                ({"setting": "momentum", "values": [0.1, 1]}, ["`sweep: values: 1` is 1", "below 1"]),
                (
                    {"setting": "batch_size", "values": [64.5]},
                    ["`sweep: values: 0` is 64.5", "a whole number"],
                ),
                ({"setting": "epochs", "values": [10_001]}, ["`sweep: values: 0`", "at most 10000"]),
                ({"values": ["1e-2"]}, ["`sweep: values: 0` is the text '1e-2'", "1.0e-2"]),
                ({"values": [1, 1.0]}, ["`sweep: values`", "no entry twice"]),
                ({"values": []}, ["`sweep: values` is missing", "setting: learning_rate"]),
                ({"setting": None}, ["`sweep: setting` is missing"]),
                ({"networks": []}, ["`sweep: networks` is []", "at least 1 entry"]),
                ({"networks": ["netful"]}, ["`sweep: networks` names 'netful'", "netlin, netfull, netconv"]),
                ({"setting": "hidden", "values": [9]}, ["netlin, netfull", "set it to [netfull]"]),
                (
                    {"setting": "epochs", "values": [*range(1, 101)], "seeds": 51},
                    ["10,200 networks", "50 would do"],
                ),
            ]
        ),
        ({"run": "../elsewhere"}, ["`run`", "../elsewhere", "lower-case letters a to z, digits, - and _"]),
        ({"report": {"a\nb": None}}, [r"`report: 'a\nb'`"]),
        ({"report": {"\ud800": 1}}, ["`report`", "U+D800"]),
        ({"run": "kmnist", "dataset": {"name": "brush"}}, ["`run` is kmnist", "brush"]),
        ({"run": "mine", "dataset": {"name": "idx"}}, ["`dataset: path`", "where the images are"]),
        ({"dataset": {"name": "mnist"}}, ["mnist", "kmnist, idx, folder, npz, brush"]),
        ({"characters": {"widths": [10, "x"]}}, ["`characters: widths: 1`", "'x'"]),
        ({"characters": {"widths": [3, 3]}}, ["no entry twice"]),
        *(
            ({"characters": {"networks": {name: "net.py"}}}, ["`characters: networks`", repr(name)])
            for name in ("Net", "netlin", "netfull-20", "knn", "a_b", "-a", "figures", "a" * 21, "a\n")
        ),
        ({"characters": {"networks": {1: "net.py"}}}, ["`characters: networks: 1`", "in quotes"]),
        ({"characters": {"networks": {"a": ["net.py"]}}}, ["`characters: networks: a`", "text"]),
        ({"characters": {"networks": dict.fromkeys("abcde", "net.py")}}, ["5 entries", "at most 4"]),
        (
            {"sensitivity": {"order": ["mine"]}},
            ["`sensitivity: order`", "'mine'", "netlin, netfull, netconv"],
        ),
        ({"notebooks": {"confusions": {"model": "x"}}}, ["`notebooks: confusions: model`", "'x'"]),
        ({"dataset": {"classes": [{"kana": "お"}] * 10}}, ["`dataset: classes: 0`", "`romaji`"]),
        ({"dataset": {"classes": ["o"]}}, ["`dataset: classes`", "at least 2 entries"]),
        ({"dataset": {"classes": ["o"] * 101}}, ["`dataset: classes`", "at most 100 entries"]),
        (
            {"dataset": {"classes": [*["o"] * 9, False]}},
            ["`dataset: classes: 9: romaji`", "false", "in quotes"],
        ),
        (
            {"dataset": {"classes": ["o" * 41] * 10}},
            ["`dataset: classes: 0: romaji`", "at most 40 characters"],
        ),
        ({"dataset": {"mirrors": ["ftp://x"]}}, ["begins with http:// or https://"]),
        ({"checkerboard": {"network": {"output": {"bias": "a"}}}}, ['a fraction, such as "3/2"']),
        (
            {"sequences": {"steps": 1500}},
            ["`sequences: steps`", "1500", "multiple of", "1000", "2000 would do"],
        ),
        (
            {"sequences": {"restarts": {"lstm-anbncn": 100_000}}},
            ["`sequences: restarts: lstm-anbncn` is 100000", "10,100,000 snapshots", "1980 would do"],
        ),
        (
            {"sequences": {"restarts": {"srn-anbn-to10": 1001}}},
            ["`sequences: restarts: srn-anbn-to10`", "1000"],
        ),
        (
            {"seeds": 1000, "characters": {"widths": [*range(1, 51)]}},
            ["`seeds` is 1000, which with `characters: widths` makes 53,000 networks", "188 would do"],
        ),
        (
            {"seeds": 500, "statistics": {"resamples": 10**6}},
            ["`seeds` is 500, which with `statistics: resamples` makes 500,000,000 draws"],
        ),
        (
            {"encoders": {"seeds": 9000}},
            ["`encoders: seeds` is 9000, which with", "108,000", "4166 would do"],
        ),
        (
            {"checkerboard": {"restarts": 10**5, "hidden": [4, 100]}},
            ["`checkerboard: restarts` is 100000", "10,000,000 units", "10000 would do"],
        ),
        ({"sequences": {"srn_hidden": 0}}, ["`sequences: srn_hidden`", "0", "expected 2"]),
    ],
)
def test_a_bad_value_is_refused_in_one_sentence_with_key_value_and_expectation(config, parts):
    found = sentence(resolve, config, ["config/mine.yaml"])
    assert found.startswith("config (config/mine.yaml): ")
    for part in parts:
        assert part in found


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a\tb", "which is not on one line"),
        ("a\n", "not on one line"),
        ("a\u202eb", r"unprintable character U\+202E"),
    ],
)
def test_a_name_of_a_class_is_on_one_line_and_in_reading_order(name, said):
    dataset = {"name": "idx", "path": "x", "classes": [*"abcdefghi", name]}
    with pytest.raises(StudyError, match=said):
        resolve({"run": "mine", "dataset": dataset})


def test_classes_are_a_list_of_names_or_of_blocks_or_of_both():
    names = list("abcdefghi")
    dataset = {"name": "idx", "path": "x", "classes": [*names, {"romaji": "o", "kana": "お"}]}
    classes = resolve({"run": "mine", "dataset": dataset})["dataset"]["classes"]
    assert classes == [*({"romaji": name, "kana": ""} for name in names), {"romaji": "o", "kana": "お"}]
    again = resolve({"run": "mine", "dataset": {**dataset, "classes": classes}})
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
    found = ignored_keys(resolve({"run": "mine", "dataset": dataset}))
    assert len(found) == len(keys)
    for said, key in zip(found, keys, strict=True):
        assert f"`dataset: {key}` has no effect with `dataset: name: {dataset['name']}`" in said


def test_the_reference_page_is_what_the_models_say(tmp_path):
    page = (ROOT / "config/README.md").read_text(encoding="utf-8")
    copy = tmp_path / "README.md"
    copy.write_text(page, encoding="utf-8")
    write_reference(copy)
    assert copy.read_text(encoding="utf-8") == page, "config/README.md is out of date: make config-reference"


def test_every_key_has_a_description_and_a_default_and_every_pattern_its_words():
    def schemas(schema, path=""):
        yield path, schema
        for key, nested in {**schema.get("properties", {}), "each": schema.get("items")}.items():
            if nested:
                yield from schemas(nested, f"{path}: {key}")

    for path, schema in schemas(json_schema()):
        assert "form" in schema or "pattern" not in schema, path
        for key, sub in schema.get("properties", {}).items():
            assert sub["description"], f"{path}: {key}"
            assert "default" in sub or "each" in path, f"{path}: {key}"
    assert all(block.__doc__ for block in Block.__subclasses__())
