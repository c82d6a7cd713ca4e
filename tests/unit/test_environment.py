"""The environments: what is imported is required, what is required is pinned, .venv is built from it."""

from __future__ import annotations

import ast
import fcntl
import re
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from envs import build
from hidden_units.modules import WithoutTypeChecking, library_files, python_source

ROOT = Path(__file__).resolve().parents[2]
CONDA = ROOT / "envs" / "environment.yaml"
DISTRIBUTIONS = packages_distributions()
# Modules of the project itself; `job` is next to the scripts, and Snakemake hands itself to each.
OWN = {"hidden_units", "workflow", "job", "snakemake"}


def read_requirements(path: Path) -> list[Requirement]:
    lines = (line.split(" #")[0].strip() for line in path.read_text().splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def names(requirements: list[Requirement]) -> set[str]:
    return {canonicalize_name(requirement.name) for requirement in requirements}


LOCK = read_requirements(ROOT / "envs" / "requirements.lock")
REQUIRED = read_requirements(ROOT / "envs" / "requirements.in")


def conda_packages() -> list[Requirement]:
    *_, last = yaml.safe_load(CONDA.read_text())["dependencies"]
    return [Requirement(line) for line in last["pip"]]


# the lock


def test_the_lock_holds_everything_required_at_versions_that_fit():
    pinned = {canonicalize_name(entry.name): next(iter(entry.specifier)).version for entry in LOCK}
    for required in REQUIRED:
        name = canonicalize_name(required.name)
        assert name in pinned, f"{name} is not in the lock: make lock"
        assert required.specifier.contains(pinned[name]), f"{required} is not what the lock has: make lock"


def test_every_entry_of_the_lock_is_one_exact_version():
    seen: dict[str, Requirement] = {}
    for entry in LOCK:
        assert [specifier.operator for specifier in entry.specifier] == ["=="], entry
        assert not entry.url
        other = seen.setdefault(canonicalize_name(entry.name), entry)
        assert other is entry or (other.marker and entry.marker), f"two versions: {other} and {entry}"


# conda


def test_the_conda_environment_pins_what_the_lock_pins():
    *conda, _ = yaml.safe_load(CONDA.read_text())["dependencies"]
    for dependency in conda:
        assert re.fullmatch(r"[a-z]+=\d+(\.\d+)+", dependency), f"{dependency} is not one exact version"
    locked = {str(entry).split(";")[0].strip() for entry in LOCK}
    assert [str(entry) for entry in conda_packages() if str(entry) not in locked] == []


# imports


def third_party(path: Path) -> set[str]:
    """The distributions, by canonical name, that a Python file, a notebook or a Snakemake file imports."""
    code = python_source(path)
    if path.suffix == ".smk" or path.name == "Snakefile":
        # Of an import over several lines the first one names the module.
        lines = re.findall(r"^(?:from|import) .*", code, flags=re.MULTILINE)
        code = "\n".join(line.rstrip("( ") + " x" * line.endswith("(") for line in lines)
    modules = set()
    for node in ast.walk(WithoutTypeChecking().visit(ast.parse(code))):
        if isinstance(node, ast.Import):
            modules.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module.split(".")[0])
    return {
        canonicalize_name(DISTRIBUTIONS.get(module, [module])[0])
        for module in modules - OWN - set(sys.stdlib_module_names)
    }


def test_everything_imported_is_required_by_name():
    sources = [*ROOT.glob("src/**/*.py"), *ROOT.glob("workflow/**/*.py"), *ROOT.glob("workflow/**/*.smk")]
    assert len(sources) > 10
    for path in [*sources, ROOT / "Snakefile"]:
        missing = third_party(path) - names(REQUIRED)
        assert not missing, f"{path.relative_to(ROOT)} imports {missing}, not in envs/requirements.in"


def test_the_conda_environment_holds_what_scripts_import():
    for script in [*ROOT.glob("workflow/scripts/*.py"), *ROOT.glob("workflow/notebooks/*.ipynb")]:
        needed = set().union(*map(third_party, [script, *library_files([script], ROOT / "src")]))
        missing = needed - names(conda_packages())
        assert not missing, f"{script.name} needs {missing}, which {CONDA.name} does not have"


