"""Without a network nothing is missing; with a full disk nothing is lost."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import TITLE
from tests.workflow.conftest import new_pair

pytestmark = [pytest.mark.slow, pytest.mark.faults]

# Parts of what a finished run takes: full in the midst of the images, training, figures and notebooks.
PARTS = [0.006, 0.05, 0.33]
# What is written last, one after the other, and by which step; each is once met by a disk with room for half.
LAST = {
    "report/report.html": "render_report",
    "report/report.pdf": "render_pdf",
    "report/machine.html": "collect_provenance",
    "workflow": "write_crate",
}
OTHERS_AT_THE_END = ["provenance.json", "manifest.sha256", "ro-crate-metadata.json"]
ENOUGH = 200 * 2**20
PAGE = 4096


def test_the_whole_study_runs_with_the_network_cut_off(undisturbed, without_network):
    if not without_network:
        pytest.skip("a network namespace cannot be made here, neither by root nor by a user: unshare --net")
    for name in ("report.html", "report.pdf", "machine.html"):
        assert (undisturbed.results / "report" / name).stat().st_size > 1000
    assert (undisturbed.results / "manifest.sha256").exists()


def test_texts_of_the_configuration_are_shown_as_they_are(undisturbed):
    page = (undisturbed.results / "report/report.html").read_text(encoding="utf-8")
    assert "<script>document.title = 1</script>" not in page and "<b>Hidden</b>" not in page
    assert "&lt;b&gt;Hidden&lt;/b&gt; &amp; $\\frac$ {{ x }}" in page
    assert TITLE.count("{{ x }}") == 1 and "{% raw %}" in page


class Disk:
    """A small disk at a folder."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        mounted = self.mount(f"size={100 * PAGE}")
        if mounted.returncode:
            pytest.skip("a small disk cannot be mounted here: " + mounted.stderr.decode().strip())

    def mount(self, options):
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.folder)]
        return subprocess.run(command, capture_output=True, check=False)

    def resize(self, size: int) -> None:
        """Give it so many bytes."""
        assert self.mount(f"remount,size={size // PAGE * PAGE}").returncode == 0

    def used(self) -> int:
        """Bytes that its files take."""
        state = os.statvfs(self.folder)
        return (state.f_blocks - state.f_bfree) * state.f_frsize


@pytest.fixture
def small_disk():
    """A function that puts a small disk at a folder."""
    disks = []
    yield lambda folder: disks.append(Disk(folder)) or disks[-1]
    for disk in disks:
        subprocess.run(["umount", "--lazy", str(disk.folder)], check=True)


def room_for(*paths: Path) -> int:
    """Bytes that files take on a disk, and all files of folders."""
    files = [file for path in paths for file in (path.rglob("*") if path.is_dir() else [path])]
    return sum(-(-file.stat().st_size // PAGE) * PAGE for file in files if file.is_file())


def sizes(disk: Disk, finished: Path) -> Iterator[tuple[int, str | None]]:
    """Sizes at which a run gets stuck further and further on; the later ones with the step that fails."""
    whole = room_for(finished)
    for part in PARTS:
        yield int(part * whole), None
    last = [finished / name for name in (*LAST, *OTHERS_AT_THE_END)]
    room = whole - room_for(*last)
    for name, step in LAST.items():
        yield room + room_for(finished / name) // 2, step
        # Logs and times take a few pages more.
        room = disk.used() + room_for(finished / name) + 2 * PAGE
        if name == "report/report.pdf":
            room += room_for(*(finished / name for name in OTHERS_AT_THE_END))


def test_a_full_disk_is_told_and_after_room_is_made_the_run_completes(tmp_path, small_disk, pair_run):
    study = new_pair(tmp_path / "study")
    disk = small_disk(study.folder / "results")
    for size, step in sizes(disk, pair_run.results):
        disk.resize(size)
        code, printed = study.run("pair.yaml")
        assert code == 1, f"{size:,} bytes: exit {code}\n{printed[-3000:]}"
        assert "no room left on the disk" in printed and "Traceback" not in printed, printed[-3000:]
        stopped = re.findall(r"^Step failed: (\w+)", printed, re.MULTILINE)
        assert step is None or stopped == [step], f"{size:,} bytes, {step}: {printed[-3000:]}"
    disk.resize(ENOUGH)
    code, printed = study.run("pair.yaml")
    assert code == 0, printed[-3000:]
    assert study.hashes() == pair_run.hashes()
    assert not list(study.results.rglob(".*.part*")), "nothing half-written stays"


def test_a_disk_that_is_full_for_snakemakes_own_records_is_told(tmp_path, small_disk):
    folder = tmp_path / "study"
    disk = small_disk(folder)
    disk.resize(ENOUGH)
    study = new_pair(folder)
    target = "results/pair/characters/summary.csv"
    used = disk.used()
    # Too little for its lock, its log, its records of a job, and for the job.
    for pages in (0, 1, 4, 16):
        disk.resize(used + pages * PAGE)
        code, printed = study.run("pair.yaml", target)
        assert code == 1, f"{pages} pages: exit {code}\n{printed[-3000:]}"
        assert "Traceback" not in printed, f"{pages} pages: {printed[-3000:]}"
        assert re.search("[Nn]o (room|space) left on", printed.splitlines()[-1]), (
            f"{pages}: {printed[-3000:]}"
        )
    disk.resize(ENOUGH)
    code, printed = study.run("pair.yaml", "results/pair/data/dataset.json")
    assert code == 0, printed[-3000:]
