"""A tiny study in a folder of its own, and ways to start it there."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import yaml
from one_node import PARTITION

from benchmarks.copies import copy_workflow

# Set over config/smoke.yaml: fewer of everything, but epochs enough to be caught in the middle of.
OVERLAY = {
    "run": "cluster",
    "dataset": {"brush": {"train": 600, "test": 200}},
    "training": {"epochs": 20},
    "characters": {"widths": [20]},
    "checkerboard": {"hidden": [4], "restarts": 2},
    "encoders": {"tables": ["identity-4", "config/pictures/heart.yaml"], "shown": ["identity-4"]},
    "sequences": {
        "restarts": {"srn-anb2n": 2, "lstm-anb2nc3n": 2, "srn-anbn": 0, "srn-anbn-to10": 0, "lstm-anbncn": 0}
    },
}
CONFIG = ("--configfile", "config/smoke.yaml", "overlay.yaml")
# What the README tells a site to add, and a look at the jobs every few seconds instead of every 40.
SITE = (
    "--default-resources",
    f"slurm_partition={PARTITION}",
    "--slurm-no-account",
    "--slurm-status-command=squeue",
    "--slurm-init-seconds-before-status-checks=4",
)
# Patient, for machines that have more to do.
SECONDS_PER_RUN = 1800


@dataclass(frozen=True)
class Study:
    """A copy of the workflow in a folder of its own."""

    folder: Path

    def start(self, *arguments):
        """Start snakemake there, at the head of a group of processes; its words go to run.log."""
        with self.log.open("wb") as output:
            return psutil.Popen(
                [sys.executable, "-m", "snakemake", *map(str, arguments)],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def run(self, *arguments):
        """Run snakemake there to its end; returns what it said, which is also the message of a failure."""
        process = self.start(*arguments)
        try:
            code = process.wait(timeout=SECONDS_PER_RUN)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        assert code == 0, self.words
        return self.words

    @property
    def log(self):
        """What snakemake said."""
        return self.folder / "run.log"

    @property
    def words(self):
        """What snakemake said so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    @property
    def results(self):
        """The folder of the run."""
        return self.folder / "results" / OVERLAY["run"]


def copy_study(folder):
    """Copy what a run needs, as it is in the working tree."""
    copy_workflow(folder)
    (folder / "overlay.yaml").write_text(yaml.safe_dump(OVERLAY), encoding="utf-8")
    return Study(folder)