# building .venv


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A folder with a lock file, for build.py to work in; its .venv is made without pip and the network."""
    for name, place in {
        "ROOT": tmp_path,
        "LOCK": tmp_path / "envs" / "requirements.lock",
        "VENV": tmp_path / ".venv",
        "PYTHON": tmp_path / ".venv" / "bin" / "python",
    }.items():
        monkeypatch.setattr(build, name, place)

    def create(folder, **_):
        (folder / "bin").mkdir(parents=True)
        build.PYTHON.touch()

    monkeypatch.setattr("venv.create", create)
    for step in ("ensure_room", "ensure_pango"):
        monkeypatch.setattr(build, step, lambda: None)
    monkeypatch.setattr(build, "pip", lambda *_: None)
    build.LOCK.parent.mkdir()
    build.LOCK.write_text("one==1\n")
    (tmp_path / ".snakemake").mkdir()
    return tmp_path


def test_only_stamps_of_this_lock_folder_and_python_are_a_finished_environment(house, monkeypatch):
    assert not build.has("project")
    build.main()
    assert build.has("packages") and build.has("project")
    for changed in (
        lambda patch: patch.setattr(build.sys, "version_info", SimpleNamespace(major=3, minor=99)),
        lambda patch: patch.setattr(build, "VENV", shutil.copytree(build.VENV, house / "another")),
        lambda patch: build.LOCK.write_text("one==2\n"),
        lambda patch: build.note("packages") or (build.VENV / "packages.stamp").write_text("half a st"),
        lambda patch: build.note("packages") or build.PYTHON.unlink(),
    ):
        with monkeypatch.context() as patch:
            changed(patch)
            assert not build.has("packages")


def test_a_build_starts_from_empty_and_each_part_is_stamped_when_it_is_done(house, monkeypatch):
    seen = []

    def pip(arguments, *_):
        left_over = build.VENV / "left-over"
        seen.append((build.has("packages"), left_over.exists(), "--editable" in arguments))

    build.main()
    (build.VENV / "left-over").touch()
    (build.VENV / "project.stamp").unlink()
    (build.VENV / "packages.stamp").write_text("of another day")
    monkeypatch.setattr(build, "pip", pip)
    with monkeypatch.context() as patch:
        patch.setattr(build, "ensure_pango", lambda: sys.exit("no pango"))
        with pytest.raises(SystemExit, match="no pango"):
            build.main()
    # The packages and their check, into an empty folder; then the project, into finished packages.
    assert seen == [(False, False, False), (False, False, False), (True, False, True)]
    assert build.has("packages") and not build.has("project")
    seen.clear()
    build.main()
    assert seen == [(True, False, True)], "packages that are finished are not installed again"
    assert build.has("project")


def test_an_environment_in_use_is_not_taken_away(house):
    build.VENV.mkdir()
    with (house / ".snakemake" / "make.lock").open("w") as run:
        fcntl.flock(run, fcntl.LOCK_EX)
        with pytest.raises(SystemExit, match="a run in this folder is using it"):
            build.main()
    assert build.VENV.exists()


def test_a_disk_without_room_is_named_before_anything_is_built(house, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(build, "VENV", house)
    monkeypatch.setattr(build, "GIGABYTES_NEEDED", 10**9)
    with pytest.raises(
        SystemExit, match=r"GB are free on this disk, but building \.venv takes 1000000000 GB"
    ):
        build.ensure_room()


def test_missing_pango_is_installed_where_that_is_possible_and_else_named_with_the_command(monkeypatch):
    installed = []
    missing = "OSError: cannot load library 'libpango-1.0-0'"
    monkeypatch.setattr(build, "weasyprint_error", lambda: "" if installed else missing)
    monkeypatch.setattr(build, "may_install", lambda: False)
    with pytest.raises(SystemExit, match=r"system library pango; .*apt-get install libpango-1\.0-0 .*brew"):
        build.ensure_pango()
    monkeypatch.setattr(build, "may_install", lambda: True)
    monkeypatch.setattr(build, "apt_install", lambda *packages: installed.extend(packages))
    build.ensure_pango()
    assert installed == list(build.PANGO)


def test_a_python_too_old_or_missing_is_one_sentence(tmp_path):
    finder = ["sh", str(ROOT / "envs" / "python.sh")]
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit\nexit 1\n')
    old.chmod(0o755)
    for python, message in [
        ("/no/such/python", "but /no/such/python is no working Python; install one"),
        (str(old), f"but {old} is Python 3.9.2; install one"),
        (sys.executable, ""),
    ]:
        done = subprocess.run(
            finder, capture_output=True, text=True, cwd=tmp_path, env={"PATH": "/bin", "PYTHON": python}
        )
        assert message in done.stderr
        assert (done.returncode, done.stderr.count("\n")) == ((1, 1) if message else (0, 0))
    assert done.stdout.strip() == sys.executable
