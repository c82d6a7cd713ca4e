"""What a process inherits: real processes, started from shells as people have them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hidden_units import inherited

ROOT = Path(__file__).resolve().parents[2]
GATE = [sys.executable, "-I", str(ROOT / "src/hidden_units/inherited.py")]
SHOW = "import json, os, sys; print(json.dumps([dict(os.environ), sys.flags.utf8_mode, sys.path]))"
PASSES = {"PATH": os.environ["PATH"], "HOME": "/tmp", "USER": "somebody"}


def python(code: str, command: list[str], **options) -> str:
    """What Python prints that runs a piece of code behind such a command."""
    done = subprocess.run([*command, "-c", code], capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


DROPPED = {
    "thread binding": {
        "OMP_PROC_BIND": "true",
        "OMP_PLACES": "cores",
        "GOMP_CPU_AFFINITY": "0",
        "KMP_AFFINITY": "compact",
    },
    "thread pools": {
        "OMP_DYNAMIC": "true",
        "MKL_DYNAMIC": "false",
        "KMP_BLOCKTIME": "0",
        "OPENBLAS_MAIN_FREE": "1",
    },
    "numerical libraries": {
        "NUMBA_DISABLE_JIT": "1",
        "ATEN_CPU_CAPABILITY": "default",
        "NVIDIA_TF32_OVERRIDE": "1",
    },
    "Python": {
        "PYTHONSAFEPATH": "1",
        "PYTHONPATH": "/nowhere",
        "PYTHONOPTIMIZE": "2",
        "PYTHONWARNINGS": "error",
    },
    "another Python": {"PYTHONHOME": "/nowhere", "PYTHONINSPECT": "1", "PYTHONSTARTUP": "/nowhere"},
    "pip": {"PIP_USER": "1", "PIP_TARGET": "/nowhere", "PIP_REQUIRE_HASHES": "1"},
    "git": {"GIT_DIR": "/nowhere", "GIT_WORK_TREE": "/", "GIT_INDEX_FILE": "/nowhere"},
    "figures": {"MPLBACKEND": "none such", "MATPLOTLIBRC": "/nowhere"},
    "notebooks": {"JUPYTER_PATH": "/nowhere", "IPYTHONDIR": "/nowhere"},
    "snakemake": {"SNAKEMAKE_PROFILE": "none such", "SNAKEMAKE_OUTPUT_CACHE": "/nowhere"},
}
KEPT = {
    "PYTHONHASHSEED": "7",
    "PIP_INDEX_URL": "https://example.org",
    "OMP_NUM_THREADS": "3",
    "GIT_CONFIG_COUNT": "0",
    "SLURM_JOB_ID": "1",
    "CUDA_VISIBLE_DEVICES": "1",
    "https_proxy": "http://example.org",
    "LC_ALL": "C",
    "TMPDIR": "/tmp",
}


@pytest.mark.parametrize("family", DROPPED)
def test_of_a_family_of_variables_nothing_passes_but_what_is_listed(family):
    environment, utf8_mode, path = json.loads(python(SHOW, GATE, env=PASSES | KEPT | DROPPED[family]))
    environment.pop("LC_CTYPE", None)
    assert environment == PASSES | KEPT | {"PYTHONUTF8": "1"}
    assert utf8_mode == 1 and "/nowhere" not in path


def test_what_snakemake_reads_stays_for_one_who_calls_it(monkeypatch):
    for name in ("SNAKEMAKE_PROFILE", "PYTHONPATH", "PYTHONSAFEPATH"):
        monkeypatch.setenv(name, "x")
    for_snakemake = inherited.passing(for_snakemake=True)
    assert {"SNAKEMAKE_PROFILE", "PYTHONPATH"} <= for_snakemake.keys()
    assert not {"SNAKEMAKE_PROFILE", "PYTHONPATH"} & inherited.passing(for_snakemake=False).keys()
    assert "PYTHONSAFEPATH" not in for_snakemake


# users


@pytest.fixture
def nobody():
    """What to put before a command to run it as a user without an entry in passwd."""
    unshare = ["unshare", "--user", "--map-user=12345", "--map-group=12345"]
    if not shutil.which("unshare") or subprocess.run([*unshare, "true"], capture_output=True).returncode:
        pytest.skip("no user namespaces here")
    return unshare


USER = """
import getpass, os, pathlib
print(getpass.getuser(), pathlib.Path.home(), os.environ.get("XDG_CACHE_HOME"))
"""


def test_a_user_without_an_entry_has_a_number_and_a_home_in_the_folder_of_the_study(nobody, tmp_path):
    for given, home in [
        ({}, ".snakemake/home"),
        ({"HOME": ""}, ".snakemake/home"),
        ({"HOME": "/tmp/h"}, "/tmp/h"),
    ]:
        told = python(USER, [*nobody, *GATE], env={"PATH": os.environ["PATH"], **given}, cwd=tmp_path)
        assert told == f"user 12345 {tmp_path / home} None\n"


def test_a_read_only_home_keeps_its_settings_but_no_caches(tmp_path):
    place = tmp_path / "file"
    place.touch()
    environment = PASSES | {"HOME": str(place / "home")}
    told = python(USER, GATE, env=environment, cwd=tmp_path)
    assert told == f"somebody {place}/home {tmp_path}/.snakemake/home/.cache\n"
    told = python(USER, GATE, env=environment | {"XDG_CACHE_HOME": "/tmp/x"}, cwd=tmp_path)
    assert told == f"somebody {place}/home /tmp/x\n"


# thread binding

CORES = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else {0}
TWO_CORES = pytest.mark.skipif(len(CORES) < 2, reason="binding needs two cores")
# Two threads of torch's pool, which binds itself to a core each; then what a run of ours finds below.
BOUND = f"""
import os, subprocess, sys
import torch
torch.set_num_threads(2)
torch.ones(10**6).exp().sum()
below = [*{GATE!r}, "-c", "import os; print(len(os.sched_getaffinity(0)))"]
print(len(os.sched_getaffinity(0)), int(subprocess.check_output([*sys.argv[1:], *below])))
"""
JOB = """
import sys
sys.path.insert(0, {scripts!r})
import job, os, torch
print(len(os.sched_getaffinity(0)), os.environ["OMP_NUM_THREADS"])
"""


@TWO_CORES
@pytest.mark.parametrize(
    "binding", ["OMP_PROC_BIND=true", "OMP_PROC_BIND=close", "GOMP_CPU_AFFINITY=0", "OMP_PLACES={0}"]
)
def test_a_job_is_free_of_thread_binding(binding):
    name, _, value = binding.partition("=")
    told = python(
        JOB.format(scripts=str(ROOT / "workflow/scripts")), [sys.executable], env=os.environ | {name: value}
    )
    assert told == f"{len(CORES)} 1\n"


@TWO_CORES
def test_binding_by_an_ancestor_is_undone_and_limits_that_are_meant_stay():
    environment = {**os.environ, "OMP_PROC_BIND": "true", "OMP_NUM_THREADS": "2"}
    bound = [sys.executable, "-c", BOUND]
    core, other = sorted(CORES)[:2]
    for before, between, cores in [
        ([], [], "1 2\n"),
        (["taskset", "-c", str(core)], [], "1 1\n"),
        ([], ["taskset", "-c", str(other)], "1 1\n"),
    ]:
        command = [*before, *bound, *between]
        assert subprocess.check_output(command, env=environment, text=True) == cores
