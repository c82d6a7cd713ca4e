"""Code here, results there: the workflow from another folder, from one that is read-only, and as a module."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.copies import copy_workflow
from tests.study import job_counts

pytestmark = pytest.mark.slow

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
MODULE = """
rule own:
    shell: "true"

module units:
    snakefile: "{clone}/Snakefile"
    config: config["units"]
    {prefix}

use rule * from units as {names}

rule mine:
    default_target: True
    input: rules.{rule}.output.activations
    output: "mine.txt"
    shell: "cp {{input[0]}} {{output}}"

print({{rule.name: rule.priority for rule in workflow.rules}})
"""


def snakemake(folder, *arguments, prefix=()):
    """What plain snakemake prints in a folder; it must succeed."""
    command = [*prefix, sys.executable, "-m", "snakemake", "--cores", "1", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=ENVIRONMENT, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def clone(tmp_path):
    """A read-only copy of the workflow."""
    folder = copy_workflow(tmp_path / "the clone")
    places = [folder, *folder.rglob("*")]
    for path in places:
        path.chmod(path.stat().st_mode & ~0o222)
    yield folder
    for path in places:
        path.chmod(path.stat().st_mode | 0o200)


def without_root():
    """A prefix that takes root's power over permissions away."""
    if os.geteuid():
        return ()
    if not shutil.which("setpriv"):
        pytest.skip("needs setpriv: root writes into read-only folders")
    return ("setpriv", "--bounding-set=-all", "--inh-caps=-all")


def test_a_read_only_clone_leaves_its_results_in_another_folder(clone, tmp_path):
    arguments = (
        "-s",
        clone / "Snakefile",
        "--directory",
        "there",
        "--configfile",
        clone / "config/smoke.yaml",
    )
    planned = job_counts(snakemake(tmp_path, *arguments, "--dry-run"))
    assert planned["render_report"] == 1
    target = "results/smoke/checkerboard/step_activations.csv"
    snakemake(tmp_path, target, *arguments, prefix=without_root())
    assert (tmp_path / "there" / target).is_file()
    assert not list(clone.rglob("__pycache__")) and not (clone / ".snakemake").exists()


@pytest.mark.parametrize(("names", "prefix"), [("*", ""), ("units_*", "prefix: 'sub'")])
def test_the_workflow_is_a_module_of_another(clone, tmp_path, names, prefix):
    folder = tmp_path / "another"
    (folder / "config").mkdir(parents=True)
    # Another workflow's own configuration is none of ours; a picture is found from its folder.
    (folder / "config/config.yaml").write_text(
        "units: {run: mine, seeds: 1, dataset: {name: brush}, sensitivity: {seeds: 0},"
        " encoders: {tables: [star16, identity-4, own/heart2.yaml, config/pictures/heart.yaml],"
        " shown: [star16], patience: {tables: []}}}\n"
    )
    (folder / "own").mkdir()
    shutil.copy(clone / "config/pictures/heart.yaml", folder / "own/heart2.yaml")
    rule = names.replace("*", "evaluate_step_networks")
    module = MODULE.format(clone=clone, prefix=prefix, names=names, rule=rule)
    (folder / "Snakefile").write_text('configfile: "config/config.yaml"\n' + module)
    whole = snakemake(folder, "--dry-run", names.replace("*", "all"))
    assert job_counts(whole)[names.replace("*", "render_report")] == 1
    assert "own/heart2.yaml" in whole and "sub/own" not in whole and "localrules" not in whole
    # The order of our steps is no order among those of another workflow.
    report, notebooks = (names.replace("*", rule) for rule in ("render_report", "render_notebooks"))
    assert all(said in whole for said in ("'own': 0,", "'mine': 0}", f"'{report}': 1,", f"'{notebooks}': 0,"))
    snakemake(folder, prefix=without_root())
    place = folder / ("sub" if prefix else "") / "results/mine/checkerboard/step_activations.csv"
    assert place.read_bytes() == (folder / "mine.txt").read_bytes()


def test_make_from_another_folder_names_the_way(tmp_path):
    makefile = Path(__file__).resolve().parents[2] / "Makefile"
    done = subprocess.run(["make", "-f", makefile, "help"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode and "make works in the clone: make -C CLONE report" in done.stderr
