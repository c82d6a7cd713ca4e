"""Any content of a configuration is read as written or refused in one sentence."""

import os
import re
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from hidden_units.config import defaults, resolve
from hidden_units.config.dataset import class_block
from hidden_units.encoders.tables import table_sources
from hidden_units.errors import StudyError
from hidden_units.paths import user_path
from hidden_units.yaml_files import MAX_BYTES, read_yaml
from snakemake_logger_plugin_steps import refuse_templates
from tests.faults.mutations import (
    FRAGMENTS,
    INPUTS,
    NAMES,
    TEXTS,
    bomb,
    check_tally,
    endless,
    outcome,
    spoiled_configs,
    spoiled_texts,
)
from tests.refusals import sentence

ROOT = Path(__file__).resolve().parents[2]
# Refusals take a hundredth of it, a bomb that went off far more.
CPU_SECONDS = 5
FILES = [ROOT / "config" / name for name in ("brush.yaml", "smoke.yaml")]
TEXTS_OF_FILES = [path.read_text(encoding="utf-8") for path in FILES]
CONFIGS = [*map(yaml.safe_load, TEXTS_OF_FILES), defaults()]
ALIASES = "seeds: &a [1]\nrun: *a\ntraining: {<<: {epochs: 2}}\n"


@pytest.fixture(scope="module")
def overlay(tmp_path_factory):
    return tmp_path_factory.mktemp("config") / "overlay.yaml"


def is_as_written(resolved, config):
    """Whether a resolved configuration has every value of the one it was made of."""
    for key, value in config.items():
        if key == "classes":
            value = value and [{"kana": "", **class_block(entry)} for entry in value]
        if isinstance(value, Mapping):
            if not is_as_written(resolved[key], value):
                return False
        elif resolved[key] != value:
            return False
    return True


def check_resolved(config, tally):
    resolved = outcome(resolve, config, ["mine.yaml"], tally=tally)
    if isinstance(resolved, StudyError):
        return
    assert is_as_written(resolved, config)
    assert set(resolved) == set(defaults())
    assert resolve(resolved) == resolved
    folder = Path("/study/results") / resolved["run"]
    assert folder.parent == Path("/study/results") and re.fullmatch("[a-z0-9][a-z0-9_-]*", folder.name)


def test_changed_values_are_taken_as_written_or_refused_in_one_sentence():
    tally = Counter()

    @settings(max_examples=INPUTS)
    @given(spoiled_configs(CONFIGS))
    def check(config):
        check_resolved(config, tally)

    check()
    check_tally("changed values", tally)


@pytest.mark.parametrize(
    "config",
    [
        {"seeds": bomb()},
        {"checkerboard": {"network": {"hidden": {"weights": endless()}}}},
        {"characters": {"widths": bomb()}},
        {"seeds": -(10**5000)},
        {"sequences": {"steps": 10**400 + 1}},
        {"sequences": {"steps": 10**9, "interval": 1}},
        {"report": {"title": "\ud800"}},
    ],
    ids=[
        "bomb", "endless weights", "bomb in a set of widths", "5000 digits", "400 digits",
        "too many snapshots", "half a letter",
    ],
)  # fmt: skip
def test_a_hostile_value_is_refused_at_once(config):
    start = time.process_time()
    with pytest.raises(StudyError):
        resolve(config)
    assert time.process_time() - start < CPU_SECONDS


def test_changed_text_of_an_overlay_is_read_as_yaml_reads_it_or_refused(overlay):
    tally = Counter()

    @settings(max_examples=INPUTS)
    @given(spoiled_texts([*TEXTS_OF_FILES, ALIASES]) | st.lists(st.sampled_from(FRAGMENTS)).map("".join))
    def check(text):
        overlay.write_bytes(text.encode("utf-8", "surrogatepass"))
        content = outcome(read_yaml, overlay, "correct it", tally=tally)
        if isinstance(content, StudyError):
            return
        plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        # Compared as texts, for .nan is not equal to itself.
        assert repr(content) == repr(yaml.safe_load(plain))
        if isinstance(content, dict):
            check_resolved(content, Counter())

    check()
    check_tally("changed texts", tally)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a: &a [*a]", "alias of a block inside itself"),
        ("a: &a0 [1]\n" + "".join(f"b{i}: &a{i + 1} [*a{i},*a{i}]\n" for i in range(60)), "20,000 values"),
        ("a: &a0 {k: 1}\n" + "".join(f"{i}: &a{i + 1} {{<<: [*a{i},*a{i}]}}\n" for i in range(60)), "20,000"),
        ("[" * 100_000, "30 levels"),
        ("a: " * 400 + "1", "line 1: is not valid YAML"),
        ("seeds: 1\nrun: x\nseeds: 2", "line 3: the key 'seeds' is in line 1 too"),
        ("a: 2001-13-45", "line 1: YAML takes '2001-13-45' for a timestamp"),
        ("a: " + "9" * 5000, "a whole number of 5000 digits, expected at most 18"),
        ("a: !!python/object/apply:os.system [id]", "could not determine a constructor"),
        ('a: "\\0"', "U+0000"),
        ('a: "\\ud800"', "U+D800"),
        ("# " + "x" * MAX_BYTES, "larger than 256 kB"),
    ],
    ids=lambda value: value[:20],
)
def test_a_hostile_file_is_refused_at_once(overlay, content, said):
    overlay.write_text(content, encoding="utf-8")
    start = time.process_time()
    assert said in sentence(read_yaml, overlay, "correct it")
    assert time.process_time() - start < CPU_SECONDS


