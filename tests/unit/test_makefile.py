"""The Makefile: what a user gives is a name, whatever its letters are; nobody's text becomes a command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# In place of Python: it notes what it is given, and each call's end.
PYTHON = '#!/bin/sh\nfor word; do printf "%s\\0" "$word"; done >> said\n'
NAMES = [
    "`touch made`.yaml",
    "$(shell touch made).yaml",
    'a";touch made;".yaml',
    "$$(touch made).yaml",
    "a'; touch made; '.yaml",
    "-x.yaml",
    "two  words & more.yaml",
    "${HOME}.yaml",
    "a#b,c) \\ %s ~.yaml",
    "a\ntouch made\n.yaml",
    "$(eval X)$(error made)",
]


@pytest.fixture
def clone(tmp_path):
    """A folder with the Makefile, in which nothing is set up and Python is a stand-in."""
    for folder in ("envs", "config", ".venv/bin"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copy(ROOT / "envs/python.sh", tmp_path / "envs")
    (tmp_path / "envs/build.py").touch()
    (tmp_path / "config/config.yaml").write_text("run: base\n")
    (tmp_path / ".venv/bin/python").write_text(PYTHON)
    (tmp_path / ".venv/bin/python").chmod(0o755)
    return tmp_path


def make(clone: Path, target: str, *, is_inherited: bool = False, **names: str) -> list[str]:
    """The words that Python is given, after the gate's and the script's; what it was told is on one line."""
    (clone / "said").unlink(missing_ok=True)
    given = [f"{name}={value}" for name, value in names.items()]
    done = subprocess.run(
        ["make", target, *([] if is_inherited else given)],
        cwd=clone,
        env={"PATH": os.environ["PATH"], "PYTHON": sys.executable, **(names if is_inherited else {})},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert not (clone / "made").exists(), done.stdout + done.stderr
    if not (clone / "said").exists():
        return done.stdout.splitlines()
    return (clone / "said").read_text(encoding="utf-8").split("\0")[3:-1]


@pytest.mark.parametrize("is_inherited", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_no_shell_sees_the_name_of_a_configuration_a_manifest_or_a_folder(clone, name, is_inherited):
    words = make(clone, "report", is_inherited=is_inherited, CONFIG=name, CORES=name)
    assert words == [f"--config={name}", f"--cores={name}", "--"]
    assert make(clone, "slides", CONFIG=name)[-2:] == ["--", "slides"]
    words = make(clone, "verify", is_inherited=is_inherited, CONFIG=name, MANIFEST=name)
    assert words == [f"--config={name}", "--verify", f"--manifest={name}", "--"]
    assert make(clone, "audit", is_inherited=is_inherited, CONFIG=name, RESULTS=name) == [name]
    words = make(clone, "forecast", is_inherited=is_inherited, CORES=name, RESULTS=name)
    assert words == ["hidden_units.forecast", f"--cores={name}", "--", name]
    assert make(clone, "compare", is_inherited=is_inherited, RUNS=name)[1:] == ["--", name]
    words = make(clone, "reference", is_inherited=is_inherited, RESULTS=name)
    assert words == ["hidden_units.reproduction", name]
    assert f"  CONFIG={name}  an overlay" in "\n".join(make(clone, "help", CONFIG=name))


def test_studies_are_one_word_of_the_report_and_of_its_slides(clone):
    for target, rest in (("report", []), ("slides", ["slides"])):
        words = make(clone, target, STUDIES="encoders, $(touch made)")
        assert words[2:] == ["--studies=encoders, $(touch made)", "--", *rest]


def test_what_is_not_given_has_its_default_and_arguments_are_words_for_the_shell(clone):
    words = make(clone, "report", ARGS="--until 'a b'")
    assert words == ["--config=config/brush.yaml", "--cores=all", "--", "--until", "a b"]
    assert make(clone, "verify") == ["--config=config/brush.yaml", "--verify", "--"]
    assert make(clone, "audit", CONFIG="absent.yaml") == ["results/base"]
    words = make(clone, "forecast", CONFIG="absent.yaml", ARGS="--write-costs")
    assert words == ["hidden_units.forecast", "--cores=all", "--write-costs", "--", "results/base"]


@pytest.mark.parametrize(
    "run", ["mine", "$(touch made)", "`touch made`", '"; touch made; "', "$(shell touch made)"]
)
def test_the_run_that_an_overlay_names_is_no_command_for_the_audit(clone, run):
    (clone / "-a b.yaml").write_text(f"seeds: 2\nrun: {run}\n")
    assert make(clone, "audit", CONFIG="-a b.yaml") == [f"results/{run}"]
