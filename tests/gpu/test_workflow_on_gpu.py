"""The workflow where there is a GPU: it is found, asked for, used, and not needed again."""

from __future__ import annotations

import json
import re

import pytest

from hidden_units.manifest import hashes
from tests.study import Study

pytestmark = pytest.mark.gpu

SMOKE = ("--configfile", "config/smoke.yaml")
GPU = ("--resources", "gpu=1")
RULE = re.compile(r"^(?:local)?rule (\w+):", re.MULTILINE)
TRAINING = {"train_perceptrons", "train_netconv"}
TARGET = "results/smoke/characters/summary.csv"


def trained(folder):
    """A copy of the workflow with the classifiers trained, by two jobs at most beside one on the GPU."""
    workflow = Study.new(folder)
    done = workflow.snakemake(*GPU, *SMOKE, "--", TARGET)
    assert done.returncode == 0, done.stdout + done.stderr
    return workflow, done.stdout + done.stderr


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("first"))


def test_the_gpu_is_found_and_every_training_job_asks_for_it(first):
    _, words = first
    blocks = re.split(r"\n(?=\[\w{3} \w{3} )", words)
    rules = [(found[1], "gpu=1" in block) for block in blocks if (found := RULE.search(block))]
    assert {asks for rule, asks in rules if rule in TRAINING} == {True}
    assert {asks for rule, asks in rules if rule not in TRAINING} == {False}


def test_a_second_run_gives_the_same_bytes(first, tmp_path):
    second, _ = trained(tmp_path)
    found, expected = (hashes(folder.path("results/smoke")) for folder in (second, first[0]))
    assert found == expected
    assert sum(name.endswith("weights.safetensors") for name in found) >= 8


def test_without_the_gpu_nothing_is_trained_again(first):
    workflow, _ = first
    assert workflow.planned(*SMOKE, "--config", "device=cpu", "--", TARGET) == {}


def test_the_networks_work(first):
    path = first[0].path("results/smoke/characters/netconv/seed-0/metrics.json")
    # Two epochs of 1,200 images; ten classes.
    assert json.loads(path.read_text(encoding="utf-8"))["accuracy"] > 0.15
