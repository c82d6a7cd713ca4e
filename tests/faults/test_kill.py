"""Killed at any moment and started again by the same command, a study ends with the same bytes."""

from __future__ import annotations

import json
import random
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from safetensors import safe_open

from tests.faults.conftest import NETCONV_EPOCHS

pytestmark = [pytest.mark.slow, pytest.mark.faults]

KILLS_IN_TRAINING = 4
KILLS_AT_ANY_TIME = 2
# Once such a file is there, so many kills follow within so many seconds.
MILESTONES = {
    "characters/figures/*.svg": (1, 6),
    "notebooks/*.ipynb": (1, 6),
    "report/report.html": (2, 6),
    "report/report.pdf": (1, 3),
}
SEEDS = (0, 1)
# On a busy machine; for a hang is no end at all.
LONGEST_START_SECONDS = 900


def epochs_in_log(study, seed: int, since: float) -> list[int]:
    """The epochs that the log of a training tells of, if it was written since."""
    log = study.results / f"logs/train_netconv/netconv-seed-{seed}.log"
    if not log.exists() or log.stat().st_mtime < since:
        return []
    return [int(number) for number in re.findall(rf"epoch (\d+)/{NETCONV_EPOCHS}", log.read_text())]


def kept_epochs(checkpoint: Path) -> int:
    """The epochs after which the checkpoint was written."""
    with safe_open(checkpoint, framework="numpy") as file:
        return len(json.loads(file.metadata()["progress"]))


def checkpoint_of(study, seed: int) -> Path:
    return study.results / f"checkpoints/characters/netconv/seed-{seed}.safetensors"


def epochs_told(study, seed: int, since: float) -> list[int]:
    """The epochs that a start that is over told of; its checkpoint is as far, or one ahead."""
    epochs = epochs_in_log(study, seed, since)
    assert not epochs or epochs == list(range(epochs[0], epochs[-1] + 1))
    if epochs and checkpoint_of(study, seed).exists():
        # The checkpoint is written before the epoch is told.
        assert kept_epochs(checkpoint_of(study, seed)) - epochs[-1] in (0, 1)
    return epochs


def wait_for(running, is_there: Callable[[], bool], is_past: Callable[[], bool] = lambda: False) -> bool:
    """Wait until something is there; False if the run is over before, or that moment is past."""
    end = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < end:
        if is_there():
            return True
        if running.is_over() or is_past():
            return False
        time.sleep(0.02)
    pytest.fail("what the test waits for has not appeared")


def wait_for_epochs(running, study, count: int, since: float) -> bool:
    """Wait until one training of this start has logged so many epochs; False if all trainings are over."""
    trained = [study.results / f"characters/netconv/seed-{seed}/metrics.json" for seed in SEEDS]
    return wait_for(
        running,
        lambda: any(len(epochs_in_log(study, seed, since)) >= count for seed in SEEDS),
        lambda: all(path.exists() for path in trained),
    )


def test_killed_at_random_moments_it_ends_with_the_same_bytes(study, undisturbed):
    rng = random.Random(7)
    kills: Counter[str] = Counter()
    told: dict[int, list[int]] = {seed: [] for seed in SEEDS}
    moments = ["training"] * KILLS_IN_TRAINING + ["any"] * KILLS_AT_ANY_TIME
    moments += [pattern for pattern, (kills, _) in MILESTONES.items() for _ in range(kills)]
    for number, moment in enumerate(moments, start=1):
        since = time.time()
        # The undisturbed run had two cores throughout, and 0 for its hashes.
        cores = 2 if moment in ("training", "report/report.html") else 1
        running = study.start("faults.yaml", hash_seed=number, cores=cores)
        if moment == "training":
            if wait_for_epochs(running, study, rng.randint(1, 3), since):
                time.sleep(rng.uniform(0, 0.3))
        elif moment == "any":
            time.sleep(rng.uniform(0.2, 14))
        elif wait_for(running, lambda pattern=moment: any(study.results.glob(pattern))):
            time.sleep(rng.uniform(0, MILESTONES[moment][1]))
        if running.is_over():
            code, printed = running.finish()
            assert code == 0, printed[-5000:]
            break
        if number == 3:
            code, printed = study.run("faults.yaml")
            assert code == 1 and printed.count("\n") == 1 and printed.startswith("A run is in progress")
            assert f"process {running.process.pid}" in printed
        running.kill()
        kills["in all"] += 1
        kills["after a figure, notebook or report"] += moment in MILESTONES
        kills["after the HTML"] += (study.results / "report/report.html").exists()
        for seed in SEEDS:
            told[seed] += epochs_told(study, seed, since)

    since = time.time()
    code, printed = study.run("faults.yaml", timeout=900, hash_seed=99, cores=1)
    assert code == 0, printed[-5000:]
    assert study.hashes() == undisturbed.hashes()
    # Only the epoch in which a job is killed is lost: none that was told is trained again.
    for seed in SEEDS:
        told[seed] += epochs_told(study, seed, since)
        assert len(set(told[seed])) == len(told[seed]), f"seed {seed} trained an epoch twice: {told[seed]}"
    assert {kept_epochs(checkpoint_of(study, seed)) for seed in SEEDS} == {NETCONV_EPOCHS}
    assert kills["in all"] >= 10 and kills["after a figure, notebook or report"] >= 4
    assert kills["after the HTML"] >= 2


def test_a_broken_checkpoint_is_ignored_and_the_training_begins_again(undisturbed, tmp_path):
    study = undisturbed.copy(tmp_path / "study")
    trained = study.results / "characters/netconv/seed-0"
    expected = undisturbed.hashes()
    shutil.rmtree(trained)
    content = bytearray(checkpoint_of(study, 0).read_bytes())
    content[-100] ^= 1
    checkpoint_of(study, 0).write_bytes(content)
    since = time.time()
    code, printed = study.run("faults.yaml", trained.relative_to(study.folder) / "metrics.json")
    assert code == 0, printed[-3000:]
    assert epochs_in_log(study, 0, since) == list(range(1, NETCONV_EPOCHS + 1))
    assert study.hashes() == expected
