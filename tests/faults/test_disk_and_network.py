"""Without a network nothing is missing; with a full disk nothing is lost."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.faults.conftest import TITLE

pytestmark = [pytest.mark.slow, pytest.mark.faults]

TARGETS = ["results/faults/characters/summary.csv", "results/faults/checkerboard/scaling.csv"]
# Full while the images are written, in the midst of training, and later; then large enough.
SIZES = ["700k", "2m", "4m"]
ENOUGH = "200m"


def test_the_whole_study_runs_with_the_network_cut_off(undisturbed, without_network, tally):
    if not without_network:
        pytest.skip("a network namespace cannot be made here, root is needed: unshare --net")
    ask = "import socket; socket.create_connection(('{}', 80), timeout=2)"
    for address in ("127.0.0.1", "192.0.2.1"):
        asked = subprocess.run(
            [*without_network, sys.executable, "-c", ask.format(address)], capture_output=True, check=False
        )
        assert asked.returncode != 0, "the network is not cut off"
    for name in ("report.html", "report.pdf", "machine.html"):
        assert (undisturbed.results / "report" / name).stat().st_size > 1000
    assert (undisturbed.results / "manifest.sha256").exists()
    tally["whole runs without a network"] += 1


def test_texts_of_the_configuration_are_shown_as_they_are(undisturbed):
    page = (undisturbed.results / "report/report.html").read_text(encoding="utf-8")
    assert "<script>document.title = 1</script>" not in page and "<b>Hidden</b>" not in page
    assert "&lt;b&gt;Hidden&lt;/b&gt; &amp; $\\frac$ {{ x }}" in page
    assert TITLE.count("{{ x }}") == 1 and "{% raw %}" in page


@pytest.fixture
def small_disk(study):
    """The folder of the results on a disk of its own; yields a function that sets its size."""
    folder = study.folder / "results"
    folder.mkdir(exist_ok=True)

    def mount(options):
        return subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False
        )

    mounted = mount(f"size={SIZES[0]}")
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here: " + mounted.stderr.decode().strip())
    yield lambda size: mount(f"remount,size={size}")
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_told_and_after_room_is_made_the_run_completes(study, small_disk, undisturbed, tally):
    for size in SIZES:
        assert small_disk(size).returncode == 0
        code, printed = study.run("faults.yaml", *TARGETS)
        assert code != 0, f"{size} were enough"
        assert "no room left on the disk" in printed and "Traceback" not in printed, printed[-3000:]
        tally["disks full"] += 1
    assert small_disk(ENOUGH).returncode == 0
    code, printed = study.run("faults.yaml", *TARGETS)
    assert code == 0, printed[-3000:]
    found, expected = study.hashes(), undisturbed.hashes()
    assert len(found) > 40
    assert {name: expected.get(name) for name in found} == found
    assert not list(study.results.rglob(".*.part*")), "nothing half-written stays"
