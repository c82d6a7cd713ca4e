"""A run and plain `snakemake` on machines that hand down what hurts: one job, and who holds the folder."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.idx_files import noise, write_folder
from tests.study import Study

pytestmark = pytest.mark.slow

UNKNOWN = ("unshare", "--user", "--map-user=12345", "--map-group=12345")
NAMELESS = ("env", "-u", "USER", "-u", "LOGNAME", "-u", "LNAME", "-u", "USERNAME")
ASCII = ("env", "LC_ALL=C", "PYTHONUTF8=0", "PYTHONCOERCECLOCALE=0")
SEVERAL = (
    "PYTHONIOENCODING=ascii",
    "PYTHONSAFEPATH=1",
    "PYTHONNODEBUGRANGES=1",
    "PYTHONOPTIMIZE=2",
    "MPLBACKEND=none such",
    "GIT_DIR=/nowhere",
)
TARGET = "results/own/data/dataset.json"


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A study of images in a folder with other letters in its name."""
    study = Study.new(tmp_path_factory.mktemp("inherited") / "study", "own")
    write_folder(study.path("dätä"), noise(100, 50))
    study.path("profile").mkdir()
    study.overlay("own.yaml", {"run": "own", "seeds": 1, "dataset": {"name": "idx", "path": "dätä"}})
    study.overlay("profile/profile.yaml", {"software-deployment-method": "conda"})
    return study


@pytest.mark.parametrize(
    ("how", "before"),
    [
        ("runner", (*UNKNOWN, *NAMELESS, "HOME={folder}/home", *ASCII[1:])),
        ("snakemake", (*UNKNOWN, *NAMELESS, "HOME={folder}/home", *ASCII[1:])),
        # Snakemake itself needs a home, and its profile stays the user's.
        ("runner", (*UNKNOWN, *NAMELESS, "-u", "HOME", *ASCII[1:], "PYTHONIOENCODING=ascii")),
        ("runner", ("env", "SNAKEMAKE_PROFILE=profile")),
        ("runner", (*ASCII, *SEVERAL)),
        ("snakemake", (*ASCII, *SEVERAL)),
    ],
    ids=[
        "unknown user",
        "unknown user of snakemake",
        "no home",
        "profile",
        "several",
        "several of snakemake",
    ],
)
def test_a_run_and_snakemake_do_not_mind_what_is_handed_down(study, how, before):
    if before[0] == "unshare" and subprocess.run([*UNKNOWN, "true"], capture_output=True).returncode:
        pytest.skip("no user namespaces here")
    commands = {
        "runner": (
            sys.executable,
            "workflow/run.py",
            "--config",
            "own.yaml",
            "--cores",
            1,
            "--",
            "-f",
            TARGET,
        ),
        "snakemake": (sys.executable, "-m", "snakemake", "--configfile", "own.yaml", "-c", 1, "-f", TARGET),
    }
    before = [word.format(folder=study.folder) for word in before]
    code, printed = study.launch(*before, *commands[how]).finish(120)
    assert code == 0 and "Traceback" not in printed, printed
    holder = study.path(".snakemake/make.lock").read_text(encoding="utf-8")
    assert (
        holder.startswith("user 12345 on " if before[0] == "unshare" else "")
        and str(os.getpid()) not in holder
    )
