"""What the profiles make of the configuration, seen in dry runs: no Slurm is needed."""

import re
from pathlib import Path

import pytest
import yaml

from tests.study import Study

ROOT = Path(__file__).resolve().parents[2]
RULES = sorted((ROOT / "workflow" / "rules").glob("*.smk"))
SMOKE = ("--configfile", "config/smoke.yaml")
TRAINING = ("train_perceptrons", "train_netconv")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A copy of the workflow without results, and an overlay that says where to train."""
    study = Study.new(tmp_path_factory.mktemp("profiles") / "study")
    study.overlay("device.yaml", {"device": "cpu", "run": "overlaid"})
    return study


def asked(study, *arguments):
    """The GPUs that each job of training asks for in a dry run, as (gpu, gres), one of each kind."""
    code, words = study.start_snakemake("--dry-run", *arguments).finish()
    assert code == 0, words
    lines = re.findall(
        rf"^rule (?:{'|'.join(TRAINING)}):\n(?:    .*\n)*?    resources: (.*)$", words, flags=re.M
    )
    assert lines, words
    found = set()
    for line in lines:
        gpu, gres = re.search(r"\bgpu=(\d+)", line), re.search(r"\bgres=(\S+?)(?:,|$)", line)
        found.add((int(gpu[1]), gres[1] if gres else None))
    return found, words


@pytest.mark.parametrize(
    ("profile", "extra", "gpu"),
    [
        ("slurm", (), (1, None)),
        ("slurm-gres", (), (0, "gpu:1")),
        ("slurm", ("--config", "device=cpu"), (0, None)),
        ("slurm-gres", ("--config", "device=cpu"), (0, None)),
    ],
)
def test_a_profile_asks_for_a_gpu_in_its_way_unless_the_command_line_says_cpu(study, profile, extra, gpu):
    assert asked(study, "--workflow-profile", f"profiles/{profile}", *SMOKE, *extra)[0] == {gpu}


def test_the_profile_wins_over_an_overlay_in_the_device_alone(study):
    arguments = ("--workflow-profile", "profiles/slurm", *SMOKE, "device.yaml")
    found, words = asked(study, *arguments)
    assert found == {(1, None)}
    assert "results/overlaid/" in words and "results/smoke/" not in words


def test_light_rules_stay_on_the_submitting_machine_and_heavy_ones_do_not():
    bodies = {
        name: body
        for path in RULES
        for name, body in re.findall(
            r"^ *rule (\w+):\n(.*?)(?=^ *(?:use )?rule |\Z)",
            path.read_text(encoding="utf-8"),
            flags=re.M | re.S,
        )
    }
    local = {name for name in bodies if "localrule: True" in bodies[name]}
    # A download is long, but nodes often have no network.
    assert local == {"fetch_kmnist", *(name for name in bodies if "**LIGHT" in bodies[name])}


@pytest.mark.parametrize("profile", ["slurm", "slurm-gres"])
def test_a_profile_says_where_and_how_and_never_what(profile):
    content = yaml.safe_load((ROOT / "profiles" / profile / "config.yaml").read_text(encoding="utf-8"))
    assert {entry.partition("=")[0] for entry in content["config"]} <= {"device", "gres"}