@pytest.mark.parametrize(
    ("number", "read"),
    [
        ("010", "8"),
        ("-010", "-8"),
        ("0x10", "16"),
        ("0b11", "3"),
        ("1_0", "10"),
        ("1:30", "90"),
        ("1:30.5", "90.5"),
    ],
)
def test_a_number_that_yaml_reads_as_another_is_refused(overlay, number, read):
    overlay.write_text(f"seeds: {number}\n")
    with pytest.raises(
        StudyError, match=rf"line 1: YAML reads {number} as {read}; write the number in plain"
    ):
        read_yaml(overlay, "correct it")
    overlay.write_text(f"seeds: '{number}'\ncounts: [0, 10, -3, +4, 1.5, 1.0e-3]\n")
    assert read_yaml(overlay, "correct it") == {"seeds": number, "counts": [0, 10, -3, 4, 1.5, 0.001]}


TEMPLATES = {
    "a key": "__use_yte__: true\n",
    "an escaped key": '"__use\\x5fyte__": 1\n',
    "a merged key": "<<: {__use_yte__: true}\n",
    "a key twice": "__use_yte__: false\n__use_yte__: true\n",
    "a key with a tag": '!!python/str "__use_yte__": true\n',
    "after a byte order mark": "\ufeff__use_yte__: true\n",
    "in a large file": f"__use_yte__: true\n#{' ' * 2**18}\n",
}


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_configuration_is_data_only_for_plain_snakemake_too(overlay, template):
    """Snakemake would hand such a file to a template engine, which runs Python."""
    overlay.write_text(TEMPLATES[template] + "run: ?open('made', 'w')\n", encoding="utf-8")
    config = str(FILES[0])
    refuse_templates(["--cores", "1", "--configfile", config, "--", "--configfile", str(overlay)])
    for words in (
        ["--configfile", config, str(overlay)],
        [f"--configfiles={overlay}", "--configfile", config],
        ["-C", "a=1", "--configfile", str(overlay), "-n"],
    ):
        with pytest.raises(SystemExit, match=rf"^{re.escape(str(overlay))}\b.*[^\n]$"):
            refuse_templates(words)


def test_what_is_no_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, said in [
        (tmp_path / "pipe", "is not a file"),
        (tmp_path, "is not a file"),
        (tmp_path / "absent", "there is no such file"),
        (Path("/dev/zero"), "is not a file"),
        (tmp_path / ("x" * 300), "cannot be read"),
        (Path("\0"), "there is no such file"),
    ]:
        with pytest.raises(StudyError, match=said):
            read_yaml(path, "correct it")


@settings(max_examples=500)
@given(st.one_of(st.sampled_from([*NAMES, *TEXTS]), st.text(st.characters(codec=None), max_size=20)))
def test_no_name_of_a_run_leaves_the_results(name):
    check_resolved({"run": name, "dataset": {"name": "brush"}}, Counter())


@settings(max_examples=500)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([*NAMES, *TEXTS, "identity-8", "star16", "figures.csv", "a/../b.csv"]),
            st.text(st.characters(codec=None), max_size=12),
            st.builds(
                "{}{}".format,
                st.sampled_from(NAMES) | st.text(max_size=8),
                st.sampled_from([".csv", ".yaml", ".yml"]),
            ),
        ),
        max_size=3,
    )
)
def test_no_name_of_a_table_leaves_its_folder(entries):
    sources = outcome(table_sources, entries, tally=Counter())
    if isinstance(sources, StudyError):
        return
    assert len(sources) == len(entries)
    for name in sources:
        folder = Path("/study/results/x/encoders") / name
        assert folder.parent.name == "encoders" and folder.name == name
        assert name not in ("", ".", "..") and name.isprintable() and len(name) <= 60


@given(st.text(st.characters(codec=None), max_size=12).map("~{}".format) | st.sampled_from(NAMES))
def test_a_missing_home_is_refused(text):
    path = outcome(user_path, text, tally=Counter())
    assert isinstance(path, Path | StudyError)
