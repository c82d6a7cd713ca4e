"""A hundred kills and fifty damaged bytes of a small study: over an hour, so in no other target."""

from __future__ import annotations

import random
import time
from collections import Counter

import pytest

from tests.study import Study, made_once

pytestmark = pytest.mark.soak

KILLS, CHANGES = 100, 50
# A start of the smoke study on one core is killed within so many seconds; the next goes on from there.
LONGEST = 40
CONFIG = "config/smoke.yaml"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> Study:
    """The smoke study, run from nothing to the report."""

    def make(folder):
        code, printed = Study.new(folder).run(CONFIG)
        assert code == 0, printed

    return Study(made_once(tmp_path_factory, "soaked", make))


def test_killed_a_hundred_times_it_ends_with_the_same_bytes(tmp_path, undisturbed):
    rng, expected = random.Random(15), undisturbed.hashes()
    kills = runs = 0
    while kills < KILLS:
        study = Study.new(tmp_path / f"run-{runs}")
        runs += 1
        while True:
            running = study.start(CONFIG, hash_seed=kills, cores=1)
            end = time.monotonic() + rng.uniform(0.2, LONGEST)
            while time.monotonic() < end and not running.is_over():
                time.sleep(0.05)
            if running.is_over() or kills == KILLS:
                break
            running.kill()
            kills += 1
        code, printed = running.finish(1800)
        assert code == 0, printed[-5000:]
        assert study.hashes() == expected, f"after {kills} kills, in run {runs}"
    print(f"\n{kills} kills in {runs} runs: each ended with the same bytes")


def test_of_fifty_damaged_bytes_none_is_published(tmp_path, undisturbed):
    rng, expected = random.Random(15), undisturbed.hashes()
    study = undisturbed.copy(tmp_path / "study")
    counts: Counter[str] = Counter()
    for number in range(CHANGES):
        name = rng.choice(sorted(expected))
        path = study.results / name
        content, before = bytearray(path.read_bytes()), path.stat()
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        path.write_bytes(content)
        code, printed = study.run(CONFIG, hash_seed=number)
        assert code == 0 and before.st_size == path.stat().st_size, f"{name}: {printed[-5000:]}"
        for aside in study.results.glob("notebooks/*.edited-*"):
            assert aside.read_bytes() == content
            aside.unlink()
        assert study.hashes() == expected, name
        counts["named"] += f"{name}: edited since its job wrote it" in printed
        counts["healed"] += 1
    print(f"\n{CHANGES} bytes: {dict(counts)}, 0 published")
    assert counts["named"] == CHANGES
