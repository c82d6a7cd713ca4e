"""The environments: what is imported is required, what is required is pinned, .venv is built from it."""

from __future__ import annotations

import ast
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from envs import build
from hidden_units.modules import library_files, python_source, statements

ROOT = Path(__file__).resolve().parents[2]
CONDA = ROOT / "envs" / "environment.yaml"
DISTRIBUTIONS = packages_distributions()
# Modules of the project itself; `job` is next to the scripts, and Snakemake hands itself to each.
OWN = {"hidden_units", "snakemake_logger_plugin_steps", "workflow", "job", "snakemake"}


def read_requirements(path: Path) -> list[Requirement]:
    lines = (re.split(r" --hash| #", line)[0].strip() for line in path.read_text().splitlines())
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


def test_every_entry_of_the_lock_has_the_hashes_of_its_files():
    lines = (ROOT / "envs" / "requirements.lock").read_text().splitlines()
    entries = [line for line in lines if not line.startswith("#")]
    assert len(entries) == len(LOCK)
    for line in entries:
        assert re.fullmatch(r"[\w.-]+==[^ ]+( ; [^#]+?)?( --hash=sha256:[0-9a-f]{64})+( # via .+)?", line), (
            line
        )


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
    for node in statements(ast.parse(code)):
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


# other people's machines


@pytest.fixture
def other_clone(house):
    """The finished environment of another clone, with what it holds."""
    place = house.with_name(f"{house.name}-other")
    (place / "bin").mkdir(parents=True)
    (place / "bin/python").touch()
    for part in ("packages", "project"):
        (place / f"{part}.stamp").write_text(build.stamp().replace(str(build.VENV), str(place)))
    return place


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_where_venv_is_a_link_it_is_built_in_the_links_target(house, monkeypatch):
    monkeypatch.setattr(build, "PYTHON", build.VENV / "bin/python")
    target = house.with_name(f"{house.name}-scratch") / "deep"
    build.VENV.symlink_to(target)
    # A target that is missing, empty, outdated, begun by a build that was killed, half removed.
    for prepare in (
        lambda: None,
        lambda: shutil.rmtree(target) or target.mkdir(),
        lambda: build.LOCK.write_text("one==2\n"),
        lambda: [(target / f"{part}.stamp").unlink() for part in ("packages", "project")],
        lambda: [path.unlink() for path in [*target.glob("p*.stamp"), target / "bin/python"]],
    ):
        prepare()
        build.main()
        assert build.VENV.is_symlink() and build.VENV.resolve() == target
        assert build.has("project") and (target / "bin/python").exists()


def test_a_link_to_what_is_not_this_clones_is_one_sentence_and_nothing_there_changes(house, other_clone):
    (house / "papers").mkdir()
    (house / "papers/thesis.tex").touch()
    (house / "file").touch()
    for target in (other_clone, house / "papers", house / "file"):
        before = files(house) | files(other_clone)
        build.VENV.symlink_to(target)
        with pytest.raises(SystemExit, match="holds something else than this clone's environment"):
            build.main()
        build.VENV.unlink()
        (house / ".snakemake/environment.lock").unlink()
        assert files(house) | files(other_clone) == before
    assert files(other_clone)


@pytest.mark.parametrize("name", ["a:b", "a\nb", "a\x1b[31mb", "a\x7fb"])
@pytest.mark.parametrize("is_linked", [False, True])
def test_a_path_in_which_no_environment_works_is_one_sentence_before_anything_is_built(
    house, monkeypatch, name, is_linked
):
    place = house / name
    if is_linked:
        build.VENV.symlink_to(place)
    else:
        monkeypatch.setattr(build, "VENV", place / ".venv")
    with pytest.raises(
        SystemExit, match=r"^[ -~]*a(:|\\n|\\x..)[ -~]*rename the folder or move this clone"
    ) as told:
        build.main()
    assert not place.exists() and str(told.value).isprintable()


PIP_CONF = """
[global]
user = true
quiet = 3
index-url = https://a.example
no-binary = :all:
timeout = 7
[install]
target = /x
timeout = 8
[download]
timeout = 9
"""


@pytest.mark.parametrize("way", ["PIP_CONFIG_FILE", "HOME", "XDG_CONFIG_HOME"])
def test_of_pips_settings_those_pass_that_say_where_packages_come_from(tmp_path, monkeypatch, way):
    monkeypatch.setattr(build, "PYTHON", sys.executable)
    path = {"HOME": ".config/pip/pip.conf", "XDG_CONFIG_HOME": "pip/pip.conf"}.get(way, "pip.conf")
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(PIP_CONF)
    for name in [*os.environ]:
        if name.startswith(("PIP_", "XDG_CONFIG")):
            monkeypatch.delenv(name)
    monkeypatch.setenv(way, str(tmp_path / path if way == "PIP_CONFIG_FILE" else tmp_path))
    for name, value in {"PIP_USER": "1", "PIP_RETRIES": "2", "PIP_PREFIX": "/x"}.items():
        monkeypatch.setenv(name, value)
    build.pip_environment.cache_clear()
    settings = {name: value for name, value in build.pip_environment().items() if name.startswith("PIP_")}
    build.pip_environment.cache_clear()
    expected = {"INDEX_URL": "https://a.example", "TIMEOUT": "8", "RETRIES": "2", "CONFIG_FILE": os.devnull}
    assert settings.items() >= {f"PIP_{name}": value for name, value in expected.items()}.items()
    # The machine's own file may name more places, not more ways.
    assert all(build.PASSING.fullmatch(name) for name in settings)


