"""The environments: what is imported is asked for, what is asked for is pinned, .venv is built from it."""

from __future__ import annotations

import ast
import fcntl
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from envs import build

ROOT = Path(__file__).resolve().parents[2]
CONDA_FILES = sorted((ROOT / "envs").glob("*.yaml"))
DISTRIBUTIONS = packages_distributions()
FIXED = {"torch": "2.14.1", "torchvision": "0.29.1"}
# Modules of the project itself; `job` lies beside the scripts, and Snakemake hands itself to each.
OWN = {"hidden_units", "workflow", "job", "snakemake"}


def read_requirements(path: Path) -> list[Requirement]:
    lines = (line.split(" #")[0].strip() for line in path.read_text().splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def names(requirements: list[Requirement]) -> set[str]:
    return {canonicalize_name(requirement.name) for requirement in requirements}


LOCK = read_requirements(ROOT / "envs" / "requirements.lock")
ASKED_FOR = read_requirements(ROOT / "envs" / "requirements.in")


def pip_part(path: Path) -> list[Requirement]:
    *_, last = yaml.safe_load(path.read_text())["dependencies"]
    return [Requirement(line) for line in last["pip"]]


# the lock


def test_the_lock_holds_everything_asked_for_at_versions_that_fit():
    pinned = {canonicalize_name(entry.name): next(iter(entry.specifier)).version for entry in LOCK}
    for asked in ASKED_FOR:
        name = canonicalize_name(asked.name)
        assert name in pinned, f"{name} is not in the lock: make lock"
        assert asked.specifier.contains(pinned[name]), f"{asked} is not what the lock has: make lock"


def test_every_entry_of_the_lock_is_one_exact_version():
    seen: dict[str, Requirement] = {}
    for entry in LOCK:
        assert [specifier.operator for specifier in entry.specifier] == ["=="], entry
        assert not entry.url
        other = seen.setdefault(canonicalize_name(entry.name), entry)
        assert other is entry or (other.marker and entry.marker), f"two versions: {other} and {entry}"


@pytest.mark.parametrize("requirements", [LOCK, ASKED_FOR], ids=["lock", "in"])
def test_torch_is_the_fixed_one(requirements):
    found = {entry.name: str(entry.specifier) for entry in requirements if entry.name in FIXED}
    assert found == {name: f"=={version}" for name, version in FIXED.items()}


# conda


@pytest.mark.parametrize("path", CONDA_FILES, ids=lambda path: path.name)
def test_conda_environments_pin_what_the_lock_pins(path):
    *conda, _ = yaml.safe_load(path.read_text())["dependencies"]
    for dependency in conda:
        assert re.fullmatch(r"[a-z]+=\d+(\.\d+)+", dependency), f"{dependency} is not one exact version"
    locked = {str(entry).split(";")[0].strip() for entry in LOCK}
    for entry in pip_part(path):
        assert str(entry) in locked, f"{path.name}: {entry} is not what the lock has"


# imports


@cache
def imported_modules(path: Path) -> frozenset[str]:
    """Full names of the modules that a Python file imports, or a Snakemake file at the start of a line."""
    if path.suffix == ".smk" or path.name == "Snakefile":
        lines = re.findall(r"^(?:from|import) .*", path.read_text(), flags=re.MULTILINE)
        tree = ast.parse("\n".join(line.rstrip("( ") + " x" * line.endswith("(") for line in lines))
    else:
        tree = ast.parse(path.read_text())
    found = set()
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
        # What is imported for type checkers alone is not needed to run.
        elif not (isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")):
            waiting += ast.iter_child_nodes(node)
    return frozenset(found)


def third_party(modules: frozenset[str]) -> set[str]:
    """The distributions, by canonical name, to which the imported modules belong."""
    roots = {module.split(".")[0] for module in modules} - OWN - set(sys.stdlib_module_names)
    return {canonicalize_name(DISTRIBUTIONS.get(root, [root])[0]) for root in roots}


def library_files(path: Path) -> set[Path]:
    """The files of the library that a file imports, directly or through others, and itself."""
    found, waiting = set(), [path]
    while waiting:
        current = waiting.pop()
        if current in found:
            continue
        found.add(current)
        for module in imported_modules(current):
            place = ROOT / "src" / Path(*module.split("."))
            waiting += [file for file in (place.with_suffix(".py"), place / "__init__.py") if file.exists()]
    return found


def test_everything_imported_is_asked_for_by_name():
    sources = [*ROOT.glob("src/**/*.py"), *ROOT.glob("workflow/**/*.py"), *ROOT.glob("workflow/**/*.smk")]
    assert len(sources) > 10
    for path in [*sources, ROOT / "Snakefile"]:
        missing = third_party(imported_modules(path)) - names(ASKED_FOR)
        assert not missing, f"{path.relative_to(ROOT)} imports {missing}, not in envs/requirements.in"


def rules_with_script() -> Iterator[tuple[str, Path, Path]]:
    """Name, conda file and script of every rule that has both."""
    for file in sorted(ROOT.glob("workflow/rules/*.smk")):
        for block in re.split(r"^(?:rule|checkpoint) ", file.read_text(), flags=re.MULTILINE)[1:]:
            conda, script = (
                re.search(rf'^    {word}:\s*"([^"]+)"', block, flags=re.MULTILINE)
                for word in ("conda", "script")
            )
            if conda and script:
                yield (
                    block.split(":")[0],
                    (file.parent / conda[1]).resolve(),
                    (file.parent / script[1]).resolve(),
                )


@pytest.mark.parametrize(
    ("conda", "script"),
    [pytest.param(conda, script, id=name) for name, conda, script in rules_with_script()],
)
def test_the_conda_environment_of_a_rule_holds_what_its_script_imports(conda, script):
    needed = {name for file in library_files(script) for name in third_party(imported_modules(file))}
    missing = needed - names(pip_part(conda))
    assert not missing, f"{script.name} needs {missing}, which {conda.name} does not have"


# building .venv


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A folder with a lock file, for build.py to work in."""
    for name, place in {
        "ROOT": tmp_path,
        "LOCK": tmp_path / "envs" / "requirements.lock",
        "VENV": tmp_path / ".venv",
        "STAMP": tmp_path / ".venv" / "finished.json",
        "PYTHON": tmp_path / ".venv" / "bin" / "python",
    }.items():
        monkeypatch.setattr(build, name, place)
    monkeypatch.delenv("PYTHON", raising=False)
    build.LOCK.parent.mkdir()
    build.LOCK.write_text("one==1\n")
    return tmp_path


def test_only_a_stamp_of_this_lock_folder_and_python_is_a_finished_environment(house, monkeypatch):
    assert build.check() == build.NOT_FINISHED
    build.VENV.mkdir()
    assert build.check() == build.NOT_FINISHED, "killed before the stamp was written"
    build.STAMP.write_text('{"lock": "')
    assert build.check() == build.NOT_FINISHED, "a stamp torn in the middle"
    build.write_stamp(build.expected_stamp())
    assert build.check() == build.ONLY_PANGO_MISSING
    build.write_stamp({**build.expected_stamp(), "pango": True})
    assert build.check() == build.NOTHING_MISSING

    monkeypatch.setenv("PYTHON", sys.executable)
    assert build.check() == build.NOTHING_MISSING
    monkeypatch.setenv("PYTHON", "/no/such/python")
    assert build.check() == build.NOT_FINISHED, "another Python was asked for"
    monkeypatch.delenv("PYTHON")

    finished = build.read_stamp()
    for key in ("lock", "python", "folder"):
        build.write_stamp({**finished, key: "another"})
        assert build.check() == build.NOT_FINISHED, key
    build.write_stamp(finished)
    build.LOCK.write_text("one==2\n")
    assert build.check() == build.NOT_FINISHED


def test_a_build_starts_from_empty_and_is_stamped_last(house, monkeypatch):
    seen = []

    def install(_lock):
        seen.append((build.PYTHON.exists(), build.STAMP.exists(), (build.VENV / "left-over").exists()))

    monkeypatch.setattr(build, "install_packages", install)
    monkeypatch.setattr(build, "ensure_room", lambda: None)
    monkeypatch.setattr("venv.create", lambda folder, **_: (folder / "bin").mkdir(parents=True))
    build.VENV.mkdir()
    (build.VENV / "left-over").touch()
    build.write_stamp({**build.expected_stamp(), "lock": "of another day", "pango": True})
    build.build(lock=0)
    assert seen == [(False, False, False)]
    assert build.read_stamp() == build.expected_stamp()


def test_an_environment_in_use_is_not_taken_away(house):
    (house / ".snakemake").mkdir()
    build.VENV.mkdir()
    with (house / ".snakemake" / "make.lock").open("w") as run:
        fcntl.flock(run, fcntl.LOCK_EX)
        with pytest.raises(SystemExit, match="a run in this folder is using it"):
            build.build(lock=0)
    assert build.VENV.exists()


def test_a_disk_without_room_is_named_before_anything_is_built(house, monkeypatch):
    monkeypatch.setattr(build, "GIGABYTES_NEEDED", 10**9)
    with pytest.raises(
        SystemExit, match=r"GB are free on this disk, but building \.venv takes 1000000000 GB"
    ):
        build.build(lock=0)
    assert not build.VENV.exists()


@pytest.mark.parametrize(
    ("user", "tools", "command"),
    [
        (1000, {"apt-get"}, "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
        (0, {"dnf"}, "install it with: dnf install pango"),
        (1000, {"pacman"}, "sudo pacman -S pango"),
        (1000, {"brew"}, "install it with: brew install pango"),
        (1000, set(), "doc.courtbouillon.org"),
    ],
)
def test_missing_pango_is_named_with_the_command_of_this_system(house, monkeypatch, user, tools, command):
    monkeypatch.setattr(build, "weasyprint_error", lambda: "OSError: cannot load library 'libpango-1.0-0'")
    monkeypatch.setattr(build, "may_install", lambda: False)
    monkeypatch.setattr(build.os, "geteuid", lambda: user)
    monkeypatch.setattr(build.shutil, "which", lambda tool: tool if tool in tools else None)
    with pytest.raises(SystemExit) as end:
        build.ensure_pango()
    assert "system library pango" in end.value.code
    assert command in end.value.code


def test_a_python_too_old_or_missing_is_told_in_one_sentence(tmp_path):
    finder = ["sh", str(ROOT / "envs" / "python.sh")]
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2\nexit 1\n')
    old.chmod(0o755)
    for environment, message in [
        ({"PYTHON": "/no/such/python"}, "but PYTHON=/no/such/python is no such Python; install one"),
        ({"PATH": f"{tmp_path}:/bin:/usr/bin", "PYTHON": str(old)}, "is no such Python; install one"),
    ]:
        done = subprocess.run(
            finder, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"} | environment
        )
        assert done.returncode == 1
        assert message in done.stderr
        assert done.stderr.count("\n") == 1
    done = subprocess.run(
        finder, capture_output=True, text=True, env={"PATH": "/bin", "PYTHON": sys.executable}
    )
    assert done.stdout.strip() == sys.executable
