"""The workflow copied into a folder of its own, as it is in the working tree; the tests use it too."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("Snakefile", "config", "envs", "profiles", "reference", "report", "src", "workflow")


def copy_workflow(folder: Path) -> Path:
    """Copy what a run needs into a folder, which is made if need be, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, folder / part)
    return folder