def test_settings_of_pip_that_cannot_be_read_are_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "PYTHON", sys.executable)
    (tmp_path / "pip.conf").write_text("user = true\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    build.pip_environment.cache_clear()
    with pytest.raises(SystemExit, match=r"^pip's settings cannot be read \(.*\); correct them"):
        build.pip_environment()


@pytest.fixture
def clone(tmp_path):
    """A clone whose lock is empty but for one wheel without content, to be built by pip itself."""
    folder = tmp_path / "clone"
    for part in ("envs", "src"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    metadata = "Metadata-Version: 2.1\nName: one\nVersion: 1\n"
    with zipfile.ZipFile(tmp_path / "one-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("one.py", "")
        wheel.writestr("one-1.dist-info/METADATA", metadata)
        wheel.writestr(
            "one-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr("one-1.dist-info/RECORD", "")
    digest = hashlib.sha256((tmp_path / "one-1-py3-none-any.whl").read_bytes()).hexdigest()
    (folder / "envs/requirements.lock").write_text(f"one==1 --hash=sha256:{digest} # via nothing\n")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("way", ["variables", "file", "small disk"])
def test_pip_installs_into_venv_whatever_its_settings_and_temporary_folder_are(clone, tmp_path, way):
    place = tmp_path / "place"
    place.mkdir()
    # The project itself needs the lock's setuptools, so the build ends after the packages.
    command = [sys.executable, "-I", "envs/build.py"]
    settings = {"PIP_USER": "1", "PIP_TARGET": str(place), "PYTHONSAFEPATH": "1", "PYTHONHOME": "/nowhere"}
    if way == "file":
        (tmp_path / "pip.conf").write_text(f"[install]\nuser = true\nroot = {place}\n")
        settings = {"PIP_CONFIG_FILE": str(tmp_path / "pip.conf")}
    if way == "small disk":
        mounted = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
        mount = f"mount -t tmpfs -o size=16k none {place}"
        if not shutil.which("unshare") or subprocess.run([*mounted, mount], capture_output=True).returncode:
            pytest.skip("no disk can be mounted here")
        settings = {"TMPDIR": str(place)}
        command = [*mounted, f'{mount} && exec "$@"', "sh", *command]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    environment |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path)}
    done = subprocess.run(command, cwd=clone, env=environment | settings, capture_output=True, text=True)
    assert (clone / ".venv/packages.stamp").exists(), done.stdout + done.stderr
    assert len([*clone.glob(".venv/lib/python*/site-packages/one.py")]) == 1
    assert not [*place.iterdir()] and not [*clone.glob(".venv/tmp*")]


@pytest.mark.parametrize(
    ("lock", "told"),
    [
        ("one==1\n", "Hashes are required"),
        (f"one==1 --hash=sha256:{'0' * 64}\n", "DO NOT MATCH THE HASHES"),
    ],
)
def test_a_file_that_the_lock_does_not_vouch_for_is_not_installed(clone, tmp_path, lock, told):
    (clone / "envs/requirements.lock").write_text(lock)
    done = subprocess.run(
        [sys.executable, "-I", "envs/build.py"],
        cwd=clone,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PIP_NO_INDEX": "1"}
        | {"PIP_FIND_LINKS": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and told in done.stderr
    assert done.stderr.splitlines()[-1].startswith("pip install failed (its output is above); give it a")
    assert not [*clone.glob(".venv/lib/python*/site-packages/one.py")]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        ("touch .snakemake", "make that folder writable or free some space there"),
        ("ulimit -f 100", "Python's ensurepip failed (OSError: [Errno 27] File too large); mend that"),
    ],
)
def test_a_folder_or_disk_that_cannot_be_written_is_one_sentence(clone, spoil, told):
    command = ["bash", "-c", f'{spoil} && exec "$@"', "bash", sys.executable, "-I", "envs/build.py"]
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert told in done.stderr


def test_line_ends_are_fixed_by_the_repository(tmp_path):
    origin, copy = tmp_path / "origin", tmp_path / "copy"
    for name in (
        ".gitattributes",
        "Makefile",
        "envs/python.sh",
        "config/brush.yaml",
        "envs/requirements.lock",
    ):
        (origin / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, origin / name)
    (origin / "picture.png").write_bytes(b"\x89PNG\r\n\x00\r\n\n")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
        subprocess.run([*git, *command], cwd=origin, check=True)
    for option in ("core.autocrlf=true", "core.eol=crlf", "core.autocrlf=input"):
        subprocess.run([*git, "clone", "-q", "-c", option, origin, copy], check=True)
        for path in [path for path in origin.rglob("*") if path.is_file() and ".git/" not in str(path)]:
            assert (copy / path.relative_to(origin)).read_bytes() == path.read_bytes(), (option, path)
        shutil.rmtree(copy)
